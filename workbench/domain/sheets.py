"""The tables of the workspace as sheets: a cell as a row, and a row as a cell (W6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from workbench.domain.changes import COMMENTS, Cell, cells_of, plan_of
from workbench.domain.comments import comment_change
from workbench.domain.errors import InputError
from workbench.domain.ids import brief
from workbench.domain.keys import KEYS
from workbench.domain.text import Text

VALUES: dict[str, tuple[str, ...]] = {
    "levels": ("level", "reason", "evidence", "confidence", "who", "when"),
    "answers": ("status", "evidence", "owner", "due", "expiry", "answered_on"),
    COMMENTS: ("text", "who"),
}
"""Table -> its value columns; a table that isn't named here has one, ``value``."""

UNKNOWN = "?"
"""What stands in the column ``level`` where the level is set to unknown."""

_MARKETS = Cell("settings", "markets")
_SHARES = frozenset({"floors", "caps"})
_NUMBERS = frozenset({"top", "samples", "seed"})
_DATES = frozenset({"when", "due", "expiry", "answered_on"})
_TEXTS = frozenset({"reason", "evidence", "who", "owner", "text"})
_TAKEN_AWAY = {"levels": ("level", "reason"), COMMENTS: ("text",)}
"""Where these columns are empty the row asks to take the value away; else, where all are."""
_DIGITS = 15
"""Significant digits that a spreadsheet keeps of a number; what differs beyond is the same."""


@dataclass(frozen=True)
class Row:
    """One row of a table as it was read.

    Attributes
    ----------
    number
        Its row in the sheet, where the head is row 1; or its place in a list, from 1.
    values
        Column -> number, text, date, or None for an empty cell.
    fault
        What makes the row unreadable, such as a formula; None: nothing.
    """

    table: str
    number: int
    values: Mapping[str, Any]
    fault: Text | None = None


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table's sheet."""
    return (*KEYS[table], *_values_of(table))


def kind_of(table: str, column: str) -> str:
    """What a column holds: ``text``, ``date``, ``percent`` (0 to 100), or ``other``.

    The last are other numbers, or values of several kinds.
    """
    if column in _DATES:
        return "date"
    if table in _SHARES and column == "value":
        return "percent"
    key = column in KEYS[table] and column != "number"
    return "text" if key or column in _TEXTS or table == "advert" else "other"


def rows_of(cells: Mapping[Cell, Any], table: str) -> list[dict[str, Any]]:
    """The rows of a table's sheet, by key; column -> number, text, ISO date, or None for empty."""
    rows = [_key(cell) | shown(cell, value) for cell, value in cells.items() if cell.table == table]
    return sorted(rows, key=lambda row: [_order(row[column]) for column in KEYS[table]])


# a cell as a row


def shown(cell: Cell, value: Any) -> dict[str, Any]:
    """The value columns of a cell; all are None where nothing stands."""
    if value is None:
        return dict.fromkeys(_values_of(cell.table))
    if cell.table not in VALUES:
        record = {"value": ", ".join(value) if cell == _MARKETS else value}
    else:
        record = {name: value.get(name) for name in VALUES[cell.table]}
    if cell.table == "levels" and record["level"] is None:
        record["level"] = UNKNOWN
    return {name: None if found == "" else found for name, found in record.items()}


def alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two rows' values say the same; numbers, as far as a spreadsheet keeps them."""
    return all(_same(value, other[name]) for name, value in one.items())


def _values_of(table: str) -> tuple[str, ...]:
    return VALUES.get(table, ("value",))


def _key(cell: Cell) -> dict[str, Any]:
    names = KEYS[cell.table]
    if cell.table == COMMENTS:
        about, _, number = cell.key.rpartition("#")
        return {"about": about, "number": int(number) if number.isdecimal() else number}
    return dict(zip(names, cell.key.split("/", len(names) - 1), strict=True))


def _order(key: Any) -> tuple[int, str]:
    return (key, "") if isinstance(key, int) else (0, str(key))


def _same(one: Any, other: Any) -> bool:
    if _is_number(one) and _is_number(other):
        try:
            return one == other or f"{one:.{_DIGITS}g}" == f"{other:.{_DIGITS}g}"
        except OverflowError:  # a whole number that no spreadsheet holds
            return False
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# a row as a cell


def cell_of(row: Row) -> Cell:
    """The cell that a row's key names, which need not exist."""
    if row.table != COMMENTS:
        return Cell(row.table, "/".join(_id(row, column) for column in KEYS[row.table]))
    about, number = _id(row, "about"), row.values.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise InputError(
            "Column {column}: {value!r} is not a whole number from 1.",
            column="number",
            value=brief(number),
        )
    return Cell(COMMENTS, f"{about}#{number}")


def given(row: Row, cell: Cell) -> dict[str, Any]:
    """The value columns of a row as JSON has them, None for an empty one.

    Raises
    ------
    InputError
        If a column holds what a spreadsheet made of a text: a number, a date.
    """
    return {name: _plain(row.values.get(name), cell, name) for name in _values_of(row.table)}


def wanted(cell: Cell, values: Mapping[str, Any], author: str) -> Any:
    """The value that a row asks for, as the plan keeps it; None: to take it away.

    Parameters
    ----------
    author
        Whose a comment without a name is.

    Raises
    ------
    InputError
        Naming the column, its value and the rule.
    """
    if all(values[name] is None for name in _TAKEN_AWAY.get(cell.table, tuple(values))):
        return None
    if cell.table == COMMENTS:
        return _comment(cell, values, author)
    value: Any = values["value"] if cell.table not in VALUES else _record(cell.table, values)
    try:
        return cells_of(plan_of({cell: value})).get(cell)
    except InputError as error:
        if "name" not in error.values:
            raise
        raise _in_column(cell.table, error) from error


def _in_column(table: str, error: InputError) -> InputError:
    """An error of the plan, said of a column: the plan's place of a value is nothing to a sheet."""
    place = str(error.values["name"]).rpartition(", ")[2].rpartition(".")[2]
    column = place if place in columns_of(table) else "value"
    if "rule" not in error.values:
        return InputError("Column {column} is empty; fill it in.", column=column)
    return InputError(
        "Column {column}: {value!r} is not allowed ({rule}).",
        column=column,
        value=brief(error.values["value"]),
        rule=error.values["rule"],
    )


def _id(row: Row, column: str) -> str:
    found = row.values.get(column)
    if not isinstance(found, str) or not found.strip():
        raise InputError(
            "Column {column}: {value!r} is not an id; fill it in.",
            column=column,
            value=brief(found) if _is_single(found) else "…",
        )
    return found.strip()


def _plain(value: Any, cell: Cell, column: str) -> Any:
    if value is None or value == "":
        return None
    if not _is_single(value):
        raise InputError(
            "Column {column} holds several values; write one number or text.", column=column
        )
    kind = kind_of(cell.table, column)
    if cell.table == "settings" and cell.key not in _NUMBERS:
        kind = "text"
    if isinstance(value, date | time | timedelta):  # a datetime is a date too
        if kind != "date":
            raise InputError(
                "Column {column} holds {value}, a date or a time; format the cell as text, then "
                "write it anew.",
                column=column,
                value=brief(value),
            )
        return brief(value)
    if kind == "text" and not isinstance(value, str):
        raise InputError(
            "Column {column} holds {value}, which is no text; in Excel format the cell as text, "
            "then write it anew; in YAML put it in quotes.",
            column=column,
            value=brief(value),
        )
    return value


def _is_single(value: Any) -> bool:
    """Whether it is neither a list nor a mapping, which a few lines of YAML can make endless."""
    return value is None or isinstance(value, str | int | float | date | time | timedelta)


def _record(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A record without its empty columns."""
    record = {name: value for name, value in values.items() if value is not None}
    if table == "levels":
        if "level" not in record:
            raise InputError(
                "Column level is empty; write {unknown} for an unknown level, or empty the reason "
                "too, to take the level away.",
                unknown=UNKNOWN,
            )
        if str(record["level"]).strip() == UNKNOWN:
            record["level"] = None
    return record


def _comment(cell: Cell, values: Mapping[str, Any], author: str) -> Any:
    about = str(_key(cell)["about"])
    table, _, key = about.partition(" ")
    if not key:
        raise InputError(
            "Column {column}: {value!r} names no cell; write table and key, such as "
            "levels ID/privacy.",
            column="about",
            value=brief(about),
        )
    return comment_change({}, Cell(table, key), values["text"], values["who"] or author).after
