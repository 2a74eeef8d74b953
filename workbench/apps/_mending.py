"""A scenario whose plan can't be used: the page says why, and offers the ways back (W6).

The tables may no longer know a cell, or a file that the plan names is gone from every place. What
is left of the planner then is undo, the history of each cell, and the choice of another scenario.
"""

from collections.abc import Callable, Mapping

import ipywidgets as widgets
import traitlets

from workbench.apps._opening import follow_address, heading, styles
from workbench.domain.changes import INPUTS, VIEW_FIELDS, Cells
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.plan import Plan
from workbench.figures.view import render
from workbench.sources.inputs import OwnFiles
from workbench.sources.opening import usable
from workbench.store import Workspace
from workbench.store.plans import ScenarioStore
from workbench.widgets.history import HistoryPanel
from workbench.widgets.state import PlanState
from workbench.widgets.workspace import WorkspacePanel


def fault_of(store: ScenarioStore) -> WorkbenchError | None:
    """Why a scenario's plan can't be used; None: it can."""
    try:
        usable(store.load(), store.copies)
    except WorkbenchError as fault:
        return fault
    return None


class EveryStep:
    """Holds nothing against a change: the way back may lead over plans that can't be used."""

    def check(self, cells: Cells) -> Cells:
        """What is recorded stays."""
        return {cell: value for cell, value in cells.items() if cell.table == INPUTS}

    def copies(self, cells: Cells, exact: bool = False) -> Mapping[str, str]:
        """None: nothing is read."""
        return {}


class _Unusable(ScenarioStore):
    """A scenario that can be changed but not shown: whatever it holds, ``plan`` is shown."""

    def __init__(self, store: ScenarioStore, plan: Plan) -> None:
        super().__init__(store.workspace, store.name, inputs=EveryStep())
        self._plan = plan

    def load(self) -> Plan:
        """The plan that is shown in place of the scenario's."""
        return self._plan.but(scenario=self.name, revision=self.revision)

    def look(self, plan: Plan) -> None:
        """Nothing to do: the scenario isn't shown."""

    def approve(self, reason: str) -> None:
        """Refuse, with what is wrong: nobody approves a plan that can't be used."""
        self.last = self.workspace.approve(self.name, reason, OwnFiles().check)

    def _as_seen_by(self, plan: Plan) -> Plan:
        self.revision = self.workspace.scenario(self.name).revision
        return self.load()


class MendingState(PlanState):
    """The state of a page whose scenario can't be shown; its plan says how it is looked at only.

    Parameters
    ----------
    store
        The scenario.
    plan
        Gives the market, the language and the day.
    fault
        See :attr:`fault`.
    """

    fault = traitlets.Instance(WorkbenchError, allow_none=True)
    """Why it can't be shown; None: it can again, after a step back or a change of scenario."""

    def __init__(self, store: ScenarioStore, plan: Plan, fault: WorkbenchError) -> None:
        self._blank = Plan(**{name: getattr(plan, name) for name in VIEW_FIELDS})
        unusable = _Unusable(store, self._blank)
        super().__init__(unusable.load(), unusable)
        self.fault = fault

    def take(self, plan: Plan, saved: str = "saved") -> None:
        """After a step: show the scenario, if that is possible now."""
        self.switch(plan.scenario)

    def switch(self, name: str) -> None:
        """Show another scenario, or the same one anew, if that is possible; mend it if not."""
        store = ScenarioStore(self._workspace, name, inputs=OwnFiles())
        fault = fault_of(store)
        if fault is None:
            super().switch(name)
        else:
            self.store = _Unusable(store, self._blank)
            self.scenario = self._workspace.scenario(name)
            self._take(self.store.load(), self.portfolio, "")
        self.fault = fault

    @property
    def _workspace(self) -> Workspace:
        if self.kept is None:
            raise InputError(
                "There are no scenarios beside a plan file; open the workspace instead."
            )
        return self.kept.workspace


class _Ways(WorkspacePanel):
    """The workspace's panel on a page that has only the history below it."""

    links = ("history",)


class MendingPage:
    """What is wrong, and the ways back; in its place the planner, once the scenario can be shown.

    Parameters
    ----------
    planner
        Makes the planner's page over a state.

    Attributes
    ----------
    panels
        Topic -> panel.
    widget
        What to display.
    """

    def __init__(self, state: MendingState, planner: Callable[[PlanState], widgets.Widget]) -> None:
        self.state, self._planner = state, planner
        t = state.t
        self.panels = {"workspace": _Ways(state), "history": HistoryPanel(state)}
        self.said = widgets.HTML()
        advice = t.sentences(
            t("This scenario can't be shown as it stands."),
            t(
                "Take the last change back, put an earlier value back from the history of a cell, "
                "or choose another scenario. The planner opens as soon as the scenario can be "
                "shown."
            ),
        )
        self.widget = widgets.VBox(
            [
                styles(),
                heading(t("Planner"), advice, state.plan),
                self.said,
                follow_address(state, "scenario", "market", "lang"),
                *(panel.widget for panel in self.panels.values()),
            ]
        )
        state.observe(self._follow, "fault")
        self._follow()

    def _follow(self, _change: object = None) -> None:
        state = self.state
        if state.fault is None:
            self.said.value = ""
            self.widget.children = [self._planner(PlanState(state.plan, state.store))]
            return
        fault = self.panels["workspace"].named(state.fault)
        self.said.value = render("error", state.t, text=state.t.error(fault))
