"""One topic on screen, whatever state it shows: a heading, an error area, a chart, a table."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import ipywidgets as widgets

from workbench.domain.errors import WorkbenchError
from workbench.figures.view import View, render
from workbench.locale import Translator
from workbench.widgets.chart import Chart
from workbench.widgets.grid import Grid
from workbench.widgets.state import reported


class Shared(Protocol):
    """What a panel asks of the state that it shares with others."""

    @property
    def t(self) -> Translator:
        """The language."""

    @property
    def locked(self) -> bool:
        """Whether nothing can be changed."""

    def on_change(self, callback: Callable[[frozenset[str]], None]) -> None:
        """Call ``callback`` with the names of the fields that changed."""


class TopicPanel:
    """Build controls, link to the state, redraw by one view.

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

    depends: frozenset[str] = frozenset()
    """Fields of the state whose change asks for a redraw."""

    def __init__(self, state: Any, readonly: bool = False) -> None:
        self.state = state
        self.readonly = readonly
        self._heading = widgets.HTML()
        self._error = widgets.HTML(layout={"display": "none"})
        self._caption, self._source = widgets.HTML(), widgets.HTML()
        self._chart = Chart(lang=state.t.lang)
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
        """The topic under the state as it stands."""
        raise TypeError(f"{type(self).__name__} must say what it shows")

    def redraw(self) -> None:
        """Draw the topic anew; an error is shown in the panel's error area."""
        with reported(self.report):
            self.show(self.view())

    def static(self) -> str:
        """The topic as HTML that needs no kernel: what a brief prints."""
        view = self.view()
        caption = view.drawing.finding if view.drawing else ""
        return render("static", self.state.t, title=view.title, caption=caption, html=view.html)

    def report(self, error: WorkbenchError | None) -> None:
        """Show an error in the panel, or clear it."""
        self._error.layout.display = "none" if error is None else ""
        self._error.value = (
            ""
            if error is None
            else render("error", self.state.t, text=self.state.t.error(self.named(error)))
        )

    def named(self, error: WorkbenchError) -> WorkbenchError:
        """The error as it is to be shown."""
        return error

    def guarded(self, callback: Callable[..., Any]) -> Callable[..., None]:
        """``callback`` such that what goes wrong in it is shown in the panel."""

        def run(*arguments: Any) -> None:
            with reported(self.report):
                callback(*arguments)

        return run

    def show(self, view: View) -> None:
        """Put a view on screen."""
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

    def _on_change(self, changed: frozenset[str]) -> None:
        if changed & (self.depends | {"scenario"}):
            self.redraw()
        self.lock(self.state.locked)


def _below(parts: Iterable[widgets.Widget]) -> Iterator[widgets.Widget]:
    """Some widgets and all inside them."""
    for part in parts:
        yield part
        yield from _below(getattr(part, "children", ()))
