"""The apps: load, share one state, arrange panels; each opened by one call from a notebook."""

from typing import Any

from workbench.apps.market import open_market
from workbench.apps.planner import open_planner
from workbench.apps.portfolio import open_portfolio_app

__all__ = [
    "open_market",
    "open_measurement",
    "open_planner",
    "open_portfolio_app",
    "open_programme",
]


def __getattr__(name: str) -> Any:
    """The apps over events once asked for: their engine takes a third of a second to import."""
    if name == "open_measurement":
        from workbench.apps.measurement import open_measurement

        return open_measurement
    if name == "open_programme":
        from workbench.apps.programme import open_programme

        return open_programme
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
