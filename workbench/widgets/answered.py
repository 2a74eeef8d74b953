"""The panels of a page that answers questions: each shows one view of the answer."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from workbench.figures.view import View
from workbench.widgets._topic import TopicPanel
from workbench.widgets.answer_state import AnswerState
from workbench.widgets.state import reported

Draw = Callable[[AnswerState[Any, Any]], View]
Guard = Callable[[Callable[..., Any]], Callable[..., None]]
Control = Callable[[AnswerState[Any, Any], Guard], list[widgets.Widget]]


class AnswerPanel(TopicPanel):
    """One view of the answer, drawn anew with every other question.

    Parameters
    ----------
    state
        Shared with the other panels.
    draw
        Makes the view; the page's twin calls it too.
    control
        Makes what stands above the view, such as a field for a number; errors go to the panel.
    """

    state: AnswerState[Any, Any]

    def __init__(
        self, state: AnswerState[Any, Any], draw: Draw, control: Control | None = None
    ) -> None:
        self._draw, self._control = draw, control
        self.depends = frozenset(vars(state.question))
        super().__init__(state)

    def controls(self) -> list[widgets.Widget]:
        """What was asked for."""
        return self._control(self.state, self.guarded) if self._control else []

    def redraw(self) -> None:
        """Draw anew; what can't be drawn leaves nothing of the answer before it."""
        with reported(self.report):
            try:
                view = self.view()
            except Exception:
                self._body.value = ""
                self._drawn.layout.display = "none"
                raise
            self.show(view)

    def view(self) -> View:
        """What the page shows of the answer."""
        return self._draw(self.state)
