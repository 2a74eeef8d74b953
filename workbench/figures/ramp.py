"""The slow ramp and the story for management drawn (A8)."""

import math

from workbench.domain.programme.ramp import Ramp
from workbench.domain.programme.story import Level
from workbench.figures.theme import figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator, word


def band(found: Ramp, t: Translator) -> Drawing:
    """Monthly output against the band between an early and a late ramp.

    Months of which nothing is known leave a gap in the line.
    """
    table = found.table
    months = [int(month) for month in table["month"]]
    actual = [None if math.isnan(one) else float(one) for one in table["actual"]]
    pale, accent = tokens()["l1"], tokens()["accent"]
    edge = {"type": "scatter", "mode": "lines", "x": months, "line": {"color": pale, "width": 1}}
    data = [
        {**edge, "y": table["low"].tolist(), "hoverinfo": "skip", "showlegend": False},
        {**edge, "y": table["high"].tolist(), "fill": "tonexty", "fillcolor": pale,
         "hoverinfo": "skip", "name": t("Expected: mature after 12 to 6 months")},
        {"type": "scatter", "mode": "lines+markers", "x": months, "y": actual,
         "connectgaps": False, "line": {"color": accent, "width": 3}, "name": t("Actual"),
         "hovertemplate": "%{x}: %{y:,.0f}<extra></extra>"},
    ]  # fmt: skip
    picture = figure(
        data,
        340,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": {"text": t("Month of the programme")}, "dtick": 1, "showgrid": False},
        yaxis={"rangemode": "tozero", "showgrid": True},
    )
    known = table[table["actual"].notna()]
    finding = t("Slow ramp: no month is known yet")
    if len(known):
        last = known.iloc[-1]
        finding = t(
            "{verdict}: {actual} so far, expected {low} to {high}",
            verdict=word(t, "ramp", found.verdict),
            actual=t.number(last["actual_sum"]),
            low=t.number(last["low_sum"]),
            high=t.number(last["high_sum"]),
        )
    alt = t.listing(
        [
            t("month {month}: {actual}", month=int(row["month"]), actual=t.number(row["actual"]))
            for row in known.to_dict("records")
        ]
    )
    return Drawing(
        picture,
        finding,
        alt or t("No figures"),
        t(
            "Logistic ramp to {target} a month; 6 to 12 months to maturity is the source's "
            "experience, not measured.",
            target=t.number(found.target),
        ),
    )


def story_view(levels: tuple[Level, ...], t: Translator) -> View:
    """The three levels as text for management."""
    shown = [
        {"title": t.text(one.title), "sentences": [t.text(said) for said in one.sentences]}
        for one in levels
    ]
    return View("story", t("The programme in three levels"), render("story", t, levels=shown))
