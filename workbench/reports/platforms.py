"""The choice of an affiliate platform as numbers for programs, and as lines for a terminal."""

import math
from typing import Any

from workbench.domain.platforms import CRITERIA, RULE, PlatformChoice
from workbench.domain.rows import records, tuples
from workbench.locale import Translator, word

VERSION = 1


def record(choice: PlatformChoice, t: Translator) -> dict[str, Any]:
    """JSON-ready; unknown is None. Sentences are in the translator's language."""
    levels = choice.levels
    return {
        "version": VERSION,
        "markets": list(choice.markets),
        "advice": t.text(choice.advice),
        "rule": t.text(RULE),
        "weights": {name: float(each) for name, each in choice.ranking.weights.items()},
        "agreement": {name: _known(each) for name, each in choice.ranking.agreement.items()},
        "platforms": [
            {
                "platform": platform,
                **{name: _known(value) for name, value in row.items()},
                "regions": row["regions"].split(";"),
                "levels": {name: _known(levels.loc[platform, name]) for name in CRITERIA},
            }
            for platform, row in zip(choice.table.index, records(choice.table), strict=True)
        ],
        "evidence": [
            {name: _known(value) for name, value in row.items()} for row in records(choice.evidence)
        ],
    }


def _known(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bool | int):
        return value
    return None if value == "" else value


def listing(choice: PlatformChoice, t: Translator) -> tuple[list[str], list[list[str]], str]:
    """Head, rows, and what must be said of them."""
    rows = [
        [
            _whole(row.rank),
            getattr(row, f"name_{t.lang}"),
            word(t, "scope", row.scope) + (f" ({focus})" if (focus := _focus(row, t)) else ""),
            word(t, "seat", row.seat),
            f"{row.covers} / {len(choice.markets)}",
            *(_level(choice.levels.loc[row.Index, name]) for name in CRITERIA),
            t.number(row.score, 2),
            t.percent(row.top_share),
            t.percent(row.missing),
        ]
        for row in tuples(choice.table)
    ]
    head = [
        t("Rank"),
        t("Platform"),
        t("Scope"),
        t("Seat"),
        t("Markets"),
        *(word(t, "platform_criterion", name) for name in CRITERIA),
        t("Score"),
        t("Firmness"),
        t("Unknown"),
    ]
    return head, rows, "\n".join(remarks(t, choice))


def remarks(t: Translator, choice: PlatformChoice) -> list[str]:
    """Advice, rule, and what the scores are."""
    return [
        t.text(choice.advice),
        t.text(RULE),
        t(
            "Scores are a dated opinion of ours, 1 to 5; unknown is no pass. Yearly sales and "
            "review scores stand only where a public source is certain."
        ),
    ]


def _focus(row: Any, t: Translator) -> str:
    return str(getattr(row, f"focus_{t.lang}"))


def _whole(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:.0f}"


def _level(value: float) -> str:
    return "?" if math.isnan(value) else f"{value:.1f}".removesuffix(".0")


def evidence(choice: PlatformChoice, t: Translator) -> tuple[list[str], list[list[str]], str]:
    """Head and rows: what each level rests on, in the order of the ranking."""
    names = choice.table[f"name_{t.lang}"]
    place = {platform: number for number, platform in enumerate(names.index)}
    rows = sorted(tuples(choice.evidence), key=lambda row: place[row.platform])
    head = [t("Platform"), t("Criterion"), t("Level"), t("Evidence"), t("As of"), t("Confidence")]
    return (
        head,
        [
            [
                names[row.platform],
                word(t, "platform_criterion", row.criterion),
                _level(row.level),
                getattr(row, f"evidence_{t.lang}"),
                row.as_of,
                word(t, "confidence", row.confidence),
            ]
            for row in rows
        ],
        "",
    )
