"""The promise check drawn (M5)."""

from typing import Any

import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.domain.promise import PromiseCheck
from workbench.domain.rows import records, tuples
from workbench.figures.theme import figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator, word

COLOURS = {"kept": "go", "blocked": "no", "unknown": "unk"}
FAR = 3.0
"""Times the requirement at which a bar is cut."""
END = FAR * 104
"""Where the axis ends, in percent: a little air between a bar that is cut and its value."""

LINES = 40
"""Height of a row whose label has two lines, in pixels."""
LETTER = 7.5
"""Room for one character of a value, in pixels: a little more than Inter's digits take at 13."""


def against_requirement(check: PromiseCheck, t: Translator) -> Drawing:
    """Each requirement's share that is met: 100% is just kept, less falls short."""
    table = check.table.drop_duplicates(["requirement"]).iloc[::-1]
    asked = [
        (
            word(t, "metric", row.metric),
            f"{_sign(row.comparison)} {t.number(row.required, _decimals(row.required))} {row.unit}",
        )
        for row in tuples(table)
    ]
    labels = [" ".join(parts) for parts in asked]
    values = [
        "?"
        if pd.isna(row.available)
        else f"{t.number(row.available, _decimals(row.available))} {row.unit}"
        for row in tuples(table)
    ]
    met = [_met(row) for row in tuples(table)]
    data: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "x": [min(share, FAR) * 100 for share in met],
            "y": labels,
            "marker": {"color": [tokens()[COLOURS[v]] for v in table["verdict"]]},
            "text": values,
            "textposition": "none",  # shown when pointed at
            "hoverinfo": "y+text",
        },
        # In a column of their own: at the ends of the bars they lie on the line at 100%, and a
        # phone has no room for the longest bar's.
        {
            "type": "scatter",
            "mode": "text",
            "x": [END] * len(labels),
            "y": labels,
            "text": values,
            "textposition": "middle right",
            "cliponaxis": False,
            "hoverinfo": "skip",
        },
    ]
    drawn = figure(
        data,
        LINES * len(labels) + 60,
        margin={"r": 16 + round(LETTER * max(map(len, values), default=0))},
        # Two lines, so that a phone keeps room for the bars.
        yaxis={
            "tickmode": "array",
            "tickvals": labels,
            "ticktext": ["<br>".join(parts) for parts in asked],
        },
        xaxis={
            "range": [0, END],
            "tickmode": "array",
            "tickvals": [0, 100, FAR * 100],
            "ticktext": ["0", "100%", f"≥{FAR * 100:.0f}%"],
            "tickangle": 0,
        },
        shapes=[
            {
                "type": "line",
                "x0": 100,
                "x1": 100,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": tokens()["ink"], "dash": "dot"},
            }
        ],
    )
    fates = check.fates
    counts = fates.value_counts()
    finding = t.n(
        "{kept} of {count} promise kept, {blocked} can't be kept, {unknown} unknown",
        "{kept} of {count} promises kept, {blocked} can't be kept, {unknown} unknown",
        len(fates),
        kept=int(counts.get("kept", 0)),
        blocked=int(counts.get("blocked", 0)),
        unknown=int(counts.get("unknown", 0)),
    )
    alt = t.listing([f"{label}: {text}" for label, text in zip(labels, values, strict=True)])
    return Drawing(drawn, finding, alt, t("100% = the requirement is just met"))


def _met(row: Any) -> float:
    if pd.isna(row.available):
        return 0.0
    if row.comparison == "max":
        return float(row.required / row.available) if row.available else FAR
    return float(row.available / row.required) if row.required else FAR


def _sign(comparison: str) -> str:
    return "≤" if comparison == "max" else "≥"


def _decimals(value: float) -> int:
    return 0 if float(value).is_integer() else min(3, len(f"{value:g}".partition(".")[2]))


def marked(copy: str, table: pd.DataFrame) -> list[tuple[str, str]]:
    """The copy cut into pieces ``(text, verdict)``; plain text has the verdict ""."""
    worst: dict[tuple[int, int], str] = {}
    for row in tuples(table):
        span = (int(row.start), int(row.end))
        order = ("blocked", "unknown", "kept")
        worst[span] = min(worst.get(span, "kept"), row.verdict, key=order.index)
    pieces, here = [], 0
    for (start, end), verdict in sorted(worst.items()):
        if start < here:
            continue
        pieces += [(copy[here:start], ""), (copy[start:end], verdict)]
        here = end
    return [piece for piece in [*pieces, (copy[here:], "")] if piece[0]]


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """What the copy promises, what is kept, and the wording that would be honest."""
    title = t("Promise against capability")
    check = portfolio.market(code).promise
    if check is None:
        return View(
            "promise",
            title,
            render(
                "empty",
                t,
                text=t("No product is chosen. Choose one to check what its copy promises."),
            ),
        )
    rows = [
        {
            **row,
            "decimals": _decimals(row["required"]),
            "sign": _sign(row["comparison"]),
            "honest": row[f"honest_{t.lang}"],
            "metric": word(t, "metric", row["metric"]),
        }
        for row in records(check.table)
    ]
    copies = [
        (lang, marked(text, check.table[check.table["lang"] == lang]))
        for lang, text in check.copy.items()
    ]
    html = render(
        "promise",
        t,
        rows=rows,
        copies=copies,
        region=t.region(portfolio.market(code).region),
        decimals=_decimals,
    )
    return View("promise", title, html, against_requirement(check, t) if rows else None)
