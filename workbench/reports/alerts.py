"""Alerts as numbers for programs, and as lines for a terminal."""

import math
from typing import Any

from workbench.domain.programme.alerts import Alert, Alerts
from workbench.domain.programme.praise import Praise
from workbench.figures.alerts import kind_word, severity_word, who
from workbench.locale import LANGS, Translator, translator

VERSION = 1


def record(found: Alerts, praised: tuple[Praise, ...], t: Translator) -> dict[str, Any]:
    """Everything as JSON-ready values; unknown is None. See docs/programme.md."""
    return {
        "version": VERSION,
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "level": found.level,
        "tested": found.tested,
        "untested_partners": found.untested,
        "currencies": list(found.currencies),
        "ended": {source: day.isoformat() for source, day in found.ended.items()},
        "alerts": [_alert(one, t) for one in found.found],
        "congratulations": [_praise(one) for one in praised],
    }


def _alert(one: Alert, t: Translator) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "severity": one.severity,
        "source": one.source,
        "partner": one.partner,
        "name": one.name,
        "week_ending": one.week.isoformat(),
        "now": _number(one.now),
        "before": _number(one.before),
        "expected": _number(one.expected),
        "p": _number(one.p),
        "causes": [t.text(cause) for cause in one.causes],
        "next_step": t.text(one.step),
    }


def _praise(one: Praise) -> dict[str, Any]:
    drafts = {lang: translator(lang).text(one.draft) for lang in LANGS}
    return {
        "kind": one.kind,
        "source": one.source,
        "partner": one.partner,
        "name": one.name,
        "day": one.day.isoformat(),
        "place": one.place or None,
        "draft": drafts,
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def listing(found: Alerts, t: Translator) -> tuple[list[str], list[list[str]]]:
    """Head and rows for a terminal, the gravest first."""
    head = [
        t("Severity"),
        t("Partner"),
        t("Alert"),
        t("Week to"),
        t("Now"),
        t("Before"),
        t("Expected"),
        t("Next step"),
    ]
    rows = [
        [
            severity_word(one.severity, t),
            who(one, t),
            kind_word(one.kind, t),
            t.date(one.week),
            *(shown(figure, t) for figure in (one.now, one.before, one.expected)),
            t.text(one.step),
        ]
        for one in found.found
    ]
    return head, rows


def shown(figure: float, t: Translator) -> str:
    """A figure of an alert: whole, or with one decimal; a dash where there is none."""
    if not math.isfinite(figure):
        return "—"
    return t.number(figure, 0 if float(figure).is_integer() else 1)
