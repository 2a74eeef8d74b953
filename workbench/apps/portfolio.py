"""The leader's portfolio, read-only: verdict first, then ranking with stability, then blockers."""

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
from workbench.apps._options import industry_options
from workbench.apps._views import comparison_table
from workbench.figures import platforms, portfolio, provider, ranking
from workbench.figures.view import View
from workbench.widgets._panel import Panel
from workbench.widgets.ranking import RankingPanel
from workbench.widgets.state import PlanState


class PortfolioPanel(Panel):
    """Gates of the chosen markets, the comparison table with links, needs as a heat table."""

    depends = Panel.depends | {"weights", "top", "samples", "seed"}

    def view(self) -> View:
        """The portfolio; each market links to its page."""
        return comparison_table(self.state.portfolio, self.state.t)


class ContributionsPanel(Panel):
    """What each criterion adds to the scores."""

    depends = RankingPanel.depends

    def view(self) -> View:
        """Contributions of the best ranked of the chosen markets."""
        return ranking.why(self.state.portfolio, self.state.t)


class BlockersPanel(Panel):
    """What stands in the way in every chosen market, with owner and date."""

    def view(self) -> View:
        """Open required checks across the chosen markets, the blocked first, then by date."""
        return portfolio.blockers(self.state.portfolio, self.state.t)


class PosturesPanel(Panel):
    """How far the product's provider bounds the reach, region by region."""

    def view(self) -> View:
        """Posture per sub-region: expand, focus, adapt the product, or unknown."""
        return provider.regions(self.state.portfolio, self.state.t)


class PlatformsPanel(Panel):
    """Which affiliate platforms serve the chosen markets."""

    def view(self) -> View:
        """Candidates side by side, with evidence."""
        return platforms.of_portfolio(self.state.portfolio, self.state.t)


class PortfolioPage:
    """The portfolio of the plan's markets.

    Attributes
    ----------
    state, panels, widget
        As in :class:`workbench.apps.planner.Planner`.
    """

    def __init__(self, state: PlanState) -> None:
        self.state = state
        t = state.t
        self.panels = [
            panel(state, readonly=True)
            for panel in (
                PortfolioPanel,
                RankingPanel,
                ContributionsPanel,
                BlockersPanel,
                PosturesPanel,
                PlatformsPanel,
            )
        ]
        self.industry = selector(
            state, "industry", t("Industry"), industry_options, self.panels[0].report
        )
        self.widget = Column(
            [
                styles(),
                heading(t("Market portfolio"), portfolio.subtitle(state.portfolio, t), state.plan),
                self.industry,
                follow_address(state, "industry", "product", "lang"),
                *(panel.widget for panel in self.panels),
            ]
        )


@in_page_language
def open_portfolio_app(namespace: Mapping[str, Any]) -> widgets.Widget:
    """The portfolio for a notebook's parameters and the page's address."""
    return PortfolioPage(open_state(namespace, saving=False)).widget
