"""How surprising a week's count is, given the weeks before: exact for Poisson counts.

Of two independent Poisson counts that differ in nothing but their exposure, the one given their
sum is binomial (Przyborowski and Wilenski, 1940). Real counts scatter more: where the variance is
``dispersion`` times the mean, a count tells as much as one so many times smaller (the quasi-Poisson
rule, Wedderburn 1974; the effective sample size of surveys), so both are divided by it. The
binomial's tail is the incomplete beta function, which is defined for such numbers as well.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

POINTS = 32
"""Values of the dispersion over which a tail is averaged."""


@dataclass(frozen=True)
class Surprise:
    """Of each partner: one-sided p-values, and what was expected.

    Attributes
    ----------
    down, up
        Probability of so low, and of so high a count, if nothing has changed.
    expected
        The count that the weeks before and the exposure lead to; NaN: there are no weeks before.
    """

    down: np.ndarray
    up: np.ndarray
    expected: np.ndarray


def tails(
    now: np.ndarray, before: np.ndarray, share: np.ndarray, dispersion: np.ndarray | float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """P(so few) and P(so many) for a count given its sum with the weeks before.

    Parameters
    ----------
    now, before
        Counts of the newest week and of the weeks before together.
    share
        The newest week's share of the exposure of all these weeks, between 0 and 1.
    dispersion
        Variance over mean of the counts, 1 or more.
    """
    low, rest = now / dispersion, before / dispersion
    with np.errstate(invalid="ignore"):  # nothing at all: 0 of 0, which betainc calls NaN
        down = np.where(before > 0, special.betainc(rest, low + 1, 1 - share), 1.0)
        up = np.where(now > 0, special.betainc(low, rest + 1, share), 1.0)
    return down, up


def scatter(counts: np.ndarray, exposure: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pearson's chi-square of each row around its own straight line, and its degrees of freedom.

    A partner that grows month by month is no wilder for it. The line is fitted by least squares
    with the exposures as weights; where it falls below a tenth of the mean, that tenth stands for
    it. Two weeks or fewer have no line but a mean.

    Parameters
    ----------
    counts, exposure
        Rows x weeks; weeks without exposure don't count.
    """
    whole = exposure.sum(axis=1, keepdims=True)
    rate = _over(counts.sum(axis=1, keepdims=True), whole)
    weeks = np.arange(counts.shape[1])
    off = weeks - _over((exposure * weeks).sum(axis=1, keepdims=True), whole)
    spread = (exposure * off**2).sum(axis=1, keepdims=True)
    lined = (exposure > 0).sum(axis=1, keepdims=True) > 2
    slope = np.where(lined, _over((off * counts).sum(axis=1, keepdims=True), spread), 0.0)
    mean = exposure * np.maximum(rate + slope * off, rate / 10)
    chi2 = _over(np.where(exposure > 0, counts - mean, 0.0) ** 2, mean).sum(axis=1)
    return chi2, np.maximum((mean > 0).sum(axis=1) - 1 - lined[:, 0], 0)


def surprise(
    now: np.ndarray,
    exposed: np.ndarray,
    counts: np.ndarray,
    exposure: np.ndarray,
    weeks: int,
    prior: float = 0.0,
) -> Surprise:
    """Compare the newest week with the weeks before, row by row.

    The dispersion is not known, only how each row scattered before; a tail is averaged over the
    values that leaves possible (chi-square; below 1 counts as 1), as Student's t does for means.

    Parameters
    ----------
    now, exposed
        Count and exposure of the newest week, one per row.
    counts, exposure
        The weeks before, the newest last, rows x weeks; without exposure: did not count.
    weeks
        How many of the last of them the newest week is compared with; the scatter is of all.
    prior
        How many weeks' worth the scatter of all rows (mean, the outer tenths off) counts for.
    """
    chi2, freedom = scatter(counts, exposure)
    known = freedom > 0
    usual = stats.trim_mean(chi2[known] / freedom[known], 0.1) if known.any() else 1.0
    sample, freedom = chi2 + prior * usual, freedom + prior
    before, base = counts[:, -weeks:].sum(axis=1), exposure[:, -weeks:].sum(axis=1)
    share = _over(exposed, exposed + base)
    places = (np.arange(POINTS) + 0.5) / POINTS
    # Freedoms are few: whole numbers of weeks.
    few, which = np.unique(np.maximum(freedom, 1), return_inverse=True)
    drawn = stats.chi2.ppf(places[:, None], few)[:, which]
    down, up = tails(now, before, share, np.maximum(sample / drawn, 1.0))
    comparable = (base > 0) & (exposed > 0)
    return Surprise(
        np.where(comparable, down.mean(axis=0), 1.0),
        np.where(comparable, up.mean(axis=0), 1.0),
        np.where(base > 0, exposed * _over(before, base), np.nan),
    )


def _over(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.zeros(np.broadcast(above, below).shape), where=below > 0)
