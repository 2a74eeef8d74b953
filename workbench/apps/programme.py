"""A programme's figures, alerts and slow ramp, read-only (A3, A6 to A8, A12; A4 beside them)."""

import base64
import contextlib
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import ipywidgets as widgets

from workbench.apps._asking import AskingApp, AskingPage, Choice, Options, Topic, may_keep
from workbench.apps._opening import in_page_language, under_voila
from workbench.apps.measurement import (
    currency_options,
    left_out,
    market_options,
    status_options,
)
from workbench.domain.credited import said_of
from workbench.domain.errors import WorkbenchError
from workbench.domain.programme.overview import Overview
from workbench.domain.programme.views import (
    IN_ADDRESS,
    MOST_ORDERS,
    SavedView,
    texts_of_view,
    view_of_texts,
)
from workbench.domain.question import Question
from workbench.domain.text import Text
from workbench.figures import alerts, experiments, incentives, overview, ramp
from workbench.figures.effects import said
from workbench.figures.programme import Labels, column_word
from workbench.figures.view import View, render
from workbench.locale import Translator, word
from workbench.reports import incentives as replays
from workbench.sources.ground import Ground
from workbench.sources.measuring import looked_at, measured, newest_day
from workbench.sources.partner_types import load_partner_types
from workbench.sources.programme_files import kept, replayed, save_view, saved_view_of, tried
from workbench.widgets.answer_state import AnswerState
from workbench.widgets.answered import Guard
from workbench.widgets.download import Download

BY: tuple[tuple[str, ...], ...] = (
    ("type",),
    ("channel",),
    ("country",),
    ("partner",),
    ("partner_country",),
    ("contract",),
    ("tenure",),
    ("month",),
    ("type", "country"),
)
USUAL = "type"
DAYS = (30, 90, 180)
WEEKS = (1, 4, 13)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = AnswerState[SavedView, "Shown"]


class Shown:
    """What the page shows: a view's answer, and the events that the other topics need."""

    def __init__(self, events: Ground, found: Overview) -> None:
        self.events, self.found = events, found


def by_options(t: Translator, _events: Ground) -> Options:
    """What figures are split by."""
    return [(" × ".join(column_word(name, t) for name in names), names) for names in BY]


def period_options(t: Translator, events: Ground) -> Options:
    """Everything, and the last days up to the newest event: as dates, so that a link keeps them."""
    found: Options = [(t("everything"), "")]
    newest = newest_day(events)
    if newest is None:
        return found
    spans = [(days, newest - timedelta(days=days - 1)) for days in DAYS]
    named = [(t("last {count} days", count=days), f"{since}..{newest}") for days, since in spans]
    return found + named


def against_options(t: Translator, _events: Ground) -> Options:
    """What the period is held against."""
    named = [(word(t, "against", name), name) for name in ("before", "last_year")]
    return [(t("no comparison"), ""), *named]


def week_options(t: Translator, _events: Ground) -> Options:
    """Weeks that alerts are looked for in."""
    return [(t.n("{count} week", "{count} weeks", count), count) for count in WEEKS]


def file_options(kind: str) -> Any:
    """The files of a kind, by name."""

    def options(_t: Translator, events: Ground) -> Options:
        names = list(kept(events, kind))
        return [(name, name if place else "") for place, name in enumerate(names)]

    return options


def any_market(t: Translator, events: Ground) -> Options:
    """All markets together, and each that has conversions."""
    return market_options(t, events, nothing="")


def any_currency(t: Translator, events: Ground) -> Options:
    """The currencies that orders are in, where there are several."""
    return currency_options(t, events, nothing="")


def read(texts: Mapping[str, str], _events: Ground) -> SavedView:
    """A view from texts, by partner type unless it says otherwise.

    Raises
    ------
    InputError
        If a text can't be read or a value is unknown.
    """
    return view_of_texts({"by": USUAL, **{name: text for name, text in texts.items() if text}})


def written(view: SavedView) -> dict[str, str]:
    """A view's texts; ``by`` always, since a page without it is by partner type."""
    return {"by": ",", **texts_of_view(view)}


def answer(events: Ground, view: SavedView) -> Shown:
    """The view over the events."""
    return Shown(events, looked_at(events, view))


def address(state: State) -> overview.Href | None:
    """Makes the address of another view; None where links can't be followed."""
    if not state.links:
        return None
    return lambda view: "?" + urlencode({**written(view), "lang": state.lang})


def labels(t: Translator) -> Labels:
    """Names of the partner types in a language."""
    kinds = load_partner_types()
    return {"type": dict(zip(kinds["type"], kinds[f"name_{t.lang}"], strict=True))}


def head(state: State) -> View:
    """The figures of the whole programme."""
    view = state.question
    said = left_out(state.events(), view.market or None, view.currency or None, state.t)
    source = state.t.sentences(*filter(None, (state.source, said)))
    return overview.head_view(state.answer.found, source, state.t)


def saved(state: State) -> View:
    """Views that were kept."""
    t, views, faults = state.t, [], []
    for name, file in kept(state.answer.events, "views").items():
        try:
            views.append(saved_view_of(name, file))
        except WorkbenchError as error:
            faults.append(f"{file.name}: {t.error(error)}")
    return overview.saved_view(views, state.question, t, address(state), labels(t), faults)


def story(state: State) -> View:
    """The three levels for management, attribution and experiment included."""
    shown, view = state.answer, state.question
    period = view.scope.period
    question = Question(
        statuses=view.statuses,
        currency=view.currency or None,
        market=view.market or None,
        since=period.since,
        until=period.until,
    )
    credited: tuple[Text, ...] = ()
    trials: list[str] = []
    # One file that can't be read, or one order below 0, leaves the rest of the story standing.
    with contextlib.suppress(WorkbenchError):
        credited = said_of(measured(shown.events, question).credited)
    with contextlib.suppress(WorkbenchError):
        trials = said(found, state.t) if (found := tried(shown.events, view.experiment)) else []
    levels = shown.found.levels(trials, credited)
    return ramp.story_view(levels, state.t)


def figures(state: State) -> View:
    """The figures by their dimensions."""
    return overview.figures_view(state.answer.found, state.t, address(state), labels(state.t))


def alerted(state: State) -> View:
    """Alerts of the newest weeks."""
    found = state.answer.found.alerts
    if found is None:
        return View("alerts", state.t("Alerts"), render("empty", state.t, text=_none(state.t)))
    return alerts.view(found, state.t)


def trial(state: State) -> View:
    """The experiment."""
    t = state.t
    found = tried(state.answer.events, state.question.experiment)
    if found is None:
        text = t("No experiment is kept; put its table into programme/experiments.")
        return View("experiments", t("Experiment"), render("empty", t, text=text))
    return experiments.view(found, t)


def replay(state: State) -> View:
    """A plan of incentives, replayed on the programme's own orders."""
    t = state.t
    found = replayed(state.answer.events, state.question.incentives)
    title = t("Incentives replayed on past orders")
    if found is None or found.partners.empty:
        text = t("No plan of incentives is kept; put one into programme/incentives.")
        return View("incentives", title, render("empty", t, text=text))
    html = render(
        "listings",
        t,
        lead=f"{found.plan.name}: {replays.lead(found, t)}",
        tables=[
            (*table, _right(table[2]))
            for table in replays.listings(found, 8, t, labels(t)["type"])[:2]
        ],
        said=replays.remarks(found, None, t),
    )
    return View("incentives", title, html, incentives.changes(found, t))


def _right(rows: list[list[str]]) -> set[int]:
    """Columns of figures, which stand right."""
    return {
        place
        for place, cells in enumerate(zip(*rows, strict=True))
        if all(any(letter.isdigit() for letter in cell[:3]) for cell in cells)
    }


def target_field(state: State, guard: Guard) -> list[widgets.Widget]:
    """Where the orders of a mature month are entered."""
    t = state.t
    field = widgets.BoundedFloatText(
        value=state.question.target or 0,
        min=0,
        max=MOST_ORDERS,
        description=t("Orders of a mature month (0: not set)"),
        style={"description_width": "initial"},
        layout={"width": "auto"},
    )
    field.observe(guard(lambda change: state.change(target=change["new"] or None)), "value")

    def follow(changed: frozenset[str]) -> None:
        if "target" in changed:
            field.value = state.question.target or 0

    state.on_change(follow)
    return [field]


def workbook_button(state: State, _guard: Guard) -> list[widgets.Widget]:
    """The figures as a workbook, made in the page."""
    from workbench.reports.exporters.programme import workbook

    t = state.t
    button = Download(label=t("Save as Excel"), filename="programme.xlsx", mime=XLSX, base64=True)

    def fill(_changed: frozenset[str] = frozenset()) -> None:
        found = state.answer.found
        content = workbook(found.figures, found.held, t("Programme"), t)
        button.content = base64.b64encode(content).decode()

    state.on_change(fill)
    fill()
    return [button]


def keeping(state: State, guard: Guard) -> list[widgets.Widget]:
    """Where a strategist keeps the view that is shown; a leader's page has none."""
    if not may_keep(state):
        return []
    t = state.t
    name = widgets.Text(placeholder=t("Name of the view"), layout={"width": "280px"})
    button = widgets.Button(description=t("Keep this view"), layout={"width": "auto"})

    def keep(_button: Any) -> None:
        save_view(state.answer.events, state.question.but(name=name.value))
        state.change(name=name.value.strip())

    button.on_click(guard(keep))
    return [widgets.HBox([name, button])]


def _none(t: Translator) -> str:
    return t("There are no events yet: bring in an export by the command workbench import.")


APP = AskingApp(
    title=lambda t: t("Programme"),
    subtitle=lambda t: t(
        "What partners bring, what moved, how the ramp goes, and what other terms would have cost"
    ),
    choices=(
        Choice("market", "market", lambda t: t("Market"), any_market),
        Choice("by", "by", lambda t: t("Figures by"), by_options, ",".join),
        Choice("period", "period", lambda t: t("Period"), period_options),
        Choice("against", "against", lambda t: t("Against"), against_options),
        Choice("statuses", "status", lambda t: t("Orders that count"), status_options, ",".join),
        Choice("currency", "currency", lambda t: t("Currency"), any_currency),
        Choice("weeks", "weeks", lambda t: t("Alerts of the last"), week_options),
        Choice("incentives", "incentives", lambda t: t("Plan of incentives"),
               file_options("incentives")),
        Choice("experiment", "experiment", lambda t: t("Experiment"), file_options("experiments")),
    ),
    topics=(
        Topic(head),
        Topic(story),
        Topic(alerted),
        Topic(lambda state: alerts.praise_view(state.answer.found.praised, state.t)),
        Topic(lambda state: overview.ramp_view(state.answer.found, state.t), target_field),
        Topic(figures, workbook_button),
        Topic(lambda state: overview.activity_view(state.answer.found, state.t)),
        Topic(lambda state: overview.concentration_view(state.answer.found, state.t)),
        Topic(replay),
        Topic(trial),
        Topic(saved, keeping),
    ),
    names=tuple(IN_ADDRESS.values()),
    read=read,
    texts=written,
    answer=answer,
)  # fmt: skip


@in_page_language
def open_programme(namespace: Mapping[str, Any]) -> widgets.Widget:
    """The programme page for a notebook's parameters and the page's address."""
    state, events = APP.state(namespace, os.environ.get("QUERY_STRING", ""), under_voila())
    return AskingPage(APP, state, events).widget
