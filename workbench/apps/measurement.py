"""Attribution of a programme's events, read-only: models, roles, incremental list (A5)."""

import os
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl

import ipywidgets as widgets

from workbench.apps._opening import NOTHING, Column, in_page_language, styles
from workbench.domain.errors import InputError
from workbench.domain.events import COUNTED
from workbench.domain.question import FIELDS, Question, question_of, texts_of, window
from workbench.domain.question import seconds as seconds_of
from workbench.domain.text import T_
from workbench.figures.view import render
from workbench.locale import Translator, word
from workbench.reports.brief import set_in
from workbench.sources.measuring import Ground, ground, markets_in, measured
from workbench.widgets.measure_state import MeasureState
from workbench.widgets.measured import IncrementalPanel, ModelsPanel, RolesPanel, TotalsPanel
from workbench.widgets.state import reported
from workbench.widgets.url import Query

PARAMETERS = (*FIELDS, "lang", "events")
PANELS = (TotalsPanel, ModelsPanel, RolesPanel, IncrementalPanel)
WINDOWS = ("7d", "14d", "30d", "60d", "90d", "all")
MODELS = ("u_shaped", "position", "time_decay", "linear", "shapley", "markov_1", "first", "last")
STATUSES = (COUNTED, ("approved", "paid"), ("paid",), ("reversed",))
Options = list[tuple[str, Any]]


def by_options(t: Translator, _events: Ground) -> Options:
    """What credits can be grouped by."""
    return [(t("Partner"), "partner"), (t("Channel"), "channel"), (t("Country"), "country")]


def model_options(t: Translator, _events: Ground) -> Options:
    """Models of the incremental list."""
    return [(word(t, "model", model), model) for model in MODELS]


def window_options(t: Translator, _events: Ground) -> Options:
    """Lookback windows."""
    days = [(t("{count} days", count=name[:-1]), seconds_of(name)) for name in WINDOWS[:-1]]
    return [*days, (t("any time before"), None)]


def status_options(t: Translator, _events: Ground) -> Options:
    """Which orders count."""
    return [
        (t.listing([word(t, "order_status", status) for status in each]), each) for each in STATUSES
    ]


def market_choices(t: Translator, events: Ground) -> Options:
    """All markets together, and each that has conversions."""
    named = [(f"{t.market(code)} ({code})", code) for code in markets_in(events)]
    return [(t("all markets"), None), *named]


CHOICES: tuple[
    tuple[str, Callable[[Translator], str], Callable[[Translator, Ground], Options]], ...
] = (
    ("market", lambda t: t("Market"), market_choices),
    ("by", lambda t: t("Credits by"), by_options),
    ("lookback", lambda t: t("Window before a conversion"), window_options),
    ("statuses", lambda t: t("Orders that count"), status_options),
    ("model", lambda t: t("Model of the incremental list"), model_options),
)
ADDRESS = {
    "market": "market",
    "by": "by",
    "lookback": "lookback",
    "statuses": "status",
    "model": "model",
}
"""Field of the question -> its name in the address."""


class MeasurementPage:
    """The measurement page.

    Attributes
    ----------
    state, panels, choices, address, widget
        The question with its answer; the panels in order; a list to choose from by field; what
        writes the address; what to display.
    """

    def __init__(self, state: MeasureState, events: Ground) -> None:
        self.state = state
        t = state.t
        self.panels = [panel(state, readonly=True) for panel in PANELS]
        self.choices = {
            field: self._choice(field, label(t), options(t, events))
            for field, label, options in CHOICES
        }
        self.address = self._address()
        bar = widgets.HBox(list(self.choices.values()))
        bar.add_class("wb-choices")
        head = render("page_head", t, title=title(t), subtitle=subtitle(t))
        self.widget = Column(
            [
                styles(),
                widgets.HTML(head),
                bar,
                self.address,
                *(panel.widget for panel in self.panels),
            ]
        )

    def _choice(self, field: str, label: str, options: Options) -> widgets.Dropdown:
        """A drop-down list bound to one field of the question, both ways."""
        # ipywidgets shows an empty box for None, so a text stands for it there.
        options = [(text, NOTHING if value is None else value) for text, value in options]

        def asked_now() -> Any:
            value = getattr(self.state.question, field)
            return NOTHING if value is None else value

        current = asked_now()
        if current not in [value for _, value in options]:
            options = [*options, (written(field, current), current)]
        box = widgets.Dropdown(
            description=label,
            options=options,
            value=current,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )

        def chosen(change: Any) -> None:
            with reported(self.panels[0].report):
                self.state.change(**{field: None if change["new"] == NOTHING else change["new"]})
            box.value = asked_now()  # what stands, also after a refusal

        def follow(changed: frozenset[str]) -> None:
            if field in changed:
                box.value = asked_now()

        box.observe(chosen, "value")
        self.state.on_change(follow)
        return box

    def _address(self) -> Query:
        query = Query()

        def write(_changed: frozenset[str] = frozenset()) -> None:
            query.query = {**texts_of(self.state.question), "lang": self.state.lang}

        self.state.on_change(write)
        write()
        return query


def written(field: str, value: Any) -> str:
    """A value of the question as the address has it."""
    if field == "lookback":
        return window(value)
    if value is None:
        return ""
    return ",".join(value) if isinstance(value, tuple) else str(value)


def title(t: Translator) -> str:
    """The page's heading."""
    return t("Measurement")


def subtitle(t: Translator) -> str:
    """The line below it."""
    return t("Which partner or channel gets credit for which order, by every model side by side")


def asked(namespace: Mapping[str, Any], query: str) -> tuple[Ground, Question, str]:
    """Events, question and language: the notebook's parameters, over them the address.

    A folder is named by the notebook or the environment only, never by the address.

    Raises
    ------
    InputError
        If a parameter or a name in the address is unknown, or a value can't be read.
    """
    values = set_in(namespace)
    for name in values:
        if name not in PARAMETERS:
            close = get_close_matches(name, PARAMETERS, 1)
            raise InputError(
                "Unknown parameter {name!r}{hint}; allowed are: {names}.",
                name=name,
                hint=T_(" (did you mean {close!r}?)", close=close[0]) if close else "",
                names=", ".join(PARAMETERS),
            )
    given = {name: str(value) for name, value in values.items() if value not in (None, "")}
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name not in (*FIELDS, "lang"):
            raise InputError(
                "Unknown name {name!r} in the address; names are: {known}.",
                name=name,
                known=", ".join((*FIELDS, "lang")),
            )
        given[name] = text
    lang = "en" if given.pop("lang", "zh").lower().startswith("en") else "zh"
    return ground(given.pop("events", None)), question_of(given), lang


@in_page_language
def open_measurement(namespace: Mapping[str, Any]) -> widgets.Widget:
    """The measurement page for a notebook's parameters and the page's address."""
    from workbench.locale import translator

    events, question, lang = asked(namespace, os.environ.get("QUERY_STRING", ""))
    source = translator(lang).text(events.source)
    state = MeasureState(question, lambda each: measured(events, each), source, lang)
    return MeasurementPage(state, events).widget
