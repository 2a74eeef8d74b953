"""A programme's figures, alerts and slow ramp, read-only (A3, A6 to A8, A12; A4 beside them)."""

import base64
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import ipywidgets as widgets

from workbench.apps import _programme_topics as topics
from workbench.apps._asking import AskingApp, AskingPage, Choice, Options, Topic, may_keep
from workbench.apps._event_choices import currency_options, market_options, status_options
from workbench.apps._opening import in_page_language, under_voila
from workbench.apps._programme_topics import Shown, State
from workbench.domain.programme.views import IN_ADDRESS, MOST_ORDERS, SavedView, view_of_texts
from workbench.figures.programme import column_word
from workbench.locale import Translator, word
from workbench.sources.ground import Ground
from workbench.sources.measuring import looked_at, newest_day
from workbench.sources.programme_files import kept, save_view
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


def answer(events: Ground, view: SavedView) -> Shown:
    """The view over the events."""
    return Shown(events, looked_at(events, view))


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
        Topic(topics.head),
        Topic(topics.story),
        Topic(topics.alerted),
        Topic(topics.praised),
        Topic(topics.ramped, target_field),
        Topic(topics.figures, workbook_button),
        Topic(topics.active),
        Topic(topics.concentrated),
        Topic(topics.replay),
        Topic(topics.trial),
        Topic(topics.creative),
        Topic(topics.saved, keeping),
    ),
    names=tuple(IN_ADDRESS.values()),
    read=read,
    texts=topics.written,
    answer=answer,
)  # fmt: skip


@in_page_language
def open_programme(namespace: Mapping[str, Any]) -> widgets.Widget:
    """The programme page for a notebook's parameters and the page's address."""
    state, events = APP.state(namespace, os.environ.get("QUERY_STRING", ""), under_voila())
    return AskingPage(APP, state, events).widget
