"""What people say about a cell, kept as cells of their own table (W6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.changes import COMMENTS, TABLES, Cell, Change
from workbench.domain.errors import InputError

LONGEST = 2000
"""Characters of one comment."""


@dataclass(frozen=True)
class Comment:
    """One comment.

    Attributes
    ----------
    name
        The comment's own cell, which history and authors know.
    cell
        The cell that it is about.
    number
        1 for the cell's first comment, then on.
    text, who
        What was said, and by whom.
    """

    name: Cell
    cell: Cell
    number: int
    text: str
    who: str


def comments_of(cells: Mapping[Cell, Any], cell: Cell | None = None) -> list[Comment]:
    """The comments on a cell, oldest first; None: on every cell, by cell."""
    found = [_comment(name, value) for name, value in cells.items() if name.table == COMMENTS]
    return sorted(
        (one for one in found if cell in (None, one.cell)), key=lambda one: (one.cell, one.number)
    )


def comment_change(cells: Mapping[Cell, Any], cell: Cell, text: str, who: str) -> Change:
    """The change that adds a comment to a cell.

    Parameters
    ----------
    cells
        All cells of the scenario as they stand; a comment that someone adds meanwhile is a
        conflict, never overwritten.
    cell
        What the comment is about; it need not be set.
    text
        1 to :data:`LONGEST` characters.
    who
        Whose comment this is, from the workspace, never from a form.

    Raises
    ------
    InputError
        If the text is empty or too long, or the cell can't be commented on.
    """
    said = text.strip()
    if cell.table not in TABLES or cell.table == COMMENTS:
        raise InputError(
            "{cell} can't be commented on; choose a cell of one of: {tables}.",
            cell=cell,
            tables=", ".join(name for name in TABLES if name != COMMENTS),
        )
    if not said:
        raise InputError("The comment is empty; write what you want to say first.")
    if len(said) > LONGEST:
        raise InputError(
            "The comment has {count} characters; at most {max} are kept. Shorten it.",
            count=len(said),
            max=LONGEST,
        )
    number = max((one.number for one in comments_of(cells, cell)), default=0) + 1
    return Change(COMMENTS, f"{cell}#{number}", None, {"text": said, "who": who})


def _comment(name: Cell, value: Any) -> Comment:
    place, _, number = name.key.rpartition("#")
    table, _, key = place.partition(" ")
    if not key or not number.isdecimal() or not isinstance(value, dict):
        raise InputError(
            "{name!r} is no comment; a comment is named after its cell and numbered, such as "
            "weights privacy#1, and holds a text and who wrote it.",
            name=name.key,
        )
    return Comment(
        name, Cell(table, key), int(number), str(value.get("text", "")), str(value.get("who", ""))
    )
