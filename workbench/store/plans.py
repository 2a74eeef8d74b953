"""A scenario of the workspace as a plan: what panels load, save, undo and redo."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

from workbench.domain.changes import (
    INPUTS,
    NO_REASON,
    VIEW_FIELDS,
    Cell,
    Cells,
    Change,
    Why,
    cells_of,
    decisions,
    differences,
    plan_of,
)
from workbench.domain.plan import Plan
from workbench.store.log import Command
from workbench.store.workspace import Workspace


class Inputs(Protocol):
    """What plans rest on beside themselves: files of the strategist's own, and the program."""

    def check(self, cells: Cells) -> Cells:
        """What the plan of these cells rests on now, as cells of the table ``inputs``.

        Raises
        ------
        InputError
            If the cells make no plan, or one that can't be worked with.
        """

    def copies(self, cells: Cells, exact: bool = False) -> Mapping[str, str]:
        """Path in the plan -> path of the recorded copy to read in its place.

        ``exact``: also in place of files that are there and differ from what was recorded.
        """


class NoInputs:
    """For plans that rest on nothing but themselves."""

    def check(self, cells: Cells) -> Cells:
        """What is recorded stays; the cells make a plan."""
        plan_of(decisions(cells))
        return {cell: value for cell, value in cells.items() if cell.table == INPUTS}

    def copies(self, cells: Cells, exact: bool = False) -> Mapping[str, str]:
        """None."""
        return {}


class Kept(NamedTuple):
    """A scenario's plan after a revision, what stood in its cells, and which copies it reads.

    ``exact``: this is how it stood once, and not how it stands.
    """

    plan: Plan
    copies: Mapping[str, str]
    cells: Cells
    exact: bool


DAY = Cell(INPUTS, "day")
"""The day on which a report judged the plan, as ISO text."""


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
    inputs
        Every plan is checked before it is stored, as it would stand with what others changed
        meanwhile, and what it rests on is recorded with it.

    Attributes
    ----------
    copies
        Path in the plan -> path of the recorded copy to read in its place.
    last
        The command that was accepted last through this store; None: none yet.
    """

    def __init__(
        self,
        workspace: Workspace,
        name: str,
        revision: int | None = None,
        inputs: Inputs | None = None,
    ) -> None:
        self.inputs = inputs or NoInputs()
        self.workspace = workspace
        self.name = name
        self.last: Command | None = None
        found = workspace.snapshot(name, revision)
        self.revision = found.revision
        self.made = found.at
        self.writable = workspace.who is not None and revision is None and not found.scenario.frozen
        self._seen = decisions(found.cells)
        self._exact = revision is not None or found.scenario.frozen
        self.copies = self.inputs.copies(found.cells, self._exact)
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
                self.name, changes, why.reason, why.evidence, check=self.inputs.check
            )
        self._over = tuple(one for one in self._over if one.cell not in cells)
        return self._as_seen_by(plan)

    def undo(self, plan: Plan, skip: bool = False) -> Plan:
        """Take this user's last change back; ``plan`` is what the page shows until then.

        ``skip``: leave alone the cells that somebody changed since.
        """
        self.last = self.workspace.undo(self.name, self.inputs.check, skip)
        return self._as_seen_by(plan)

    def redo(self, plan: Plan, skip: bool = False) -> Plan:
        """Make the change again that was taken back last; ``skip`` as for :meth:`undo`."""
        self.last = self.workspace.redo(self.name, self.inputs.check, skip)
        return self._as_seen_by(plan)

    def approve(self, reason: str) -> None:
        """Approve the scenario, with what it rests on as it is now."""
        self.last = self.workspace.approve(self.name, reason, self.inputs.check)

    def restore(self, plan: Plan, cell: Cell, seq: int, reason: str) -> Plan:
        """Put back what stood in a cell after the command numbered ``seq``."""
        self.last = self.workspace.restore(self.name, cell, seq, reason, check=self.inputs.check)
        return self._as_seen_by(plan)

    def reload(self, plan: Plan) -> Plan:
        """The scenario as it stands now, with what others changed."""
        return self._as_seen_by(plan)

    def _as_seen_by(self, plan: Plan) -> Plan:
        found = self.workspace.snapshot(self.name)
        self.revision, self.made = found.revision, found.at
        self._seen = decisions(found.cells)
        self.copies = self.inputs.copies(found.cells, self._exact)
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


def begin(
    workspace: Workspace, name: str, plan: Plan, reason: str = "", inputs: Inputs | None = None
) -> Command:
    """A new scenario that starts as a plan, with what that rests on."""
    cells = cells_of(plan)
    recorded = (inputs or NoInputs()).check(cells)
    return workspace.create(name, differences({}, cells | recorded), reason)


def kept_at(
    workspace: Workspace,
    name: str,
    revision: int | None = None,
    as_of: date | None = None,
    inputs: Inputs | None = None,
) -> Kept:
    """A scenario's plan after a revision, for a report.

    Without ``as_of`` a named revision and an approved scenario are judged on the day that was
    recorded with them (:data:`DAY`), else on the one on which they were made, so that they give
    the same report on any day; the present state is judged today.
    """
    found = workspace.snapshot(name, revision)
    exact = revision is not None or found.scenario.frozen
    day = as_of or date.today()
    if exact and as_of is None:
        day = date.fromisoformat(found.cells.get(DAY) or found.at.date().isoformat())
    plan = plan_of(decisions(found.cells), scenario=name, revision=found.revision, as_of=day)
    return Kept(plan, (inputs or NoInputs()).copies(found.cells, exact), found.cells, exact)
