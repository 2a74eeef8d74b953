"""Where a page's changes are kept: the last one, by whom, in which scenario."""

from collections.abc import Sequence
from datetime import datetime

from workbench.domain.text import T_, Text
from workbench.figures.moments import exact, moment
from workbench.figures.view import View, render
from workbench.locale import Translator

_TITLES: dict[str, Text] = {
    "todo": T_("To do"),
    "comparison": T_("Scenarios side by side"),
    "history": T_("History of a cell"),
}


def view(
    t: Translator,
    kind: str,
    at: datetime,
    who: str,
    scenario: str,
    revision: int,
    note: str = "",
    hints: Sequence[str] = (),
    links: Sequence[str] = ("todo", "comparison", "history"),
) -> View:
    """The status line.

    Parameters
    ----------
    kind, at, who
        Of the scenario's last command.
    note
        What has just become of an action other than a change.
    hints
        What to know before one begins to edit.
    links
        Topics of panels further down, which are out of sight.
    """
    said = {
        "undo": t("Taken back {moment} by {who}"),
        "redo": t("Made again {moment} by {who}"),
        "approve": t("Approved {moment} by {who}"),
    }.get(kind, t("Saved {moment} by {who}"))
    html = render(
        "workspace",
        t,
        said=said.format(moment=moment(at, t), who=who),
        place=t("scenario {scenario}, revision {revision}", scenario=scenario, revision=revision),
        exact=exact(at),
        note=note,
        hints=hints,
        links=[(topic, t.text(_TITLES[topic])) for topic in links],
    )
    return View("workspace", t("Workspace"), html)
