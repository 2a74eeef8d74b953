"""The strategist's planner: edit levels, weights, channels, answers; everything follows."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from workbench.apps._mending import MendingPage, MendingState, fault_of
from workbench.apps._opening import (
    Column,
    asked_for,
    follow_address,
    heading,
    in_page_language,
    selector,
    styles,
)
from workbench.apps._options import industry_options, market_options, product_options
from workbench.domain.errors import WorkbenchError
from workbench.domain.plan import Plan
from workbench.figures.view import render
from workbench.sources.plans import dump_plan
from workbench.store.plans import ScenarioStore
from workbench.widgets.channels import ChannelsPanel
from workbench.widgets.comparison import ComparePanel
from workbench.widgets.download import Download
from workbench.widgets.history import HistoryPanel
from workbench.widgets.needs import NeedsPanel
from workbench.widgets.promise import PromisePanel
from workbench.widgets.ranking import RankingPanel
from workbench.widgets.readiness import ReadinessPanel
from workbench.widgets.state import PlanState
from workbench.widgets.todo import TodoPanel
from workbench.widgets.views import CompetitorsPanel, ProviderPanel, ValuePanel, VerdictPanel
from workbench.widgets.workspace import WorkspacePanel


class Planner:
    """All panels of a market over one state.

    Over a scenario of the workspace its own panels stand around the others: above them what is
    kept where, below them the comparison and the history.

    Attributes
    ----------
    state
        The plan and its portfolio.
    panels
        Topic -> panel.
    widget
        What to display.
    """

    def __init__(self, state: PlanState) -> None:
        self.state = state
        t = state.t
        kept = state.kept is not None
        self.panels = {
            **({"workspace": WorkspacePanel(state)} if kept else {}),
            "verdict": VerdictPanel(state),
            "ranking": RankingPanel(state),
            "needs": NeedsPanel(state),
            "channels": ChannelsPanel(state),
            "readiness": ReadinessPanel(state),
            "todo": TodoPanel(state),
            "promise": PromisePanel(state),
            "value": ValuePanel(state),
            "competitors": CompetitorsPanel(state),
            "provider": ProviderPanel(state),
            **({"comparison": ComparePanel(state), "history": HistoryPanel(state)} if kept else {}),
        }
        report = self.panels["verdict"].report
        self.market = selector(state, "market", t("Market"), market_options, report)
        self.industry = selector(state, "industry", t("Industry"), industry_options, report)
        self.product = selector(state, "product", t("Product"), product_options, report)
        self.status = widgets.HTML()
        self.download = Download(label=t("Download the plan file"), filename="plan.yaml")
        state.on_change(self._tell)
        self._tell(frozenset())
        head = heading(
            t("Planner"),
            t(
                "Edit levels, weights, channels and answers; ranking, "
                "verdict, mix and claim follow at once."
            ),
            state.plan,
        )
        controls = widgets.HBox([self.market, self.industry, self.product, self.download])
        controls.layout.flex_flow = "row wrap"
        # In a workspace industry and product belong to the scenario, which the address names.
        named = (
            ("scenario", "market", "lang") if kept else ("market", "industry", "product", "lang")
        )
        above = [panel.widget for name, panel in self.panels.items() if name == "workspace"]
        below = [panel.widget for name, panel in self.panels.items() if name != "workspace"]
        self.widget = Column(
            [
                styles(),
                head,
                *(above or [self.status]),
                controls,
                follow_address(state, *named, "lang"),
                *below,
            ]
        )

    def _tell(self, _changed: frozenset[str]) -> None:
        t, state = self.state.t, self.state
        self.industry.disabled = self.product.disabled = state.locked
        words = {
            "saved": t("Saved in the plan file."),
            "kept": t("Changed in this page only; download the plan file to keep it."),
            "": (
                t("Changes are saved in the plan file at once.")
                if state.store.writable
                else t("What you change here stays in this page.")
            ),
        }
        self.status.value = render("source", t, text=words[state.saved])
        self.download.content = dump_plan(state.plan, ".yaml")


@in_page_language
def open_planner(namespace: Mapping[str, Any]) -> widgets.Widget:
    """The planner for a notebook's parameters and the page's address."""
    store, look = asked_for(namespace)
    try:
        return _page(PlanState(look(store.load()), store))
    except WorkbenchError:
        if not isinstance(store, ScenarioStore) or (fault := fault_of(store)) is None:
            raise  # it is what the page was asked for that can't be shown
        return MendingPage(MendingState(store, look(Plan()), fault), _page).widget


def _page(state: PlanState) -> widgets.Widget:
    if state.plan.market is None:  # or the market would change under the strategist's hands
        state = PlanState(state.plan.but(market=state.market), state.store)
    return Planner(state).widget
