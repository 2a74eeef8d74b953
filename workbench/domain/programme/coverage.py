"""Which exports tell of clicks and of orders, and from when to when.

Where nothing is on record, nobody has clicked or ordered if an export tells of such days; else it
is unknown. An export tells from its first event to its last, whatever kind these are of: one of
clicks and orders that has clicks in June and no order says that June had none.

All of it is asked of a summary of the events (:class:`Told`), made once: a row for each source and
day, so that no figure has to look through millions of events for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbench.domain.programme.period import Period

NONE: Mapping[str, Sequence[str | None]] = {}
TOUCH, ORDER, SUM = "touch", "order", "sum"
"""What a row of the summary is made of: touches, orders, or sums of a day."""


@dataclass(frozen=True)
class Coverage:
    """What each source tells of, and from when to when.

    Attributes
    ----------
    table
        By ``source``: ``first`` and ``last`` (days), ``clicks`` and ``orders`` (whether it tells
        of them at all).
    """

    table: pd.DataFrame

    def sources(self, what: str, period: Period) -> list[str]:
        """Sources that tell of ``clicks`` or ``orders`` in some days of the period."""
        rows = self.table[self.table[what]]
        if period.since is not None:
            rows = rows[rows["last"] >= period.since]
        if period.until is not None:
            rows = rows[rows["first"] <= period.until]
        return list(rows.index)

    def spans(self, what: str) -> list[tuple[date, date]]:
        """First and last day of each source that tells of it."""
        rows = self.table[self.table[what]]
        return list(zip(rows["first"], rows["last"], strict=True))


@dataclass(frozen=True)
class Told:
    """What is on record of each source and day.

    Attributes
    ----------
    rows
        Columns ``source, day, made_of`` (``touch``, ``order`` or ``sum``), ``country``,
        ``currency`` (of orders and sums); whether it tells of ``clicks`` and ``orders``.
    around
        The rows by which it is judged what a source tells of: those of all events, where ``rows``
        are of one market.
    """

    rows: pd.DataFrame
    around: pd.DataFrame

    @property
    def newest(self) -> date | None:
        """The day of the newest click or order; None if there is none."""
        return None if self.rows.empty else self.rows["day"].max().date()

    def of_country(self, country: str) -> "Told":
        """For one country's events: an export without countries can't say that nobody there has
        ordered.
        """
        return Told(self.rows[self.rows["country"] == country], _located(self.around))

    def made_of(self, kind: str) -> list[str]:
        """Sources with touches, orders or sums."""
        return _sources(self.rows[self.rows["made_of"] == kind])

    def ordering(self) -> list[str]:
        """Sources with any order, or sum of orders, at any time."""
        return _sources(self.around[self.around["orders"]])

    def clicking(self, period: Period) -> list[str]:
        """Sources with clicks in the period: single ones, or, without any touch ever, sums."""
        summed = (self.rows["made_of"] == SUM) & ~self.rows["source"].isin(self.made_of(TOUCH))
        rows = self.rows[self.rows["clicks"] & ((self.rows["made_of"] == TOUCH) | summed)]
        if period.since is not None:
            rows = rows[rows["day"] >= np.datetime64(period.since)]
        if period.until is not None:
            rows = rows[rows["day"] <= np.datetime64(period.until)]
        return _sources(rows)

    def in_other_currencies(self, currency: str | None) -> list[str]:
        """Sources with orders in another currency than the one that counts; None: any counts."""
        named = self.rows["currency"]
        return [] if currency is None else _sources(self.rows[named.notna() & (named != currency)])

    def coverage(self, filters: Mapping[str, Sequence[str | None]] = NONE) -> Coverage:
        """What the sources tell of, and when.

        Parameters
        ----------
        filters
            Dimension -> values by which figures are filtered.
        """
        rows = self.around
        if "source" in filters:
            rows = rows[rows["source"].isin(filters["source"])]
        if "country" in filters:
            rows = _located(rows)
        found = rows.groupby("source").agg(
            first=("day", "min"), last=("day", "max"), clicks=("clicks", "any"),
            orders=("orders", "any"),
        )  # fmt: skip
        for name in ("first", "last"):
            found[name] = found[name].dt.date
        return Coverage(found)

    def ended(self, until: date) -> dict[str, date]:
        """Source -> its last day, of those that seem not to tell of the days up to another.

        A source is silent for longer than it has ever been: either its newest export is not
        imported, or something cut it off; how its partners did is unknown. One that is silent no
        longer than it sometimes is tells that nothing happened.

        Parameters
        ----------
        until
            Last day of the newest week.
        """
        found = {}
        rows = self.around[self.around["day"] <= np.datetime64(until)]
        for source, days in rows.groupby("source")["day"]:
            own = np.unique(days.to_numpy("datetime64[D]"))
            longest = int(np.diff(own).astype(int).max(initial=1))
            silent = int((np.datetime64(until) - own[-1]).astype(int))
            if silent > max(0, longest - 1):
                found[str(source)] = own[-1].astype(date)
        return found


def told_of(touchpoints: ir.Table, conversions: ir.Table, performance: ir.Table) -> Told:
    """The summary of event tables; runs a query over each."""
    yes, no = ibis.literal(True), ibis.literal(False)
    none = ibis.null("string")
    parts = [
        _summed(TOUCH, touchpoints, touchpoints.timestamp.date(), none,
                (touchpoints.kind == "click").fill_null(False), no),
        _summed(ORDER, conversions, conversions.timestamp.date(), conversions.currency, no, yes),
        _summed(SUM, performance, performance.day, performance.currency,
                performance.clicks.notnull(), performance.conversions.notnull()),
    ]  # fmt: skip
    found = pd.concat(parts, ignore_index=True)
    found["day"] = pd.to_datetime(found["day"]).astype("datetime64[s]")
    for name in ("source", "country", "currency"):
        found[name] = found[name].astype(object).where(found[name].notna(), None)
    rows = found[found["day"].notna()].astype(dict.fromkeys(("clicks", "orders"), bool))
    return Told(rows, rows)


def _summed(
    kind: str, rows: ir.Table, day: ir.Value, currency: ir.Value, clicks: ir.Value, orders: ir.Value
) -> pd.DataFrame:
    columns = rows.select(
        source=rows.source,
        day=day,
        country=rows.country,
        currency=currency,
        clicks=clicks,
        orders=orders,
    )
    return columns.distinct().to_pandas().astype(object).assign(made_of=kind)


def _located(rows: pd.DataFrame) -> pd.DataFrame:
    known = rows["country"].notna()
    return rows.assign(clicks=rows["clicks"] & known, orders=rows["orders"] & known)


def _sources(rows: pd.DataFrame) -> list[str]:
    return sorted(set(rows["source"]))
