"""The tables that a market's file and the portfolio's file both hold: ranking, weights, sources."""

from datetime import date
from typing import Any

from workbench.figures import ranking as ranking_figures
from workbench.figures.ranking import SHOWN, criterion_names
from workbench.reports.exporters._asked import Asked
from workbench.reports.exporters._table import Bars, Column, Table, known

SHADES = ("l5", "l4", "l3", "l2", "go", "cond", "unk", "no", "line", "accent")
"""Tokens of stacked parts, as the page's chart has them."""


def ranking(asked: Asked) -> Table:
    """All markets, best first; a rank only means something among all."""
    t = asked.t
    found = asked.topic("ranking")
    rows = [
        (
            t.market(row["market"]),
            row["market"],
            known(row["rank"]),
            known(row["score"]),
            known(row["low"]),
            known(row["high"]),
            known(row["top_share"]),
            known(row["topsis_rank"]),
            known(row["promethee_rank"]),
            known(row["missing"]),
        )
        for row in found["markets"]
    ]
    columns = (
        Column(t("Market"), width=26),
        Column(t("Code"), width=7),
        Column(t("Rank"), "whole", 8),
        Column(t("Score (0 to 1)"), "score"),
        Column(t("Rank, low end (5%)"), "whole"),
        Column(t("Rank, high end (95%)"), "whole"),
        Column(t("Firmness (%)"), "share"),
        Column(t("Rank by TOPSIS"), "whole", 11),
        Column(t("Rank by PROMETHEE II"), "whole", 13),
        Column(t("Missing (%)"), "share", 10),
    )
    drawn = ranking_figures.intervals(asked.portfolio.ranking, _best(asked), t)
    count = min(SHOWN, sum(row["rank"] is not None for row in found["markets"]))
    shades = lit([row[1] for row in rows[:count]], asked.code)
    chart = Bars(drawn.finding, (3,), first=count, shades=shades) if count else None
    return Table(t("Ranking"), t("Ranking of markets"), columns, rows, (agreement(asked),), chart)


def agreement(asked: Asked) -> str:
    """How far other methods agree with the ranking."""
    found, t = asked.topic("ranking")["agreement"], asked.t
    return t(
        "Agreement of methods (Kendall's tau): TOPSIS {topsis}, PROMETHEE II {promethee}",
        topsis=t.number(found["topsis"], 2),
        promethee=t.number(found["promethee"], 2),
    )


def lit(codes: list[str], code: str) -> tuple[str, ...]:
    """Colours of bars among which one market stands out; none where there is no such market."""
    return tuple("accent" if each == code else "l3" for each in codes) if code else ()


def _best(asked: Asked) -> list[str]:
    return [row["market"] for row in asked.topic("ranking")["markets"][:SHOWN]]


def contributions(asked: Asked) -> Table:
    """What each criterion adds to each market's score."""
    t, names = asked.t, criterion_names(asked.portfolio, asked.t)
    found = asked.topic("ranking")
    order = sorted(found["weights"], key=lambda name: -found["weights"][name])
    rows = [
        (
            t.market(row["market"]),
            row["score"],
            *(row["contributions"].get(name) for name in order),
        )
        for row in found["markets"]
        if row["rank"] is not None
    ]
    columns = (
        Column(t("Market"), width=26),
        Column(t("Score (0 to 1)"), "score"),
        *(Column(names[name], "score", 14) for name in order),
    )
    ranking_ = asked.portfolio.ranking
    drawn = ranking_figures.contributions(ranking_, _best(asked), names, t) if rows else None
    chart = (
        Bars(
            drawn.finding,
            tuple(range(2, 2 + len(order))),
            first=min(SHOWN, len(rows)),
            stacked=True,
            colours=tuple(SHADES[place % len(SHADES)] for place in range(len(order))),
        )
        if drawn
        else None
    )
    notes = (drawn.source,) if drawn else ()
    return Table(t("Contributions"), t("What makes up the scores"), columns, rows, notes, chart)


def weights(asked: Asked) -> Table:
    """Weight of each criterion, and what it adds to the market's score, if it is ranked."""
    t, names = asked.t, criterion_names(asked.portfolio, asked.t)
    found = asked.topic("ranking")
    own = next((row for row in found["markets"] if row["market"] == asked.code), None)
    rows: list[tuple[Any, ...]] = [
        (names[name], share, *([known(own["contributions"].get(name))] if own else []))
        for name, share in found["weights"].items()
    ]
    columns = [Column(t("Criterion"), width=30), Column(t("Weight (%)"), "weight")]
    if own:
        head = t("Added to the score: {market}", market=t.market(asked.code))
        columns.append(Column(head, "score", 26))
    dropped = [names[name] for name in found["dropped"]]
    notes = (
        (
            t(
                "Left out, since the product or the figures are unknown everywhere: {names}",
                names=t.listing(dropped),
            ),
        )
        if dropped
        else ()
    )
    return Table(t("Weights"), t("Weights used"), tuple(columns), rows, notes)


def sources(asked: Asked) -> Table:
    """Where the figures come from, and under which licence."""
    t = asked.t
    rows = [
        (
            row["title"],
            row["publisher"],
            row["version"] or None,
            row["licence"],
            row["licence_url"] or None,
            _date(row["retrieved"]),
            row["covers"] or None,
            row[f"note_{t.lang}"] or None,
        )
        for row in asked.portfolio.reference.sources.to_dict("records")
    ]
    columns = (
        Column(t("Source"), width=36),
        Column(t("Publisher"), width=30),
        Column(t("Edition"), width=18),
        Column(t("Licence"), width=24),
        Column(t("Address of the licence"), width=36),
        Column(t("Retrieved"), "date"),
        Column(t("Covers"), width=36),
        Column(t("Note"), width=60),
    )
    note = t(
        "Curated tables are dated opinion, not measurement; see the sources beside each figure."
    )
    return Table(t("Sources"), t("Sources"), columns, rows, (note,))


def _date(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None
