"""What the view shows in every framework: one computation, the same Plotly figures, one table."""

from functools import cache

import pandas as pd
import plotly.graph_objects as go

from workbench.domain.assess import Portfolio
from workbench.figures.needs import bars as need_bars
from workbench.figures.needs import need_names
from workbench.figures.theme import LEVELS, figure, tokens
from workbench.locale import translator
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder
from workbench.sources.plans import EXAMPLE_PLAN, load_plan

TITLE = "What users care about, market by market"
LABEL = "Market"
T = translator("en")


@cache
def portfolio() -> Portfolio:
    """The example plan's; once per process, as each framework recommends for what all share."""
    return open_portfolio(load_plan(data_folder() / "examples" / EXAMPLE_PLAN).but(lang="en"))


def options() -> dict[str, str]:
    """What the drop-down offers: a market's name -> its code."""
    return {T.market(code): code for code in portfolio().chosen}


def heat() -> go.Figure:
    """Markets × needs, levels 1 to 5."""
    found, names = portfolio(), need_names(portfolio(), T)
    scores = found.scores.loc[list(found.chosen), list(names)]
    shades = [[step / 4, tokens()[name]] for step, name in enumerate(LEVELS)]
    data = {
        "type": "heatmap",
        "x": list(names.values()),
        "y": [T.market(code) for code in scores.index],
        "z": scores.round(2).to_numpy().tolist(),
        "zmin": 1,
        "zmax": 5,
        "colorscale": shades,
    }
    return figure([data], 420)


def bars(code: str) -> go.Figure:
    """The needs of one market; this is what the drop-down changes."""
    cells = portfolio().cells_of(code).sort_values("score", ascending=False, kind="stable")
    return need_bars(cells, need_names(portfolio(), T), T).figure


def table() -> pd.DataFrame:
    """The ranking of the plan's markets, twelve rows."""
    ranked = portfolio().ranking.table.loc[list(portfolio().chosen)].sort_values("rank")
    return pd.DataFrame(
        {
            "Market": [T.market(code) for code in ranked.index],
            "Rank": ranked["rank"].astype(int).to_numpy(),
            "From": ranked["low"].astype(int).to_numpy(),
            "To": ranked["high"].astype(int).to_numpy(),
            "Score": ranked["score"].round(3).to_numpy(),
            "Among the best": ranked["top_share"].map(T.percent).to_numpy(),
        }
    )
