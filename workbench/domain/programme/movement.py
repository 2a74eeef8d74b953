"""Has a weekly count moved more than its own noise and the programme's movement explain?

A partner's count now, x, against its sum over the weeks before, y. If both are Poisson with rates
that stand as s to k (s: what the rest of the programme did, in baseline weeks; k: weeks before),
then x given n = x + y is binomial with chance q = s / (s + k): the exact conditional test of two
Poisson rates (J. Przyborowski, H. Wilenski, Biometrika 31, 1940). No large counts are needed.

Weekly counts vary more than that. With negative binomial weeks of dispersion a (variance
m + a m²) and equal rates, x given n is beta-binomial with parameters 1/a and k/a. We keep that
precision, (k + 1) / a, around the chance q of the programme's movement, and lower it by what is
uncertain in q itself: the rest's counts are finite too. Without dispersion and with an endless
rest it is the binomial test again.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

LEAST_WEEKS = 4
"""Weeks before that are needed to say anything."""
NO_NOISE = 1e9
"""A precision that makes the beta-binomial a binomial."""


@dataclass(frozen=True)
class Season:
    """How partners moved apart from the programme a year ago; arrays over partners.

    Attributes
    ----------
    factor
        Count of that week over what was to be expected; 1 where it was within its noise.
    variance
        Of the factor's logarithm.
    """

    factor: np.ndarray
    variance: np.ndarray


@dataclass(frozen=True)
class Movement:
    """A count now against what was to be expected; arrays over partners.

    Attributes
    ----------
    now
        Count of the newest week.
    before
        Mean of the weeks before.
    expected
        What the weeks before and the rest of the programme let expect.
    down, up
        p of a count so low, so high; NaN where nothing can be said.
    least
        The smallest p, both sides, that the counts could have given at all.
    """

    now: np.ndarray
    before: np.ndarray
    expected: np.ndarray
    down: np.ndarray
    up: np.ndarray
    least: np.ndarray

    @property
    def p(self) -> np.ndarray:
        """Both sides: twice the smaller one."""
        return np.minimum(1.0, 2 * np.fmin(self.down, self.up))


def dispersion(counts: np.ndarray) -> float:
    """Dispersion a of weekly counts, pooled over partners, by moments; 0: Poisson.

    Each week's mean is the partner's mean times the week's size in the programme, so that a
    season is no dispersion. Few partners give a poor estimate, and one too low raises false
    alarms: a standard error (jackknife over weeks) is added.

    Parameters
    ----------
    counts
        Partners × weeks, the weeks before.
    """
    weeks = counts.shape[1]
    if weeks < LEAST_WEEKS or counts.sum() == 0:
        return 0.0
    without = [_dispersion(np.delete(counts, week, axis=1)) for week in range(weeks)]
    error = np.sqrt((weeks - 1) * np.var(without))
    return max(0.0, _dispersion(counts) + float(error))


def _dispersion(counts: np.ndarray) -> float:
    whole = counts.sum()
    if whole == 0:
        return 0.0
    size = counts.sum(axis=0) / whole
    share = counts.sum(axis=1, keepdims=True) / whole
    mean = whole * size * share
    free = (1 - size) * (1 - share)  # both are estimated from the counts themselves
    squares = (mean**2 * free).sum()
    excess = ((counts - mean) ** 2 - mean * free).sum()
    return float(excess / squares) if squares > 0 else 0.0


def movement(
    counts: np.ndarray, noise: float | None = None, season: "Season | None" = None
) -> Movement:
    """Judge the newest week of every partner against the weeks before.

    Parameters
    ----------
    counts
        Partners × weeks, oldest first, the newest last. A partner's leading zeros (before its
        first count) are no weeks of it.
    noise
        Dispersion; None: estimated from the weeks before.
    season
        How partners moved apart from the programme in the same week of the year before.
    """
    past, now = counts[:, :-1], counts[:, -1]
    noise = dispersion(past) if noise is None else noise
    begun = np.cumsum(past, axis=1) > 0
    held = begun.sum(axis=1)
    total = past.sum(axis=1)
    # The rest of the programme, in the weeks that the partner has.
    rest = np.where(begun, past.sum(axis=0) - past, 0.0)
    rest_now, rest_past = now.sum() - now, rest.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = rest_past == 0
        q = np.where(alone, 1 / (held + 1), (rest_now + 0.5) / (rest_now + rest_past + 1))
        own = noise / (held + 1) if noise > 0 else np.zeros(len(now))
        unsure = np.where(alone, 0.0, _unsure(past, now, begun, noise) / (rest_now + rest_past + 1))
        if season is not None:
            odds = q / (1 - q) * season.factor
            q = odds / (1 + odds)
            unsure = unsure + q * (1 - q) * season.variance
        precision = 1 / np.clip(own + unsure, 1 / NO_NOISE, 1.0)
    known = (held >= LEAST_WEEKS) & (total > 0)
    return _judged(now, total, held, q, precision, known)


def season_of(then: Movement, level: float = 0.05) -> Season:
    """The season of partners that moved, then, by more than their noise; the others have none."""
    moved = np.nan_to_num(then.p, nan=1.0) <= level
    seen, awaited = then.now + 0.5, np.nan_to_num(then.expected, nan=1.0) + 0.5
    return Season(np.where(moved, seen / awaited, 1.0), np.where(moved, 1 / seen + 1 / awaited, 0))


def _unsure(past: np.ndarray, now: np.ndarray, begun: np.ndarray, noise: float) -> np.ndarray:
    """By how much the rest's counts vary more than Poisson counts: 1 or more."""
    squares = (past**2).sum(axis=0) - past**2
    most = np.where(begun, squares, 0.0).sum(axis=1) + (now**2).sum() - now**2
    rest = np.where(begun, past.sum(axis=0) - past, 0.0).sum(axis=1) + now.sum() - now
    return 1 + noise * most / np.maximum(rest, 1)


def _judged(
    now: np.ndarray,
    total: np.ndarray,
    held: np.ndarray,
    q: np.ndarray,
    precision: np.ndarray,
    known: np.ndarray,
) -> Movement:
    count = now + total
    a, b = q * precision, (1 - q) * precision
    law = stats.betabinom(np.where(known, count, 1), a, b)
    poisson = stats.binom(np.where(known, count, 1), q)
    sharp = precision >= NO_NOISE / 10
    down = np.where(sharp, poisson.cdf(now), law.cdf(now))
    up = np.where(sharp, poisson.sf(now - 1), law.sf(now - 1))
    ends = np.minimum(
        np.where(sharp, poisson.pmf(0), law.pmf(0)),
        np.where(sharp, poisson.pmf(count), law.pmf(count)),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        before = np.where(held > 0, total / held, np.nan)
        expected = total * q / (1 - q)

    def told(value: np.ndarray) -> np.ndarray:
        return np.where(known, np.clip(value, 0.0, 1.0), np.nan)

    return Movement(
        now, before, np.where(known, expected, np.nan), told(down), told(up), told(2 * ends)
    )
