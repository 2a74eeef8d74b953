"""Judges the edits that a page proposes: everything in them may be wrong."""

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.domain.errors import InputError
from workbench.widgets._cells import parse

Edit = dict[str, Any]
"""``row`` (its id), ``key``, ``value`` and ``old``: what the cell held before."""


def apply(
    proposals: Iterable[Any],
    rows: Mapping[Any, dict[str, Any]],
    columns: Mapping[Any, Mapping[str, Any]],
    readonly: bool,
) -> tuple[list[Edit], list[tuple[Edit, InputError]]]:
    """Write what may be written into ``rows``; return that, and the rest with what forbids it."""
    accepted: list[Edit] = []
    refused: list[tuple[Edit, InputError]] = []
    for proposal in proposals:
        edit: dict[Any, Any] = proposal if isinstance(proposal, dict) else {}
        row: Any = edit.get("row")
        key: Any = edit.get("key")
        place = {
            "row": row if isinstance(row, str | int) else None,
            "key": key if isinstance(key, str) else None,
        }
        try:
            if readonly:
                raise InputError("This table is read-only.")
            if place["row"] not in rows:
                raise InputError("There is no such row.")
            if place["key"] not in columns:
                raise InputError("There is no such column.")
            if not columns[key]["editable"]:
                raise InputError("This column cannot be edited.")
            value = parse(columns[key], edit.get("value"))
        except InputError as error:
            refused.append((place, error))
            continue
        accepted.append({**place, "value": value, "old": rows[row].get(key)})
        rows[row][key] = value
    return accepted, refused


def revert(edits: Iterable[Edit], rows: Mapping[Any, dict[str, Any]]) -> None:
    """Write back what the cells of ``edits`` held before, where their rows still stand."""
    for edit in reversed(list(edits)):
        if edit["row"] in rows:
            rows[edit["row"]][edit["key"]] = edit["old"]
