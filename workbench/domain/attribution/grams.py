"""Counts of touches in a row, from which Markov chains of every order are made.

A touch and the ``order`` before it, (m[j-order], …, m[j-1], m[j]), are one number in base
``members + 1``, the last touch its last digit; what lies before the first touch of a path is the
digit ``members``, the start. The last ``order`` touches of a path are the number under which its
conversions, value and nulls are counted. A chain of a lower order needs only the last digits, so
one table serves all orders.
"""

from dataclasses import dataclass

import numpy as np

from workbench.domain.attribution.paths import Paths
from workbench.domain.errors import InputError

MOST_ORDER = 3


@dataclass(frozen=True)
class Grams:
    """Mergeable counts; all keys int64 and ascending.

    Attributes
    ----------
    members, order
        Number of members; how many touches a state remembers, 0 (nothing is counted) to 3.
    keys, counts
        Shape (distinct,): touches with the ``order`` before them; how often they stand.
    end_keys, ends
        Shape (distinct ends,), and (3, distinct ends): conversions, value, nulls after them.
    """

    members: int
    order: int
    keys: np.ndarray
    counts: np.ndarray
    end_keys: np.ndarray
    ends: np.ndarray

    def __add__(self, other: "Grams") -> "Grams":
        """Counts of both batches."""
        steps = _counted(
            np.concatenate((self.keys, other.keys)),
            np.concatenate((self.counts, other.counts))[None],
        )
        ends = _counted(
            np.concatenate((self.end_keys, other.end_keys)),
            np.concatenate((self.ends, other.ends), axis=1),
        )
        return Grams(self.members, self.order, steps[0], steps[1][0], *ends)

    def lower(self, order: int) -> "Grams":
        """The same touches counted for a chain of a lower order, 1 to ``self.order``."""
        if order == self.order:
            return self
        base = self.members + 1
        steps = _counted(self.keys % base ** (order + 1), self.counts[None])
        ends = _counted(self.end_keys % base**order, self.ends)
        return Grams(self.members, order, steps[0], steps[1][0], *ends)


def empty(members: int, order: int) -> Grams:
    """Nothing counted yet."""
    none = np.zeros(0, np.int64)
    return Grams(members, order, none, np.zeros(0), none, np.zeros((3, 0)))


def count(paths: Paths, members: int, order: int) -> Grams:
    """Counts of a batch of paths that have touches and stand at least once each."""
    if order == 0 or not len(paths.member):
        return empty(members, order)
    base, lengths = members + 1, paths.lengths
    firsts, lasts = paths.offsets[:-1], paths.offsets[1:] - 1
    before = paths.member.astype(np.int64)
    keys, ends = before.copy(), np.zeros(len(firsts), np.int64)
    for place in range(order):
        ends += before[lasts] * base**place
        before = np.concatenate(([members], before[:-1]))
        before[firsts] = members
        keys += before * base ** (place + 1)
    weight = paths.weight
    often = None if (weight == 1).all() else np.repeat(weight, lengths)[None]
    steps = _counted(keys, often, base ** (order + 1))
    found = np.stack((paths.conversions, paths.value, paths.nulls))
    return Grams(members, order, steps[0], steps[1][0], *_counted(ends, found, bins=base**order))


def check_order(members: int, order: int) -> None:
    """Nothing, if the chain's order is 0 to 3 and its states can be numbered.

    Raises
    ------
    InputError
        If it is not, or (members + 1)^(order + 1) is beyond 64 bits.
    """
    if order not in range(MOST_ORDER + 1):
        raise InputError(
            "A Markov order of {order} is not allowed; it is 1, 2 or 3, or 0 for no chain.",
            order=order,
        )
    if (members + 1) ** (order + 1) > np.iinfo(np.int64).max:
        raise InputError(
            "A Markov order of {order} is too high for {members} members; choose a lower order, "
            "or attribute by channel.",
            order=order,
            members=members,
        )


def _counted(
    keys: np.ndarray, weights: np.ndarray | None, bins: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Distinct keys, ascending, and the sums of their weights, shape (columns, distinct).

    Without weights every key weighs 1; ``bins``: all keys are below it.
    """
    if bins is not None and bins <= 4 * len(keys) + 65536:  # a table is quicker than sorting
        often = np.bincount(keys, minlength=bins)
        seen = np.flatnonzero(often)
        if weights is None:
            return seen, often[seen].astype(float)[None]
        return seen, np.stack([np.bincount(keys, row, bins)[seen] for row in weights])
    if weights is None:
        keys = np.sort(keys)
    else:
        order = np.argsort(keys, kind="stable")
        keys, weights = keys[order], weights[:, order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    if weights is None:
        return keys[starts], np.diff(np.append(starts, len(keys))).astype(float)[None]
    sums = np.add.reduceat(weights, starts, axis=1) if len(starts) else weights
    return keys[starts], sums
