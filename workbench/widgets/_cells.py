"""What a column may say of itself, and what its cells accept."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from workbench.domain.errors import InputError

Value = str | int | float | bool | None
"""A JSON primitive; None is unknown."""

LONGEST_TEXT = 4000
_PROPERTIES = {
    *("key", "title", "kind", "editable", "options", "align"),
    *("width", "help", "min", "max", "frozen", "empty", "decimals"),
}
_UNKNOWN = {"", "?"}


def check_column(column: Mapping[str, Any]) -> dict[str, Any]:
    """The column with its defaults filled in (kind ``text``, not editable)."""
    if strange := sorted(set(column) - _PROPERTIES):
        raise InputError(
            "Unknown column property {name}. Known are: {known}.",
            name=strange[0],
            known=", ".join(sorted(_PROPERTIES)),
        )
    full = {"kind": "text", "editable": False, **column}
    key = full.get("key")
    if not isinstance(key, str) or not key or key.startswith("_") or not full.get("title"):
        raise InputError(
            "Column {key} needs a key that does not start with _, and a title.", key=repr(key)
        )
    if full["kind"] not in _PARSERS:
        raise InputError(
            "Column {key} has the unknown kind {kind}. Known are: {known}.",
            key=key,
            kind=full["kind"],
            known=", ".join(_PARSERS),
        )
    if full["kind"] == "select" and not full.get("options"):
        raise InputError("Column {key} is a select and needs options.", key=key)
    if full["kind"] == "level":
        full = {"min": 1, "max": 5, "decimals": 0, **full}
    return full


def parse(column: Mapping[str, Any], value: Any) -> Value:
    """The value that a cell of ``column`` takes for what was typed or pasted.

    Text that reads as the column's kind is accepted, full-width digits included; empty text and
    ``?`` mean unknown. A value that breaks a rule raises :class:`InputError`.
    """
    if value is not None and not isinstance(value, str | int | float):
        raise InputError("A cell takes text or a number.")
    if value is None or (isinstance(value, str) and _plain(value) in _UNKNOWN):
        return None
    return _PARSERS[column["kind"]](column, value)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _text(column: Mapping[str, Any], value: str | int | float) -> Value:
    text = str(value)
    longest = int(column.get("max", LONGEST_TEXT))
    if len(text) > longest:
        raise InputError("At most {max} characters.", max=longest)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def _number(column: Mapping[str, Any], value: str | int | float) -> Value:
    text = _plain(str(value))
    # Thousands separators only where they stand between groups of three digits.
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        number = float(text) if not isinstance(value, bool) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError("{value} is not a number.", value=text[:40])
    _within(column, number)
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else number


def _level(column: Mapping[str, Any], value: str | int | float) -> Value:
    try:
        number = _number({}, value)
    except InputError:
        number = None
    low, high, decimals = column["min"], column["max"], column.get("decimals", 0)
    if (
        not isinstance(number, int | float)
        or number != round(number, decimals)
        or not low <= number <= high
    ):
        if decimals:
            raise InputError(
                "A level is a number from {min} to {max}, with {decimals} decimal at most.",
                min=low,
                max=high,
                decimals=decimals,
            )
        raise InputError("A level is a whole number from {min} to {max}.", min=low, max=high)
    return int(number) if number == int(number) else number


def _date(column: Mapping[str, Any], value: str | int | float) -> Value:
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", _plain(str(value)))
    try:
        date = dt.date(*map(int, parts.groups())) if parts else None
    except ValueError:
        date = None
    if date is None:
        raise InputError("{value} is not a date; write it as 2026-01-31.", value=str(value)[:40])
    _within(column, date.isoformat())
    return date.isoformat()


def _select(column: Mapping[str, Any], value: str | int | float) -> Value:
    options = column["options"]
    sought = _plain(str(value)).casefold()
    for name in ("value", "label"):
        for option in options:
            if _plain(str(option[name])).casefold() == sought:
                found: Value = option["value"]
                return found
    choices = ", ".join(str(option["label"]) for option in options[:12])
    raise InputError("{value} is not among: {choices}.", value=str(value)[:40], choices=choices)


def _within(column: Mapping[str, Any], value: Any) -> None:
    if column.get("min") is not None and value < column["min"]:
        raise InputError("The least is {min}.", min=column["min"])
    if column.get("max") is not None and value > column["max"]:
        raise InputError("The most is {max}.", max=column["max"])


_PARSERS: dict[str, Callable[[Mapping[str, Any], str | int | float], Value]] = {
    "text": _text,
    "number": _number,
    "level": _level,
    "date": _date,
    "select": _select,
}
