"""What the imported events say of one market, as a section of its brief (A3, A5, A6)."""

from workbench.domain.assess import Portfolio
from workbench.domain.errors import WorkbenchError
from workbench.domain.text import Text
from workbench.figures.view import View, render
from workbench.locale import Translator
from workbench.sources.ground import Ground, ground

Said = Text | str
LISTED = 10
"""Partners of the incremental list in a brief; the measurement page has all."""


def trials_of(events: Ground, name: str, t: Translator) -> list[Said]:
    """What the experiment of a name found, or the first there is; what can't be had says why."""
    from workbench.figures.effects import said
    from workbench.sources.programme_files import tried

    try:
        found = tried(events, name)
    except WorkbenchError as error:
        return [t.error(error)]
    return list(said(found, t)) if found else []


def view(_portfolio: Portfolio, code: str, t: Translator) -> View:
    """Orders, who gets credit for them, and the programme's story, of one market's customers.

    Invented events are for the pages that explain themselves; a brief has none of them.
    """
    title = t("What the programme measures here")
    events = ground()
    if events.folder is None:
        text = t(
            "Nothing is measured yet: bring in exports of the programme by the command workbench "
            "import."
        )
        return View("measured", title, render("empty", t, text=text))
    # The engine takes a second to import, and most briefs are made before anything is imported.
    from workbench.domain.credited import said_of
    from workbench.domain.programme.views import SavedView
    from workbench.domain.question import Question
    from workbench.figures import attribution, ramp
    from workbench.figures.counted import lead, remarks
    from workbench.figures.programme import statuses_said
    from workbench.sources.measuring import looked_at, markets_in, measured

    if code not in markets_in(events):
        text = t("No order of this market's customers is among the imported events.")
        return View("measured", title, render("empty", t, text=text))
    try:
        answer = measured(events, Question(market=code))
        found = looked_at(events, SavedView(by=("type",), market=code))
    except WorkbenchError as error:  # the market's other sections stand without it
        return View("measured", title, render("error", t, text=t.error(error)))
    trials = trials_of(events, "", t)
    said = [lead(answer, t), *remarks(answer, t), statuses_said(found.whole, t)]
    parts = [
        render("sentences", t, said=[t.sentences(*said), t.text(events.source)]),
        ramp.story_view(found.levels(trials, said_of(answer.credited)), t).html,
        attribution.incremental_view(answer, t, LISTED).html,
    ]
    drawing = attribution.models_view(answer, t).drawing
    return View("measured", title, "".join(parts), drawing)
