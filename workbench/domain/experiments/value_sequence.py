"""Always-valid view of two mean values (money per visitor), for large counts (A4).

Money has no law that could be conditioned away as in :mod:`sequence`, so this one leans on the
central limit theorem at all times at once: I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy,
A. Ramdas, Time-uniform central limit theory and asymptotic confidence sequences, Annals of
Statistics 52 (2024), 2613-2640, its Gaussian mixture, with d for the difference of the means, s
for its standard error and g = (τ / s)²:

    d ± s sqrt((1 + 1/g) · 2 log(sqrt(1 + g) / alpha)),    p = sqrt(1 + g) exp(-d²/s² · g/(2 (1+g)))

It is Robbins' normal mixture with the variance estimated; τ, the width of the mixture, is the
effect worth finding. A guarantee "for large counts" needs a start: looks before both arms have
:data:`START` conversions say nothing, and τ is fixed at the first look that does.
"""

import numpy as np
import pandas as pd

START = 100
"""Conversions that each arm needs before the first look counts."""


def value_sequence(day: pd.DataFrame, effect: float, alpha: float = 0.05) -> pd.DataFrame:
    """Interval of the difference of means and always-valid p-value at each look.

    Parameters
    ----------
    day
        Columns ``x, n, value, squares`` of the arm and ``x0, n0, value0, squares0`` of the
        control, each look's own sums, in the order of time.
    effect
        Smallest change worth finding, relative to the control's mean, above 0.

    Returns
    -------
    pandas.DataFrame
        Index as ``day``; ``estimate, low, high`` of the difference and ``p``; before the start
        the ends are infinite and p is 1. All NaN from a look on whose values are unknown.
    """
    sums = day.cumsum(skipna=False)
    mean, variance = _moments(sums["n"], sums["value"], sums["squares"])
    mean0, variance0 = _moments(sums["n0"], sums["value0"], sums["squares0"])
    distance, square = mean - mean0, variance + variance0
    counts = (sums[["x", "x0"]].min(axis=1) >= START).to_numpy() & (mean0 > 0) & (square > 0)
    if not counts.any():
        half, p = np.full(len(day), np.inf), np.ones(len(day))
    else:
        width = effect * mean0[counts.argmax()]
        with np.errstate(divide="ignore", invalid="ignore"):
            g = width**2 / square
            half = np.sqrt(square * (1 + 1 / g) * 2 * np.log(np.sqrt(1 + g) / alpha))
            p = np.sqrt(1 + g) * np.exp(-(distance**2) / square * g / (2 * (1 + g)))
        half, p = np.where(counts, half, np.inf), np.where(counts, p, 1.0)
    known = ~np.isnan(distance + square)
    found = pd.DataFrame(
        {"estimate": distance, "low": distance - half, "high": distance + half}, index=day.index
    )
    found["p"] = np.minimum.accumulate(np.minimum(p, 1))
    return found.where(pd.Series(known, index=day.index), axis=0)


def _moments(n: pd.Series, value: pd.Series, squares: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Mean, and the squared standard error of it."""
    n, value, squares = (each.to_numpy(float) for each in (n, value, squares))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = value / n
        return mean, np.maximum(squares - n * mean**2, 0) / (n - 1) / n
