"""What Excel and YAML files of the workspace share: the head, and which tables are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.errors import InputError
from workbench.domain.keys import KEYS, chosen_tables
from workbench.domain.sheets import Row
from workbench.domain.text import T_, Text

ABOUT = "workspace"
"""The sheet or section that says which scenario and revision was exported."""


@dataclass(frozen=True)
class WorkspaceFile:
    """What was read from a file.

    Attributes
    ----------
    scenario, revision
        Where it was exported from; None: the file doesn't say.
    rows
        Every row of every table that isn't blank.
    notes
        What was left out and isn't a row, such as foreign sheets and columns.
    """

    scenario: str | None
    revision: int | None
    rows: tuple[Row, ...]
    notes: tuple[Text, ...]


def tables_in(path: object, found: Iterable[object], tables: Iterable[str] | None) -> list[str]:
    """The tables to read of a file that holds ``found``, in the order of the sheets.

    Parameters
    ----------
    tables
        Those that are asked for; None: all that are there.

    Raises
    ------
    InputError
        If there are none, or not one of those that are named.
    """
    chosen, held = chosen_tables(tables), set(found)
    there = [name for name in KEYS if name in held]
    if not there:
        raise InputError(
            "The file {path} holds none of the tables {known}.", path=path, known=", ".join(KEYS)
        )
    missing = [name for name in chosen if name not in there]
    if missing and tables is not None:
        raise InputError(
            "The file {path} does not hold the table {missing}; it holds {found}.",
            path=path,
            missing=", ".join(missing),
            found=", ".join(there),
        )
    return [name for name in chosen if name in there]


def made_of(about: Mapping[Any, Any], rows: Iterable[Row], notes: Iterable[Text]) -> WorkspaceFile:
    """What was read, with the scenario and revision that the file's head names."""
    scenario, revision = about.get("scenario"), about.get("revision")
    if isinstance(revision, bool) or not isinstance(revision, int) or revision < 0:
        revision = None
        notes = [
            *notes,
            T_(
                "The file does not say which revision it was exported from; it is compared with "
                "what stands now, so that changes that others made meanwhile do not show."
            ),
        ]
    named = isinstance(scenario, str | int | float) and not isinstance(scenario, bool)
    name = str(scenario) if named and scenario != "" else None
    return WorkspaceFile(name, revision, tuple(rows), tuple(notes))
