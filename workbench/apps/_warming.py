"""What the warm kernel does once, so that no page has to: tables, texts, and every page opened."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from ipywidgets import Widget

import workbench.apps.programme  # noqa: F401  (not opened: its engine has threads)
from workbench.apps._opening import asked_for
from workbench.apps.market import PLAN_PANELS, MarketPage
from workbench.apps.planner import Planner
from workbench.apps.portfolio import PortfolioPage
from workbench.domain.plan import Plan
from workbench.domain.tables import keep_texts_plain
from workbench.environment import environment
from workbench.sources.opening import NONE, open_portfolio
from workbench.sources.paths import data_folder
from workbench.sources.plans import EXAMPLE_PLAN, ROLE_VARIABLE, ReadOnlyStore, load_plan
from workbench.store import open_workspace
from workbench.store.plans import ScenarioStore, begin
from workbench.widgets.ahead import drawing_ahead
from workbench.widgets.state import PlanState


def warm() -> None:
    """Open every page on the example plan, out of a workspace of its own, in both languages.

    Nothing of the user's is read or written; what stays are imports, tables, texts and templates.
    """
    keep_texts_plain()
    plan = load_plan(data_folder() / "examples" / EXAMPLE_PLAN)
    with TemporaryDirectory() as folder:
        store = open_workspace(f"sqlite:///{Path(folder) / 'w.db'}", who="-")
        begin(store, "base", plan)
        kept = ScenarioStore(store, "base").load()
        store.engine.dispose()
    _open_pages(kept, NONE)


def warm_served() -> None:
    """Open every page on the plan that the kernels will show, so that its ranking stays too.

    It is read as a viewer would; a page opened later over another plan takes over what both share
    (:func:`workbench.sources.opening.open_portfolio`).
    """
    with environment(**{ROLE_VARIABLE: "viewer"}):
        store, look = asked_for({}, "")
        try:
            plan = look(store.load())
        finally:
            if isinstance(store, ScenarioStore):
                store.workspace.engine.dispose()
    with drawing_ahead():
        _open_pages(plan, store.copies)


def _open_pages(plan: Plan, copies: Mapping[str, str]) -> None:
    focus = open_portfolio(plan, copies).focus
    try:
        for lang in ("zh", "en"):
            for page, market in (
                (PortfolioPage, plan.market),
                (_market, focus),  # as the portfolio links to it
                (Planner, focus),
            ):
                seen = plan.but(lang=lang, market=market)
                page(PlanState(seen, ReadOnlyStore(seen, copies)))
    finally:
        Widget.close_all()  # a page's kernel must not know of them


def _market(state: PlanState) -> MarketPage:
    """The market page without the panel of events: their engine has threads, and this forks."""
    return MarketPage(state, PLAN_PANELS)
