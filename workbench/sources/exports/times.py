"""Times as exports write them, to UTC."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal
from zoneinfo import available_timezones

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.errors import InputError

Order = Literal["day", "month"]
CLOCK = (
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp][Mm])?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
YEAR_FIRST = r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + CLOCK + "$"
PACKED = r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$"
YEAR_LAST = r"^(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})[-/.](?P<year>\d{4})" + CLOCK + "$"
EPOCH = r"^\d{10}(?:\d{3}){0,2}(?:\.\d+)?$"
TIME = pa.timestamp("us", tz="UTC")
PLAIN = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$"
"""By far the most common; Arrow reads it several times as fast."""
EASTMOST = 14 * 60
"""Minutes; no zone is further from UTC, to the east or the west."""


@dataclass
class Reader:
    """Reads one column of times; what its cells show about it holds for all of them.

    Until a cell shows whether day or month comes first it is taken for the day. If a later one
    shows the month, what was read before it is wrong (:attr:`mistaken`) and is to be read anew; if
    none shows anything, the column can't be read (:meth:`settle`).

    Attributes
    ----------
    zone
        Of times that name none.
    order
        Whether day or month comes first in 03/04/2026; None: what the column shows, with dots
        always the day.
    column
        Its name, for messages.
    """

    zone: str = "UTC"
    order: Order | None = None
    column: str = ""
    _shown: Order | None = field(default=None, repr=False)
    _guessed: bool = field(default=False, repr=False)

    @property
    def mistaken(self) -> bool:
        """Whether cells were read as days first before one showed that months are."""
        return self._guessed and self._shown == "month"

    def settle(self) -> None:
        """Say that the column is at its end.

        Raises
        ------
        InputError
            If no cell showed whether day or month comes first.
        """
        if self._guessed and self._shown is None:
            raise self._untold()

    def anew(self) -> "Reader":
        """A reader of the same column from its start that knows what this one has seen."""
        return Reader(self.zone, self.order, self.column, self._shown)

    def read(self, cells: pa.Array) -> tuple[pa.Array, np.ndarray]:
        """Times (UTC, microseconds) and which cells are no times; an empty cell is null.

        Raises
        ------
        InputError
            If some cells show that the day comes first, and others that the month does.
        """
        found = np.full(len(cells), np.iinfo(np.int64).min)
        naive = np.zeros(len(cells), bool)
        left = pc.is_valid(cells)
        plain = pc.fill_null(pc.match_substring_regex(cells, PLAIN), False)
        try:
            micros = cells.filter(plain).cast(TIME).cast(pa.int64())
        except pa.ArrowInvalid:  # a 30th of February
            pass
        else:
            found[plain.to_numpy(zero_copy_only=False)] = micros.to_numpy(zero_copy_only=False)
            left = pc.and_(left, pc.invert(plain))
        for pattern, build in (
            (YEAR_FIRST, self._year_first),
            (YEAR_LAST, self._year_last),
            (PACKED, self._year_first),
        ):
            if not pc.any(left).as_py():
                break
            place = np.flatnonzero(left.to_numpy(zero_copy_only=False))
            parts = pc.extract_regex(cells.take(pa.array(place)), pattern)
            hit = parts.is_valid().to_numpy(zero_copy_only=False)
            if hit.any():
                micros, good, bare = build(parts.filter(pa.array(hit)))
                at = place[hit]
                found[at[good]] = micros[good]
                naive[at[good]] = bare[good]
                taken = np.zeros(len(cells), bool)
                taken[at] = True
                left = pc.and_(left, pa.array(~taken))
        place = np.flatnonzero(left.to_numpy(zero_copy_only=False))
        if len(place):
            texts = cells.take(pa.array(place))
            hit = pc.match_substring_regex(texts, EPOCH).to_numpy(zero_copy_only=False)
            if hit.any():
                found[place[hit]] = _epoch(texts.filter(pa.array(hit)))
        known = found != np.iinfo(np.int64).min
        wrong = ~known & pc.is_valid(cells).to_numpy(zero_copy_only=False)
        return self._zoned(found, known, naive), wrong

    def _zoned(self, found: np.ndarray, known: np.ndarray, naive: np.ndarray) -> pa.Array:
        if self.zone != "UTC" and naive.any():
            local = pa.array(found[naive], pa.timestamp("us"))
            # An hour that is there twice is the first; one that isn't there is moved on.
            utc = pc.assume_timezone(local, self.zone, ambiguous="earliest", nonexistent="latest")
            found = found.copy()
            found[naive] = utc.cast(pa.int64()).to_numpy()
        return pa.array(found, pa.int64(), mask=~known).cast(TIME)

    def _year_first(self, parts: pa.StructArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return _moments(parts, _ints(parts, "month"), _ints(parts, "day"))

    def _year_last(self, parts: pa.StructArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        one, two = _ints(parts, "one"), _ints(parts, "two")
        dotted = pc.equal(parts.field("mark"), ".").to_numpy(zero_copy_only=False)
        first = self._first(one[~dotted], two[~dotted]) if (~dotted).any() else "day"
        day_first = dotted | (first == "day")
        return _moments(parts, np.where(day_first, two, one), np.where(day_first, one, two))

    def _first(self, one: np.ndarray, two: np.ndarray) -> Order:
        """Which comes first: as told, as the column shows or has shown, else a guess."""
        if self.order is not None:
            return self.order
        # Whatever was shown before: a later cell may show the contrary, and neither is sure then.
        # A day or month beyond 31 is none either way, and shows nothing.
        day = bool(((one > 12) & (one <= 31) & (two <= 12)).any())
        month = bool(((two > 12) & (two <= 31) & (one <= 12)).any())
        if (day or self._shown == "day") and (month or self._shown == "month"):
            raise self._untold()
        if day or month:
            self._shown = "day" if day else "month"
        elif self._shown is None and ((one <= 12) & (two <= 12)).any():
            self._guessed = True
        return self._shown or "day"

    def _untold(self) -> InputError:
        return InputError(
            "In column {column} days and months can't be told apart, as in 03/04/2026; "
            "import the file with --dates day or --dates month, whichever comes first.",
            column=self.column,
        )


def zone_of(name: str) -> str:
    """A time zone's name, as it is.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name != "UTC" and not (name in _named() and _counted(name)):
        raise _unknown(name)
    return name


@lru_cache(maxsize=1)
def _named() -> frozenset[str]:
    """Names that mean the same wherever the command runs; the machine's own time is none."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _counted(name: str) -> bool:
    """Whether Arrow, which counts with them, knows it too."""
    try:
        pc.assume_timezone(pa.array([0], pa.timestamp("us")), name)
    except pa.ArrowException:
        return False
    return True


def _unknown(name: str) -> InputError:
    return InputError(
        "Unknown time zone {name!r}; name one such as UTC or Asia/Shanghai.", name=name
    )


def _ints(parts: pa.StructArray, name: str) -> np.ndarray:
    """A group's digits as numbers, 0 where the group is empty."""
    texts = parts.field(name)
    digits = pc.if_else(pc.equal(texts, ""), "0", texts)
    return digits.cast(pa.int64()).to_numpy(zero_copy_only=False)


def _has(parts: pa.StructArray, name: str) -> bool:
    return parts.type.get_field_index(name) >= 0


def _moments(
    parts: pa.StructArray, month: np.ndarray, day: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Microseconds, which are real moments, and which name no zone."""
    year = _ints(parts, "year")
    good = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1900) & (year <= 2200)
    months = (np.where(good, year, 2000) - 1970) * 12 + np.where(good, month, 1) - 1
    begins = months.astype("datetime64[M]").astype("datetime64[D]")
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]")
    good &= day <= (ends - begins).astype(int)
    days = begins.astype(np.int64) + np.where(good, day, 1) - 1
    micros = days * 86_400_000_000
    naive = np.ones(len(year), bool)
    if _has(parts, "hour"):
        hour, minute, second = (_ints(parts, name) for name in ("hour", "minute", "second"))
        half = pc.utf8_lower(parts.field("half"))
        morning, evening = (
            pc.equal(half, text).to_numpy(zero_copy_only=False) for text in ("am", "pm")
        )
        good &= ~(morning | evening) | ((hour >= 1) & (hour <= 12))
        hour = np.where(morning & (hour == 12), 0, np.where(evening & (hour < 12), hour + 12, hour))
        good &= (hour < 24) & (minute < 60) & (second < 60)
        part = pc.utf8_slice_codeunits(
            pc.utf8_rpad(parts.field("part"), width=6, padding="0"), 0, 6
        )
        micros += ((hour * 60 + minute) * 60 + second) * 1_000_000 + part.cast(pa.int64()).to_numpy(
            zero_copy_only=False
        )
        offset, naive = _offsets(parts.field("zone"))
        good &= np.abs(offset) <= EASTMOST
        micros -= offset * 60_000_000
    return micros, good, naive


def _offsets(zones: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Minutes east of UTC, and where no zone is named."""
    texts = zones.dictionary_encode()
    minutes = []
    for text in texts.dictionary.to_pylist():
        found = re.fullmatch(r"([+-])(\d{2}):?(\d{2})?", text)
        east = int(found[2]) * 60 + int(found[3] or 0) if found else 0
        minutes.append(-east if text.startswith("-") else east)
    index = texts.indices.to_numpy(zero_copy_only=False)
    naive = pc.equal(zones, "").to_numpy(zero_copy_only=False)
    return np.array(minutes or [0])[index], naive


def _epoch(texts: pa.Array) -> np.ndarray:
    """Seconds, milliseconds or microseconds since 1970, told by the digits, as microseconds."""
    whole = pc.replace_substring_regex(texts, r"\..*$", "")
    digits = pc.utf8_length(whole).to_numpy(zero_copy_only=False)
    factor = np.select([digits == 10, digits == 13], [1_000_000, 1_000], 1)
    exact = whole.cast(pa.int64()).to_numpy(zero_copy_only=False) * factor
    return exact
