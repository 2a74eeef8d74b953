"""Reader of the partner types, with a user's own."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from workbench.domain.programme.partner_types import canonical, spellings, with_own
from workbench.domain.tables import conform
from workbench.events.opening import Events
from workbench.sources.files import read_table
from workbench.sources.reference import load_table, schemas


def load_partner_types(own: Path | None = None) -> pd.DataFrame:
    """The taxonomy; ``own`` names a CSV of further types.

    Such a file needs the columns ``type, name_en, name_zh``; of the others it may leave out any.

    Raises
    ------
    InputError
        If the file breaks the schema, or a name stands for two types.
    """
    types = load_table("partner_types")
    if own is not None:
        types = with_own(types, _own(own))
    spellings(types)
    return types


def _own(path: Path) -> pd.DataFrame:
    schema = replace(schemas()["partner_types"], name=str(path))
    frame = read_table(path)
    for column in schema.columns:
        if column.name not in frame and not column.required:
            frame[column.name] = ""
    return conform(frame, schema)


def with_types(events: Events, own: Path | None = None) -> Events:
    """Events whose partners have the types of the taxonomy; what it doesn't know stays as it is.

    Networks call the same kind by many names, and figures by type would fall apart.
    """
    people = typed(events.partners.to_pyarrow(), load_partner_types(own))
    return replace(events, partners=events.engine.table(people))


def typed(partners: pa.Table, types: pd.DataFrame) -> pa.Table:
    """Partners whose ``type`` is the id of the taxonomy where it has the export's word."""
    if "type" not in partners.column_names:
        return partners
    place = partners.column_names.index("type")
    words = canonical(partners["type"].to_pylist(), types)
    return partners.set_column(place, "type", pa.array(words, pa.string()))
