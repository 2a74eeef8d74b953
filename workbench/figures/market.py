"""The market profile drawn: figures, law, platforms, and markets that look alike (M1, M2)."""

import numpy as np
from babel.numbers import get_currency_name

from workbench.domain.assess import Portfolio
from workbench.domain.rows import records, tuples
from workbench.figures.needs import need_names
from workbench.figures.view import View, render
from workbench.locale import Translator, word


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """Figures with unit, year and source; regulation; languages; local platforms."""
    tables = portfolio.reference
    about = tables.markets.set_index("market").loc[code]
    known = {
        row["indicator"]: row
        for row in records(tables.indicators[tables.indicators["market"] == code])
    }
    titles = dict(zip(tables.sources["source"], tables.sources["title"], strict=True))
    figures = []
    for row in tuples(tables.indicator_catalogue):
        found = known.get(row.indicator)
        figures.append(
            {
                "name": getattr(row, f"name_{t.lang}"),
                "unit": getattr(row, f"unit_{t.lang}"),
                "decimals": int(row.decimals),
                "meaning": getattr(row, f"meaning_{t.lang}"),
                "known": found is not None,
                "found": found,
                "source": titles.get(found["source"], found["source"]) if found is not None else "",
            }
        )
    laws = [
        {**row, "law": row[f"law_{t.lang}"], "summary": row[f"summary_{t.lang}"]}
        for row in records(tables.regulation[tables.regulation["market"] == code])
    ]
    languages = (
        tables.languages[tables.languages["market"] == code]
        .sort_values("share", ascending=False, kind="stable")
        .head(6)
    )
    platforms = records(tables.platforms[tables.platforms["market"] == code])
    html = render(
        "market",
        t,
        about=about,
        figures=figures,
        laws=laws,
        region=t.region(about["subregion"]),
        trade=[name for name in about["trade_groups"].split(";") if name],
        currency=currency_name(about["currency"], t),
        income=word(t, "income", about["income_level"]),
        languages=[(t.language(row.language), row.share) for row in tuples(languages)],
        platforms=[{**row, "note": row[f"note_{t.lang}"]} for row in platforms],
    )
    return View("market", t("Market profile"), html)


def currency_name(code: str, t: Translator) -> str:
    """The name of an ISO 4217 currency; empty where the market has none of its own."""
    return get_currency_name(code, locale=t.tag.replace("-", "_")) if code else ""


def alike(portfolio: Portfolio, code: str, t: Translator) -> View:
    """Markets whose needs look most like this one's, so that a playbook can be carried over."""
    near = portfolio.neighbours(code)
    names = need_names(portfolio, t)
    scores = portfolio.scores.loc[[code, *near["market"]]]
    gaps = np.abs(scores.to_numpy()[1:] - scores.to_numpy()[0])
    rows = []
    for row, gap in zip(tuples(near), gaps, strict=True):
        order = [names[scores.columns[need]] for need in np.argsort(gap, kind="stable")]
        order = order[: int(np.isfinite(gap).sum())]  # unknown ones stand last
        rows.append(
            {
                "name": t.market(row.market),
                "distance": row.distance,
                "shared": row.shared,
                "same": t.listing(order[:2]),
                "differs": order[-1] if order else "—",
                "gate": portfolio.market(row.market).readiness.gate,
            }
        )
    return View("alike", t("Markets that look alike"), render("alike", t, rows=rows))
