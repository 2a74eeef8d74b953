"""What the programme page shows, topic by topic; the live page and its twin call the same."""

from urllib.parse import urlencode

from workbench.apps._event_choices import left_out
from workbench.domain.credited import said_of
from workbench.domain.errors import WorkbenchError
from workbench.domain.programme.overview import Overview
from workbench.domain.programme.views import SavedView, texts_of_view
from workbench.domain.question import Question
from workbench.domain.text import Text
from workbench.figures import alerts, creatives, experiments, incentives, overview, ramp
from workbench.figures.programme import Labels
from workbench.figures.view import View, render
from workbench.locale import Translator
from workbench.reports import incentives as replays
from workbench.reports.measured import trials_of
from workbench.sources.creative_use import creatives_in
from workbench.sources.ground import Ground
from workbench.sources.measuring import measured
from workbench.sources.partner_types import load_partner_types
from workbench.sources.programme_files import kept, replayed, saved_view_of, tried
from workbench.widgets.answer_state import AnswerState

State = AnswerState[SavedView, "Shown"]


class Shown:
    """What the page shows: a view's answer, and the events that the other topics need."""

    def __init__(self, events: Ground, found: Overview) -> None:
        self.events, self.found = events, found


def written(view: SavedView) -> dict[str, str]:
    """A view's texts; ``by`` always, since a page without it is by partner type."""
    return {"by": ",", **texts_of_view(view)}


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
    credited: list[Text | str] = []
    # What can't be had says why in its place; the rest of the story stands.
    try:
        credited += said_of(measured(shown.events, question).credited)
    except WorkbenchError as error:
        credited.append(state.t.error(error))
    trials = trials_of(shown.events, view.experiment, state.t)
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


def praised(state: State) -> View:
    """Congratulations to send."""
    return alerts.praise_view(state.answer.found.praised, state.t)


def ramped(state: State) -> View:
    """The first twelve months."""
    return overview.ramp_view(state.answer.found, state.t)


def active(state: State) -> View:
    """Partners that joined, clicked, sold."""
    return overview.activity_view(state.answer.found, state.t)


def concentrated(state: State) -> View:
    """How many carry the programme."""
    return overview.concentration_view(state.answer.found, state.t)


def trial(state: State) -> View:
    """The experiment."""
    t = state.t
    found = tried(state.answer.events, state.question.experiment)
    if found is None:
        text = t("No experiment is kept; put its table into programme/experiments.")
        return View("experiments", t("Experiment"), render("empty", t, text=text))
    return experiments.view(found, t)


def creative(state: State) -> View:
    """How creatives are used, and which traits go with sales."""
    t = state.t
    found = creatives_in(state.answer.events, state.question)
    if found.used.empty:
        text = t("The events name no creative in this period.")
        return View("creatives", t("Creatives"), render("empty", t, text=text))
    return creatives.view(found.used, found.traits, t)


def replay(state: State) -> View:
    """A plan of incentives, replayed on the programme's own orders."""
    t = state.t
    found = replayed(state.answer.events, state.question.incentives)
    title = t("Incentives replayed on past orders")
    if found is None or found.partners.empty:
        text = t("No plan of incentives is kept; put one into programme/incentives.")
        return View("incentives", title, render("empty", t, text=text))
    said = replays.remarks(found, None, t)
    view = state.question
    if view.market or view.period or view.filters or view.currency:
        said.append(t("All orders of the programme are replayed, however narrow the view is."))
    html = render(
        "listings",
        t,
        lead=f"{found.plan.name}: {replays.lead(found, t)}",
        tables=[
            (*table, _right(table[2]))
            for table in replays.listings(found, 8, t, labels(t)["type"])[:2]
        ],
        said=said,
    )
    return View("incentives", title, html, incentives.changes(found, t))


def _right(rows: list[list[str]]) -> set[int]:
    """Columns of figures, which stand right."""
    return {
        place
        for place, cells in enumerate(zip(*rows, strict=True))
        if all(any(letter.isdigit() for letter in cell[:3]) for cell in cells)
    }


def _none(t: Translator) -> str:
    return t("There are no events yet: bring in an export by the command workbench import.")
