"""The technology provider drawn: posture, and candidates side by side (M6)."""

import numpy as np

from workbench.domain import provider
from workbench.domain.assess import Portfolio
from workbench.domain.rows import records, tuples
from workbench.figures.view import View, render
from workbench.locale import Translator, word

CRITERIA = (
    "region_coverage",
    "end_to_end_delay",
    "weak_network",
    "connect_speed",
    "conversational_ai",
    "compliance_listing",
    "market_validation",
)


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """How far the chosen provider reaches here, and how others compare."""
    one = portfolio.market(code)
    tables = portfolio.reference
    chosen = portfolio.product.provider if portfolio.product else None
    levels = provider.side_by_side(tables.provider_scores, one.region)
    levels = levels[[name for name in CRITERIA if name in levels]]
    levels = (
        levels.assign(_mean=levels.mean(axis=1))
        .sort_values("_mean", ascending=False, kind="stable")
        .drop(columns="_mean")
    )
    if chosen in levels.index:
        levels = levels.loc[[chosen, *levels.index.drop(chosen)]]
    names = {row.provider: getattr(row, f"name_{t.lang}") for row in tuples(tables.providers)}
    evidence = records(
        tables.provider_scores[
            (tables.provider_scores["provider"] == chosen)
            & (tables.provider_scores["region"].isin(["", one.region]))
        ]
    )
    rows = [
        {
            "name": names[str(code)],
            "chosen": code == chosen,
            "levels": [(word(t, "provider_criterion", name), row[name]) for name in levels.columns],
        }
        for code, row in levels.iterrows()
    ]
    html = render(
        "provider",
        t,
        rows=rows,
        posture=one.posture,
        region=t.region(one.region),
        coverage=one.coverage,
        known=not np.isnan(one.coverage),
        chosen=names.get(chosen or "", ""),
        evidence=[
            {
                **row,
                "criterion": word(t, "provider_criterion", row["criterion"]),
                "text": row[f"evidence_{t.lang}"],
            }
            for row in evidence
        ],
        criteria=[word(t, "provider_criterion", name) for name in levels.columns],
    )
    return View("provider", t("Technology provider"), html)


def regions(portfolio: Portfolio, t: Translator) -> View:
    """How far the product's provider bounds the reach: posture per sub-region."""
    title = t("Provider posture by region")
    if portfolio.product is None or portfolio.product.provider is None:
        text = t("No provider is chosen for this product.")
        return View("postures", title, render("empty", t, text=text))
    chosen = portfolio.reference.label("providers", portfolio.product.provider, t.lang)
    homes = portfolio.reference.markets.set_index("market")["subregion"]
    rows = [
        {
            "name": t.region(str(region)),
            "coverage": row["coverage"],
            "posture": row["posture"],
            "markets": [t.market(code) for code in portfolio.plan.markets if homes[code] == region],
        }
        for region, row in portfolio.provider_levels.iterrows()
    ]
    order = ("expand", "focus", "adapt", "unknown")
    rows.sort(key=lambda row: order.index(row["posture"]))
    return View("postures", title, render("postures", t, rows=rows, chosen=chosen))
