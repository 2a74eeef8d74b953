"""The state of a page that answers questions: what is asked, and the answer over some events."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, Self, TypeVar

from workbench.locale import Translator, translator


class Askable(Protocol):
    """A question: a frozen dataclass whose fields can be changed."""

    def but(self, **changes: Any) -> Self:
        """The same with changes."""


Q = TypeVar("Q", bound=Askable)
A = TypeVar("A")


class AnswerState(Generic[Q, A]):
    """A question that panels share; they never link to each other.

    Parameters
    ----------
    question
        What is asked first.
    find
        Answers a question.
    source
        Where the answer comes from, in the page's language; asked whenever it is drawn.
    lang
        ``zh`` or ``en``.

    Raises
    ------
    WorkbenchError
        As ``find`` does.
    """

    locked = False
    links = False
    """Whether another question can be asked by a link to another address."""
    events: Callable[[], Any]
    """The events as they are now."""

    def __init__(
        self, question: Q, find: Callable[[Q], A], source: Callable[[], str], lang: str
    ) -> None:
        self._find, self._redraw = find, list[Callable[[frozenset[str]], None]]()
        self.question, self.answer = question, find(question)
        self._source, self.lang = source, lang

    @property
    def t(self) -> Translator:
        """The translator of the page's language."""
        return translator(self.lang)

    @property
    def source(self) -> str:
        """Where the answer comes from."""
        return self._source()

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
        answer = self._find(question)
        before, self.question, self.answer = self.question, question, answer
        self._tell(
            name for name in vars(question) if getattr(before, name) != getattr(question, name)
        )

    def again(self) -> None:
        """Ask the same once more: something beside the question has changed.

        Raises
        ------
        WorkbenchError
            If it can't be answered; then nothing is changed.
        """
        self.answer = self._find(self.question)
        self._tell(vars(self.question))

    def _tell(self, changed: Iterable[str]) -> None:
        names = frozenset(changed)
        for redraw in self._redraw:
            redraw(names)
