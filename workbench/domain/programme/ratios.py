"""Have a partner's return and its reversals changed by more than their noise?"""

import numpy as np
from scipy import stats

from workbench.domain.programme.movement import LEAST_WEEKS

SMALLEST = 0.1
"""Standard deviation of a week's logarithm of the return that is always allowed for: a commission
that is a fixed share of the value would else raise an alarm at a change of no importance."""
MANY = 1000
"""Reversals, and orders of the week, from which the exact law takes too long and isn't needed."""


def return_drop(value: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """p of so low a value per cost now, and the value per cost that was to be expected.

    The logarithm of a partner's weekly value per cost, less that of the rest of the programme, is
    held against its weeks before by the t distribution of a next observation (G. J. Hahn,
    W. Q. Meeker, Statistical Intervals, 1991): mean, standard deviation, (weeks - 1) degrees of
    freedom. NaN where fewer than four weeks before, or this week, have value and cost.

    Parameters
    ----------
    value, cost
        Partners × weeks, the newest last, of orders of which both are known.
    """
    ratio = _log_ratio(value, cost)
    rest = _log_ratio(value.sum(axis=0) - value, cost.sum(axis=0) - cost)
    apart = ratio - np.nan_to_num(rest)
    past = apart[:, :-1]
    known = np.isfinite(past)
    weeks = known.sum(axis=1)
    enough = (weeks >= LEAST_WEEKS) & np.isfinite(apart[:, -1])
    safe = np.where(known, past, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = safe.sum(axis=1) / weeks
        squares = (np.where(known, past - mean[:, None], 0.0) ** 2).sum(axis=1)
        spread = np.sqrt(squares / (weeks - 1) + SMALLEST**2)
        t = (apart[:, -1] - mean) / (spread * np.sqrt(1 + 1 / weeks))
        p = np.where(enough, stats.t.cdf(t, np.maximum(weeks - 1, 1)), np.nan)
    return p, np.where(enough, np.exp(mean + np.nan_to_num(rest[:, -1])), np.nan)


def _log_ratio(value: np.ndarray, cost: np.ndarray) -> np.ndarray:
    known = (value > 0) & (cost > 0)
    return np.log(np.where(known, value, np.nan) / np.where(known, cost, np.nan))


def whole_drop(counts: np.ndarray, then: np.ndarray | None = None) -> tuple[float, float]:
    """p of so low a count of the whole programme, and the count that was to be expected.

    What meets all partners at once is no partner's movement; here it is held against the
    programme's own weeks: the t distribution of a next logarithm, as in :func:`return_drop`.
    With the same weeks of the year before, the step that week took then is expected again, and
    its noise is added.

    Parameters
    ----------
    counts
        Weeks, the newest last.
    then
        The same weeks of the year before; None: not known.
    """
    logs = np.log(counts + 0.5)
    past = logs[:-1]
    if len(past) < LEAST_WEEKS or counts[:-1].sum() == 0:
        return float("nan"), float("nan")
    season, times = 0.0, 1.0
    if then is not None and then[:-1].sum() > 0:
        before = np.log(then + 0.5)
        season, times = before[-1] - before[:-1].mean(), 2.0
    spread = np.sqrt(times * (past.var(ddof=1) + SMALLEST**2) * (1 + 1 / len(past)))
    t = (logs[-1] - past.mean() - season) / spread
    return float(stats.t.cdf(t, len(past) - 1)), float(np.exp(past.mean() + season) - 0.5)


def reversal_rise(reversed_: np.ndarray, judged: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """p of so many reversed orders of this week, and how many were to be expected.

    R. A. Fisher's exact test of the partner's four counts (reversed or not, now or before), with
    the odds ratio of the rest of the programme in place of 1 (non-central hypergeometric): young
    orders are reversed later, everywhere, and a clean-up by the network meets all partners.

    Parameters
    ----------
    reversed_, judged
        Partners × weeks, the newest last: orders reversed, and all whose fate is told.
    """
    bad_now, all_now = reversed_[:, -1], judged[:, -1]
    bad_before, all_before = reversed_[:, :-1].sum(axis=1), judged[:, :-1].sum(axis=1)
    rest = [one.sum() - one for one in (bad_now, all_now, bad_before, all_before)]
    odds = ((rest[0] + 0.5) * (rest[3] - rest[2] + 0.5)) / (
        (rest[1] - rest[0] + 0.5) * (rest[2] + 0.5)
    )
    p = np.full(len(bad_now), np.nan)
    expected = np.full(len(bad_now), np.nan)
    possible = (all_now > 0) & (all_before > 0) & (bad_now + bad_before > 0)
    many = np.minimum(bad_now + bad_before, all_now) > MANY
    for place in np.flatnonzero(possible & many):
        table = (
            bad_now[place],
            all_now[place] - bad_now[place],
            bad_before[place],
            all_before[place] - bad_before[place],
        )
        p[place] = _large(np.array(table), float(odds[place]))
        chance = (
            odds[place]
            * bad_before[place]
            / (odds[place] * bad_before[place] + all_before[place] - bad_before[place])
        )
        expected[place] = all_now[place] * chance
    few = possible & ~many
    law = ((all_now + all_before)[few], (bad_now + bad_before)[few], all_now[few], odds[few])
    p[few] = stats.nchypergeom_fisher.sf(bad_now[few] - 1, *law)
    expected[few] = stats.nchypergeom_fisher.mean(*law)
    return np.clip(p, 0, 1), expected


def _large(cells: np.ndarray, odds: float) -> float:
    """The same for large counts: the logarithm of the odds ratio is about normal (B. Woolf)."""
    now, kept, before, kept_before = cells + 0.5
    gap = np.log(now * kept_before / (kept * before)) - np.log(odds)
    return float(stats.norm.sf(gap / np.sqrt((1 / (cells + 0.5)).sum())))
