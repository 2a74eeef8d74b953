"""Undo and redo as two persistent stacks inside the log.

Every command carries the tops of its author's two stacks after it, and commands are the stacks'
nodes: ``below`` points to the node under. Nothing is ever updated, each step is one lookup, and
the stacks survive a reload, a killed kernel and another machine.

    edit   on the undo stack            undo_top = itself          redo_top = none
    undo   on the redo stack            undo_top = below the edit  redo_top = itself
    redo   leaves the stacks as before  undo_top = the edit        redo_top = below the undo

``refers`` is the edit that an undo takes back or a redo makes again.

Where somebody else changed a cell since, an undo or redo is refused, or leaves that cell alone if
it was asked to: it then names the cell under :data:`LEFT` in its details.
"""

from dataclasses import dataclass

from workbench.domain.changes import Change

STACKED = ("edit", "undo", "redo")
"""Kinds of command that move the stacks."""
LEFT = "left"


@dataclass(frozen=True)
class Tops:
    """The tops of one person's stacks in one scenario; None: empty."""

    undo: int | None = None
    redo: int | None = None


@dataclass(frozen=True)
class Node:
    """What a command adds to the stacks."""

    refers: int | None
    below: int | None
    tops: Tops


def after_edit(seq: int, tops: Tops) -> Node:
    """An edit goes on the undo stack; what was undone before can't be redone."""
    return Node(None, tops.undo, Tops(seq, None))


def after_undo(seq: int, tops: Tops, edit_below: int | None) -> Node:
    """The undone edit leaves its stack; the undo itself is what a redo will find."""
    return Node(tops.undo, tops.redo, Tops(edit_below, seq))


def after_redo(tops: Tops, edit: int, undo_below: int | None) -> Node:
    """The edit is on top again; the undo that had taken it back leaves the redo stack."""
    return Node(edit, None, Tops(edit, undo_below))


def back(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes that take some others back, the last one first."""
    return tuple(one.reversed() for one in reversed(changes))
