"""The view as our pages draw it; its notebook is served by :mod:`bench.views.serving`."""

from typing import Any

import ipywidgets as widgets
from IPython.display import display

from bench.views import shared
from workbench.widgets.chart import Chart


def view() -> None:
    """Show it."""
    market = widgets.Dropdown(description=shared.LABEL, options=shared.options())
    heat = shared.heat()
    first = shared.bars(market.value)
    bars = Chart(first, height=int(first.layout.height), lang="en")

    def choose(change: dict[str, Any]) -> None:
        bars.show(shared.bars(change["new"]))

    market.observe(choose, "value")
    display(
        widgets.VBox(
            [
                widgets.HTML(f"<h1>{shared.TITLE}</h1>"),
                market,
                Chart(heat, height=int(heat.layout.height), lang="en"),
                bars,
                widgets.HTML(shared.table().to_html(index=False)),
            ]
        )
    )
