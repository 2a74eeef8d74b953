"""The ramp as numbers for programs, and as lines for a terminal."""

import math
from datetime import date
from typing import Any

from workbench.domain.programme.ramp import Ramp, against
from workbench.domain.rows import records
from workbench.locale import Translator, word


def record(found: Ramp, months: tuple[date, ...], measure: str) -> dict[str, Any]:
    """Everything as JSON-ready values; unknown is None. See docs/programme.md."""
    return {
        "target": found.target,
        "measure": measure,
        "verdict": found.verdict,
        "known": found.known,
        "months": [
            {
                "month": f"{month:%Y-%m}",
                "low": row["low"],
                "high": row["high"],
                "actual": None if math.isnan(row["actual"]) else row["actual"],
                "against": against(row["actual"], row["low"], row["high"]),
            }
            for month, row in zip(months, records(found.table), strict=True)
        ],
    }


def listing(
    found: Ramp, months: tuple[date, ...], t: Translator
) -> tuple[list[str], list[list[str]]]:
    """Column names and a row per month."""
    head = [
        t("Month of the programme"),
        t("Month"),
        t("Low"),
        t("High"),
        t("Actual"),
        t("Against the band"),
    ]
    rows = [
        [
            t.number(row["month"]),
            f"{month:%Y-%m}",
            t.number(row["low"]),
            t.number(row["high"]),
            t.number(row["actual"]),
            word(t, "ramp", against(row["actual"], row["low"], row["high"])),
        ]
        for month, row in zip(months, records(found.table), strict=True)
    ]
    return head, rows
