"""Many comparisons at once: p-values adjusted, so that one lucky arm is no finding.

S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of
Statistics 6 (1979), 65-70: the chance of any false finding stays below alpha, whatever the
dependence. Y. Benjamini and Y. Hochberg, Controlling the false discovery rate, Journal of the
Royal Statistical Society B 57 (1995), 289-300: the expected share of false findings does (SciPy).
"""

from typing import Literal

import numpy as np
from scipy import stats

Method = Literal["holm", "bh"]


def adjust(p: np.ndarray, method: Method = "holm") -> np.ndarray:
    """Adjusted p-values, to be held against alpha itself; an unknown one (NaN) takes no part."""
    p = np.asarray(p, float)
    found = np.full(p.shape, np.nan)
    known = p[~np.isnan(p)]
    if len(known):
        found[~np.isnan(p)] = _holm(known) if method == "holm" else _discoveries(known)
    return found


def _holm(p: np.ndarray) -> np.ndarray:
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    found = np.empty(len(p))
    found[order] = np.minimum(stepped, 1)
    return found


def _discoveries(p: np.ndarray) -> np.ndarray:
    return stats.false_discovery_control(p, method="bh")
