"""Experiments drawn (A4): what may be said of each arm, with what it rests on."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from workbench.domain.experiments import Comparison
from workbench.domain.rows import records
from workbench.figures.effects import (
    difference_text,
    effect_text,
    last_look,
    p_text,
    said,
)
from workbench.figures.theme import ROW, figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator, word

MARKS = {"better": "●", "worse": "■", "no_difference_shown": "◐", "too_early": "…", "broken": "!"}
TAGS = {"better": "go", "worse": "no_go", "no_difference_shown": "focus", "broken": "no_go"}
"""Verdict -> class of its tag; what is too early stays grey."""
_DASHES = ("solid", "dash", "dot", "dashdot")


def intervals(found: Comparison, metric: str, t: Translator) -> Drawing:
    """Difference of each arm to the control with its interval; for rates the Bayesian one too."""
    rows = found.effects[found.effects["metric"] == metric].iloc[::-1]
    rate = metric == "conversions"
    scale, columns = 100 if rate else 1, ["difference", "difference_low", "difference_high"]
    drawn_of = [(rows, t("Interval, if looked at once"), tokens()["accent"], "circle")]
    if rate:
        believed = found.posterior.loc[rows["arm"]]
        drawn_of.append((believed, t("Credible interval"), tokens()["go"], "diamond"))
    data = [
        _bars(
            scale * table[columns].to_numpy(float),
            0.15 - 0.3 * place if rate else 0.0,
            name,
            colour,
            symbol,
        )
        for place, (table, name, colour, symbol) in enumerate(drawn_of)
    ]
    drawn = figure(
        data,
        2 * ROW * len(rows) + 120,
        showlegend=True,
        legend={"y": 1.02, "yanchor": "bottom"},
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": rows["arm"].tolist(),
            "range": [-0.6, len(rows) - 0.4],
        },
        xaxis={
            "zeroline": True,
            "zerolinecolor": tokens()["ink-2"],
            "title": {
                "text": t("Percentage points against {control}", control=found.control)
                if rate
                else t("Value per exposure against {control}", control=found.control)
            },
        },
    )
    write = difference_text(metric, t)
    alt = t.listing(
        [
            f"{row['arm']} "
            + t(
                "{change} ({low} to {high})",
                change=write(row["difference"]),
                low=write(row["difference_low"]),
                high=write(row["difference_high"]),
            )
            for row in records(rows.iloc[::-1])
        ]
    )
    of_metric = [
        text
        for text, name in zip(
            said(found, t) * (len(found.effects) if found.split.broken else 1),
            found.effects["metric"],
            strict=True,
        )
        if name == metric
    ]
    finding = t.sentences(*dict.fromkeys(of_metric))
    return Drawing(drawn, finding, alt, _note(found, t))


def _bars(ends: np.ndarray, aside: float, name: str, colour: str, symbol: str) -> dict[str, Any]:
    """Points with their intervals, a row each; an arm without one is left out.

    Parameters
    ----------
    ends
        Value, low and high; shape (arms, 3).
    aside
        How far from the middle of its row.
    """
    kept = np.isfinite(ends).all(axis=1)
    value, low, high = ends[kept].T
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": value.tolist(),
        "y": (np.flatnonzero(kept) + aside).tolist(),
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (high - value).tolist(),
            "arrayminus": (value - low).tolist(),
            "color": colour,
            "thickness": 2,
        },
        "marker": {"color": colour, "size": 10, "symbol": symbol},
    }


def over_time(found: Comparison, metric: str, t: Translator) -> Drawing:
    """The always-valid interval of each arm, look by look.

    Parameters
    ----------
    found
        With looks.
    """
    if found.looks is None:
        raise ValueError("The comparison has no looks.")
    looks = found.looks[found.looks["metric"] == metric]
    rate = metric == "conversions"
    colours = [tokens()[name] for name in ("accent", "go", "cond", "no")]
    data: list[dict[str, Any]] = []
    arms = list(dict.fromkeys(looks["arm"]))
    for place, arm in enumerate(arms):
        own = looks[looks["arm"] == arm]
        line = {"color": colours[place % len(colours)], "dash": _DASHES[place % len(_DASHES)]}
        for column, width in (("low", 1), ("high", 1), ("estimate", 3)):
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": arm,
                    "legendgroup": arm,
                    "showlegend": column == "estimate",
                    "x": own["day"].tolist(),
                    "y": _drawn(own[column], rate),
                    "line": {**line, "width": width},
                }
            )
    none = 1 if rate else 0
    drawn = figure(
        data,
        340,
        showlegend=True,
        legend={"y": 1.02, "yanchor": "bottom"},
        xaxis={"type": "date"},
        yaxis={
            "type": "log" if rate else "linear",
            "showgrid": True,
            "title": {
                "text": t("Odds ratio to {control}", control=found.control)
                if rate
                else t("Value per exposure against {control}", control=found.control)
            },
        },
        shapes=[
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": none,
                "y1": none,
                "line": {"color": tokens()["ink-2"], "width": 1, "dash": "dot"},
            }
        ],
    )
    since = {arm: _sure_since(looks[looks["arm"] == arm], none) for arm in arms}
    sure = [
        t("{arm} since {day}", arm=arm, day=date.fromisoformat(day))
        for arm, day in since.items()
        if day
    ]
    finding = (
        t(
            "Different from {control} at every look: {arms}",
            control=found.control,
            arms=t.listing(sure),
        )
        if sure
        else t("No arm differs from {control} for sure yet", control=found.control)
    )
    write = (lambda value: _number(value, t)) if rate else difference_text("value", t)
    alt = t.listing(
        [
            f"{arm} "
            + t(
                "{change} ({low} to {high})",
                **{
                    name: write(last_look(found, metric, arm)[end])
                    for name, end in (("change", "estimate"), ("low", "low"), ("high", "high"))
                },
            )
            for arm in arms
        ]
    )
    return Drawing(
        drawn,
        finding,
        alt,
        t("Thin lines: {level} for all looks and arms together", level=t.percent(1 - found.alpha)),
    )


def _drawn(values: pd.Series, log: bool) -> list[float | None]:
    """Numbers that a chart can show; the line has a gap elsewhere."""
    shown = np.isfinite(values) & ((values > 0) | (not log))
    return [float(value) if seen else None for value, seen in zip(values, shown, strict=True)]


def _sure_since(looks: pd.DataFrame, none: float) -> str:
    """The first day from which on the interval leaves out ``none``; "" if it holds it now."""
    outside = ((looks["low"] > none) | (looks["high"] < none)).to_numpy()
    if not outside[-1]:
        return ""
    inside = np.flatnonzero(~outside)
    return str(looks["day"].iloc[int(inside[-1]) + 1 if len(inside) else 0])


def _number(value: float, t: Translator) -> str:
    return "∞" if np.isinf(value) else t.number(value, 2)


def _note(found: Comparison, t: Translator) -> str:
    """Rule and thresholds."""
    rule = (
        t("Judged once, at the planned size")
        if found.rule == "fixed"
        else t("Judged at every look, by the always-valid p-value")
    )
    return t(
        "{rule}; alpha {alpha} over all comparisons ({method}), power {power} for a change of "
        "{effect}",
        rule=rule,
        alpha=t.percent(found.alpha, 1),
        method={"holm": "Holm", "bh": "Benjamini-Hochberg"}[found.method],
        power=t.percent(found.power),
        effect=t.percent(found.effect, 1),
    )


def view(found: Comparison, t: Translator) -> View:
    """Verdicts first, then the arms' counts, effects, beliefs and the check of the split."""
    arms = [
        {**row, "name": arm, **found.posterior.loc[arm, ["best", "loss"]].to_dict()}
        for arm, row in zip(found.arms.index, records(found.arms), strict=True)
    ]
    effects = [
        {
            **row,
            "metric_name": word(t, "experiment_metric", row["metric"]),
            "effect": effect_text(row, found, t),
            "p_text": p_text(row["always_p" if found.rule == "sequential" else "p"], t),
            "adjusted": p_text(
                row["always_p_adjusted" if found.rule == "sequential" else "p_adjusted"], t
            ),
            "tag": TAGS.get(row["verdict"], ""),
            "mark": MARKS[row["verdict"]],
        }
        for row in records(found.effects)
    ]
    html = render(
        "experiments",
        t,
        said=said(found, t),
        arms=arms,
        effects=effects,
        control=found.control,
        split=found.split,
        split_p=p_text(found.split.p, t),
        causes=[t.text(cause) for cause in found.split.causes],
        note=_note(found, t),
    )
    metric = found.effects["metric"].iloc[0]
    drawing = (intervals if found.looks is None else over_time)(found, metric, t)
    return View("experiments", t("Experiment"), html, drawing)
