"""What a file asks of the workspace: every row goes in, or is named with the reason (W6).

What comes back is compared three ways: with what was exported, and with what stands now. A row that
nobody touched in the file is left alone even if it was changed in the workspace meanwhile; a row
that was changed on both sides is a conflict, shown and not applied. A row that is missing in the
file changes nothing: to take a value away, empty its cells and leave its key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.domain.changes import COMMENTS, Cell, Change
from workbench.domain.errors import InputError
from workbench.domain.ids import Ids, known_ids
from workbench.domain.keys import KEYS
from workbench.domain.readiness import Answer, by_check
from workbench.domain.sheets import Row, alike, cell_of, given, shown, wanted
from workbench.domain.text import Text

__all__ = [
    "Comparison", "Conflict", "Rejected", "Row", "check_author", "compare", "known_ids"
]  # fmt: skip


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
        Rows that would be applied; no two are about the same cell.
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
    author: str = "",
) -> Comparison:
    """Hold rows against what was exported and what stands now.

    Parameters
    ----------
    exported
        The cells at the revision that the file was exported from; the present ones if the file
        doesn't say.
    known
        Key column (``market``, ``need`` ...) -> the ids that exist; see :func:`known_ids`.
    author
        Who imports. Comments are their authors': a file adds or changes those of ``author`` only.
    """
    ids = Ids(known)
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    rejected: list[Rejected] = []
    unchanged, seen = 0, dict[Cell, int]()
    for row in rows:
        if row.fault is not None:
            rejected.append(Rejected(row.table, row.number, row.fault))
            continue
        try:
            cell = cell_of(row)
            if cell in seen:
                raise InputError(
                    "{cell} stands in row {row} already; keep one.", cell=cell, row=seen[cell]
                )
            then, stands = exported.get(cell), now.get(cell)
            asked = _asked(row, cell, then, stands, ids, author)
        except InputError as error:
            rejected.append(Rejected(row.table, row.number, Text(error.msgid, error.values)))
            continue
        seen[cell] = row.number
        if asked is None:
            unchanged += 1
        elif stands != then:
            conflicts.append(Conflict(cell, then, stands, asked.after))
        else:
            changes.append(asked)
    return Comparison(tuple(changes), unchanged, tuple(conflicts), tuple(rejected))


def _asked(row: Row, cell: Cell, then: Any, stands: Any, ids: Ids, author: str) -> Change | None:
    """What a row asks for, None if nothing; raises InputError if it can't."""
    if then is None and stands is None:  # an id that was taken out of the tables may be emptied
        for column in KEYS[row.table]:
            ids.check(column, column, str(row.values[column]).strip())
    values = given(row, cell)
    # As rows first: what an older version stored in another form is untouched all the same.
    if any(alike(values, shown(cell, value)) for value in (then, stands)):
        return None
    after = wanted(cell, values, author)
    if cell == ("settings", "industry") and after is not None:
        ids.check("value", "industry", after)
    if cell == ("settings", "markets"):
        for code in after or ():
            ids.check("value", "market", code)
    if after in (then, stands):
        return None
    if cell.table == "answers" and after is not None:
        check = cell.key.partition("/")[2]
        answer = Answer(check, after["status"], after["evidence"])
        by_check([answer], pd.DataFrame({"check": [check]}))  # a verdict needs its evidence
    if cell.table == COMMENTS:
        check_author(author, stands, after)
    return Change(*cell, stands, after)


def check_author(author: str, stands: Any, after: Any) -> None:
    """Raise :class:`InputError` if a comment before or after a change is not by ``author``.

    Nobody can put words into somebody's mouth, nor take them out.
    """
    for comment in (stands, after):
        if comment is not None and (not author or comment["who"] != author):
            raise InputError(
                "This comment is by {who!r}; nobody else can write, change or take it away.",
                who=comment["who"],
            )
