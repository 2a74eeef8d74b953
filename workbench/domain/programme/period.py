"""A span of whole days, and the spans it is compared with."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import ibis.expr.types as ir

from workbench.domain.dates import FIRST_YEAR, checked
from workbench.domain.errors import InputError

AGAINST = ("before", "last_year")
"""What a period can be held against: as many days just before it, or the same days a year ago."""


@dataclass(frozen=True)
class Period:
    """Days in UTC, both ends included; None: open on that side.

    Raises
    ------
    InputError
        If it ends before it begins.
    """

    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        for end in (self.since, self.until):
            if end is not None:
                checked(end)
        if self.since and self.until and self.since > self.until:
            raise InputError(
                "The period begins on {since} and ends on {until}; let it end on or after its "
                "first day.",
                since=self.since,
                until=self.until,
            )

    @property
    def days(self) -> int | None:
        """How many days; None if a side is open."""
        if self.since is None or self.until is None:
            return None
        return (self.until - self.since).days + 1

    def against(self, which: str) -> "Period":
        """The period to compare with: ``before`` or ``last_year``.

        The last of February is the same day of a year that has no 29th.

        Raises
        ------
        InputError
            If the name is unknown, or a side of this period is open.
        """
        if which not in AGAINST:
            raise InputError(
                "A period can't be held against {which!r}; choose one of: {known}.",
                which=which,
                known=", ".join(AGAINST),
            )
        if self.since is None or self.until is None or self.days is None:
            raise InputError(
                "A comparison needs the first and the last day of the period; give both."
            )
        if which == "before":
            length = timedelta(days=self.days)
            return Period(
                max(self.since - length, date(FIRST_YEAR, 1, 1)),
                max(self.until - length, date(FIRST_YEAR, 1, 1)),
            )
        return Period(_year_before(self.since), _year_before(self.until))

    def holds(self, moment: ir.Value) -> ir.Value:
        """Whether a time or a day lies in the period, as an Ibis condition."""
        found = moment.notnull()
        timed = moment.type().is_timestamp()
        if self.since:
            found &= moment >= (_midnight(self.since) if timed else self.since)
        if self.until:
            after = self.until + timedelta(days=1)
            found &= moment < (_midnight(after) if timed else after)
        return found


def period_of(text: str) -> Period:
    """A period as ``2026-01-01..2026-03-31``, with either side left out, or a month ``2026-03``.

    Raises
    ------
    InputError
        If it is none of these.
    """
    try:
        if ".." in text:
            first, last = text.split("..", 1)
            return Period(_day(first), _day(last))
        year, month = text.split("-")
        begin = date(int(year), int(month), 1)
        after = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
        return Period(begin, after - timedelta(days=1))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "{value!r} is not a period; write 2026-01-01..2026-03-31 or a month, 2026-03.",
            value=text,
        ) from error


def _day(text: str) -> date | None:
    return date.fromisoformat(text.strip()) if text.strip() else None


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
