"""A replay of incentives drawn: who gains and who loses (A12)."""

import pandas as pd

from workbench.domain.programme.minor import major
from workbench.domain.programme.replay import Replay
from workbench.domain.rows import tuples
from workbench.figures.theme import ROW, figure, tokens
from workbench.figures.view import Drawing
from workbench.locale import Translator

MOST = 8
"""Partners from either end that are drawn."""
ROOM = 0.4
"""Room for the text at a bar's end, in lengths of the longest bar."""
WHOLE = 100
"""From a longest bar of so much on, texts have no decimals."""


def changes(found: Replay, t: Translator) -> Drawing | None:
    """Each partner's difference in the plan's currency, gains on top; None without orders."""
    home, table = found.plan.currency, found.partners
    if table.empty:
        return None
    if len(table) > 2 * MOST:
        table = pd.concat([table.head(MOST), table.tail(MOST)])
    rows = tuples(table.iloc[::-1])
    amounts = [float(major(int(row.change_home), home)) for row in rows]
    several = table["partner"].duplicated(keep=False).any()
    labels = [_name(row) + (f" ({row.currency})" if several else "") for row in rows]
    said = [t.money(amount, home) for amount in amounts]
    widest = max(map(abs, amounts)) or 1.0
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "x": amounts,
            "y": list(range(len(rows))),  # names may stand twice
            "text": [t.number(amount, 0 if widest >= WHOLE else 2) for amount in amounts],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {
                "color": [
                    tokens()["accent"] if amount >= 0 else tokens()["ink-2"] for amount in amounts
                ]
            },
            "hovertext": said,
            "hoverinfo": "text",
        }
    ]
    low = min(*amounts, 0.0) - (ROOM * widest if min(amounts) < 0 else 0)
    drawn = figure(
        data,
        ROW * len(rows) + 60,
        xaxis={"range": [low, max(*amounts, 0.0) + ROOM * widest], "title": {"text": home}},
        yaxis={"tickvals": list(range(len(rows))), "ticktext": labels},
    )
    gains = int((found.partners["change_home"] > 0).sum())
    losses = int((found.partners["change_home"] < 0).sum())
    finding = t(
        "Gains: {gains}, losses: {losses}; in all {change}",
        gains=t.number(gains),
        losses=t.number(losses),
        change=t.money(
            float(major(found.plan_total["proposed"] - found.plan_total["today"], home)), home
        ),
    )
    alt = t.listing([f"{label} {text}" for label, text in zip(labels, said, strict=True)][::-1])
    source = t("Replay of past orders: what they would have cost, not what would have been sold")
    return Drawing(drawn, finding, alt, source)


def _name(row: object) -> str:
    name = row.name  # type: ignore[attr-defined]
    return name if isinstance(name, str) else str(row.partner)  # type: ignore[attr-defined]
