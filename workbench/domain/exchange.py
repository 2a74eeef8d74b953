"""The workspace as tables for Excel, and back: every row goes in, or is named with the reason.

What comes back is compared three ways: with what was exported, and with what stands now. A row that
nobody touched in the file is left alone even if it was changed in the workspace meanwhile; a row
that was changed on both sides is a conflict, shown and not applied. A row that is missing in the
file changes nothing: to take a value away, empty its cells and leave its key.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.changes import Cell, Change, cells_of, plan_of
from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text

KEYS: dict[str, tuple[str, ...]] = {
    "settings": ("name",),
    "weights": ("criterion",),
    "channel_weights": ("channel",),
    "floors": ("channel",),
    "caps": ("channel",),
    "advert": ("lang",),
    "levels": ("market", "need"),
    "answers": ("market", "check"),
}
"""Table -> the columns that make up its key, in the order of the sheets."""

VALUES: dict[str, tuple[str, ...]] = {
    "levels": ("level", "reason", "evidence", "confidence", "who", "when"),
    "answers": ("status", "evidence", "owner", "due", "expiry", "answered_on"),
}
"""Table -> its value columns; a table that isn't named here has one, ``value``."""

_LISTS = {Cell("settings", "markets")}
_TAKEN_AWAY = {"levels": ("level", "reason"), "answers": VALUES["answers"]}
"""Where all of these columns are empty, the row asks to take the value away."""


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table's sheet."""
    return (*KEYS[table], *VALUES.get(table, ("value",)))


def rows_of(cells: Mapping[Cell, Any], table: str) -> list[dict[str, Any]]:
    """The rows of a table's sheet, by key."""
    rows = []
    for cell in sorted(cell for cell in cells if cell.table == table):
        value = cells[cell]
        named = dict(zip(KEYS[table], cell.key.split("/"), strict=False))
        if cell in _LISTS:
            value = ", ".join(value)
        rows.append(named | (value if table in VALUES else {"value": value}))
    return rows


@dataclass(frozen=True)
class Row:
    """One row of a sheet as it was read.

    Attributes
    ----------
    number
        Its row in the sheet, from 1; the head is row 1.
    values
        Column -> number, text, ISO date, or None for an empty cell.
    fault
        What makes the row unreadable, such as a formula; None: nothing.
    """

    table: str
    number: int
    values: Mapping[str, Any]
    fault: Text | None = None


@dataclass(frozen=True)
class Rejected:
    """A row that can't go in, and why."""

    table: str
    number: int
    why: Text


@dataclass(frozen=True)
class Conflict:
    """A cell that was changed in the file and, meanwhile, in the workspace."""

    cell: Cell
    exported: Any
    now: Any
    wanted: Any


@dataclass(frozen=True)
class Comparison:
    """What a file asks for. Every row is counted once, in one of the four ways.

    Attributes
    ----------
    changes
        Rows that would be applied.
    unchanged
        How many rows ask for nothing: untouched in the file, or it stands there already.
    conflicts, rejected
        Rows that can't be applied.
    """

    changes: tuple[Change, ...]
    unchanged: int
    conflicts: tuple[Conflict, ...]
    rejected: tuple[Rejected, ...]

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return len(self.changes) + self.unchanged + len(self.conflicts) + len(self.rejected)


def compare(
    rows: Iterable[Row],
    exported: Mapping[Cell, Any],
    now: Mapping[Cell, Any],
    known: Mapping[str, Iterable[str]],
) -> Comparison:
    """Hold rows against what was exported and what stands now.

    Parameters
    ----------
    exported
        The cells at the revision that the file was exported from; the present ones if the file
        doesn't say.
    known
        Key column (``market``, ``need`` ...) -> the ids that exist.
    """
    ids = {column: set(names) for column, names in known.items()}
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    rejected: list[Rejected] = []
    unchanged, seen = 0, dict[Cell, int]()
    for row in rows:
        if row.fault is not None:
            rejected.append(Rejected(row.table, row.number, row.fault))
            continue
        try:
            cell, wanted = _read(row, ids)
            if cell in seen:
                raise InputError(
                    "{cell} stands in row {row} already; keep one.", cell=cell, row=seen[cell]
                )
        except InputError as error:
            rejected.append(Rejected(row.table, row.number, Text(error.msgid, error.values)))
            continue
        seen[cell] = row.number
        stands = now.get(cell)
        if wanted in (exported.get(cell), stands):
            unchanged += 1
        elif stands != exported.get(cell):
            conflicts.append(Conflict(cell, exported.get(cell), stands, wanted))
        else:
            changes.append(Change(*cell, stands, wanted))
    return Comparison(tuple(changes), unchanged, tuple(conflicts), tuple(rejected))


def _read(row: Row, ids: Mapping[str, set[str]]) -> tuple[Cell, Any]:
    """The cell that a row names and the value it asks for, None to take it away."""
    key = [_key(row, column, ids) for column in KEYS[row.table]]
    cell = Cell(row.table, "/".join(key))
    columns = VALUES.get(row.table, ("value",))
    given = {name: row.values.get(name) for name in columns}
    if all(given[name] in (None, "") for name in _TAKEN_AWAY.get(row.table, columns)):
        return cell, None
    value: Any = given["value"] if row.table not in VALUES else _record(row.table, given)
    return cell, cells_of(plan_of({cell: value})).get(cell)


def _record(table: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A record without its empty cells; an empty level is an unknown one."""
    record = {name: value for name, value in given.items() if value not in (None, "")}
    if table == "levels":
        record.setdefault("level", None)
    return record


def _key(row: Row, column: str, ids: Mapping[str, set[str]]) -> str:
    found = row.values.get(column)
    if not isinstance(found, str) or not found.strip():
        raise InputError(
            "Column {column}: {value!r} is not an id; fill it in.", column=column, value=found
        )
    found = found.strip()
    if column in ids and found not in ids[column]:
        close = difflib.get_close_matches(found, ids[column], n=1)
        raise InputError(
            "Column {column}: unknown {value!r}{hint}.",
            column=column,
            value=found,
            hint=T_(" (did you mean {close!r}?)", close=close[0]) if close else "",
        )
    return found
