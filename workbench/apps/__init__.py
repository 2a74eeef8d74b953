"""The apps: load, share one state, arrange panels; each opened by one call from a notebook."""

from workbench.apps.market import open_market
from workbench.apps.measurement import open_measurement
from workbench.apps.planner import open_planner
from workbench.apps.portfolio import open_portfolio_app

__all__ = ["open_market", "open_measurement", "open_planner", "open_portfolio_app"]
