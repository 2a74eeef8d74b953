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
    x, n, x0, n0 = (day[name].to_numpy(np.int64)[:, None] for name in ("x", "n", "x0", "n0"))
    found = np.zeros((len(day), len(log_odds)))
    told = ((n > 0) & (n0 > 0) & (x + x0 > 0))[:, 0]  # else the chance is 1, whatever the odds
    if told.any():
        law = stats.nchypergeom_fisher
        x, n, x0, n0 = x[told], n[told], x0[told], n0[told]
        found[told] = law.logpmf(x, n + n0, n, x + x0, np.exp(log_odds))
    return found


def at_none(day: pd.DataFrame) -> np.ndarray:
    """The same for an odds ratio of 1, exact also far out in the tails; shape (days,)."""
    return stats.hypergeom.logpmf(day["x"], day["n"] + day["n0"], day["n"], day["x"] + day["x0"])


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
    grid = _grid(day)
    rough = np.cumsum(likelihoods(day, grid), axis=0)
    rows = [
        _interval(day.iloc[: look + 1], grid, rough[look], least[look]) for look in range(len(day))
    ]
    found = pd.DataFrame(rows, columns=["estimate", "low", "high"], index=day.index)
    return found.assign(p=np.minimum(1, np.exp(-np.maximum.accumulate(logs))))


def _grid(day: pd.DataFrame) -> np.ndarray:
    """Log odds ratios, closest together around the estimate of all days."""
    x, n, x0, n0 = (day[name].sum() + 0.5 for name in ("x", "n", "x0", "n0"))
    centre = np.clip(np.log(x / (n - x + 1) / (x0 / (n0 - x0 + 1))), -_FURTHEST / 2, _FURTHEST / 2)
    scale = np.sqrt(1 / x + 1 / x0)
    reach = np.arcsinh(2 * _FURTHEST / scale)
    return np.clip(centre + scale * np.sinh(np.linspace(-reach, reach, 121)), -_FURTHEST, _FURTHEST)


def _interval(
    day: pd.DataFrame, grid: np.ndarray, rough: np.ndarray, least: float
) -> tuple[float, float, float]:
    """Estimate and ends of the odds ratios whose log-likelihood is at least ``least``.

    Parameters
    ----------
    rough
        The log-likelihood on the grid; it is concave.
    """
    if np.ptp(rough) < 1e-9:  # flat: nothing was told yet
        return np.nan, 0.0, np.inf

    def above(log: float) -> float:
        total = float(likelihoods(day, np.array([log])).sum())
        return max(total, -1e9) - least  # far out the chance is 0 to the machine

    top = int(rough.argmax())
    best = optimize.minimize_scalar(
        lambda log: -above(log),
        bounds=(grid[max(top - 1, 0)], grid[min(top + 1, len(grid) - 1)]),
        method="bounded",
        options={"xatol": 1e-7},
    ).x
    inside = np.flatnonzero(rough >= least)
    first, last = (inside[0], inside[-1]) if len(inside) else (top, top)
    low = optimize.brentq(above, grid[first - 1], min(grid[first], best)) if first else -np.inf
    at_end = last == len(grid) - 1
    high = np.inf if at_end else optimize.brentq(above, max(grid[last], best), grid[last + 1])
    return _odds(best), _odds(low), _odds(high)


def _odds(log: float) -> float:
    """0 or infinite beyond what is looked at."""
    if abs(log) > _FURTHEST - 1e-3:
        return 0.0 if log < 0 else np.inf
    return float(np.exp(log))
