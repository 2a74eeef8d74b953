"""The state of a measurement page: a question, and its answer over events."""

from collections.abc import Callable
from typing import Any

from workbench.domain.answer import Answer
from workbench.domain.question import Question
from workbench.locale import Translator, translator

Measure = Callable[[Question], Answer]


class MeasureState:
    """A question that panels share; they never link to each other.

    Parameters
    ----------
    question
        What is asked first.
    measure
        Answers a question.
    source
        Where the events come from, in the page's language.
    lang
        ``zh`` or ``en``.

    Raises
    ------
    WorkbenchError
        As ``measure`` does.
    """

    locked = False

    def __init__(self, question: Question, measure: Measure, source: str, lang: str) -> None:
        self._measure, self._redraw = measure, list[Callable[[frozenset[str]], None]]()
        self.question, self.answer = question, measure(question)
        self.source, self.lang = source, lang

    @property
    def t(self) -> Translator:
        """The translator of the page's language."""
        return translator(self.lang)

    def on_change(self, callback: Callable[[frozenset[str]], None]) -> None:
        """Call ``callback`` with the names of the question's fields that changed."""
        self._redraw.append(callback)

    def change(self, **fields: Any) -> None:
        """Ask otherwise; every panel is redrawn once there is an answer.

        Raises
        ------
        WorkbenchError
            If the question makes no sense or can't be answered; then nothing is changed.
        """
        question = self.question.but(**fields)
        if question == self.question:
            return
        answer = self._measure(question)
        before, self.question, self.answer = self.question, question, answer
        changed = frozenset(
            name for name in vars(question) if getattr(before, name) != getattr(question, name)
        )
        for redraw in self._redraw:
            redraw(changed)
