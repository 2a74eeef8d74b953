"""Everything the models need from paths, as sums that can be added.

The sums of batches add up to the sums of all, whichever way the journeys were divided. What is
summed of one batch: :mod:`~workbench.domain.attribution.counting`.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import numpy as np

from workbench.domain.attribution import grams
from workbench.domain.attribution.grams import Grams
from workbench.domain.errors import InputError

MODELS = ("first", "last", "linear", "position", "time_decay", "u_shaped", "shapley")
"""Models that credit one path at a time, in the order of the rows of :class:`Sums`."""

TIMED = ("time_decay", "u_shaped")
"""Models that need the times of touches."""

ROLES = ("solo", "introducer", "influencer", "closer")


@dataclass(frozen=True)
class Totals:
    """What was counted.

    Attributes
    ----------
    conversions, value
        All conversions and their value, unattributed ones included.
    unattributed, unattributed_value
        Those of paths without touches.
    journeys, touchpoints, outside
        Journeys; touches read; touches among them left out as older than the lookback window.
    untimed
        Conversions, with touches, of which the times are not known.
    """

    conversions: float = 0.0
    value: float = 0.0
    unattributed: float = 0.0
    unattributed_value: float = 0.0
    journeys: float = 0.0
    touchpoints: float = 0.0
    outside: float = 0.0
    untimed: float = 0.0

    def __add__(self, other: "Totals") -> "Totals":
        """Counts of both."""
        return Totals(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Sums:
    """Sums over paths, mergeable by ``+``.

    Attributes
    ----------
    credit
        Shape (2, 7, members): conversions and value, by :data:`MODELS`; 0 by those of
        :data:`TIMED` where times are unknown (``totals.untimed``).
    roles
        Shape (2, 4, members): conversions and value of the paths in which a member was solo (its
        only member), else introducer (first touch), closer (last touch), influencer (a touch
        between them); it may have several of these three in one path, each counted once.
    orders
        Shape (2, members): conversions, and their value, of the paths it was in, each once.
    paths
        Shape (members,): paths it was in, converting or not.
    totals, grams
        See :class:`Totals` and :class:`~workbench.domain.attribution.grams.Grams`.
    """

    credit: np.ndarray
    roles: np.ndarray
    orders: np.ndarray
    paths: np.ndarray
    totals: Totals
    grams: Grams

    def __add__(self, other: "Sums") -> "Sums":
        """Sums over both batches.

        Raises
        ------
        InputError
            If the batches have other members or another Markov order.
        """
        mine, theirs = self.grams, other.grams
        if (mine.members, mine.order) != (theirs.members, theirs.order):
            raise InputError(
                "Sums over {members} members with Markov order {order} can't be added to sums "
                "over {other_members} with order {other_order}; use the same for all batches.",
                members=mine.members,
                order=mine.order,
                other_members=theirs.members,
                other_order=theirs.order,
            )
        return Sums(
            self.credit + other.credit,
            self.roles + other.roles,
            self.orders + other.orders,
            self.paths + other.paths,
            self.totals + other.totals,
            mine + theirs,
        )


def nothing(members: int, order: int = 1) -> Sums:
    """The sums over no path: what ``+`` starts from."""
    return Sums(
        np.zeros((2, len(MODELS), members)),
        np.zeros((2, len(ROLES), members)),
        np.zeros((2, members)),
        np.zeros(members),
        Totals(),
        grams.empty(members, order),
    )


def merge(parts: Iterable[Sums], members: int, order: int = 1) -> Sums:
    """All parts added in pairs of like size, so that each count is copied few times."""
    waiting: list[tuple[int, Sums]] = []
    for part in parts:
        size, total = 1, part
        while waiting and waiting[-1][0] == size:
            size, total = size * 2, waiting.pop()[1] + total
        waiting.append((size, total))
    total = nothing(members, order)
    for _, part in reversed(waiting):
        total = part + total
    return total
