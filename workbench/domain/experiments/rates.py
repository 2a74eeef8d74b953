"""Two conversion rates compared: score test, and the intervals that it inverts to.

O. Miettinen and M. Nurminen, Comparative analysis of two rates, Statistics in Medicine 4 (1985),
213-226: the distance between the rates is divided by its standard error under the hypothesis, with
the rates that are likeliest under it, and N / (N - 1). An interval holds every difference (or
ratio) that the test does not reject, so interval and p-value never contradict each other.

At a difference of 0 this is the "N - 1" chi-square test. I. Campbell, Chi-squared and
Fisher-Irwin tests of two-by-two tables with small sample recommendations, Statistics in Medicine
26 (2007), 3661-3675, recommends it where every expected count is at least 1, else the exact test
of Fisher and Irwin; so do we.

All functions take arrays of equal shape: conversions x of n exposures, x0 of n0 for the control.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

COLUMNS = [
    "difference",
    "difference_low",
    "difference_high",
    "ratio",
    "ratio_low",
    "ratio_high",
    "p",
    "test",
]
_HALVINGS = 60
_FURTHEST = 40.0
"""Logarithm of the largest ratio looked at; a limit beyond it is 0 or infinite."""


def effect(
    x: np.ndarray, n: np.ndarray, x0: np.ndarray, n0: np.ndarray, alpha: float = 0.05
) -> pd.DataFrame:
    """Difference and ratio of the rates, intervals of level ``1 - alpha``, p-value.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`. A ratio to a rate of 0 is infinite, of 0 to 0 unknown (NaN);
        ``test`` is ``score`` or ``exact``.
    """
    x, n, x0, n0 = (np.atleast_1d(np.asarray(each, float)) for each in (x, n, x0, n0))
    critical = stats.norm.isf(alpha / 2)
    difference = x / n - x0 / n0
    low, high = _limits(
        lambda delta: difference_score(x, n, x0, n0, delta), difference, -1, 1, critical
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (x / n) / (x0 / n0)
        middle = np.clip(np.nan_to_num(np.log(ratio), nan=0.0), -_FURTHEST, _FURTHEST)
    ratio_low, ratio_high = _limits(
        lambda log: ratio_score(x, n, x0, n0, np.exp(log)), middle, -_FURTHEST, _FURTHEST, critical
    )
    small = _least_expected(x, n, x0, n0) < 1
    return pd.DataFrame(
        {
            "difference": difference,
            "difference_low": low,
            "difference_high": high,
            "ratio": ratio,
            "ratio_low": np.where(x > 0, np.exp(ratio_low), 0.0),
            "ratio_high": np.where(x0 > 0, np.exp(ratio_high), np.inf),
            "p": p_value(x, n, x0, n0),
            "test": np.where(small, "exact", "score"),
        }
    )[COLUMNS]


def p_value(x: np.ndarray, n: np.ndarray, x0: np.ndarray, n0: np.ndarray) -> np.ndarray:
    """Two-sided p-value of equal rates."""
    x, n, x0, n0 = np.broadcast_arrays(*(np.atleast_1d(each) for each in (x, n, x0, n0)))
    found = 2 * stats.norm.sf(np.abs(difference_score(x, n, x0, n0, np.zeros(x.shape))))
    for place in np.argwhere(_least_expected(x, n, x0, n0) < 1):
        at = tuple(place)
        table = [[x[at], n[at] - x[at]], [x0[at], n0[at] - x0[at]]]
        found[at] = stats.fisher_exact(np.asarray(table, np.int64)).pvalue
    return found


def difference_score(
    x: np.ndarray, n: np.ndarray, x0: np.ndarray, n0: np.ndarray, delta: np.ndarray
) -> np.ndarray:
    """Standard normal score of the hypothesis that the rates differ by ``delta``."""

    def slope(rate: np.ndarray) -> np.ndarray:
        """Of the log-likelihood in the control's rate; falls from end to end."""
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = (
                np.where(x > 0, x / (rate + delta), 0),
                np.where(n > x, -(n - x) / (1 - rate - delta), 0),
                np.where(x0 > 0, x0 / rate, 0),
                np.where(n0 > x0, -(n0 - x0) / (1 - rate), 0),
            )
        return np.sum(parts, axis=0)

    low, high = np.maximum(0.0, -delta), np.minimum(1.0, 1.0 - delta)
    rate0 = _halved(slope, low, high)
    rate = np.clip(rate0 + delta, 0, 1)
    total = n + n0
    variance = (rate * (1 - rate) / n + rate0 * (1 - rate0) / n0) * total / (total - 1)
    return _standardised(x / n - x0 / n0 - delta, variance)


def ratio_score(
    x: np.ndarray, n: np.ndarray, x0: np.ndarray, n0: np.ndarray, ratio: np.ndarray
) -> np.ndarray:
    """Standard normal score of the hypothesis that the rates have this ratio."""
    total, b, c = n + n0, n * ratio + x + n0 + x0 * ratio, x + x0
    root = np.sqrt(np.maximum(b * b - 4 * total * ratio * c, 0))
    rate0 = np.minimum(2 * c / (b + root), np.minimum(1, 1 / ratio))
    rate = np.clip(rate0 * ratio, 0, 1)
    variance = rate * (1 - rate) / n + ratio**2 * rate0 * (1 - rate0) / n0
    return _standardised(x / n - ratio * x0 / n0, variance * total / (total - 1))


def _standardised(distance: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """0 where there is neither distance nor variance: no conversions at all, say."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = distance / np.sqrt(np.maximum(variance, 0))
    return np.where(np.abs(distance) < 1e-15, 0.0, found)


def _limits(
    score: Callable[[np.ndarray], np.ndarray],
    middle: np.ndarray,
    lowest: float,
    highest: float,
    critical: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Where the score, which falls, is ``critical`` and ``-critical``."""
    ends = np.full(middle.shape, float(lowest)), np.full(middle.shape, float(highest))
    low = _halved(lambda at: score(at) - critical, ends[0], middle)
    high = _halved(lambda at: score(at) + critical, middle, ends[1])
    return low, high


def _halved(
    falling: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Where a falling function crosses 0, by halving; an end if it doesn't cross."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = falling(middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def _least_expected(x: np.ndarray, n: np.ndarray, x0: np.ndarray, n0: np.ndarray) -> np.ndarray:
    """The smallest of the four expected counts under equal rates."""
    rate = (x + x0) / (n + n0)
    return np.minimum(n, n0) * np.minimum(rate, 1 - rate)
