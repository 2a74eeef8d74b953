"""Attribution of a programme's events, read-only: models, roles, incremental list (A5)."""

import os
from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from workbench.apps._asking import AskingApp, AskingPage, Choice, Options, Topic, may_keep
from workbench.apps._event_choices import (
    currency_options,
    left_out,
    market_options,
    status_options,
)
from workbench.apps._opening import in_page_language, under_voila
from workbench.domain.errors import InputError
from workbench.domain.question import FIELDS, Question, question_of, texts_of, window
from workbench.domain.question import seconds as seconds_of
from workbench.figures import attribution
from workbench.figures.view import View
from workbench.locale import Translator, word
from workbench.sources.ground import Ground
from workbench.sources.lift_tests import lift_test_of
from workbench.sources.measuring import (
    lift_faults,
    lift_tests,
    measured,
    sources_in,
)
from workbench.widgets.answer_state import AnswerState
from workbench.widgets.answered import Guard

WINDOWS = ("7d", "14d", "30d", "60d", "90d", "all")
MODELS = ("u_shaped", "position", "time_decay", "linear", "shapley", "markov_1", "first", "last")


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


def source_options(t: Translator, events: Ground) -> Options:
    """The exports that orders come from: one of them, where several may report the same orders."""
    named = [(name, name) for name in sources_in(events)]
    return [(t("all exports"), None), *named] if len(named) > 1 else []


def read(texts: Mapping[str, str], _events: Ground) -> Question:
    """A question from texts.

    Raises
    ------
    InputError
        If a text can't be read or the question makes no sense.
    """
    return question_of(texts)


def totals(state: AnswerState[Any, Any]) -> View:
    """What was measured, and where the events come from."""
    t, question, events = state.t, state.question, state.events()
    said = [state.source, left_out(events, question.market, question.currency, t)]
    carried = {one.test.name for one in state.answer.calibrations}
    names = state.answer.credited.names
    lost = [
        test.name
        for test in lift_tests(events)
        if test.name not in carried and (test.name in names or question.by == "partner")
    ]
    if lost and question.market is None:
        said.append(
            t(
                "Lift tests that can't be carried over to these credits: {names}.",
                names=t.listing(lost),
            )
        )
    for name, error in lift_faults(events).items():
        said.append(t("Lift tests left out, {file}: {why}", file=name, why=t.error(error)))
    return attribution.totals_view(state.answer, t.sentences(*filter(None, said)), t)


def lift_form(state: AnswerState[Any, Any], guard: Guard) -> list[widgets.Widget]:
    """Where a strategist enters a lift test; a leader's page, and invented events, have none."""
    from workbench.sources.programme_files import save_lift_test

    if not may_keep(state):
        return []
    t = state.t
    labels = {
        "name": t("Name"),
        "start": t("First day"),
        "end": t("Last day"),
        "conversions": t("Additional conversions"),
        "low": t("at least"),
        "high": t("at most"),
        "note": t("How it was tested"),
    }
    fields = {
        name: widgets.Text(
            description=label,
            placeholder="2026-03-01" if name in ("start", "end") else "",
            style={"description_width": "initial"},
            layout={"width": "240px"},
        )
        for name, label in labels.items()
    }
    button = widgets.Button(description=t("Keep this lift test"), layout={"width": "auto"})

    def keep(_button: Any) -> None:
        given = {name: field.value.strip() for name, field in fields.items()}
        test = lift_test_of(given)
        if test.name not in state.answer.credited.names:
            raise InputError(
                "The lift test names {name}, which has no touchpoint here; check the spelling.",
                name=test.name,
            )
        save_lift_test(state.events(), test)
        for field in fields.values():
            field.value = ""
        state.again()

    button.on_click(guard(keep))
    row = widgets.HBox([*fields.values(), button], layout={"flex_flow": "row wrap"})
    return [widgets.Accordion([row], titles=(t("Enter a lift test"),), selected_index=None)]


CHOICES = (
    Choice("market", "market", lambda t: t("Market"), market_options),
    Choice("by", "by", lambda t: t("Credits by"), by_options),
    Choice("lookback", "lookback", lambda t: t("Window before a conversion"), window_options,
           window),
    Choice("statuses", "status", lambda t: t("Orders that count"), status_options, ",".join),
    Choice("currency", "currency", lambda t: t("Currency"), currency_options),
    Choice("source", "source", lambda t: t("Export"), source_options),
    Choice("model", "model", lambda t: t("Model of the incremental list"), model_options),
)  # fmt: skip
APP = AskingApp(
    title=lambda t: t("Measurement"),
    subtitle=lambda t: t(
        "Which partner or channel gets credit for which order, by every model side by side"
    ),
    choices=CHOICES,
    topics=(
        Topic(totals),
        Topic(lambda state: attribution.models_view(state.answer, state.t)),
        Topic(lambda state: attribution.roles_view(state.answer, state.t)),
        Topic(lambda state: attribution.incremental_view(state.answer, state.t), lift_form),
    ),
    names=FIELDS,
    read=read,
    texts=texts_of,
    answer=measured,
)


@in_page_language
def open_measurement(namespace: Mapping[str, Any]) -> widgets.Widget:
    """The measurement page for a notebook's parameters and the page's address."""
    state, events = APP.state(namespace, os.environ.get("QUERY_STRING", ""), under_voila())
    return AskingPage(APP, state, events).widget
