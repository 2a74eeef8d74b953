"""Attribution as numbers for programs, and as lines for a terminal."""

import math
from typing import Any

import pandas as pd

from workbench.domain.answer import Answer
from workbench.domain.credited import (
    credits_table,
    disagreement_table,
    roles_table,
)
from workbench.domain.rows import tuples
from workbench.figures.attribution import name_of
from workbench.locale import Translator
from workbench.locale.words import word

VERSION = 1


def record(answer: Answer, models: tuple[str, ...] = ()) -> dict[str, Any]:
    """Everything as JSON-ready values; unknown is None. See docs/attribution.md."""
    credited, totals = answer.credited, answer.credited.found.totals
    asked = answer.question
    return {
        "version": VERSION,
        "question": {
            "market": asked.market,
            "source": asked.source,
            "by": asked.by,
            "lookback_seconds": asked.lookback,
            "order": asked.order,
            "statuses": list(asked.statuses),
            "currency": answer.counted.currency,
            "since": asked.since and asked.since.isoformat(),
            "until": asked.until and asked.until.isoformat(),
            "model": asked.model,
        },
        "label": "credit, not cause",
        "totals": {
            "conversions": totals.conversions,
            "value": totals.value,
            "journeys": int(totals.journeys),
            "touchpoints": int(totals.touchpoints),
            "unattributed": totals.unattributed,
            "unattributed_value": totals.unattributed_value,
            "outside_lookback": int(totals.outside),
            "without_journey": answer.counted.without_journey,
            "without_value": answer.counted.without_value,
            "foreign_costs": answer.counted.foreign_costs,
            "sources": list(answer.counted.sources),
        },
        "models_left_out": list(credited.found.left_out),
        "rows": _rows(credits_table(credited, models)),
        "roles": _rows(roles_table(credited)),
        "incremental": _rows(answer.incremental),
        "disagreement": _rows(disagreement_table(credited)),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in row.items()
        }
        for row in table.to_dict("records")
    ]


def listing(
    answer: Answer, models: tuple[str, ...], most: int, t: Translator
) -> list[tuple[str, list[str], list[list[str]]]]:
    """Tables for the terminal: heading, column names, rows; the ``most`` biggest names.

    Credits of the models side by side, the incremental list, where the models disagree.
    """
    shown = tuple(models) or answer.credited.found.models
    return [
        (
            t("Conversions credited by each model"),
            [t("Name"), *(word(t, "model", model) for model in shown)],
            _side_by_side(answer, shown, most, t),
        ),
        (
            t(
                "Incremental list by {model}: credit, not cause",
                model=word(t, "model", answer.question.model),
            ),
            [
                t("Name"),
                t("Conversions"),
                t("Order value"),
                t("Orders taken part in"),
                t("Credit per order"),
                t("Cost per conversion"),
                t("Value per cost"),
                t("Main role"),
                t("Basis"),
            ],
            [_incremental(row, t) for row in _incremental_rows(answer, most)],
        ),
        (
            t("Where the models disagree most"),
            [t("Name"), t("Spread"), t("Highest"), t("Lowest")],
            [_apart(row, t) for row in tuples(disagreement_table(answer.credited).head(most))],
        ),
    ]


def _side_by_side(
    answer: Answer, models: tuple[str, ...], most: int, t: Translator
) -> list[list[str]]:
    table = credits_table(answer.credited, models)
    size = len(table) // len(models)
    wide = table["conversions"].to_numpy().reshape(len(models), size)
    names = table["name"].iloc[:size].tolist()
    order = (-wide.max(axis=0)).argsort(kind="stable")[:most]
    return [
        [name_of(names[place], t), *(t.number(c, 1) for c in wide[:, place])] for place in order
    ]


def _incremental_rows(answer: Answer, most: int) -> Any:
    return tuples(answer.incremental.head(most))


def _incremental(row: Any, t: Translator) -> list[str]:
    return [
        name_of(row.name, t),
        t.number(row.conversions, 1),
        t.number(row.value),
        t.number(row.orders),
        t.percent(row.ratio),
        t.number(row.cpa, 2),
        t.number(row.roas, 2),
        word(t, "part", row.role),
        word(t, "basis", row.basis),
    ]


def _apart(row: Any, t: Translator) -> list[str]:
    return [
        name_of(row.name, t),
        t.percent(row.spread, 1),
        f"{word(t, 'model', row.highest)} {t.percent(row.high_share, 1)}",
        f"{word(t, 'model', row.lowest)} {t.percent(row.low_share, 1)}",
    ]
