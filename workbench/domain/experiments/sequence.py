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

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

_FURTHEST = 12.0
"""Logarithm of the largest odds ratio that an interval looks at."""


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
    found = np.zeros((len(day), len(log_odds)))
    for place, (x, n, x0, n0) in enumerate(day[["x", "n", "x0", "n0"]].to_numpy(np.int64)):
        found[place] = _likelihood(x, n, x0, n0, log_odds)
    return found


def _likelihood(x: int, n: int, x0: int, n0: int, log_odds: np.ndarray) -> np.ndarray:
    """Logarithm of the chance that x of the x + x0 conversions are the arm's."""
    count = np.arange(max(0, x + x0 - n0), min(x + x0, n) + 1)
    ways = _log_choose(n, count) + _log_choose(n0, x + x0 - count)
    near = _near(ways, count, log_odds, x)
    ways, count = ways[near], count[near]
    weights = ways + np.outer(log_odds, count)
    own = ways[count == x][0] + log_odds * x
    return own - special.logsumexp(weights, axis=1)


def _near(ways: np.ndarray, count: np.ndarray, log_odds: np.ndarray, x: int) -> slice:
    """The counts that can matter for any of the odds; the rest weighs less than 1e-17 of all.

    The weights are log-concave in the count, so what matters lies together.
    """
    first, last = len(count), 0
    for odds in (log_odds.min(), log_odds.max()):
        weights = ways + odds * count
        kept = np.flatnonzero(weights > weights.max() - 40 - np.log(len(count)))
        first, last = min(first, kept[0]), max(last, kept[-1])
    own = x - count[0]
    return slice(min(first, own), max(last, own) + 1)


def _log_choose(n: int, k: np.ndarray) -> np.ndarray:
    return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)


def evidence(mixed: np.ndarray, weights: np.ndarray, at_none: np.ndarray) -> np.ndarray:
    """Logarithm of E_t(1) after each look.

    Parameters
    ----------
    mixed
        Per look and odds ratio of the prior, as :func:`likelihoods` returns it.
    weights
        Of the prior.
    at_none
        Per look, with an odds ratio of 1.
    """
    ratio = np.cumsum(mixed - at_none[..., None], axis=-2)
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
    none = likelihoods(day, np.zeros(1))[:, 0]
    logs = evidence(mixed, weights, none)
    total = special.logsumexp(np.cumsum(mixed, axis=0), b=weights, axis=1)
    rows = []
    for look in range(1, len(day) + 1):
        rows.append(_interval(day.iloc[:look], total[look - 1] - np.log(1 / alpha)))
    found = pd.DataFrame(rows, columns=["estimate", "low", "high"], index=day.index)
    return found.assign(p=np.minimum(1, np.exp(-np.maximum.accumulate(logs))))


def _interval(day: pd.DataFrame, least: float) -> tuple[float, float, float]:
    """Estimate and ends of the odds ratios whose log-likelihood is at least ``least``."""

    def above(log: float) -> float:
        return float(likelihoods(day, np.array([log])).sum()) - least

    best = optimize.minimize_scalar(
        lambda log: -above(log), bounds=(-_FURTHEST, _FURTHEST), method="bounded"
    ).x
    if above(best) <= 0:  # the likelihood is flat: no conversions yet
        return np.nan, 0.0, np.inf
    low = -_FURTHEST if above(-_FURTHEST) > 0 else optimize.brentq(above, -_FURTHEST, best)
    high = _FURTHEST if above(_FURTHEST) > 0 else optimize.brentq(above, best, _FURTHEST)
    return (
        float(np.exp(best)),
        0.0 if low == -_FURTHEST else float(np.exp(low)),
        np.inf if high == _FURTHEST else float(np.exp(high)),
    )
