"""Channel Workbench: strategy planning for cross-border network channels (跨境网络渠道策略工作台).

The names below are loaded on first use, so that ``import workbench`` and ``workbench --help``
stay fast.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Plan": "workbench.domain.plan",
    "Product": "workbench.domain.product",
    "WorkbenchError": "workbench.domain.errors",
    "Portfolio": "workbench.domain.assess",
    "MarketAssessment": "workbench.domain.assessment",
    "load_plan": "workbench.sources.plans",
    "load_product": "workbench.sources.products",
    "load_reference": "workbench.sources.reference",
}
__all__ = [
    "MarketAssessment",
    "Plan",
    "Portfolio",
    "Product",
    "WorkbenchError",
    "__version__",
    "load_plan",
    "load_product",
    "load_reference",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
