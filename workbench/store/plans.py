"""A scenario of the workspace as a plan: what panels load, save, undo and redo."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workbench.domain.changes import (
    COMMENTS,
    NO_REASON,
    VIEW_FIELDS,
    Cell,
    Cells,
    Change,
    Why,
    cells_of,
    differences,
    plan_of,
)
from workbench.domain.plan import Plan
from workbench.store.log import Command
from workbench.store.workspace import Check, Workspace

Usable = Callable[[Plan], object]
"""Raises if a plan can't be worked with."""


def checked(usable: Usable | None) -> Check:
    """What a change is held against: the cells make up a valid plan, and a usable one."""

    def check(cells: Cells) -> None:
        plan = plan_of(_without_comments(cells))
        if usable is not None:
            usable(plan)

    return check


class ScenarioStore:
    """One scenario behind the interface of a plan store.

    Parameters
    ----------
    workspace
        To edit or to read.
    name
        The scenario.
    revision
        Show the scenario as it stood after this revision; such a store can't be written.
    usable
        Called with every plan before it is stored, as it would stand with what others changed
        meanwhile; what it raises refuses the change.

    Attributes
    ----------
    last
        The command that was accepted last through this store; None: none yet.
    """

    def __init__(
        self,
        workspace: Workspace,
        name: str,
        revision: int | None = None,
        usable: Usable | None = None,
    ) -> None:
        self.usable = usable
        self._check = checked(usable)
        self.workspace = workspace
        self.name = name
        self.last: Command | None = None
        found = workspace.snapshot(name, revision)
        self.revision = found.revision
        self.made = found.at
        self.writable = workspace.who is not None and revision is None and not found.scenario.frozen
        self._seen = _without_comments(found.cells)
        self._view: dict[str, Any] = {}
        self._over: tuple[Change, ...] = ()

    def load(self) -> Plan:
        """The scenario's plan as it stood when last looked at."""
        return plan_of(
            self._seen, **self._view | {"scenario": self.name, "revision": self.revision}
        )

    def look(self, plan: Plan) -> None:
        """A page shows ``plan``: what an address or a notebook asks for, over the scenario's.

        That is a way of looking at the scenario. It is not written with the next change.
        """
        self._view = {name: getattr(plan, name) for name in VIEW_FIELDS}
        self._over = differences(self._seen, cells_of(plan))

    def save(self, plan: Plan, why: Why = NO_REASON) -> Plan:
        """Write the cells that differ from what was shown, as one command.

        Raises
        ------
        ConflictError
            If someone else changed one of the same cells meanwhile.
        """
        wanted = cells_of(plan)
        cells = {one.cell for one in differences(self._shown(), wanted)}
        changes = [
            Change(*cell, self._seen.get(cell), wanted.get(cell))
            for cell in sorted(cells)
            if self._seen.get(cell) != wanted.get(cell)
        ]
        if changes:
            self.last = self.workspace.apply(
                self.name, changes, why.reason, why.evidence, check=self._check
            )
        self._over = tuple(one for one in self._over if one.cell not in cells)
        return self._as_seen_by(plan)

    def undo(self, plan: Plan) -> Plan:
        """Take this user's last change back; ``plan`` is what the page shows until then."""
        self.last = self.workspace.undo(self.name, check=self._check)
        return self._as_seen_by(plan)

    def redo(self, plan: Plan) -> Plan:
        """Make the change again that was taken back last."""
        self.last = self.workspace.redo(self.name, check=self._check)
        return self._as_seen_by(plan)

    def restore(self, plan: Plan, cell: Cell, seq: int, reason: str) -> Plan:
        """Put back what stood in a cell after the command numbered ``seq``."""
        self.last = self.workspace.restore(self.name, cell, seq, reason, check=self._check)
        return self._as_seen_by(plan)

    def reload(self, plan: Plan) -> Plan:
        """The scenario as it stands now, with what others changed."""
        return self._as_seen_by(plan)

    def _as_seen_by(self, plan: Plan) -> Plan:
        found = self.workspace.snapshot(self.name)
        self.revision, self.made = found.revision, found.at
        self._seen = _without_comments(found.cells)
        self._view = {name: getattr(plan, name) for name in VIEW_FIELDS}
        view = self._view | {"scenario": self.name, "revision": self.revision}
        return plan_of(self._shown(), **view)

    def _shown(self) -> Cells:
        shown = dict(self._seen)
        for one in self._over:
            shown.pop(one.cell, None)
            if one.after is not None:
                shown[one.cell] = one.after
        return shown


def begin(workspace: Workspace, name: str, plan: Plan, reason: str = "") -> Command:
    """A new scenario that starts as a plan."""
    return workspace.create(name, differences({}, cells_of(plan)), reason)


def plan_at(workspace: Workspace, name: str, revision: int | None, as_of: date | None) -> Plan:
    """A scenario's plan after a revision, for a report.

    Without ``as_of`` a named revision is judged on the day on which it was made, so that the same
    revision gives the same report on any day; the present state is judged today.
    """
    found = workspace.snapshot(name, revision)
    day = as_of or (found.at.date() if revision is not None else date.today())
    return plan_of(
        _without_comments(found.cells), scenario=name, revision=found.revision, as_of=day
    )


def _without_comments(cells: Cells) -> Cells:
    return {cell: value for cell, value in cells.items() if cell.table != COMMENTS}
