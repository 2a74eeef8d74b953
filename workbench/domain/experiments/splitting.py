"""Sample-ratio mismatch (A4): did each arm get the share of exposures that it was planned to get?

If not, the arms differ in more than their creative, and no effect can be believed. A. Fabijan and
others, Diagnosing sample ratio mismatch in online controlled experiments, KDD 2019, describe the
causes; the level of 0.001 is theirs too: the check is made again and again, and a false alarm
costs an experiment.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbench.domain.text import T_, Text

ALPHA = 0.001
"""Level of the check."""
CAUSES = (
    T_("One arm loads more slowly or fails on some devices, so that visits go uncounted."),
    T_("Redirects, consent banners or ad blockers drop visits of one arm."),
    T_("Bots or crawlers are filtered in one arm more than in the other."),
    T_("Shares were changed while the experiment ran, or an arm started later."),
    T_("Partners chose the creative themselves; then no share was planned."),
)
"""What mostly lies behind it, to be looked at in this order."""


@dataclass(frozen=True)
class Split:
    """Exposures against plan.

    Attributes
    ----------
    table
        Index ``arm``; columns ``exposures``, ``expected``.
    p
        Of the planned shares; NaN if none were planned.
    test
        ``binomial`` (exact, two arms), ``chi-square``, or ``none``.
    broken
        Whether ``p`` is below ``alpha``.
    causes
        Likely ones; empty unless broken.
    """

    table: pd.DataFrame
    p: float
    test: str
    alpha: float
    broken: bool
    causes: tuple[Text, ...]


def split_check(arms: pd.DataFrame, planned: bool = True, alpha: float = ALPHA) -> Split:
    """Hold the exposures of each arm against its planned share.

    Parameters
    ----------
    arms
        As :func:`check_arms` returns them.
    planned
        False: nobody planned the shares (partners chose), so nothing is checked.
    """
    seen = arms["exposures"].to_numpy()
    expected = arms["share"].to_numpy() * seen.sum()
    table = pd.DataFrame({"exposures": seen, "expected": expected}, index=arms.index)
    if not planned:
        return Split(table.assign(expected=np.nan), np.nan, "none", alpha, False, ())
    if len(arms) == 2:
        share = float(arms["share"].iloc[0])
        p, test = stats.binomtest(int(seen[0]), int(seen.sum()), share).pvalue, "binomial"
    else:
        p, test = stats.chisquare(seen, expected).pvalue, "chi-square"
    broken = bool(p < alpha)
    return Split(table, float(p), test, alpha, broken, CAUSES if broken else ())
