"""Where a page's changes are kept: the last one, by whom, in which scenario."""

from collections.abc import Sequence
from datetime import datetime

from workbench.figures.moments import exact, moment
from workbench.figures.view import View, render
from workbench.locale import Translator


def view(
    t: Translator,
    kind: str,
    at: datetime,
    who: str,
    scenario: str,
    revision: int,
    note: str = "",
    hints: Sequence[str] = (),
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
    )
    return View("workspace", t("Workspace"), html)
