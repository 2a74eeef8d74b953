"""Unique value drawn: needs against strengths (M8)."""

import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.domain.assessment import MarketAssessment
from workbench.domain.rows import records, tuples
from workbench.domain.value import ValueFit
from workbench.figures.needs import need_names
from workbench.figures.theme import ROW, figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator


def need_against_strength(fit: ValueFit, names: dict[str, str], t: Translator) -> Drawing:
    """For each need the market's level (hollow) and the product's strength (full)."""
    table = fit.table[fit.table["verdict"] != "unknown"].iloc[::-1]
    labels = [names[str(need)] for need in table.index]
    line_x: list[float | None] = []
    line_y: list[str | None] = []
    for label, row in zip(labels, tuples(table), strict=True):
        line_x += [float(row.level), float(row.strength), None]
        line_y += [label, label, None]
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": line_x,
            "y": line_y,
            "hoverinfo": "skip",
            "showlegend": False,
            "line": {"color": tokens()["line"], "width": 4},
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": t("Market's need"),
            "y": labels,
            "x": table["level"].round(2).tolist(),
            "marker": {
                "color": tokens()["accent"],
                "size": 13,
                "symbol": "circle-open",
                "line": {"width": 3},
            },
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": t("Product's strength"),
            "y": labels,
            "x": table["strength"].round(2).tolist(),
            "marker": {"color": tokens()["go"], "size": 11, "symbol": "diamond"},
        },
    ]
    drawn = figure(
        data,
        ROW * len(labels) + 110,
        showlegend=True,
        xaxis={"range": [0.7, 5.3], "tickvals": [1, 2, 3, 4, 5]},
    )
    finding = t("The product serves {share} of what the market asks for", share=t.percent(fit.fit))
    alt = t.listing(
        [
            f"{label} {t.number(row.level, 1)}/{t.number(row.strength, 1)}"
            for label, row in zip(labels[::-1], tuples(table.iloc[::-1]), strict=True)
        ]
    )
    return Drawing(drawn, finding, alt, t("Level 1 to 5; unknown needs are left out"))


def claim(one: MarketAssessment, portfolio: Portfolio, t: Translator) -> dict[str, str]:
    """The value claim in one sentence, with its proof, its gap and a reason not to enter.

    Returns
    -------
    dict
        ``claim``, ``proof``, ``gap``, ``stay_out``; empty where there is none.
    """
    fit = one.value
    if fit is None or portfolio.product is None:
        return {"claim": "", "proof": "", "gap": "", "stay_out": ""}
    names = need_names(portfolio, t)
    product = getattr(portfolio.product.name, t.lang)
    focus = portfolio.reference.needs.set_index("need")[f"focus_{t.lang}"]
    said = {"claim": "", "proof": "", "gap": "", "stay_out": ""}
    if fit.best:
        row = fit.table.loc[fit.best]
        said["claim"] = t(
            "{market}: to users who care most about {need}, {product} offers “{focus}”.",
            market=t.market(one.market),
            need=names[fit.best],
            product=product,
            focus=focus[fit.best],
        )
        said["proof"] = t(
            "Proof: need {level} of 5, strength {strength} of 5.",
            level=float(row["level"]),
            strength=float(row["strength"]),
        )
        if one.promise is not None:
            kept = one.promise.table[one.promise.table["verdict"] == "kept"]
            phrases = list(dict.fromkeys(kept.loc[kept["lang"] == t.lang, "phrase"]))
            blocked = set(one.promise.table.loc[one.promise.table["verdict"] != "kept", "phrase"])
            safe = [phrase for phrase in phrases if phrase not in blocked]
            if safe:
                said["proof"] = t.sentences(
                    said["proof"], t("Promises kept here: {phrases}.", phrases=t.listing(safe))
                )
    else:
        said["claim"] = t(
            "{market}: no high need meets a strength of {product} yet.",
            market=t.market(one.market),
            product=product,
        )
    if fit.worst:
        row = fit.table.loc[fit.worst]
        said["gap"] = t(
            "Gap: {need} asks for {level}, the product offers {strength}.",
            need=names[fit.worst],
            level=float(row["level"]),
            strength=float(row["strength"]),
        )
    said["stay_out"] = _stay_out(one, fit, t)
    return said


def _stay_out(one: MarketAssessment, fit: ValueFit, t: Translator) -> str:
    if one.readiness.gate == "no_go":
        return t("Do not enter: a readiness question is blocked.")
    if fit.poor:
        return t(
            "Do not enter yet: only {share} of what the market asks for is served.",
            share=t.percent(fit.fit),
        )
    return ""


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """What the product can create here that others can't."""
    title = t("Unique value")
    one = portfolio.market(code)
    if one.value is None:
        return View(
            "value",
            title,
            render(
                "empty",
                t,
                text=t(
                    "No product is chosen. Choose one to see where its strengths meet the needs."
                ),
            ),
        )
    names = need_names(portfolio, t)
    rows = [
        {**row, "name": names[str(need)]}
        for need, row in zip(one.value.table.index, records(one.value.table), strict=True)
    ]
    html = render("value", t, rows=rows, said=claim(one, portfolio, t), unknown=one.value.unknown)
    known = bool(pd.notna(one.value.fit))
    return View("value", title, html, need_against_strength(one.value, names, t) if known else None)
