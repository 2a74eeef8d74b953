"""Market needs drawn (M2)."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.domain.rows import records, tuples
from workbench.figures.theme import LEVELS, ROW, figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator


def bars(cells: pd.DataFrame, names: dict[str, str], t: Translator) -> Drawing:
    """Scores of one market's needs as bars, highest first; an unknown need shows "?".

    Parameters
    ----------
    cells
        Columns ``need, score, level``, highest first.
    """
    shown = cells.iloc[::-1]
    labels = [names[need] for need in shown["need"]]
    scores = [0.0 if np.isnan(score) else float(score) for score in shown["score"]]
    colours = [
        tokens()["unk-bg"] if np.isnan(level) else tokens()[LEVELS[int(level) - 1]]
        for level in shown["level"]
    ]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "x": scores,
            "y": labels,
            "marker": {"color": colours},
            "cliponaxis": False,
            "textposition": "outside",
            "text": ["?" if np.isnan(score) else t.number(score, 1) for score in shown["score"]],
            "hoverinfo": "y+text",
        }
    ]
    drawn = figure(
        data, ROW * len(labels) + 50, xaxis={"range": [0, 5.6], "tickvals": [1, 2, 3, 4, 5]}
    )
    high = [names[need] for need in cells.loc[cells["level"] >= 4, "need"].head(3)]
    finding = (
        t("Strongest needs: {needs}", needs=t.listing(high))
        if high
        else t("No need reaches level 4 here")
    )
    alt = t.listing([f"{names[row.need]} {t.number(row.score, 1)}" for row in tuples(cells)])
    return Drawing(drawn, finding, alt, t("Level 1 (hardly asked for) to 5 (decisive)"))


def need_names(portfolio: Portfolio, t: Translator) -> dict[str, str]:
    """Need -> its name in the language."""
    table = portfolio.reference.needs
    return dict(zip(table["need"], table[f"name_{t.lang}"], strict=True))


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """What users in a market care about most, and why we think so."""
    one = portfolio.market(code)
    names = need_names(portfolio, t)
    table = portfolio.reference.needs.set_index("need")
    catalogue = {row["indicator"]: row for row in records(portfolio.reference.indicator_catalogue)}
    sources = portfolio.reference.sources
    titles = dict(zip(sources["source"], sources["title"], strict=True))
    priors = portfolio.reference.need_priors
    verdicts = one.value.table["verdict"] if one.value else pd.Series(dtype=object)
    gaps = set(verdicts.index[verdicts == "gap"])
    behind = portfolio.terms(code)
    rows = []
    for cell in tuples(one.cells):
        evidence = cell.evidence
        if cell.origin == "prior":
            found = priors[
                (priors["need"] == cell.need) & (priors["evidence_en"] == cell.evidence)
            ].iloc[0]
            evidence = f"{found[f'evidence_{t.lang}']} ({found['source']})"
        terms = (
            [
                {
                    **term,
                    **_told(term["indicator"], catalogue.get(term["indicator"]), t),
                    "source": titles.get(term["source"], t("curated table")),
                }
                for term in behind.get(cell.need, [])
            ]
            if cell.origin in ("formula", "unknown")
            else []
        )
        focus = table.loc[cell.need, f"focus_{t.lang}"] if cell.need in one.focus else "—"
        if cell.need in one.focus and cell.need in gaps:
            focus = t("{focus} (only once the gap is closed)", focus=focus)
        rows.append(
            {
                **cell._asdict(),
                "name": names[cell.need],
                "terms": terms,
                "focus": focus,
                "evidence": evidence,
                "role": table.loc[cell.need, "role"],
            }
        )
    html = render("needs", t, rows=rows)
    return View("needs", t("What users care about most"), html, bars(one.cells, names, t))


def _told(indicator: str, row: dict[str, Any] | None, t: Translator) -> dict[str, Any]:
    """Name, decimals and unit of an indicator, also of those that follow from curated tables."""
    if row is not None:
        return {
            "name": row[f"name_{t.lang}"],
            "decimals": int(row["decimals"]),
            "unit": row[f"unit_{t.lang}"],
        }
    ours = {
        "regulation_points": t("Regulation points (0 to 10)"),
        "local_payment_points": t("Reach of local payment (0 to 3)"),
    }
    return {"name": ours[indicator], "decimals": 0, "unit": t("points")}
