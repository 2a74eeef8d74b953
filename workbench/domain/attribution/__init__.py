"""Attribution (A5): which partner or channel gets credit for which conversion, by every model.

Whole journeys go in as flat arrays, batch by batch; sums come out that add up (:mod:`sums`), and
credits, roles and comparisons from them. NumPy and SciPy only, so that it runs in any worker.

    paths = split(touches, conversions, lookback=30 * 86400)
    found = attribute(merge((partial_sums(paths, members),), members))
"""

from workbench.domain.attribution.compare import disagreement, incremental
from workbench.domain.attribution.counting import partial_sums
from workbench.domain.attribution.credits import Attribution, attribute
from workbench.domain.attribution.paths import Paths
from workbench.domain.attribution.splitting import Conversions, Touches, in_order, split
from workbench.domain.attribution.sums import Sums, merge

__all__ = [
    "Attribution",
    "Conversions",
    "Paths",
    "Sums",
    "Touches",
    "attribute",
    "disagreement",
    "in_order",
    "incremental",
    "merge",
    "partial_sums",
    "split",
]
