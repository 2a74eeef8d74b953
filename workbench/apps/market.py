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
from workbench.figures.view import View
from workbench.reports import measured
from workbench.widgets._panel import Panel
from workbench.widgets.channels import ChannelsPanel
from workbench.widgets.promise import PromisePanel
from workbench.widgets.ranking import RankingPanel
from workbench.widgets.readiness import ReadinessPanel
from workbench.widgets.state import PlanState, reported
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


class MeasuredPanel(Panel):
    """What the imported events say of the market; drawn when the page is, never ahead of it."""

    def view(self) -> View:
        """The section of the market's brief."""
        return measured.view(self.state.portfolio, self.state.market, self.state.t)

    def redraw(self) -> None:
        """Draw it anew: events change without the plan."""
        with reported(self.report):
            self.show(self.view())


PLAN_PANELS = (
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
PANELS = (*PLAN_PANELS, MeasuredPanel)


class MarketPage:
    """Every topic of one market; the market can be changed, nothing else.

    Parameters
    ----------
    panels
        Fewer of them, to be opened where no engine may run.

    Attributes
    ----------
    state, panels, widget
        As in :class:`workbench.apps.planner.Planner`.
    """

    def __init__(self, state: PlanState, panels: tuple[type[Panel], ...] = PANELS) -> None:
        self.state = state
        t = state.t
        self.panels = [panel(state, readonly=True) for panel in panels]
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
