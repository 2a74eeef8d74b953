"""A page that answers a question about events: choices on top, panels below, all in its address.

Such an app is data (:class:`AskingApp`), from which the live page and its static twin are made.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl

import ipywidgets as widgets
from markupsafe import Markup

from workbench.apps._opening import NOTHING, Column, styles
from workbench.domain.errors import InputError
from workbench.domain.text import T_
from workbench.figures.view import render
from workbench.locale import Translator
from workbench.reports.brief import set_in
from workbench.sources.ground import Ground, ground
from workbench.sources.plans import ROLE_VARIABLE
from workbench.widgets.answer_state import AnswerState
from workbench.widgets.answered import AnswerPanel, Control, Draw
from workbench.widgets.state import reported
from workbench.widgets.url import Query

Options = list[tuple[str, Any]]


@dataclass(frozen=True)
class Choice:
    """A list to choose from.

    Attributes
    ----------
    field
        Of the question.
    name
        In the address.
    label, options
        In a language; options as texts with values, over some events. A list with fewer than two
        isn't shown.
    written
        A value as the address has it; None: empty.
    """

    field: str
    name: str
    label: Callable[[Translator], str]
    options: Callable[[Translator, Ground], Options]
    written: Callable[[Any], str] = lambda value: "" if value is None else str(value)


@dataclass(frozen=True)
class Topic:
    """One panel of the page.

    Attributes
    ----------
    draw
        Its view.
    control
        What stands above it on the live page; None: nothing.
    """

    draw: Draw
    control: Control | None = None


@dataclass(frozen=True)
class AskingApp:
    """A page that answers a question.

    Attributes
    ----------
    title, subtitle
        In a language.
    choices, topics
        In their order.
    names
        Those of a question, in an address and among a notebook's parameters.
    read
        A question from texts by these names, over some events.
    texts
        A question's texts; what is as usual is left out.
    answer
        Over some events.
    """

    title: Callable[[Translator], str]
    subtitle: Callable[[Translator], str]
    choices: tuple[Choice, ...]
    topics: tuple[Topic, ...]
    names: tuple[str, ...]
    read: Callable[[Mapping[str, str], Ground], Any]
    texts: Callable[[Any], dict[str, str]]
    answer: Callable[[Ground, Any], Any]

    def state(
        self, namespace: Mapping[str, Any], query: str, links: bool = False
    ) -> tuple[AnswerState[Any, Any], Ground]:
        """The page's state: the notebook's parameters, over them the address; and the events.

        A folder is named by the notebook or the environment only, never by the address.

        Parameters
        ----------
        links
            Whether another question can be asked by a link to another address.

        Raises
        ------
        InputError
            If a name is unknown, or a value can't be read.
        """
        from workbench.locale import translator

        values = set_in(namespace)
        allowed = (*self.names, "lang", "events")
        for name in values:
            if name not in allowed:
                close = get_close_matches(name, allowed, 1)
                raise InputError(
                    "Unknown parameter {name!r}{hint}; allowed are: {names}.",
                    name=name,
                    hint=T_(" (did you mean {close!r}?)", close=close[0]) if close else "",
                    names=", ".join(allowed),
                )
        given = {name: str(value) for name, value in values.items() if value not in (None, "")}
        for name, text in parse_qsl(query, keep_blank_values=True):
            if name not in (*self.names, "lang"):
                raise InputError(
                    "Unknown name {name!r} in the address; names are: {known}.",
                    name=name,
                    known=", ".join((*self.names, "lang")),
                )
            given[name] = text
        lang = "en" if given.pop("lang", "zh").lower().startswith("en") else "zh"
        named = given.pop("events", None)
        events = ground(named)
        question = self.read(given, events)

        def now() -> Ground:
            """Looked at each time: an import, or a file kept beside it, shows at once."""
            found = ground(named)
            if events.folder is not None and found.folder is None:
                raise InputError(
                    "The imported events in {folder} are not there any more; bring them back, or "
                    "reload the page.",
                    folder=events.folder.name,
                )
            return found

        state = AnswerState(
            question,
            lambda each: self.answer(now(), each),
            lambda: translator(lang).text(ground(named).source),
            lang,
        )
        state.links, state.events = links, lambda: ground(named)
        return state, events

    def offered(self, t: Translator, events: Ground) -> list[tuple[Choice, Options]]:
        """The choices there are, with their options."""
        found = [(choice, choice.options(t, events)) for choice in self.choices]
        return [(choice, options) for choice, options in found if len(options) > 1]

    def twin(self, state: AnswerState[Any, Any], events: Ground) -> list[str]:
        """Head and choices of the page as HTML."""
        t = state.t
        chosen = []
        for choice, options in self.offered(t, events):
            current = choice.written(getattr(state.question, choice.field))
            offered = [(text, choice.written(value)) for text, value in options]
            if current not in [value for _, value in offered]:
                offered.append((current, current))  # as the live page does
            chosen.append(
                render(
                    "twin_selector",
                    t,
                    field=choice.name,
                    label=choice.label(t),
                    options=offered,
                    current=current,
                )
            )
        return [
            render("page_head", t, title=self.title(t), subtitle=self.subtitle(t)),
            Markup('<div class="wb-twin-row">')
            + Markup("").join(map(Markup, chosen))
            + Markup("</div>"),
        ]


def may_keep(state: AnswerState[Any, Any]) -> bool:
    """Whether something can be kept beside the events: not by viewers, not of invented events."""
    return os.environ.get(ROLE_VARIABLE) != "viewer" and state.events().folder is not None


class AskingPage:
    """The live page.

    Attributes
    ----------
    state, panels, choices, address, widget
        The question with its answer; the panels in order; a list to choose from by field; what
        writes the address; what to display.
    """

    def __init__(self, app: AskingApp, state: AnswerState[Any, Any], events: Ground) -> None:
        self.app, self.state = app, state
        t = state.t
        self.panels = [AnswerPanel(state, topic.draw, topic.control) for topic in app.topics]
        self.choices = {
            choice.field: self._list(choice, options) for choice, options in app.offered(t, events)
        }
        self.address = self._address()
        bar = widgets.HBox(list(self.choices.values()))
        bar.add_class("wb-choices")
        head = render("page_head", t, title=app.title(t), subtitle=app.subtitle(t))
        self.widget = Column(
            [
                styles(),
                widgets.HTML(head),
                bar,
                self.address,
                *(panel.widget for panel in self.panels),
            ]
        )

    def _list(self, choice: Choice, options: Options) -> widgets.Dropdown:
        """A drop-down list bound to one field of the question, both ways."""
        # ipywidgets shows an empty box for None, so a text stands for it there.
        nothing = None if any(value is None for _, value in options) else NOTHING
        options = [(text, NOTHING if value is None else value) for text, value in options]

        def shown() -> Any:
            value = getattr(self.state.question, choice.field)
            value = NOTHING if value is None else value
            if value not in [each for _, each in box.options]:
                box.options = (*box.options, (choice.written(value), value))
            return value

        box = widgets.Dropdown(
            description=choice.label(self.state.t),
            options=options,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        box.value = shown()

        def chosen(change: Any) -> None:
            value = nothing if change["new"] == NOTHING else change["new"]
            if value == getattr(self.state.question, choice.field):
                return  # put back after a refusal, which stays in sight
            with reported(self.panels[0].report):
                self.state.change(**{choice.field: value})
            box.value = shown()  # what stands, also after a refusal

        def follow(changed: frozenset[str]) -> None:
            if choice.field in changed:
                box.value = shown()

        box.observe(chosen, "value")
        self.state.on_change(follow)
        return box

    def _address(self) -> Query:
        query = Query()

        def write(_changed: frozenset[str] = frozenset()) -> None:
            query.query = {**self.app.texts(self.state.question), "lang": self.state.lang}

        self.state.on_change(write)
        write()
        return query
