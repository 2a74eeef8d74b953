"""The view in Solara; run by ``solara run``."""

import solara

from bench.views import shared


@solara.component
def Page() -> None:  # noqa: N802 (the name that Solara looks for)
    names = list(shared.options())
    market, choose = solara.use_state(names[0])
    solara.HTML("h1", shared.TITLE)  # Markdown would ask another host for a formula renderer
    solara.Select(shared.LABEL, values=names, value=market, on_value=choose)
    solara.FigurePlotly(shared.heat())
    solara.FigurePlotly(shared.bars(shared.options()[market]))
    solara.DataFrame(shared.table())
