"""Multi-criteria scoring: aggregation methods, contributions and how firm a ranking is.

All functions take a **utility matrix**: a float array of shape (alternatives, criteria), each
entry in [0, 1], 1 the best. Utilities share one fixed scale, so that adding an alternative
can't turn the order of the others in a weighted sum.
"""

import importlib
import sys
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.domain.errors import InputError

Array = npt.NDArray[np.float64]

SPREAD = 0.42
"""Standard deviation of the logarithm of a sampled weight. With 0.42 nine of ten draws lie
between half and double the weight that was set (exp(1.645 * 0.42) = 2.0)."""

BLOCK = 1024
"""Weightings ranked at a time."""

PREFERENCE_THRESHOLD = 0.25
"""Utility difference from which one alternative is preferred outright (PROMETHEE, V-shape):
one level of the five."""


def normalised(weights: Array) -> Array:
    """Weights divided by their sum, shape unchanged.

    Raises
    ------
    InputError
        If a weight is negative or not a number, or all are zero.
    """
    weights = np.asarray(weights, dtype=float)
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise InputError(
            "A weight must be a number of at least 0; mend the weights {weights}.",
            weights=np.array2string(weights, separator=", "),
        )
    total = weights.sum()
    if total <= 0:
        raise InputError("The weights sum to 0; give at least one criterion a weight above 0.")
    return weights / total


def contributions(utility: Array, weights: Array) -> Array:
    """What each criterion adds to the score: shape (alternatives, criteria); rows sum to it."""
    return utility * normalised(weights)


def weighted_sum(utility: Array, weights: Array) -> Array:
    """Weighted arithmetic mean of the utilities, shape (alternatives,), in [0, 1].

    Source: Fishburn (1967), Additive utilities with incomplete product sets.
    """
    return utility @ normalised(weights)


def topsis(utility: Array, weights: Array) -> Array:
    """Relative closeness to the ideal alternative, shape (alternatives,), in [0, 1].

    Source: Hwang and Yoon (1981), Multiple Attribute Decision Making. The method comes from
    pymcdm; utilities are already on one scale, so no further normalisation is applied.
    Where all alternatives are equal (to 1e-12) the closeness is undefined; 0.5 is returned.
    """
    weights = normalised(weights)
    if np.ptp(utility * weights, axis=0).max() < 1e-12:
        return np.full(len(utility), 0.5)
    # Its validation only warns of dominated alternatives, which are no fault here.
    return _library().TOPSIS(lambda column, cost=False: column)(
        utility, weights, np.ones(len(weights)), validation=False
    )


def promethee(utility: Array, weights: Array, threshold: float = PREFERENCE_THRESHOLD) -> Array:
    """Net outranking flow (PROMETHEE II, V-shape preference), shape (alternatives,), in [-1, 1].

    Source: Brans and Vincke (1985), A preference ranking organisation method, Management
    Science 31(6). The method comes from pymcdm; a fresh object per call, since it keeps state.
    """
    weights = normalised(weights)
    if len(utility) < 2:
        return np.zeros(len(utility))
    method = _library().PROMETHEE_II("vshape", p=[threshold] * len(weights))
    return method(utility, weights, np.ones(len(weights)), validation=False)


@lru_cache(maxsize=1)
def _library() -> Any:
    """The methods of pymcdm, imported without its plots and weight makers.

    Those would pull in matplotlib and SciPy: about 2 s and 60 MB for every page that is opened.
    They stay importable; who asks for them gets them.
    """
    spare = [name for name in ("pymcdm.visuals", "pymcdm.weights") if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in spare})
    try:
        library = importlib.import_module("pymcdm")
    finally:
        for name in spare:
            del sys.modules[name]

    def late(name: str) -> ModuleType:
        if f"pymcdm.{name}" in spare:
            return importlib.import_module(f"pymcdm.{name}")
        raise AttributeError(f"module 'pymcdm' has no attribute {name!r}")

    for name in spare:
        vars(library).pop(name.rpartition(".")[2], None)
        vars(library)["__getattr__"] = late
    return importlib.import_module("pymcdm.methods")


def ranks(scores: Array) -> npt.NDArray[np.int64]:
    """Competition ranks, 1 the best; equal scores (to 1e-12) share the better rank."""
    keys = np.round(scores, 12)
    return 1 + (keys[None, :] > keys[:, None]).sum(axis=1)


def agreement(first: Array, second: Array) -> float:
    """Kendall's tau-b of two score vectors, in [-1, 1]; NaN if one of them is constant."""
    one, other = (np.sign(np.subtract.outer(scores, scores)) for scores in (first, second))
    pairs = float(np.sqrt((one * one).sum() * (other * other).sum()))  # those that are not tied
    return float((one * other).sum()) / pairs if pairs else float("nan")


@dataclass(frozen=True)
class Stability:
    """How firm each rank is over the sampled weightings; arrays of shape (alternatives,)."""

    top_share: Array
    """Share of weightings in which the alternative is among the best ``top``, 0 to 1."""
    low: npt.NDArray[np.int64]
    """Rank that it beats or holds in 95% of the weightings' better tail (5th percentile)."""
    high: npt.NDArray[np.int64]
    """95th percentile of its rank."""
    samples: int
    top: int


@lru_cache(maxsize=4)
def _draws(samples: int, criteria: int, seed: int) -> Array:
    """Standard normal draws, shape (samples, criteria), in antithetic pairs.

    Kept, so that moving one weight moves the same sampled weightings: what changes on screen
    is then the weight and not the luck of the draw.
    """
    half = np.random.default_rng(seed).standard_normal(((samples + 1) // 2, criteria))
    return np.concatenate([half, -half])[:samples]


@lru_cache(maxsize=4)
def _uniforms(cells: int, samples: int, seed: int) -> npt.NDArray[np.float32]:
    return np.random.default_rng([seed, 1]).random((cells, samples), dtype=np.float32)


def sampled_weights(weights: Array, samples: int, seed: int = 0) -> Array:
    """Plausible weightings around ``weights``: shape (samples, criteria), rows sum to 1.

    Logistic-normal on the simplex: each weight times exp(SPREAD * z), then normalised. A weight
    of 0 stays 0. Source: Aitchison and Shen (1980), Biometrika 67(2).
    """
    spread = normalised(weights) * np.exp(SPREAD * _draws(samples, len(weights), seed))
    return spread / spread.sum(axis=1, keepdims=True)


def stability(
    utility: Array,
    weights: Array,
    top: int,
    samples: int = 10_000,
    seed: int = 0,
    unknown: npt.NDArray[np.bool_] | None = None,
) -> Stability:
    """Rank the alternatives under many sampled weightings by weighted sum.

    Parameters
    ----------
    utility
        Shape (alternatives, criteria), complete (unknown entries hold any finite number).
    weights
        Shape (criteria,), not negative.
    top
        How many count as "among the best", at least 1.
    samples
        Number of weightings, at least 1.
    unknown
        Shape of ``utility``; True where the entry is not known. Such an entry is drawn anew for
        each weighting from the known entries of its criterion, so that what is not known widens
        the interval instead of hiding in it.
    """
    count, _criteria = utility.shape
    draws = sampled_weights(weights, samples, seed).astype(np.float32)
    known = utility.astype(np.float32)
    if unknown is not None and unknown.any():
        scores = np.where(unknown, np.float32(0), known) @ draws.T
        _fill_unknown(scores, draws, utility, unknown, _uniforms(int(unknown.sum()), samples, seed))
    else:
        scores = known @ draws.T
    first, group, size = _alike(known, unknown)
    # Entry (alternative, place) counts how often the alternative took the place.
    tally = np.zeros(len(first) * count, dtype=np.int64)
    for start in range(0, samples, BLOCK):  # what a block needs stays in the processor's cache
        block = scores[:, start : start + BLOCK]
        order = _best_first(block if len(first) == count else block[first])
        if len(first) == count:
            places = np.arange(count)
        else:
            places = size[order].cumsum(axis=1) - size[order]
        tally += np.bincount((order * count + places).ravel(), minlength=len(tally))
    share = (tally.reshape(len(first), count).cumsum(axis=1) / samples)[group]
    return Stability(
        top_share=share[:, min(top, count) - 1],
        low=1 + (share >= 0.05 - 1e-12).argmax(axis=1),
        high=1 + (share >= 0.95 - 1e-12).argmax(axis=1),
        samples=samples,
        top=top,
    )


def _alike(
    known: npt.NDArray[np.float32], unknown: npt.NDArray[np.bool_] | None
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Alternatives that are equal throughout, which share a rank: (first of each, group, size).

    Under sampled weightings only these can tie. Where an entry is unknown it is drawn anew for
    each alternative, so that such an alternative is always on its own.
    """
    alone = np.full(len(known), -1.0)
    if unknown is not None:
        alone = np.where(unknown.any(axis=1), np.arange(len(known)), alone)
    _, first, group, size = np.unique(
        np.column_stack([known, alone]),
        axis=0,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    if len(first) == len(known):  # the usual case; keeps the order
        first = group = np.arange(len(known))
    return first, group, size


def _fill_unknown(
    scores: npt.NDArray[np.float32],
    draws: npt.NDArray[np.float32],
    utility: Array,
    unknown: npt.NDArray[np.bool_],
    luck: npt.NDArray[np.float32],
) -> None:
    """Add, in place, what the unknown entries contribute in each sampled weighting."""
    start = 0
    weights = np.ascontiguousarray(draws.T)
    for column in np.flatnonzero(unknown.any(axis=0)):
        seen = np.sort(utility[~unknown[:, column], column]).astype(np.float32)
        for row in np.flatnonzero(unknown[:, column]):
            if len(seen):
                picks = (luck[start] * len(seen)).astype(np.int32)
                scores[row] += weights[column] * seen[picks]
            start += 1


def _best_first(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """Alternatives in order of score in each sample, best first: shape (samples, alternatives).

    Score and position are packed into one whole number, which NumPy sorts several times faster
    than it sorts positions by score. The score keeps 32 bits less those of the position: 24 bits
    for up to 256 alternatives, as many as a float32 has.
    """
    count = len(scores)
    bits = np.uint32(max(1, (count - 1).bit_length()))
    low, high = scores.min(), scores.max()
    steps = np.float64(2 ** (32 - int(bits)) - 1) / max(float(high - low), 1e-30)
    keys = np.empty((scores.shape[1], count), dtype=np.uint32)
    # From the highest down, so that sorting upwards puts the best first.
    np.multiply((high - scores).T, steps, out=keys, casting="unsafe")
    keys <<= bits
    keys |= np.arange(count, dtype=np.uint32)
    keys.sort(axis=1)
    return (keys & np.uint32((1 << int(bits)) - 1)).astype(np.intp)
