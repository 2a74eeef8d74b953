"""How each rule shares one conversion among the touches of its path: the pure kernel.

All functions take ``lengths``, shape (paths,), int64, all at least 1, and give the shares of the
touches of those paths, shape (touches,), float64; those of one path add up to 1. Nothing is
checked here.
"""

import numpy as np

HALF_LIFE = 7 * 86400.0
"""Seconds in which the weight of a touch halves: 7 days."""

END, MIDDLE = 0.4, 0.2
"""Position-based: share of the first and of the last touch, and of all between them together."""


def linear(lengths: np.ndarray) -> np.ndarray:
    """1 / n each."""
    return np.repeat(1 / lengths, lengths)


def position(lengths: np.ndarray) -> np.ndarray:
    """40% to the first, 40% to the last, 20% evenly to those between; 50/50 of two, 100 of one."""
    return _with_ends(np.repeat(_middle(lengths), lengths), lengths)


def time_decay(lengths: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Each touch weighs 2^(-age / 7 days).

    ``age``, shape (touches,): seconds from the touch to its conversion, 0 or more. The weights
    are taken relative to the last touch, which leaves the shares as they are and can't vanish
    however old the path is.
    """
    return _to_one(_since_last(lengths, age), lengths)


def u_shaped(lengths: np.ndarray, age: np.ndarray) -> np.ndarray:
    """The U with 7-day decay: position-based, where touches between the ends fade with age.

    First and last touch weigh 0.4 each; of n - 2 touches between them one of age a weighs
    0.2 / (n - 2) * 2^(-a / 7 days); weights are divided by their sum. Two touches have half
    each, one has all. So the first and the last always weigh most and equally, those between
    less, and ever less the longer before the conversion.

    impact.com publishes only that shape of its own model (first and last weigh most, the middle
    less, over 7 days), not the formula: figures are comparable, not equal.
    """
    last = np.cumsum(lengths) - 1
    scale = _middle(lengths) * np.exp2(-age[last] / HALF_LIFE)
    weight = _since_last(lengths, age) * np.repeat(scale, lengths)
    return _to_one(_with_ends(weight, lengths), lengths)


def _middle(lengths: np.ndarray) -> np.ndarray:
    return MIDDLE / np.maximum(lengths - 2, 1)


def _with_ends(weight: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """``weight`` with first and last touch of each path set, in place."""
    end = np.where(lengths > 2, END, 1.0 / lengths)
    last = np.cumsum(lengths) - 1
    weight[last - lengths + 1] = end
    weight[last] = end
    return weight


def _since_last(lengths: np.ndarray, age: np.ndarray) -> np.ndarray:
    """2^(-time to the last touch of the path / 7 days)."""
    last = np.cumsum(lengths) - 1
    return np.exp2((np.repeat(age[last], lengths) - age) / HALF_LIFE)


def _to_one(weight: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    firsts = np.cumsum(lengths) - lengths
    return weight / np.repeat(np.add.reduceat(weight, firsts), lengths)
