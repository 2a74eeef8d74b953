"""What ``--json`` prints: the numbers of a topic as JSON primitives, fields fixed by name.

The fields are documented in ``docs/json.md``; a test holds both together. An unknown is null.
"""

import math
from datetime import date
from typing import Any

import pandas as pd

from workbench.domain import provider
from workbench.domain.assess import Portfolio
from workbench.figures.value import claim
from workbench.locale import translator

VERSION = 1
"""Raised when a field changes meaning or goes; new fields may come without."""


def plain(value: Any) -> Any:
    """JSON primitives: NaN is null, a date is ISO text, floats have nine significant digits."""
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [plain(each) for each in (sorted(value) if isinstance(value, frozenset) else value)]
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.9g}")
    return value


def _rows(frame: pd.DataFrame, names: list[str]) -> list[dict[str, Any]]:
    return frame[names].to_dict("records")


def envelope(portfolio: Portfolio, topic: str, content: Any) -> dict[str, Any]:
    """The record of a topic with the plan it was made from."""
    plan = portfolio.plan
    return plain(
        {
            "version": VERSION,
            "topic": topic,
            "plan": {
                "industry": portfolio.industry,
                "product": plan.product,
                "scenario": plan.scenario,
                "revision": plan.revision,
                "lang": plan.lang,
                "as_of": plan.as_of,
                "top": plan.top,
                "samples": plan.samples,
                "seed": plan.seed,
            },
            "remarks": [translator(plan.lang).text(each) for each in portfolio.remarks(plan.lang)],
            topic: content,
        }
    )


def markets(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Verdict and rank of the chosen markets, best first."""
    t = translator(portfolio.plan.lang)
    table = portfolio.verdicts().reset_index()
    about = portfolio.reference.markets.set_index("market")
    rows = _rows(
        table,
        [
            "market",
            "gate",
            "infrastructure",
            "competitors",
            "promise",
            "compliance",
            "rank",
            "low",
            "high",
            "top_share",
            "score",
            "missing",
            "value_fit",
            "posture",
            "open_items",
            "owner",
            "due",
        ],
    )
    return [
        {**row, "name": t.market(row["market"]), "region": about.loc[row["market"], "subregion"]}
        for row in rows
    ]


def needs(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Every need cell of the chosen markets."""
    names = [
        "market",
        "need",
        "score",
        "level",
        "origin",
        "confidence",
        "known_weight",
        "evidence",
        "derived_score",
    ]
    cells = portfolio.cells
    found = _rows(cells[cells["market"].isin(portfolio.chosen)], names)
    focus = {code: portfolio.market(code).focus for code in portfolio.chosen}
    return [{**row, "message_focus": row["need"] in focus[row["market"]]} for row in found]


def channels(portfolio: Portfolio) -> list[dict[str, Any]]:
    """The channel mix of the chosen markets."""
    rows = []
    for code in portfolio.chosen:
        fit = portfolio.market(code).channels
        for channel, row in fit.table.iterrows():
            steps = fit.adjustments[fit.adjustments["channel"] == channel]
            carriers = fit.platforms[fit.platforms["channel"] == channel]
            rows.append(
                {
                    "market": code,
                    "channel": channel,
                    **row[["base", "change", "weight", "mix", "floor", "cap", "origin"]].to_dict(),
                    "rules": _rows(steps, ["rule", "change", "need", "level"]),
                    "platforms": carriers["platform"].tolist(),
                }
            )
    return rows


def readiness(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Gate, questions and checks of the chosen markets."""
    t = translator(portfolio.plan.lang)
    rows = []
    for code in portfolio.chosen:
        found = portfolio.market(code).readiness
        checks = [
            {**row, "evidence": t.text(row["evidence"])} for row in found.checks.to_dict("records")
        ]
        rows.append(
            {"market": code, "gate": found.gate, "questions": found.questions, "checks": checks}
        )
    return rows


def promise(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Promises in the copy and how each fares in the chosen markets."""
    rows = []
    for code in portfolio.chosen:
        found = portfolio.market(code).promise
        rows.append(
            {
                "market": code,
                "verdict": found.verdict if found else "unknown",
                "promises": _rows(found.table, list(found.table.columns)) if found else [],
            }
        )
    return rows


def value(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Value fit and claim of the chosen markets."""
    t = translator(portfolio.plan.lang)
    rows = []
    for code in portfolio.chosen:
        one = portfolio.market(code)
        fit = one.value
        rows.append(
            {
                "market": code,
                "fit": fit.fit if fit else None,
                "best": fit.best if fit else "",
                "worst": fit.worst if fit else "",
                **claim(one, portfolio, t),
                "needs": _rows(
                    fit.table.reset_index(names="need"),
                    ["need", "level", "strength", "served", "gap", "verdict"],
                )
                if fit
                else [],
            }
        )
    return rows


def ranking(portfolio: Portfolio) -> dict[str, Any]:
    """The ranking of all markets with contributions, weights and agreement of the methods."""
    found = portfolio.ranking
    table = found.table.reset_index()
    rows = _rows(
        table,
        [
            "market",
            "rank",
            "score",
            "low",
            "high",
            "top_share",
            "missing",
            "topsis",
            "topsis_rank",
            "promethee",
            "promethee_rank",
        ],
    )
    parts = found.contributions.to_dict("index")
    return {
        "markets": [{**row, "contributions": parts.get(row["market"], {})} for row in rows],
        "weights": found.weights.to_dict(),
        "dropped": found.dropped,
        "agreement": found.agreement,
    }


def providers(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Posture per region of the product's provider, and the candidates there."""
    scores = portfolio.reference.provider_scores
    rows = []
    for region, row in portfolio.provider_levels.iterrows():
        levels = provider.side_by_side(scores, str(region))
        rows.append(
            {
                "region": region,
                "coverage": row["coverage"],
                "posture": row["posture"],
                "candidates": levels.reset_index().to_dict("records"),
            }
        )
    return rows


TOPICS = {
    "markets": markets,
    "needs": needs,
    "channels": channels,
    "readiness": readiness,
    "promise": promise,
    "value": value,
    "ranking": ranking,
    "providers": providers,
}
