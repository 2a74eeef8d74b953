"""What every panel is made of: a heading, an error area, controls, a chart, a table."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import ipywidgets as widgets

from workbench.domain.changes import Cell
from workbench.domain.errors import InputError, WorkbenchError
from workbench.figures.cells import cell_name
from workbench.figures.moments import moment
from workbench.figures.view import View, render
from workbench.widgets.ahead import drawn
from workbench.widgets.chart import Chart
from workbench.widgets.grid import Grid
from workbench.widgets.state import PlanState, reported

AS_SAID = "{text}"
"""Carries a text that is already in the page's language to a grid."""


class Panel:
    """One topic on screen: build controls, link to the state, redraw by one view.

    Subclasses set :attr:`depends` and :meth:`view`, and may add controls.

    Parameters
    ----------
    state
        Shared with the other panels.
    readonly
        Show, but don't let anyone edit.

    Attributes
    ----------
    widget
        What to display.
    """

    depends: frozenset[str] = frozenset(
        [
            "market",
            "markets",
            "industry",
            "product",
            "competitors",
            "levels",
            "answers",
            "as_of",
            "channel_weights",
            "floors",
            "caps",
            "advert",
        ]
    )
    """Fields of the plan whose change asks for a redraw."""

    def __init__(self, state: PlanState, readonly: bool = False) -> None:
        self.state = state
        self.readonly = readonly
        self._heading = widgets.HTML()
        self._error = widgets.HTML(layout={"display": "none"})
        self._caption, self._source = widgets.HTML(), widgets.HTML()
        self._chart = Chart(lang=state.plan.lang)
        self._body = widgets.HTML()
        self._drawn = widgets.VBox([self._caption, self._chart, self._source])
        self._controls = [] if readonly else self.controls()
        self.widget = widgets.VBox(self.arranged())
        self.widget.add_class("wb-panel")
        state.on_change(self._on_change)
        self.redraw()
        self.lock(state.locked)

    def controls(self) -> list[widgets.Widget]:
        """What can be edited; a panel that only shows has none."""
        return []

    def arranged(self) -> list[widgets.Widget]:
        """The parts from top to bottom."""
        return [self._heading, self._error, *self._controls, self._drawn, self._body]

    def lock(self, locked: bool) -> None:
        """Take the controls out of use, or back into it: an approved scenario can't change."""
        for control in _below(self._controls):
            if isinstance(control, Grid):
                control.readonly = locked
            elif control.has_trait("disabled"):
                control.disabled = locked

    def view(self) -> View:
        """The topic under the plan as it stands."""
        raise TypeError(f"{type(self).__name__} must say what it shows")

    def redraw(self) -> None:
        """Draw the topic anew; an error is shown in the panel's error area."""
        with reported(self.report):
            if self.readonly:  # then nothing but plan and files has a say
                plan, copies = self.state.plan, self.state.copies
                self._show(drawn(type(self).__qualname__, plan, copies, self.view))
            else:
                self._show(self.view())

    def static(self) -> str:
        """The topic as HTML that needs no kernel: what a brief prints."""
        view = self.view()
        caption = view.drawing.finding if view.drawing else ""
        return render("static", self.state.t, title=view.title, caption=caption, html=view.html)

    def get_state(self) -> dict[str, Any]:
        """The panel's state as JSON primitives: the plan that it shows."""
        return self.state.to_json()

    def set_state(self, record: dict[str, Any]) -> None:
        """Take over a state from :meth:`get_state`."""
        self.state.from_json(record)

    def report(self, error: WorkbenchError | None) -> None:
        """Show an error in the panel, or clear it."""
        self._error.layout.display = "none" if error is None else ""
        self._error.value = (
            ""
            if error is None
            else render("error", self.state.t, text=self.state.t.error(self.named(error)))
        )

    def named(self, error: WorkbenchError) -> WorkbenchError:
        """The error with cells by the names that the page shows."""
        t, portfolio = self.state.t, self.state.portfolio
        values = {
            name: cell_name(portfolio, value, t) if isinstance(value, Cell) else value
            for name, value in error.values.items()
        }
        return type(error)(error.msgid, **values)

    def guarded(self, callback: Callable[..., Any]) -> Callable[..., None]:
        """``callback`` such that what goes wrong in it is shown in the panel."""

        def run(*arguments: Any) -> None:
            with reported(self.report):
                callback(*arguments)

        return run

    def take_edits(self, grid: Grid, callback: Callable[[list[dict[str, Any]]], Any]) -> None:
        """Let ``callback`` take over what is edited in ``grid``.

        What it refuses is rolled back by the grid; the reason stands in the panel and at the cells,
        and calls a row as the grid does.
        """

        def run(edits: list[dict[str, Any]]) -> None:
            refusals: list[WorkbenchError] = []

            def report(error: WorkbenchError | None) -> None:
                self.report(error)
                refusals.extend([error] if error else [])

            with reported(report):
                try:
                    callback(edits)
                except InputError as refused:
                    raise self._by_name(refused, grid) from refused
            for error in map(self.named, refusals):
                raise InputError(AS_SAID, text=self.state.t.error(error))

        grid.on_edit(run)

    def signed(self, table: str, key: str) -> str:
        """Who set a cell and when, for its title; empty where nobody did, or nobody knows."""
        found = self.state.author(Cell(table, key))
        if found is None:
            return ""
        t = self.state.t
        return t("Set by {who}, {moment}", who=found.who, moment=moment(found.at, t))

    def _by_name(self, error: InputError, grid: Grid) -> InputError:
        """The error with names of rows for their ids, which the page doesn't show."""
        names = {row["id"]: row["name"] for row in grid.rows if "name" in row}

        def named(value: Any) -> Any:
            parts = value.split(", ") if isinstance(value, str) else []
            if not parts or not names.keys() >= set(parts):
                return value
            return self.state.t.listing([names[part] for part in parts])

        values = {key: named(value) for key, value in error.values.items()}
        return type(error)(error.msgid, **values)

    def _on_change(self, changed: frozenset[str]) -> None:
        if changed & (self.depends | {"scenario"}):
            self.redraw()
        self.lock(self.state.locked)

    def _show(self, view: View) -> None:
        self._heading.value = render("heading", self.state.t, topic=view.topic, title=view.title)
        self._body.value = render("body", self.state.t, html=view.html)
        if view.drawing is None:
            self._drawn.layout.display = "none"
            return
        drawing = view.drawing
        self._drawn.layout.display = ""
        self._caption.value = render("caption", self.state.t, text=drawing.finding)
        self._source.value = render("source", self.state.t, text=drawing.source)
        self._chart.height = int(drawing.figure.layout.height)
        self._chart.show(drawing.figure, drawing.alt)


def _below(parts: Iterable[widgets.Widget]) -> Iterator[widgets.Widget]:
    """Some widgets and all inside them."""
    for part in parts:
        yield part
        yield from _below(getattr(part, "children", ()))
