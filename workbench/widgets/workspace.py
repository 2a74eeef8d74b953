"""Where changes are kept: undo and redo, scenarios, approval (W6)."""

from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as widgets

from workbench.domain.changes import Cell, cells_of, differences
from workbench.domain.errors import ConflictError, InputError
from workbench.domain.plan import Plan
from workbench.figures import workspace
from workbench.figures.cells import cell_name
from workbench.figures.view import View, render
from workbench.store.plans import ScenarioStore
from workbench.store.stacks import LEFT
from workbench.widgets._panel import Panel
from workbench.widgets.state import reported
from workbench.widgets.why import WhyFields

MOST_NAMED = 4
"""Cells that a note names; of more it says the number."""


class WorkspacePanel(Panel):
    """The state of the scenario and what can be done with it as a whole.

    For a state whose store is a scenario of the workspace (:attr:`PlanState.kept`).
    """

    depends = frozenset(["scenario", "revision"])
    links: tuple[str, ...] = ("todo", "comparison", "history")
    """Topics of panels further down, which the status line leads to."""

    def controls(self) -> list[widgets.Widget]:
        """Status, undo, redo, reload; scenarios; the reason for what is changed next."""
        t = self.state.t
        self.note, self._filling = "", False
        self.status = widgets.HTML()
        self.status.add_class("wb-live")
        self.undo = self._button(t("Undo"), self._undo)
        self.redo = self._button(t("Redo"), self._redo)
        self.undo.tooltip = t("Takes your last change back, in whichever panel you made it.")
        self.redo.tooltip = t("Makes the change again that you took back last.")
        self.leave = self._button(t("Leave that as it is, go on with the rest"), self._leave)
        self.leave.layout.display = "none"
        self.reload = self._button(t("Show what others changed"), self._reload)
        self.scenario = widgets.Dropdown(
            description=t("Scenario"), style={"description_width": "initial"}
        )
        self.scenario.observe(self._chosen, "value")
        self.state.observe(lambda _change: self.redraw(), "saved")
        self.name = widgets.Text(
            description=t("New scenario"),
            style={"description_width": "initial"},
            placeholder=t("its name"),
        )
        self.branch = self._button(t("Branch"), self._branch)
        self.approve = self._button(t("Approve and freeze"), self._approve)
        self.cancel = self._button(t("Don't approve"), self._disarm)
        self.why = WhyFields(self.state)
        self.editing = widgets.HBox([self.undo, self.redo, self.leave, self.reload])
        self.branching = widgets.HBox([self.name, self.branch])
        self.approving = widgets.HBox([self.approve, self.cancel])
        choosing = widgets.HBox([self.scenario, self.approving, self.branching])
        return [self.status, self.editing, choosing, self.why.widget]

    def arranged(self) -> list[widgets.Widget]:
        """The status line stands first; there is nothing below the controls."""
        return [self._heading, self._error, *self._controls]

    def view(self) -> View:
        """The status line."""
        t, kept = self.state.t, self._kept()
        (last,) = kept.workspace.commands(kept.name, limit=1)
        hints = []
        if self.state.locked:
            hints.append(
                t("This scenario is approved and can't change; branch from it, and go on there.")
            )
        elif self.state.saved == "kept":
            hints.append(t("What you changed here is in this page only, and saved nowhere."))
        elif kept.workspace.who is None:
            hints.append(t("You can look around here; what you change stays in this page."))
        view = workspace.view(
            t, last.kind, last.at, last.who, kept.name, last.revision, self.note, hints, self.links
        )
        self.note = ""
        return view

    def redraw(self) -> None:
        """The status line, and which buttons can be pressed."""
        with reported(self.report):
            self.show(self.view())
            kept = self._kept()
            tops = kept.workspace.tops(kept.name)
            self.undo.disabled, self.redo.disabled = tops.undo is None, tops.redo is None
            self._offer()
            self._disarm()
            self.leave.layout.display = "none"

    def lock(self, locked: bool) -> None:
        """A scenario that is approved can be left, and branched from; a viewer does neither."""
        writing = self._kept().workspace.who is not None
        for part, shown in (
            (self.undo, writing and not locked),
            (self.redo, writing and not locked),
            (self.approving, writing and not locked),
            (self.branching, writing),
            (self.why.widget, writing and not locked),
        ):
            part.layout.display = "" if shown else "none"

    def show(self, view: View) -> None:
        """Heading and status line."""
        self._heading.value = render("heading", self.state.t, topic=view.topic, title=view.title)
        self.status.value = render("body", self.state.t, html=view.html)

    def _kept(self) -> ScenarioStore:
        if self.state.kept is None:
            raise InputError(
                "There are no scenarios beside a plan file; open the workspace instead."
            )
        return self.state.kept

    def _button(self, label: str, callback: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=label, layout={"width": "auto"})
        button.on_click(self.guarded(lambda _button: callback()))
        return button

    def _undo(self) -> None:
        self._step(self._kept().undo)

    def _redo(self) -> None:
        self._step(self._kept().redo)

    def _leave(self) -> None:
        self._step(self._refused, skip=True)

    def _step(self, act: Callable[[Plan, bool], Plan], skip: bool = False) -> None:
        """Undo or redo, and say which cells that was: they may be far from what is on screen."""
        t = self.state.t
        try:
            plan = act(self.state.plan, skip)
        except ConflictError as met:
            self._refused = act
            self.leave.layout.display = ""
            raise ConflictError(
                "{cell} was changed meanwhile by {who} at {time}, so that your own change of it "
                "can be neither taken back nor made again. Nothing was saved.",
                **met.values,
            ) from met
        self.state.take(plan)
        last = self._kept().last
        if last is None:
            return
        left = [Cell(*cell) for cell in last.details.get(LEFT, ())]
        self.note = " · ".join(
            [
                *([self._named(one.cell for one in last.decisions)] if last.decisions else []),
                *([t("left as it is: {cells}", cells=self._named(left))] if left else []),
            ]
        )
        self.redraw()

    def _named(self, cells: Iterable[Cell]) -> str:
        """A few cells by name, of more the number."""
        t = self.state.t
        names = [cell_name(self.state.portfolio, cell, t) for cell in cells]
        if len(names) > MOST_NAMED:
            return t.n("{count} cell", "{count} cells", len(names))
        return t.listing(names)

    def _reload(self) -> None:
        t, kept, before = self.state.t, self._kept(), cells_of(self.state.plan)
        if kept.workspace.scenario(kept.name).frozen:
            self.state.switch(kept.name)
        else:
            self.state.take(kept.reload(self.state.plan))
        changed = differences(before, cells_of(self.state.plan))
        names = [cell_name(self.state.portfolio, one.cell, t) for one in changed]
        if not names:
            self.note = t("nothing has changed since")
        elif len(names) <= MOST_NAMED:
            self.note = t("changed by others: {cells}", cells=t.listing(names))
        else:
            self.note = t.n(
                "{count} cell changed by others", "{count} cells changed by others", len(names)
            )
        self.redraw()

    def _offer(self) -> None:
        """The scenarios, the one that is shown among them."""
        kept = self._kept()
        names = tuple(one.name for one in kept.workspace.scenarios())
        self._filling = True
        if self.scenario.options != names:
            self.scenario.options = names
        self.scenario.value = kept.name
        self._filling = False

    def _chosen(self, change: Any) -> None:
        if self._filling:
            return
        with reported(self.report):
            try:
                self.state.switch(change["new"])
            finally:
                self._offer()  # what stands, also after a refusal

    def _branch(self) -> None:
        kept, name = self._kept(), self.name.value.strip()
        kept.workspace.branch(kept.name, name, reason=self.state.why.reason)
        self.name.value = ""
        self.state.switch(name)

    def _approve(self) -> None:
        t, kept = self.state.t, self._kept()
        if self.cancel.layout.display == "none":  # the first click asks, the second one does it
            self.approve.description = t("Yes, approve: it can't be changed any more")
            self.approve.button_style = "danger"
            self.cancel.layout.display = ""
            return
        kept.approve(self.state.why.reason)
        self.state.switch(kept.name)

    def _disarm(self) -> None:
        self.approve.description = self.state.t("Approve and freeze")
        self.approve.button_style = ""
        self.cancel.layout.display = "none"
