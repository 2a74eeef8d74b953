"""Always-valid view of two conversion rates: look as often as you like, stop when you like (A4).

Each day, given the exposures of both arms and the conversions of both together, the conversions of
one arm follow Fisher's noncentral hypergeometric law, in which the odds ratio alone is unknown:
what the rates themselves are that day, and how they change from day to day, has dropped out. So a
weekend, a promotion or a changed split can't pass for an effect.

With f_d(x; ψ) for the chance of day d's count and a prior π on ψ, fixed before,

    E_t(ψ) = Σ_k π(ψ_k) Π_d≤t f_d(x_d; ψ_k) / Π_d≤t f_d(x_d; ψ)

is a nonnegative martingale with mean 1 where ψ is the truth, so it ever reaches 1/alpha with a
chance of at most alpha (J. Ville, 1939). Hence

- always-valid p-value after t looks: the smallest 1 / E_s(1) for s <= t;
- confidence sequence: all ψ with E_t(ψ) < 1/alpha; it holds the truth at all looks at once with a
  chance of at least 1 - alpha.

This is the mixture sequential probability ratio test. H. Robbins, Statistical methods related to
the law of the iterated logarithm, Annals of Mathematical Statistics 41 (1970), 1397-1409; for A/B
tests R. Johari, P. Koomen, L. Pekelis, D. Walsh, Always valid inference: continuous monitoring of
A/B tests, Operations Research 70 (2022), 1806-1821; for conversion counts whose rates change in
time M. Lindon, A. Malek, Anytime-valid inference for multinomial count data, NeurIPS 2022. Theirs
needs shares fixed by design; conditioning on the exposures seen does not. It is exact: no large
counts are assumed, and the prior, being a finite list of ψ_k, is not approximated.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import interpolate, optimize, special, stats

_FURTHEST = 12.0
"""Logarithm of the largest odds ratio that is taken for an estimate."""
_POINTS = 241
"""On which a likelihood is taken to find where it crosses a level, once for all looks."""


def prior(effect: float) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of the odds ratios thought of beforehand, and their weights.

    Student's t with 3 degrees of freedom, as wide as the effect worth finding: closest together
    near 0, with tails for what nobody expected.

    Parameters
    ----------
    effect
        Smallest relative change worth finding, above 0.
    """
    scale = np.log1p(effect)
    log_odds = scale * np.sinh(np.linspace(-4.6, 4.6, 93)) / 2
    edges = np.concatenate([[-np.inf], (log_odds[1:] + log_odds[:-1]) / 2, [np.inf]])
    return log_odds, np.diff(stats.t.cdf(edges / scale, 3))


def likelihoods(day: pd.DataFrame, log_odds: np.ndarray) -> np.ndarray:
    """Logarithm of each day's chance under each log odds ratio; shape (days, odds).

    Parameters
    ----------
    day
        Columns ``x, n`` of the arm and ``x0, n0`` of the control: conversions and exposures.
    log_odds
        Any number of them.
    """
    told, x, n, x0, n0 = _told(day)
    found = np.zeros((len(day), len(log_odds)))
    if told.any():
        arm = (x[:, None], (n + n0)[:, None], n[:, None], (x + x0)[:, None])
        found[told] = stats.nchypergeom_fisher.logpmf(*arm, np.exp(log_odds))
    return found


def at_none(day: pd.DataFrame) -> np.ndarray:
    """The same for an odds ratio of 1, exact also far out in the tails; shape (days,)."""
    told, x, n, x0, n0 = _told(day)
    found = np.zeros(len(day))
    found[told] = stats.hypergeom.logpmf(x, n + n0, n, x + x0)
    return found


def _told(day: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Which days tell something, and x, n, x0, n0 of those; else the chance is always 1."""
    x, n, x0, n0 = (day[name].to_numpy(np.int64) for name in ("x", "n", "x0", "n0"))
    told = (n > 0) & (n0 > 0) & (x + x0 > 0)
    return told, x[told], n[told], x0[told], n0[told]


def evidence(mixed: np.ndarray, weights: np.ndarray, none: np.ndarray) -> np.ndarray:
    """Logarithm of E_t(1) after each look.

    Parameters
    ----------
    mixed
        Per look and odds ratio of the prior, as :func:`likelihoods` returns it.
    weights
        Of the prior.
    none
        Per look, as :func:`at_none` returns it.
    """
    ratio = np.cumsum(mixed - none[..., None], axis=-2)
    return special.logsumexp(ratio, b=weights, axis=-1)


def rate_sequence(day: pd.DataFrame, effect: float, alpha: float = 0.05) -> pd.DataFrame:
    """Interval of the odds ratio and always-valid p-value at each look.

    Parameters
    ----------
    day
        Columns ``x, n`` of the arm and ``x0, n0`` of the control, each look's own counts, in the
        order of time.
    effect
        Smallest relative change worth finding; sets the prior, and must be chosen beforehand.

    Returns
    -------
    pandas.DataFrame
        Index as ``day``; ``estimate, low, high`` of the odds ratio (infinite or 0 where nothing
        bounds it) and ``p``. For small rates the odds ratio is the ratio of the rates.
    """
    log_odds, weights = prior(effect)
    mixed = likelihoods(day, log_odds)
    logs = evidence(mixed, weights, at_none(day))
    least = special.logsumexp(np.cumsum(mixed, axis=0), b=weights, axis=1) + np.log(alpha)
    axis = _axis(day)
    on_axis = np.cumsum(likelihoods(day, axis.log_odds(axis.points)), axis=0)
    rows = [_interval(axis, *look) for look in zip(on_axis, least, strict=True)]
    found = pd.DataFrame(rows, columns=["estimate", "low", "high"], index=day.index)
    return found.assign(p=np.minimum(1, np.exp(-np.maximum.accumulate(logs))))


@dataclass(frozen=True)
class _Axis:
    """Log odds ratios, closest together around the estimate of all days."""

    centre: float
    scale: float
    points: np.ndarray

    def log_odds(self, points: Any) -> Any:
        return self.centre + self.scale * np.sinh(points)


def _axis(day: pd.DataFrame) -> _Axis:
    centre = _estimate(day)
    scale = float(np.sqrt(1 / (day["x"].sum() + 0.5) + 1 / (day["x0"].sum() + 0.5)))
    reach = np.arcsinh(2 * _FURTHEST / scale)
    return _Axis(centre, scale, np.linspace(-reach, reach, _POINTS))


def _estimate(day: pd.DataFrame) -> float:
    """The likeliest log odds ratio of all days: as many conversions are expected as are seen."""
    _, x, n, x0, n0 = _told(day)

    def missing(log: float) -> float:
        expected = stats.nchypergeom_fisher.mean(n + n0, n, x + x0, np.exp(log))
        return float(np.sum(x - expected))

    low, high = missing(-_FURTHEST), missing(_FURTHEST)
    if low * high >= 0:  # nothing is told, or one arm has all or none
        return np.sign(low + high) * _FURTHEST / 2
    return float(optimize.brentq(missing, -_FURTHEST, _FURTHEST))


def _interval(axis: _Axis, logs: np.ndarray, least: float) -> tuple[float, float, float]:
    """Estimate and ends of the odds ratios whose log-likelihood is at least ``least``.

    Parameters
    ----------
    logs
        The log-likelihood at the points of the axis; it is concave in the log odds ratio.
    """
    if np.ptp(logs) < 1e-9:  # flat: nothing was told yet
        return np.nan, 0.0, np.inf
    logs = np.maximum(logs, logs.max() - 600)  # far out the chance is 0 to the machine
    points, end = axis.points, len(axis.points) - 1
    top = int(logs.argmax())
    best = optimize.minimize_scalar(
        lambda at: -_between(points, logs, top)(at),
        bounds=(points[max(top - 1, 0)], points[min(top + 1, end)]),
        method="bounded",
        options={"xatol": 1e-9},
    ).x
    inside = np.flatnonzero(logs >= least)
    if not len(inside):  # narrower than the distance of the points
        inside, points = np.array([top]), np.where(np.arange(end + 1) == top, best, points)
        logs = np.where(points == best, _between(axis.points, logs, top)(best), logs)
    first, last = inside[0], inside[-1]

    def crossing(one: float, two: float, place: int) -> float:
        smooth = _between(points, logs, place)
        return axis.log_odds(optimize.brentq(lambda at: smooth(at) - least, one, two))

    low = crossing(points[first - 1], min(points[first], best), first) if first else -np.inf
    high = crossing(max(points[last], best), points[last + 1], last) if last < end else np.inf
    estimate = axis.log_odds(best) if 0 < top < end else np.sign(top - 1) * np.inf
    return float(np.exp(estimate)), float(np.exp(low)), float(np.exp(high))


def _between(points: np.ndarray, logs: np.ndarray, place: int) -> interpolate.KroghInterpolator:
    """The log-likelihood between its points around a place: the polynomial through six."""
    start = int(np.clip(place - 3, 0, len(points) - 6))
    near = slice(start, start + 6)
    return interpolate.KroghInterpolator(points[near], logs[near])
