"""How much of the output hangs on few partners (A3)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST = 0.8
"""Share of the output whose makers are counted."""


@dataclass(frozen=True)
class Concentration:
    """Figures of how output spreads over partners.

    Attributes
    ----------
    partners
        How many have output above 0.
    top
        n -> share of the output by the n biggest, 0 to 1.
    hhi
        Herfindahl-Hirschman index: sum of squared shares, 0 to 1; US merger guidelines write it
        times 10,000. 1/n when all are equal.
    gini
        0 (all equal) to (n - 1) / n (one has all).
    makers
        How many of the biggest make :data:`MOST` of the output.
    lorenz
        Share of output by the smallest k partners, k = 0 to n.
    """

    partners: int
    top: dict[int, float]
    hhi: float
    gini: float
    makers: int
    lorenz: np.ndarray


def concentration(output: np.ndarray, tops: Sequence[int] = (1, 5, 10)) -> Concentration:
    """Concentration of the output of partners; those without any (0, less or NaN) don't count.

    Gini: sum over i of (2 i - n - 1) x_i / (n sum x), x ascending, i = 1 to n (A. Sen, On
    Economic Inequality, 1973, rearranged; C. Dagum, Gini ratio, New Palgrave, 1987).

    Parameters
    ----------
    output
        Orders or value, one a partner.
    tops
        For which n the share of the n biggest is wanted.
    """
    known = np.sort(np.asarray(output, float))
    known = known[known > 0]  # also drops NaN
    count, whole = len(known), known.sum()
    if not count:
        nothing = float("nan")
        return Concentration(0, dict.fromkeys(tops, nothing), nothing, nothing, 0, np.zeros(1))
    shares = known / whole
    grown = np.cumsum(shares[::-1])
    rank = np.arange(1, count + 1)
    return Concentration(
        count,
        {n: float(grown[min(n, count) - 1]) for n in tops},
        float((shares**2).sum()),
        float(((2 * rank - count - 1) * shares).sum() / count),
        int(np.searchsorted(grown, MOST - 1e-12) + 1),
        np.concatenate([[0.0], np.cumsum(shares)]),
    )
