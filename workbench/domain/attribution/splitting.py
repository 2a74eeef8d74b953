"""From the events of journeys to paths: which touches led to which conversion.

A conversion closes a path. A touch belongs to the first conversion of its journey that is not
before it, if it is not older than the lookback window; an older one belongs to no path and is
counted. Touches after the last conversion of a journey, and all touches of a journey without one,
form a path that ends in none.

Ties: a touch at the instant of a conversion comes before it; conversions of a journey at the same
instant close one path together; touches at the same instant go by the order key, then by member,
so that the order of rows never matters (:func:`in_order`).

A conversion without a touch in its window is a path without touches: it is counted as
unattributed, never dropped.
"""

from dataclasses import dataclass, replace

import numpy as np

from workbench.domain.attribution.paths import MICROSECONDS, Paths
from workbench.domain.errors import InputError


@dataclass(frozen=True)
class Touches:
    """Touches of whole journeys, sorted by journey and time (:func:`in_order`).

    Attributes
    ----------
    journey
        Shape (touches,), integers: which journey; any numbers.
    time
        Shape (touches,): float64 seconds or int64 microseconds.
    member
        Shape (touches,), int32 or int64: code of the partner or channel.
    """

    journey: np.ndarray
    time: np.ndarray
    member: np.ndarray


@dataclass(frozen=True)
class Conversions:
    """Conversions of the same journeys, sorted by journey and time.

    Attributes
    ----------
    journey, time
        Shape (conversions,), as those of :class:`Touches`.
    value
        Shape (conversions,), float64: in one currency, 0 or more.
    """

    journey: np.ndarray
    time: np.ndarray
    value: np.ndarray


def in_order(touches: Touches, key: np.ndarray | None = None) -> Touches:
    """Touches by journey, time, ``key`` (shape (touches,); None: no key) and member."""
    keys = (touches.member, touches.time, touches.journey)
    place = np.lexsort(keys if key is None else (keys[0], key, *keys[1:]))
    return Touches(touches.journey[place], touches.time[place], touches.member[place])


def split(
    touches: Touches,
    conversions: Conversions,
    lookback: float | None = None,
    since: float | None = None,
) -> Paths:
    """The paths of whole journeys; those without touches come last.

    Parameters
    ----------
    lookback
        Seconds, 0 or more: a touch this much older than the conversion still belongs to its
        path. None: no window.
    since
        Paths that end earlier, in a conversion or in none, are no longer counted: they only keep
        their touches from later ones. Seconds, whatever the unit of the times. None: all count.

    Raises
    ------
    InputError
        If rows are not sorted by journey and time, a time is not a number, units differ, or the
        lookback is no number of seconds.
    """
    _check(touches, conversions, lookback)
    starts = _starts(conversions.journey, conversions.time)
    journey, time = conversions.journey[starts], conversions.time[starts]
    sizes = np.diff(np.append(starts, len(conversions.time))).astype(float)
    values = np.add.reduceat(conversions.value, starts) if len(starts) else np.zeros(0)

    closing = _closing(touches, journey, time)
    keep = np.ones(len(closing), bool)
    if lookback is not None and len(time):
        keep = (closing < 0) | (time[closing] - touches.time <= _units(lookback, time))
    kept, by_touch, when = touches.journey[keep], closing[keep], touches.time[keep]
    firsts = _starts(kept, by_touch)
    by = by_touch[firsts]  # the conversion that closes each path with touches, -1 for none
    untouched = np.ones(len(time), bool)
    untouched[by[by >= 0]] = False
    alone = np.flatnonzero(untouched)
    by = np.concatenate((by, alone))
    won = by >= 0
    padded = np.append(time, 0).astype(time.dtype)  # -1 reads the end
    found = Paths(
        member=touches.member[keep],
        offsets=np.concatenate((firsts, np.full(len(alone) + 1, len(kept)))).astype(np.int64),
        conversions=np.where(won, np.append(sizes, 0)[by], 0.0),
        value=np.where(won, np.append(values, 0)[by], 0.0),
        nulls=np.where(won, 0.0, 1.0),
        time=when,
        converted_at=padded[by],
        journeys=float(_distinct(touches.journey, conversions.journey)),
        touchpoints=float(len(touches.time)),
        outside=int(len(keep) - keep.sum()),
    )
    if since is None:
        return found
    start = _units(since, time)
    ends = np.concatenate((_last(when, firsts), padded[alone]))
    late = np.where(won, padded[by], ends) >= start
    left = found.only(late)
    outside = int((padded[closing[~keep]] >= start).sum())
    whose = np.concatenate((kept[firsts], journey[alone]))[late]
    return replace(
        left,
        journeys=float(len(np.unique(whose))),
        touchpoints=float(len(left.member) + outside),
        outside=outside,
    )


def _units(seconds: float, time: np.ndarray) -> float:
    """Seconds in the unit of the times."""
    return seconds if time.dtype.kind == "f" else round(seconds * MICROSECONDS)


def _last(when: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Time of the last touch of each path with touches."""
    return when[np.append(firsts[1:], len(when))[: len(firsts)] - 1]


def _closing(touches: Touches, journey: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Index of the conversion that closes each touch's path, -1 if there is none."""
    starts = _starts(touches.journey)
    names = touches.journey[starts]
    sizes = np.diff(np.append(starts, len(touches.journey)))
    low = np.searchsorted(journey, names, "left")
    high = np.searchsorted(journey, names, "right")
    found = np.full(len(touches.journey), -1)
    place = np.flatnonzero(np.repeat(high > low, sizes))
    left, end = np.repeat(low, sizes)[place], np.repeat(high, sizes)[place]
    right, wanted = end.copy(), touches.time[place]
    while (open_ := left < right).any():  # bisects all at once: log2(conversions of a journey)
        middle = (left + right) // 2
        before = open_ & (time[np.minimum(middle, len(time) - 1)] < wanted)
        left, right = np.where(before, middle + 1, left), np.where(open_ & ~before, middle, right)
    found[place] = np.where(left < end, left, -1)
    return found


def _starts(*columns: np.ndarray) -> np.ndarray:
    """Where a run of equal rows begins: indices, ascending."""
    if not len(columns[0]):
        return np.zeros(0, np.int64)
    new = np.zeros(len(columns[0]), bool)
    new[0] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)


def _distinct(one: np.ndarray, other: np.ndarray) -> int:
    """How many journeys two sorted columns name together."""
    names, others = one[_starts(one)], other[_starts(other)]
    place = np.searchsorted(others, names)
    both = place < len(others)
    both[both] = others[place[both]] == names[both]
    return len(names) + len(others) - int(both.sum())


def _check(touches: Touches, conversions: Conversions, lookback: float | None) -> None:
    if lookback is not None and not 0 <= lookback < np.inf:
        raise InputError(
            "A lookback of {lookback} is not allowed; it is a number of seconds, 0 or more, or "
            "None for no window.",
            lookback=lookback,
        )
    if touches.time.dtype.kind != conversions.time.dtype.kind:
        raise InputError(
            "Touches and conversions have times of different units; give both in seconds "
            "(floating point) or both in microseconds (integers)."
        )
    if not _sorted(touches.journey, touches.time):
        raise InputError(
            "The touches are not sorted by journey and time; sort them, and leave out those "
            "without a time."
        )
    if not _sorted(conversions.journey, conversions.time):
        raise InputError(
            "The conversions are not sorted by journey and time; sort them, and leave out those "
            "without a time."
        )


def _sorted(journey: np.ndarray, time: np.ndarray) -> bool:
    if time.dtype.kind == "f" and not np.isfinite(time).all():
        return False
    later = (journey[1:] > journey[:-1]) | ((journey[1:] == journey[:-1]) & (time[1:] >= time[:-1]))
    return bool(later.all())
