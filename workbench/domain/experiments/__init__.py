"""A/B of creatives, pages and channels (A4): effects, how sure they are, and when to stop.

Small tables of counts and sums go in (:mod:`arms`), one result that explains itself comes out
(:mod:`compare`); methods and sources are in ``docs/experiments.md``.

    found = compare(check_arms(table), control="A", effect=0.1)
    found.effects[["arm", "difference_low", "difference_high", "verdict"]]
"""

from workbench.domain.experiments.arms import check_arms, check_days, totals
from workbench.domain.experiments.by_creative import by_creative
from workbench.domain.experiments.compare import Comparison, compare
from workbench.domain.experiments.creatives import traits, usage
from workbench.domain.experiments.families import adjust
from workbench.domain.experiments.planning import planned_size
from workbench.domain.experiments.posterior import posterior
from workbench.domain.experiments.splitting import split_check

__all__ = [
    "Comparison",
    "adjust",
    "by_creative",
    "check_arms",
    "check_days",
    "compare",
    "planned_size",
    "posterior",
    "split_check",
    "totals",
    "traits",
    "usage",
]
