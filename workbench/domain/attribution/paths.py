"""What the models read: whole paths of touches, flat, each ending in conversions or in none."""

from dataclasses import dataclass, replace

import numpy as np

from workbench.domain.errors import InputError

MICROSECONDS = 1_000_000
"""Units per second of times kept as integers; times kept as floats are seconds."""


@dataclass(frozen=True)
class Paths:
    """A batch of whole paths; no journey is divided between batches.

    A path that stands for c conversions and n nulls counts as c + n paths that look alike.

    Attributes
    ----------
    member
        Shape (touches,), int32 or int64: code of the partner or channel, 0 to members - 1; the
        touches of one path side by side, oldest first.
    offsets
        Shape (paths + 1,), int64: path p has touches ``offsets[p]`` to ``offsets[p + 1] - 1``;
        starts at 0, never falls, ends at the number of touches.
    conversions, value, nulls
        Shape (paths,), float64, 0 or more: conversions that the path ended in, their value in
        one currency together, and how often it ended in none.
    time
        Shape (touches,): float64 seconds or int64 microseconds since any one moment; None if the
        paths come without times, then time decay and the U with decay are unknown.
    converted_at
        Shape (paths,), as ``time``; read only where a path has conversions.
    journeys, touchpoints
        Of how many the paths were made; None counts each path and each touch as often as the
        path stands.
    outside
        Touches left out because they were older than the lookback window.
    """

    member: np.ndarray
    offsets: np.ndarray
    conversions: np.ndarray
    value: np.ndarray
    nulls: np.ndarray
    time: np.ndarray | None = None
    converted_at: np.ndarray | None = None
    journeys: float | None = None
    touchpoints: float | None = None
    outside: int = 0

    @property
    def lengths(self) -> np.ndarray:
        """Touches of each path: shape (paths,), int64."""
        return np.diff(self.offsets)

    @property
    def weight(self) -> np.ndarray:
        """How often each path stands: shape (paths,)."""
        return self.conversions + self.nulls

    def only(self, keep: np.ndarray) -> "Paths":
        """The paths where ``keep``, shape (paths,), is true; totals stay as they are."""
        if keep.all():
            return self
        lengths = self.lengths
        touched = np.repeat(keep, lengths)
        return replace(
            self,
            member=self.member[touched],
            offsets=np.concatenate(([0], np.cumsum(lengths[keep]))),
            conversions=self.conversions[keep],
            value=self.value[keep],
            nulls=self.nulls[keep],
            time=None if self.time is None else self.time[touched],
            converted_at=None if self.converted_at is None else self.converted_at[keep],
        )


def in_seconds(span: np.ndarray) -> np.ndarray:
    """Differences of times as float64 seconds, whichever unit the times have."""
    return span / MICROSECONDS if span.dtype.kind == "i" else span


def check(paths: Paths, members: int) -> None:
    """Nothing, if the arrays are what :class:`Paths` says.

    Raises
    ------
    InputError
        If lengths don't fit, a code is none of ``members``, a weight is negative or no number,
        a path without conversions has a value, or a touch comes after its conversion.
    """
    _check_shape(paths)
    _check_weights(paths)
    if len(paths.member) and not 0 <= paths.member.min() <= paths.member.max() < members:
        wrong = paths.member[(paths.member < 0) | (paths.member >= members)][0]
        raise InputError(
            "Member code {code} is none of the {members} members; codes run from 0 to {last}.",
            code=int(wrong),
            members=members,
            last=members - 1,
        )
    if paths.time is not None:
        _check_times(paths.time, paths)


def _check_shape(paths: Paths) -> None:
    count, touches = len(paths.offsets) - 1, len(paths.member)
    offsets = paths.offsets
    if count < 0 or offsets[0] != 0 or offsets[-1] != touches or (np.diff(offsets) < 0).any():
        raise InputError(
            "The offsets of the paths don't divide {touches} touches; they start at 0, never fall "
            "and end at the number of touches.",
            touches=touches,
        )
    if (paths.time is None) != (paths.converted_at is None):
        raise InputError(
            "Only one of touches and conversions has times; give times to both or to neither."
        )
    for name in ("conversions", "value", "nulls", "converted_at", "time"):
        column, wanted = getattr(paths, name), touches if name == "time" else count
        if column is not None and len(column) != wanted:
            raise InputError(
                "Column {column} has {found} entries where {wanted} are needed; give one for each "
                "path, of times one for each touch.",
                column=name,
                found=len(column),
                wanted=wanted,
            )


def _check_weights(paths: Paths) -> None:
    for name in ("conversions", "value", "nulls"):
        column = getattr(paths, name)
        wrong = ~(np.isfinite(column) & (column >= 0))
        if wrong.any():
            raise InputError(
                "{column} {found} of a path is not allowed; it is a number, 0 or more. Set refunds "
                "off against their order, or leave reversed orders out.",
                column=name,
                found=float(column[wrong][0]),
            )
    wrong = (paths.conversions == 0) & (paths.value > 0)
    if wrong.any():
        raise InputError(
            "A path has the value {found} but no conversions; give its conversions, or leave the "
            "value out.",
            found=float(paths.value[wrong][0]),
        )


def _check_times(time: np.ndarray, paths: Paths) -> None:
    assert paths.converted_at is not None
    if time.dtype.kind != paths.converted_at.dtype.kind:
        raise InputError(
            "Touches and conversions have times of different units; give both in seconds "
            "(floating point) or both in microseconds (integers)."
        )
    closed = np.flatnonzero((paths.conversions > 0) & (paths.lengths > 0))
    last = time[paths.offsets[closed + 1] - 1]
    falls = np.flatnonzero(~(time[1:] >= time[:-1])) + 1
    starts = np.zeros(len(time) + 1, bool)
    starts[paths.offsets] = True
    numbers = time.dtype.kind == "i" or np.isfinite(time).all()
    if not numbers or not starts[falls].all() or not (paths.converted_at[closed] >= last).all():
        raise InputError(
            "The touches of a path are not in order of time up to its conversion; sort them by "
            "journey and time, and leave out those without a time."
        )
