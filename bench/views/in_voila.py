"""The view as a notebook for stock Voilà shows it: ipywidgets and Plotly's own figure widget."""

from typing import Any

import ipywidgets as widgets
import plotly.graph_objects as go
from IPython.display import display

from bench.views import shared


def view() -> None:
    """Show it."""
    market = widgets.Dropdown(description=shared.LABEL, options=shared.options())
    bars = go.FigureWidget(shared.bars(market.value))

    def choose(change: dict[str, Any]) -> None:
        new = shared.bars(change["new"])
        with bars.batch_update():
            bars.data[0].update(new.data[0])

    market.observe(choose, "value")
    display(widgets.HTML(f"<h1>{shared.TITLE}</h1>"), market)
    display(go.FigureWidget(shared.heat()), bars, shared.table())
