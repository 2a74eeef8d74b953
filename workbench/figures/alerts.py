"""Alerts as cards: what, who, how far off, why perhaps, what next (A6)."""

import math
from typing import Any

from workbench.domain.programme.alerts import Alert, Alerts
from workbench.domain.programme.praise import Praise
from workbench.figures.view import View, render
from workbench.locale import Translator, word

SHOWN = 20
MARKS = {"high": "blocked", "medium": "conditional", "low": "unknown"}
"""Severity -> class of the tag."""


def kind_word(kind: str, t: Translator) -> str:
    """The name of a kind of alert."""
    return word(t, "alert", kind)


def who(one: Alert, t: Translator) -> str:
    """Whom an alert is about."""
    return one.name or one.partner or t("Whole programme")


def severity_word(severity: str, t: Translator) -> str:
    """The name of a severity."""
    return word(t, "severity", severity)


def view(found: Alerts, t: Translator) -> View:
    """The alerts of some weeks, the gravest first."""
    html = render(
        "alerts",
        t,
        alerts=[_card(one, t) for one in found.found[:SHOWN]],
        more=max(0, len(found.found) - SHOWN),
        tested=found.tested,
        remarks=remarks(found, t),
    )
    return View("alerts", lead(found, t), html)


def lead(found: Alerts, t: Translator) -> str:
    """How many alerts, in one sentence."""
    if not found.found:
        if not found.tested:
            return t("Too few weeks or counts to judge anybody yet")
        if found.untested:
            return t("Nothing out of the ordinary among what could be judged")
        return t("Nothing out of the ordinary")
    grave = sum(one.severity == "high" for one in found.found)
    if grave:
        return t.n(
            "{count} alert, {grave} of high severity",
            "{count} alerts, {grave} of high severity",
            len(found.found),
            grave=grave,
        )
    return t.n("{count} alert", "{count} alerts", len(found.found))


def remarks(found: Alerts, t: Translator) -> list[str]:
    """What was tested and what could not be, a sentence each."""
    said = [
        t(
            "Week ending {until}; {tested} tests; of the alerts of each kind at most {level} are "
            "expected to be false.",
            until=found.until,
            tested=t.number(found.tested),
            level=t.percent(found.level),
        )
        if found.since == found.until
        else t(
            "Weeks ending {since} to {until}; {tested} tests; of the alerts of each kind at "
            "most {level} are expected to be false.",
            since=found.since,
            until=found.until,
            tested=t.number(found.tested),
            level=t.percent(found.level),
        )
    ]
    if found.untested:
        said.append(
            t.n(
                "{count} partner has too few weeks or counts to be judged.",
                "{count} partners have too few weeks or counts to be judged.",
                found.untested,
            )
        )
    if found.ended:
        said.append(
            t(
                "Nothing is known of the newest days of {sources}: import the newest export, or "
                "look whether tracking still works. Their partners weren't judged.",
                sources=t.listing(
                    [
                        t("{source} (since {day})", source=source, day=t.date(day))
                        for source, day in found.ended.items()
                    ]
                ),
            )
        )
    if len(found.currencies) > 1:
        said.append(
            t(
                "Returns weren't judged: amounts are in {currencies}; give a table of rates.",
                currencies=t.listing(list(found.currencies)),
            )
        )
    return said


def _card(one: Alert, t: Translator) -> dict[str, Any]:
    return {
        "kind": kind_word(one.kind, t),
        "severity": severity_word(one.severity, t),
        "mark": MARKS[one.severity],
        "name": who(one, t),
        "week": t.date(one.week),
        "figures": [
            (label, t.number(value, 0 if float(value).is_integer() else 1))
            for label, value in (
                (t("Now"), one.now),
                (t("Before"), one.before),
                (t("Expected"), one.expected),
            )
            if math.isfinite(value)
        ],
        "p": f"{one.p:.2g}" if one.p >= 0.0001 else "< 0.0001",
        "causes": [t.text(cause) for cause in one.causes],
        "step": t.text(one.step),
    }


def praise_view(found: tuple[Praise, ...], t: Translator) -> View:
    """Drafts of congratulations, to be read by a person before they are sent."""
    drafts = [
        {
            "name": one.name or one.partner,
            "kind": word(t, "praise", one.kind),
            "draft": t.text(one.draft),
        }
        for one in found[:SHOWN]
    ]
    html = render("praise", t, drafts=drafts, more=max(0, len(found) - SHOWN))
    return View("praise", t("Congratulations to send"), html)
