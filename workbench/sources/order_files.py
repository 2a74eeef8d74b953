"""Conversions and partners from CSV or Parquet with our own column names (docs/incentives.md).

For files that are not imported first. Columns that the event tables don't have are left aside; an
empty cell is unknown; a time without a zone is UTC.
"""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from workbench.domain.errors import InputError, TableError
from workbench.domain.events import CONVERSIONS, PARTNERS, EventColumn, EventTable
from workbench.domain.programme.incentives import IncentivePlan, make_incentives
from workbench.domain.text import T_, Text
from workbench.sources.files import read_mapping


def load_incentives(path: Path) -> IncentivePlan:
    """A plan of incentives from a YAML or JSON file.

    Raises
    ------
    InputError
        If it can't be read or breaks a rule.
    """
    return make_incentives(read_mapping(path))


def load_conversions(path: Path) -> pa.Table:
    """Conversions, with those of our columns that the file has; see :func:`load_events`."""
    return load_events(path, CONVERSIONS)


def load_partners(path: Path) -> pa.Table:
    """Partners, likewise."""
    return load_events(path, PARTNERS)


def load_events(path: Path, table: EventTable) -> pa.Table:
    """A file's rows, typed as the table says.

    Raises
    ------
    InputError
        If the file can't be read, has none of the columns, or holds what is no number or time.
    """
    if not path.is_file():
        raise InputError("There is no file {path}; check the path.", path=path)
    found = _parquet(path, table) if _is_parquet(path) else _csv(path)
    known = [column for column in table.columns if column.name in found.column_names]
    if not known:
        raise TableError(
            "The file {path} has none of the columns of {table}: {names}.",
            path=path,
            table=table.name,
            names=", ".join(table.names),
        )
    return pa.table({column.name: _typed(found[column.name], column, path) for column in known})


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _parquet(path: Path, table: EventTable) -> pa.Table:
    try:
        held = pyarrow.parquet.read_schema(path).names
        return pyarrow.parquet.read_table(
            path, columns=[name for name in table.names if name in held]
        )
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            "The file {path} can't be read: {why}.", path=path, why=str(error).splitlines()[0]
        ) from error


def _csv(path: Path) -> pa.Table:
    """All columns as text; "NA" is Namibia, not missing."""
    try:
        with pyarrow.csv.open_csv(path) as first:
            names = first.schema.names
        return pyarrow.csv.read_csv(
            path,
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            "The file {path} can't be read: {why}.", path=path, why=str(error).splitlines()[0]
        ) from error


def _typed(values: pa.ChunkedArray, column: EventColumn, path: Path) -> Any:
    match column.kind:
        case "number":
            return _cast(values, pa.float64(), T_("a number is expected"), column, path)
        case "time":
            if pa.types.is_string(values.type):
                return _times(values, column, path)
            return _cast(
                values, pa.timestamp("us", tz="UTC"), T_("a time is expected"), column, path
            )
        case "date":
            rule = T_("a date is written YYYY-MM-DD")
            return _cast(values, pa.date32(), rule, column, path)
        case _:
            return _cast(values, pa.string(), T_("a text is expected"), column, path)


def _cast(
    values: pa.ChunkedArray, kind: pa.DataType, rule: Text, column: EventColumn, path: Path
) -> pa.ChunkedArray:
    try:
        return pc.cast(values, kind, safe=not pa.types.is_timestamp(kind))
    except pa.ArrowException as error:
        for place, value in enumerate(values):
            try:
                pc.cast(value, kind)
            except pa.ArrowException:
                raise _wrong(path, place, column, value.as_py(), rule) from error
        raise


def _times(values: pa.ChunkedArray, column: EventColumn, path: Path) -> pa.Array:
    text = values.to_pandas()
    found = pd.to_datetime(text, utc=True, format="ISO8601", errors="coerce")
    bad = (found.isna() & text.notna()).to_numpy()
    if bad.any():
        place = int(bad.argmax())
        rule = T_("a time is written as 2026-01-31T12:00:00Z")
        raise _wrong(path, place, column, text.iloc[place], rule)
    return pa.array(found.dt.as_unit("us"), pa.timestamp("us", tz="UTC"))


def _wrong(path: Path, place: int, column: EventColumn, value: Any, rule: Text) -> TableError:
    return TableError(
        "Table {table}, row {row}, column {column}: {value!r} is not allowed; {rule}.",
        table=path,
        row=place + 2,
        column=column.name,
        value=value,
        rule=rule,
    )
