"""Affiliate platforms drawn: candidates side by side with evidence (A1)."""

import numpy as np

from workbench.domain.assess import Portfolio
from workbench.domain.platforms import CRITERIA, RULE, PlatformChoice, choose
from workbench.domain.rows import records, tuples
from workbench.figures.view import View, render
from workbench.locale import Translator, word


def of_portfolio(portfolio: Portfolio, t: Translator) -> View:
    """The candidates for the plan's markets, every criterion of equal weight."""
    tables = portfolio.reference
    markets = tables.markets.set_index("market", drop=False).loc[list(portfolio.chosen)]
    return view(choose(tables.affiliate_platforms, tables.affiliate_scores, markets, {}), t)


def view(choice: PlatformChoice, t: Translator) -> View:
    """Candidates by rank, levels of each dimension, who is referee and player at once, evidence."""
    names = choice.table[f"name_{t.lang}"]
    rows = [
        {
            "rank": None if np.isnan(row.rank) else int(row.rank),
            "name": names[row.Index],
            "scope": word(t, "scope", row.scope),
            "seat": word(t, "seat", row.seat),
            "both_sides": row.both_sides,
            "firmness": row.top_share,
            "levels": [
                (word(t, "platform_criterion", name), choice.levels.loc[row.Index, name])
                for name in CRITERIA
            ],
        }
        for row in tuples(choice.table)
    ]
    evidence = [
        {
            **row,
            "name": names[row["platform"]],
            "criterion": word(t, "platform_criterion", row["criterion"]),
            "text": row[f"evidence_{t.lang}"],
        }
        for row in records(choice.evidence)
    ]
    html = render(
        "platforms",
        t,
        rows=rows,
        evidence=evidence,
        criteria=[word(t, "platform_criterion", name) for name in CRITERIA],
        advice=t.text(choice.advice),
        rule=t.text(RULE),
    )
    return View("platforms", t("Affiliate platforms"), html)
