"""Attribution drawn (A5): models side by side, roles, the incremental list. Credit, not cause."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.domain.answer import Answer
from workbench.domain.credited import (
    ALIKE,
    ROLES,
    UNATTRIBUTED,
    credits_table,
    disagreement_table,
    roles_table,
)
from workbench.domain.rows import records
from workbench.figures.counted import remarks
from workbench.figures.theme import ROW, figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator, word

SHOWN = 12
"""Names in a figure; a table has :data:`LISTED`."""
LISTED = 50


def name_of(name: str | None, t: Translator) -> str:
    """A member's name, or what stands for none."""
    if name is None:
        return t("(no name)")
    return t("(no touch)") if name == UNATTRIBUTED else name


def spread(shares: pd.DataFrame, t: Translator) -> Drawing:
    """Each name's share of the conversions: a line over all models, a dot for three of them.

    Parameters
    ----------
    shares
        Share of the attributed conversions, 0 to 1, by name (index, most first) and model.
    """
    drawn = shares.iloc[::-1]
    names = [name_of(name, t) for name in drawn.index]
    reach_x: list[float | None] = []
    reach_y: list[str | None] = []
    for name, low, high in zip(names, drawn.min(axis=1), drawn.max(axis=1), strict=True):
        reach_x += [float(low), float(high), None]
        reach_y += [name, name, None]
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": reach_x,
            "y": reach_y,
            "hoverinfo": "skip",
            "showlegend": False,
            "line": {"color": tokens()["l2"], "width": 8},
        }
    ]
    marks = (("first", "circle-open", "ink-2"), ("last", "circle", "ink-2"))
    shown = [*marks, (_settled(shares), "diamond", "accent")]
    for model, symbol, colour in shown:
        if model in drawn.columns:
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": word(t, "model", model),
                    "x": drawn[model].tolist(),
                    "y": names,
                    "marker": {"color": tokens()[colour], "size": 10, "symbol": symbol},
                    "cliponaxis": False,
                    "hovertemplate": "%{y}: %{x:.1%}<extra>%{fullData.name}</extra>",
                }
            )
    picture = figure(
        data,
        ROW * max(len(names), 3) + 110,
        showlegend=True,
        xaxis={
            "tickformat": ".0%",
            "rangemode": "tozero",
            "side": "top",
            "title": {"text": t("Share of the conversions credited")},
        },
        yaxis={"range": [-0.7, len(names) - 0.3]},
    )
    alt = t.listing(
        [
            f"{name_of(name, t)} {t.percent(low, 1)}–{t.percent(high, 1)}"
            for name, low, high in zip(
                shares.index, shares.min(axis=1), shares.max(axis=1), strict=True
            )
        ]
    )
    return Drawing(
        picture,
        apart(shares, t),
        alt,
        t("Line: lowest to highest of all models. {label}.", label=label(t)),
    )


def _settled(shares: pd.DataFrame) -> str:
    return "markov_1" if "markov_1" in shares.columns else "linear"


def label(t: Translator) -> str:
    """What stands at every credit."""
    return t("Credit, not cause")


def apart(shares: pd.DataFrame, t: Translator) -> str:
    """On whom the models are furthest apart, of shares as :func:`spread` takes them."""
    if shares.empty:
        return t("No conversion is credited to anybody")
    gap = shares.max(axis=1) - shares.min(axis=1)
    name = gap.idxmax() if gap.notna().any() else shares.index[0]
    where = gap.to_numpy().argmax()
    row = shares.iloc[where]
    if gap.iloc[where] < ALIKE:
        return t("All models agree to within a percentage point")
    return t(
        "The models are furthest apart on {name}: {low} by {lowest}, {high} by {highest}",
        name=name_of(name if isinstance(name, str) else None, t),
        low=t.percent(float(row.min()), 1),
        lowest=word(t, "model", str(row.idxmin())),
        high=t.percent(float(row.max()), 1),
        highest=word(t, "model", str(row.idxmax())),
    )


def shares_of(answer: Answer) -> pd.DataFrame:
    """Share of the attributed conversions by name and model, the biggest names first."""
    found = answer.credited.found
    whole = found.totals.conversions - found.totals.unattributed
    index = pd.Index(list(answer.credited.names), dtype=object)
    table = pd.DataFrame(
        (found.conversions / (whole if whole else np.nan)).T, index, list(found.models)
    )
    order = np.argsort(-table.mean(axis=1).fillna(0).to_numpy(), kind="stable")
    return table.iloc[order]


def models_view(answer: Answer, t: Translator) -> View:
    """The models side by side, and where they disagree."""
    title = t("Who gets credit, model by model")
    shares = shares_of(answer)
    if shares.empty or shares.isna().all(axis=None):
        return View("models", title, render("empty", t, text=_nothing(answer, t)))
    credits = credits_table(answer.credited)
    models = answer.credited.found.models
    size = len(credits) // len(models)
    matrix = credits["conversions"].to_numpy().reshape(len(models), size).T
    order = np.argsort(-matrix.mean(axis=1), kind="stable")
    apart = disagreement_table(answer.credited).set_index("name")["spread"].to_dict()
    rows = [
        {
            "name": name_of(credits["name"].iloc[place], t),
            "cells": [float(cell) for cell in matrix[place]],
            "spread": apart.get(credits["name"].iloc[place]),
        }
        for place in order[:LISTED]
    ]
    html = render(
        "models",
        t,
        heads=[word(t, "model", model) for model in models],
        rows=rows,
        more=size - len(rows),
        by=answer.question.by,
    )
    return View("models", title, html, spread(shares.head(SHOWN), t))


def roles_view(answer: Answer, t: Translator) -> View:
    """Who introduces, who influences, who closes, who sells alone."""
    title = t("Who introduces, who closes")
    table = roles_table(answer.credited)
    table = table.loc[table[list(ROLES)].sum(axis=1) > 0]
    if table.empty:
        return View("roles", title, render("empty", t, text=_nothing(answer, t)))
    order = (-table[list(ROLES)].sum(axis=1)).argsort(kind="stable")
    table = table.iloc[order]
    html = render(
        "roles",
        t,
        rows=[{**row, "name": name_of(row["name"], t)} for row in records(table.head(LISTED))],
        roles=ROLES,
        more=max(0, len(table) - LISTED),
    )
    return View("roles", title, html, roles_drawing(table.head(SHOWN), t))


def roles_drawing(table: pd.DataFrame, t: Translator) -> Drawing:
    """Conversions by role, stacked; ``table`` as of ``roles_table``, most first."""
    drawn = table.iloc[::-1]
    names = [name_of(name, t) for name in drawn["name"]]
    shades = dict(zip(ROLES, ("accent", "l4", "l2", "cond"), strict=True))
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": word(t, "part", role),
            "y": names,
            "x": drawn[role].tolist(),
            "marker": {"color": tokens()[shades[role]]},
            "hovertemplate": "%{y}: %{x:,.0f}<extra>%{fullData.name}</extra>",
        }
        for role in ROLES
    ]
    picture = figure(
        data,
        ROW * max(len(names), 3) + 120,
        barmode="stack",
        showlegend=True,
        legend={"traceorder": "normal"},
        xaxis={"side": "top", "title": {"text": t("Conversions taken part in, by role")}},
    )
    counts = table["main"].value_counts()
    finding = t.listing(
        [f"{word(t, 'part', role)} {t.number(counts[role])}" for role in ROLES if role in counts]
    )
    return Drawing(
        picture,
        t("Main role of the biggest: {roles}", roles=finding),
        t.listing(
            [f"{name_of(row['name'], t)}: {word(t, 'part', row['main'])}" for row in records(table)]
        ),
        t("One conversion may show a partner in two roles. {label}.", label=label(t)),
    )


def taking_part(answer: Answer) -> pd.DataFrame:
    """The incremental list without those who take part in no order."""
    table = answer.incremental
    return table.loc[table["orders"] > 0]


def incremental_view(answer: Answer, t: Translator, most: int = LISTED) -> View:
    """Credit against orders taken part in, with cost; what a lift test found goes over it.

    Parameters
    ----------
    most
        How many names are listed.
    """
    question = answer.question
    title = t("Incremental list")
    table = taking_part(answer)
    if table.empty:
        return View("incremental", title, render("empty", t, text=_nothing(answer, t)))
    html = render(
        "incremental",
        t,
        rows=[{**row, "name": name_of(row["name"], t)} for row in records(table.head(most))],
        more=max(0, len(table) - most),
        model=word(t, "model", question.model),
        currency=answer.counted.currency or "",
        label=label(t),
        tests=[
            {
                "name": one.test.name,
                "tested": one.test.conversions,
                "low": one.test.low,
                "high": one.test.high,
                "credited": one.credited,
                "start": one.test.start,
                "end": one.test.end,
                "note": one.test.note,
            }
            for one in answer.calibrations
        ],
    )
    return View("incremental", title, html)


def totals_view(answer: Answer, source: str, t: Translator) -> View:
    """What was counted, and what must be known before it is read.

    Parameters
    ----------
    source
        Where the events come from, in the language.
    """
    totals = answer.credited.found.totals
    currency = answer.counted.currency or ""
    html = render(
        "measured",
        t,
        tiles=[
            (t("Conversions"), t.number(totals.conversions)),
            (t("Order value"), f"{t.number(totals.value)} {currency}".strip()),
            (t("Journeys"), t.number(totals.journeys)),
            (t("Touchpoints"), t.number(totals.touchpoints)),
        ],
        remarks=remarks(answer, t),
        source=source,
    )
    return View("measured", t("What was measured"), html)


def _nothing(answer: Answer, t: Translator) -> str:
    if not answer.credited.names:
        return t(
            "There are no touchpoints yet: bring in an export by the command workbench import."
        )
    return t("No conversion of these days, statuses and window has a touchpoint; widen them.")
