"""The view in Panel; run by ``panel serve``."""

import panel as pn

from bench.views import shared

pn.extension("plotly")
market = pn.widgets.Select(name=shared.LABEL, options=shared.options())
pn.Column(
    f"# {shared.TITLE}",
    market,
    pn.pane.Plotly(shared.heat()),
    pn.pane.Plotly(pn.bind(shared.bars, market)),
    pn.pane.DataFrame(shared.table(), index=False),
).servable()
