"""What the imported events say of one market, as a section of its brief (A3, A5, A6)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.domain.assess import Portfolio
from workbench.domain.errors import WorkbenchError
from workbench.domain.text import Text
from workbench.figures.view import View, render
from workbench.locale import Translator
from workbench.sources.ground import Ground, ground

if TYPE_CHECKING:
    from workbench.domain.answer import Answer
    from workbench.domain.programme.story import Level

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


@dataclass(frozen=True)
class Measured:
    """What the imported events say of one market.

    Attributes
    ----------
    answer
        Credits of all its orders, by partner.
    levels
        The programme's story, of this market's customers.
    said
        What was counted, which statuses count, and what must be known before it is read.
    source
        Where the events come from.
    """

    answer: "Answer"
    levels: "tuple[Level, ...]"
    said: tuple[str, ...]
    source: str


def measured_of(code: str, t: Translator) -> Measured | str:
    """What is known of a market; a text says why nothing is.

    Invented events are for the pages that explain themselves; a brief has none of them.

    Raises
    ------
    WorkbenchError
        If there are orders of the market, and they can't be counted.
    """
    events = ground()
    if events.folder is None:
        return t(
            "Nothing is measured yet: bring in exports of the programme by the command workbench "
            "import."
        )
    # The engine takes a second to import, and most briefs are made before anything is imported.
    from workbench.domain.credited import said_of
    from workbench.domain.programme.views import SavedView
    from workbench.domain.question import Question
    from workbench.figures.counted import lead, remarks
    from workbench.figures.programme import statuses_said
    from workbench.sources.measuring import looked_at, markets_in, measured

    if code not in markets_in(events):
        return t("No order of this market's customers is among the imported events.")
    answer = measured(events, Question(market=code))
    found = looked_at(events, SavedView(by=("type",), market=code))
    levels = found.levels(trials_of(events, "", t), said_of(answer.credited))
    said = (lead(answer, t), *remarks(answer, t), statuses_said(found.whole, t))
    return Measured(answer, levels, said, t.text(events.source))


def view(_portfolio: Portfolio, code: str, t: Translator) -> View:
    """Orders, who gets credit for them, and the programme's story, of one market's customers."""
    title = t("What the programme measures here")
    try:
        found = measured_of(code, t)
    except WorkbenchError as error:  # the market's other sections stand without it
        return View("measured", title, render("error", t, text=t.error(error)))
    if isinstance(found, str):
        return View("measured", title, render("empty", t, text=found))
    from workbench.figures import attribution, ramp

    parts = [
        render("sentences", t, said=[t.sentences(*found.said), found.source]),
        ramp.story_view(found.levels, t).html,
        attribution.incremental_view(found.answer, t, LISTED).html,
    ]
    drawing = attribution.models_view(found.answer, t).drawing
    return View("measured", title, "".join(parts), drawing)
