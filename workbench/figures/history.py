"""What stood in a cell, who put it there, why, and what people say about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from workbench.domain.assess import Portfolio
from workbench.domain.changes import NOTHING, Cell, Evidence
from workbench.figures.cells import cell_name, cell_value, why_of
from workbench.figures.moments import exact, moment
from workbench.figures.view import View, render
from workbench.locale import Translator


@dataclass(frozen=True)
class Entry:
    """What one command put into a cell; ``value`` None: nothing, the default holds again."""

    value: Any
    who: str
    at: datetime
    scenario: str
    kind: str = "edit"
    reason: str = ""
    evidence: Evidence = NOTHING


@dataclass(frozen=True)
class Remark:
    """One comment on the cell."""

    text: str
    who: str
    at: datetime | None


def view(
    portfolio: Portfolio,
    cell: Cell | None,
    entries: Sequence[Entry],
    remarks: Sequence[Remark],
    t: Translator,
) -> View:
    """The versions of a cell, newest first, and its comments, oldest first.

    Parameters
    ----------
    cell
        None: none is chosen yet, and the view says what to do.
    """
    title = t("History of a cell")
    if cell is None:
        said = t("Choose a cell above to see who set it, when, why and on what evidence.")
        return View("history", title, render("empty", t, text=said))
    rows = [_row(portfolio, cell, one, t) for one in entries]
    comments = [
        {"text": one.text, "who": one.who, "moment": moment(one.at, t) if one.at else ""}
        for one in remarks
    ]
    html = render("history", t, name=cell_name(portfolio, cell, t), rows=rows, comments=comments)
    return View("history", title, html)


def _row(portfolio: Portfolio, cell: Cell, one: Entry, t: Translator) -> dict[str, Any]:
    reason, evidence = why_of(cell, one.value)
    return {
        "value": cell_value(portfolio, cell, one.value, t),
        "who": one.who,
        "scenario": one.scenario,
        "kind": one.kind,
        "reason": one.reason or reason,
        "evidence": one.evidence.text or evidence,
        "day": one.evidence.day,
        "confidence": one.evidence.confidence,
        "link": one.evidence.link,
        "safe": safe_link(one.evidence.link),
        "moment": moment(one.at, t),
        "exact": exact(one.at),
    }


def safe_link(link: str) -> str:
    """The address if a reader may follow it: http or https with a host; else empty."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    return link.strip() if parts.scheme in ("http", "https") and parts.netloc else ""
