"""Creatives drawn (A4): which are used, and what the ones that sell have in common."""

import pandas as pd

from workbench.domain.rows import records
from workbench.figures.effects import p_text
from workbench.figures.theme import ROW, figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator

SURE = 0.05
"""Adjusted p-value below which a trait is named."""
SHOWN, LISTED = 20, 50
"""Creatives that are drawn, and that are listed."""


def uses(used: pd.DataFrame, t: Translator) -> Drawing:
    """How often each creative is used, most used first, as far as there is room.

    Parameters
    ----------
    used
        From :func:`workbench.domain.experiments.usage`.
    """
    shown = used.head(SHOWN).iloc[::-1]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "x": shown["uses"].tolist(),
            "y": [str(name) for name in shown.index],
            "text": [t.number(count) for count in shown["uses"]],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": tokens()["accent"]},
            "hoverinfo": "y+text",
        }
    ]
    most = max(float(used["uses"].max()), 1.0)
    drawn = figure(
        data, ROW * len(shown) + 50, xaxis={"range": [0, 1.15 * most]}, yaxis={"type": "category"}
    )
    idle = int((used["uses"] == 0).sum())
    alike = int((used["uses"] == used["uses"].iloc[0]).sum())
    finding = t.sentences(
        t(
            "{creative} is used most: {share} of all uses.",
            creative=used.index[0],
            share=t.percent(used["use_share"].iloc[0]),
        )
        if alike == 1
        else t("{count} creatives are used alike, more than any other.", count=alike)
        if alike < len(used)
        else t("All creatives are used alike."),
        t.n("{count} creative is not used at all.", "{count} creatives are not used at all.", idle)
        if idle
        else "",
    )
    alt = t.listing([f"{name} {t.number(row)}" for name, row in shown["uses"][::-1].items()])
    return Drawing(drawn, finding, alt, t("Uses: placements by partners"))


def view(used: pd.DataFrame, found: pd.DataFrame | None, t: Translator) -> View:
    """Use of each creative, its rate, and the traits held against each other.

    Parameters
    ----------
    found
        From :func:`workbench.domain.experiments.traits`; None: no traits are given.
    """
    html = render(
        "creatives",
        t,
        said=trait_sentence(found, t),
        rows=[
            {**row, "name": name}
            for name, row in zip(used.index[:LISTED], records(used.head(LISTED)), strict=True)
        ],
        more=max(0, len(used) - LISTED),
        traits=[
            {**row, "p_text": p_text(row["p"], t), "adjusted": p_text(row["p_adjusted"], t)}
            for row in (records(found) if found is not None else [])
        ],
    )
    return View("creatives", t("Creatives"), html, uses(used, t) if len(used) else None)


def trait_sentence(found: pd.DataFrame | None, t: Translator) -> str:
    """Which trait goes with a higher rate, if any; "" where no traits are given."""
    if found is None:
        return ""
    sure = found[(found["p_adjusted"] <= SURE) & (found["rate"] > found["rate_of_others"])]
    if not len(sure):
        return t("No trait can be told from chance with these creatives.")
    named = [f"{row['trait']} = {row['value']}" for row in records(sure)]
    return t(
        "Creatives with {traits} sell better; an association, not a cause.", traits=t.listing(named)
    )
