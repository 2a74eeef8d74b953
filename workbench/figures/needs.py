"""Market needs drawn (M2)."""

import numpy as np
import pandas as pd

from workbench.domain.assess import Portfolio
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
    alt = t.listing([f"{names[row.need]} {t.number(row.score, 1)}" for row in cells.itertuples()])
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
    catalogue = portfolio.reference.indicator_catalogue.set_index("indicator")
    figures = portfolio.reference.sources.set_index("source")["title"]
    priors = portfolio.reference.need_priors
    verdicts = one.value.table["verdict"] if one.value else pd.Series(dtype=object)
    gaps = set(verdicts.index[verdicts == "gap"])
    rows = []
    for cell in one.cells.itertuples():
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
                    "name": indicator_name(catalogue, term["indicator"], t),
                    "decimals": decimals(catalogue, term["indicator"]),
                    "unit": (
                        catalogue.loc[term["indicator"], f"unit_{t.lang}"]
                        if term["indicator"] in catalogue.index
                        else t("points")
                    ),
                    "source": figures.get(term["source"], t("curated table")),
                }
                for term in portfolio.terms(code, cell.need).to_dict("records")
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


def indicator_name(catalogue: pd.DataFrame, indicator: str, t: Translator) -> str:
    """The name of an indicator, also of those that follow from the curated tables."""
    ours = {
        "regulation_points": t("Regulation points (0 to 10)"),
        "local_payment_points": t("Reach of local payment (0 to 3)"),
    }
    if indicator in ours:
        return ours[indicator]
    return str(catalogue.loc[indicator, f"name_{t.lang}"])


def decimals(catalogue: pd.DataFrame, indicator: str) -> int:
    """How many decimals an indicator is shown with."""
    return int(catalogue.loc[indicator, "decimals"]) if indicator in catalogue.index else 0
