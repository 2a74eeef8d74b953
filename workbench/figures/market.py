"""The market profile drawn: figures, law, platforms, and markets that look alike (M1, M2)."""

from babel.numbers import get_currency_name

from workbench.domain.assess import Portfolio
from workbench.figures.needs import need_names
from workbench.figures.view import View, render
from workbench.locale import Translator, word


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """Figures with unit, year and source; regulation; languages; local platforms."""
    tables = portfolio.reference
    about = tables.markets.set_index("market").loc[code]
    known = tables.indicators[tables.indicators["market"] == code].set_index("indicator")
    titles = tables.sources.set_index("source")["title"]
    figures = []
    for row in tables.indicator_catalogue.itertuples():
        found = known.loc[row.indicator] if row.indicator in known.index else None
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
        for row in tables.regulation[tables.regulation["market"] == code].to_dict("records")
    ]
    languages = (
        tables.languages[tables.languages["market"] == code]
        .sort_values("share", ascending=False)
        .head(6)
    )
    platforms = tables.platforms[tables.platforms["market"] == code].to_dict("records")
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
        languages=[(t.language(row.language), row.share) for row in languages.itertuples()],
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
    own = portfolio.scores.loc[code]
    rows = []
    for row in near.itertuples():
        gap = (portfolio.scores.loc[row.market] - own).abs().dropna().sort_values()
        rows.append(
            {
                "name": t.market(row.market),
                "distance": row.distance,
                "shared": row.shared,
                "same": t.listing([names[str(need)] for need in gap.index[:2]]),
                "differs": names[str(gap.index[-1])] if len(gap) else "—",
                "gate": portfolio.market(row.market).readiness.gate,
            }
        )
    return View("alike", t("Markets that look alike"), render("alike", t, rows=rows))
