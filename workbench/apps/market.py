"""The leader's page of one market, read-only, opened by a link such as ``?market=ID&lang=en``."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from workbench.apps._opening import (
    Column,
    follow_address,
    heading,
    in_page_language,
    open_state,
    selector,
    styles,
)
from workbench.apps._options import market_options
from workbench.figures.portfolio import subtitle
from workbench.widgets.channels import ChannelsPanel
from workbench.widgets.promise import PromisePanel
from workbench.widgets.ranking import RankingPanel
from workbench.widgets.readiness import ReadinessPanel
from workbench.widgets.state import PlanState
from workbench.widgets.views import (
    AlikePanel,
    CompetitorsPanel,
    MarketNeedsPanel,
    MarketPanel,
    NotesPanel,
    ProviderPanel,
    ValuePanel,
    VerdictPanel,
)

PANELS = (
    VerdictPanel,
    ValuePanel,
    MarketNeedsPanel,
    ChannelsPanel,
    ReadinessPanel,
    PromisePanel,
    CompetitorsPanel,
    ProviderPanel,
    RankingPanel,
    MarketPanel,
    AlikePanel,
    NotesPanel,
)


class MarketPage:
    """Every topic of one market; the market can be changed, nothing else.

    Attributes
    ----------
    state, panels, widget
        As in :class:`workbench.apps.planner.Planner`.
    """

    def __init__(self, state: PlanState) -> None:
        self.state = state
        t = state.t
        self.panels = [panel(state, readonly=True) for panel in PANELS]
        self.market = selector(state, "market", t("Market"), market_options, self.panels[0].report)
        industry = state.portfolio.reference.label("industries", state.portfolio.industry, t.lang)
        self.widget = Column(
            [
                styles(),
                heading(
                    t("Market page · {industry}", industry=industry),
                    subtitle(state.portfolio, t),
                    state.plan,
                ),
                self.market,
                follow_address(state, "market", "industry", "product", "lang"),
                *(panel.widget for panel in self.panels),
            ]
        )


@in_page_language
def open_market(namespace: Mapping[str, Any]) -> widgets.Widget:
    """The market page for a notebook's parameters and the page's address."""
    return MarketPage(open_state(namespace, saving=False)).widget
