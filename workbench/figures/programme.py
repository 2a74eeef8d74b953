"""The programme's basics drawn (A3, A7): activity, shares, concentration, period against period."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from workbench.domain.programme.activity import Activity
from workbench.domain.programme.against import Comparison
from workbench.domain.programme.concentration import Concentration
from workbench.domain.programme.dimensions import OF_TIME
from workbench.domain.programme.measures import ALL
from workbench.domain.programme.pivot import Pivot
from workbench.figures.theme import ROW, figure, tokens
from workbench.figures.view import Drawing
from workbench.locale import Translator, word
from workbench.locale.words import WORDS

Labels = Mapping[str, Mapping[str, str]]
"""Dimension -> value -> its name in the reader's language, for values that are data."""
NO_LABELS: Labels = {}
OF_ONE = ("source", "partner", "name")
"""Columns that tell a partner, since networks use the same ids."""
SHOWN = 12
LISTED = 50


def column_word(name: str, t: Translator) -> str:
    """The head of a column: a dimension or a measure."""
    kind = "programme_measure" if name in ALL else "dimension"
    return word(t, kind, name)


def value_text(column: str, value: Any, t: Translator, labels: Labels = NO_LABELS) -> str:
    """A dimension's value as text."""
    if value is None or value != value:
        return t("(unknown)")
    if column in labels and value in labels[column]:
        return labels[column][value]
    if isinstance(value, date):
        return t.date(value)
    if column in ("country", "partner_country"):
        return t.market(value)
    if column in WORDS and value in WORDS[column]:
        return word(t, column, value)
    return str(value)


def figure_text(name: str, value: float, t: Translator) -> str:
    """A measure, or its change or ratio between two periods, as text."""
    if value is None or not math.isfinite(value):
        return "?"
    kind = next(
        (ALL[base].kind for end in ("", "_now", "_then", "_change")
         if (base := name.removesuffix(end)) in ALL),
        "ratio",
    )  # fmt: skip
    if kind == "share":
        return t.percent(value, 1)
    return t.number(value, 0 if kind == "count" else 2)


def statuses_said(found: Pivot, t: Translator) -> str:
    """Which orders count, for every figure of the view."""
    scope = found.scope
    counted = t.listing([word(t, "order_status", one) for one in scope.statuses.counted])
    money = t("Amounts in {currency}.", currency=found.currency) if found.currency else ""
    unstated = int(found.sums["unstated"].sum())
    sums = (
        t.n(
            "{count} of them is given as a sum, without a status.",
            "{count} of them are given as sums, without a status.",
            unstated,
        )
        if unstated
        else ""
    )
    return t.sentences(t("Orders counted: {statuses}.", statuses=counted), sums, money)


def group_names(held: Comparison, table: pd.DataFrame, t: Translator, labels: Labels) -> list[str]:
    """What the groups of a comparison are called."""
    columns = [name for name in held.now.columns if name != "source"]
    return [
        # A partner without a name, or whose name is its id, is named once.
        " · ".join(
            dict.fromkeys(
                value_text(name, row[name], t, labels)
                for name in columns
                if name != "name" or row[name] is not None
            )
        )
        or t("Total")
        for row in table.to_dict("records")
    ]


def funnel(acts: Activity, t: Translator) -> Drawing:
    """Partners that joined, clicked, sold, as bars."""
    steps = [
        (t("Joined"), float(acts.total["joined"])),
        (t("Active: clicked"), float(acts.total["active"])),
        (t("Selling: had an order"), float(acts.total["selling"])),
    ]
    names = [name for name, _ in steps][::-1]
    counts = [count for _, count in steps][::-1]
    picture = _bars(names, counts, ["?" if math.isnan(c) else t.number(c) for c in counts])
    if acts.total["joined"] == 0:
        finding = t("No partner has joined yet")
    elif math.isnan(acts.total["selling"]):
        finding = t("How many partners sell is unknown: no export of orders is imported")
    elif math.isnan(acts.total["joined"]):
        count = int(acts.total["selling"])
        finding = t.n("{count} partner sells", "{count} partners sell", count)
    else:
        finding = t(
            "{selling} of {joined} partners sell ({share})",
            selling=t.number(acts.total["selling"]),
            joined=t.number(acts.total["joined"]),
            share=t.percent(float(acts.total["selling_share"])),
        )
    alt = t.listing([f"{name} {t.number(count)}" for name, count in steps])
    return Drawing(picture, finding, alt, t("Partners known by the end of the period"))


def lorenz(spread: Concentration, t: Translator) -> Drawing:
    """Share of the output by the smallest partners: the further from the line, the less even."""
    heights = spread.lorenz.tolist()
    across = np.linspace(0, 1, len(heights)).tolist()
    accent, soft = tokens()["accent"], tokens()["line"]
    data = [
        {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1],
         "line": {"color": soft, "dash": "dot"}, "hoverinfo": "skip"},
        {"type": "scatter", "mode": "lines", "x": across, "y": heights,
         "line": {"color": accent, "width": 3}, "fill": "tozeroy",
         "hovertemplate": "%{x:.0%}: %{y:.0%}<extra></extra>"},
    ]  # fmt: skip
    picture = figure(
        data,
        320,
        xaxis={"tickformat": ".0%", "title": {"text": t("Share of partners, smallest first")}},
        yaxis={"tickformat": ".0%", "title": {"text": t("Share of orders")}, "showgrid": True},
    )
    if not spread.partners:
        finding = t("No orders are known")
    else:
        finding = t.n(
            "{makers} of {count} selling partner makes 80% of the orders",
            "{makers} of {count} selling partners make 80% of the orders",
            spread.partners,
            makers=spread.makers,
        )
    alt = t(
        "Gini {gini}, HHI {hhi}, share of the biggest {top}",
        gini=t.number(spread.gini, 2),
        hhi=t.number(spread.hhi, 3),
        top=t.percent(next(iter(spread.top.values()), math.nan)),
    )
    return Drawing(picture, finding, alt, t("Dotted: all partners alike"))


def shares(
    found: Pivot, t: Translator, measure: str = "orders", labels: Labels = NO_LABELS
) -> Drawing:
    """How a measure that adds up is shared out among the groups of the first dimension."""
    column = found.columns[0]
    keys: tuple[str, ...] = (column,)
    if found.columns[:3] == OF_ONE:  # a partner, told by its export and id
        keys, column = OF_ONE, "name"
    table = found.subtotals(keys)
    table = table[table[measure] > 0]
    if column in OF_TIME:
        table = table.sort_values(column, kind="stable").tail(SHOWN)
    else:
        table = table.sort_values(measure, ascending=False, kind="stable").head(SHOWN)
    whole = float(found.total[measure])
    if keys == OF_ONE:
        table = table.assign(name=table["name"].fillna(table["partner"]))
    names = [value_text(column, one, t, labels) for one in table[column]]
    parts = [float(one) / whole for one in table[measure]]
    first = parts.index(max(parts)) if parts else 0
    picture = _bars(names[::-1], parts[::-1], [t.percent(one) for one in parts[::-1]], share=True)
    finding = (
        t("{name} makes {share} of all", name=names[first], share=t.percent(parts[first]))
        if names
        else t("No orders are known")
    )
    alt = t.listing([f"{name} {t.percent(one)}" for name, one in zip(names, parts, strict=True)])
    return Drawing(picture, finding, alt, statuses_said(found, t))


def against(found: Comparison, measure: str, t: Translator, labels: Labels = NO_LABELS) -> Drawing:
    """A measure of each group, now and then, the greatest changes first."""
    table = found.table[found.table[f"{measure}_change"].notna()]
    moved = table[f"{measure}_change"].abs().sort_values(ascending=False, kind="stable")
    table = table.reindex(moved.index)
    table = table.head(SHOWN).iloc[::-1]
    names = group_names(found, table, t, labels)
    data = [
        {"type": "bar", "orientation": "h", "name": label, "y": names,
         "x": [float(one) for one in table[f"{measure}{part}"]],
         "marker": {"color": tokens()[colour]}}
        for label, part, colour in ((t("Then"), "_then", "l2"), (t("Now"), "_now", "accent"))
    ]  # fmt: skip
    picture = figure(data, ROW * max(3, len(names)) * 2 + 90, barmode="group", showlegend=True)
    finding = t(
        "{measure}: {now} now, {then} then",
        measure=column_word(measure, t),
        now=figure_text(measure, found.total[f"{measure}_now"], t),
        then=figure_text(measure, found.total[f"{measure}_then"], t),
    )
    alt = t.listing(
        [
            f"{name} {figure_text(measure, row[f'{measure}_then'], t)} → "
            f"{figure_text(measure, row[f'{measure}_now'], t)}"
            for name, row in zip(names, table.to_dict("records"), strict=True)
        ]
    )
    return Drawing(picture, finding, alt, statuses_said(found.now, t))


def _bars(names: list[str], values: list[float], texts: list[str], share: bool = False) -> Any:
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "x": [0.0 if math.isnan(value) else value for value in values],
            "y": names,
            "text": texts,
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {
                "color": [tokens()["unk-bg" if math.isnan(v) else "accent"] for v in values]
            },
            "hoverinfo": "y+text",
        }
    ]
    axis = {"tickformat": ".0%"} if share else {}
    return figure(data, ROW * max(3, len(names)) + 60, xaxis={"rangemode": "tozero", **axis})
