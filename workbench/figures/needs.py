"""Market needs drawn (M2)."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.figures.theme import LEVELS, ROW, figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator


def heatmap(levels: pd.DataFrame, names: dict[str, str], t: Translator) -> Drawing:
    """Levels of several markets: markets × needs, darker is stronger, hatched is unknown.

    Parameters
    ----------
    levels
        Index market codes, columns needs, 1 to 5 or NaN.
    names
        Need -> its name in the language.
    """
    colours = [tokens()[name] for name in LEVELS]
    scale = [[step / 5, colour] for place, colour in enumerate(colours)
             for step in (place, place + 1)]
    rows = [t.market(code) for code in levels.index]
    columns = [names[need] for need in levels.columns]
    values = levels.to_numpy(dtype=float)
    steps = np.floor(values + 0.5)
    texts = [["?" if np.isnan(cell) else f"{cell:.0f}" for cell in row] for row in steps]
    data: list[dict[str, Any]] = [{
        "type": "heatmap", "x": columns, "y": rows, "text": texts,
        "z": [[None if np.isnan(cell) else float(cell) for cell in row] for row in values],
        "colorscale": scale, "zmin": 0.5, "zmax": 5.5,
        "showscale": False, "xgap": 2, "ygap": 2, "hoverinfo": "x+y+text",
    }]
    # A heat map has one ink for all its texts; each level needs the ink that can be read on it.
    for ink, here in (("on-low", steps <= 3), ("on-mid", steps == 4), ("on-high", steps >= 5),
                      ("ink", np.isnan(steps))):
        places = np.argwhere(here)
        data.append({
            "type": "scatter", "mode": "text", "hoverinfo": "skip",
            "x": [columns[column] for _, column in places], "y": [rows[row] for row, _ in places],
            "text": [texts[row][column] for row, column in places],
            "textfont": {"color": tokens()[ink]}})
    drawn = figure(data, ROW * len(rows) + 120, xaxis={"side": "top", "showgrid": False},
                   yaxis={"autorange": "reversed"})
    unknown = float(np.isnan(values).mean()) if values.size else 1.0
    finding = t("Needs of {count} markets, level 1 to 5; {share} of the cells are unknown",
                count=len(rows), share=t.percent(unknown))
    return Drawing(drawn, finding, finding, "")


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
    colours = [tokens()["unk-bg"] if np.isnan(level) else tokens()[LEVELS[int(level) - 1]]
               for level in shown["level"]]
    data = [{
        "type": "bar", "orientation": "h", "x": scores, "y": labels,
        "marker": {"color": colours}, "cliponaxis": False, "textposition": "outside",
        "text": ["?" if np.isnan(score) else t.number(score, 1) for score in shown["score"]],
        "hoverinfo": "y+text",
    }]
    drawn = figure(data, ROW * len(labels) + 50,
                   xaxis={"range": [0, 5.6], "tickvals": [1, 2, 3, 4, 5]})
    high = [names[need] for need in cells.loc[cells["level"] >= 4, "need"].head(3)]
    finding = (t("Strongest needs: {needs}", needs=t.listing(high)) if high
               else t("No need reaches level 4 here"))
    alt = t.listing([f"{names[row.need]} "
                     f"{t.number(row.score, 1)}" for row in cells.itertuples()])
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
    rows = []
    for cell in one.cells.itertuples():
        evidence = cell.evidence
        if cell.origin == "prior":
            found = priors[(priors["need"] == cell.need)
                           & (priors["evidence_en"] == cell.evidence)].iloc[0]
            evidence = f"{found[f'evidence_{t.lang}']} ({found['source']})"
        terms = [
            {**term, "name": indicator_name(catalogue, term["indicator"], t),
             "decimals": decimals(catalogue, term["indicator"]),
             "unit": (catalogue.loc[term["indicator"], f"unit_{t.lang}"]
                      if term["indicator"] in catalogue.index else t("points")),
             "source": figures.get(term["source"], t("curated table"))}
            for term in portfolio.terms(code, cell.need).to_dict("records")
        ] if cell.origin in ("formula", "unknown") else []
        focus = table.loc[cell.need, f"focus_{t.lang}"] if cell.need in one.focus else "—"
        rows.append({**cell._asdict(), "name": names[cell.need], "terms": terms, "focus": focus,
                     "evidence": evidence,
                     "role": table.loc[cell.need, "role"]})
    html = render("needs", t, rows=rows)
    return View("needs", t("What users care about most"), html, bars(one.cells, names, t))


def indicator_name(catalogue: pd.DataFrame, indicator: str, t: Translator) -> str:
    """The name of an indicator, also of those that follow from the curated tables."""
    ours = {"regulation_points": t("Regulation points (0 to 10)"),
            "local_payment_points": t("Reach of local payment (0 to 3)")}
    if indicator in ours:
        return ours[indicator]
    return str(catalogue.loc[indicator, f"name_{t.lang}"])


def decimals(catalogue: pd.DataFrame, indicator: str) -> int:
    """How many decimals an indicator is shown with."""
    return int(catalogue.loc[indicator, "decimals"]) if indicator in catalogue.index else 0
