"""From when to when the exports tell of clicks and of orders.

Where nothing is on record, nobody has clicked or ordered if an export tells of such days; else it
is unknown. An export tells from its first event to its last, whatever kind these are of: one of
clicks and orders that has clicks in June and no order says that June had none.
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


def telling(touchpoints: ir.Table, conversions: ir.Table, performance: ir.Table) -> ir.Table:
    """What each event tells of: ``source, day, country, clicks, orders`` (the last two yes or no).

    A column that can't be null in one table and can in another has two types, which a union
    refuses: all can be null here.
    """
    return ibis.union(
        _told(touchpoints, touchpoints.timestamp.date(), touchpoints.kind == "click", None),
        _told(conversions, conversions.timestamp.date(), None, ibis.literal(True)),
        _told(
            performance,
            performance.day,
            performance.clicks.notnull(),
            performance.conversions.notnull(),
        ),
    )


def _told(
    rows: ir.Table, day: ir.Value, clicks: ir.Value | None, orders: ir.Value | None
) -> ir.Table:
    no = ibis.literal(False)
    given = {
        "source": rows.source,
        "day": day,
        "country": rows.country,
        "clicks": no if clicks is None else clicks.fill_null(False),
        "orders": no if orders is None else orders,
    }
    return rows.select(
        **{name: each.cast(each.type().copy(nullable=True)) for name, each in given.items()}
    )


def by_country(told: ir.Table) -> ir.Table:
    """The same for one country's events: an export without countries can't say that nobody there
    has ordered.
    """
    known = told.country.notnull()
    return told.mutate(clicks=told.clicks & known, orders=told.orders & known)


def ordering(told: ir.Table) -> ir.Table:
    """Column ``source``: those with any order, or sum of orders, at any time."""
    return told.filter(told.orders).select("source").distinct()


def coverage(told: ir.Table, filters: Mapping[str, Sequence[str | None]] = NONE) -> Coverage:
    """What the sources tell of, and when.

    Parameters
    ----------
    told
        As :func:`telling` makes it.
    filters
        Dimension -> values by which figures are filtered.
    """
    rows = told
    if "source" in filters:
        rows = rows.filter(rows.source.isin([one for one in filters["source"] if one is not None]))
    if "country" in filters:
        rows = by_country(rows)
    found = (
        rows.group_by("source")
        .aggregate(
            first=rows.day.min(),
            last=rows.day.max(),
            clicks=rows.clicks.any(),
            orders=rows.orders.any(),
        )
        .to_pandas()
    )
    found = found[found["first"].notna()].set_index("source").sort_index()
    for name in ("first", "last"):
        found[name] = [pd.Timestamp(day).date() for day in found[name]]
    return Coverage(found.astype({"clicks": bool, "orders": bool}))


def ended(told: ir.Table, until: date) -> dict[str, date]:
    """Source -> its last day, of those that seem not to tell of the days up to another.

    A source is silent for longer than it has ever been: either its newest export is not imported,
    or something cut it off; how its partners did is unknown. One that is silent no longer than it
    sometimes is tells that nothing happened.

    Parameters
    ----------
    told
        As :func:`telling` makes it.
    until
        Last day of the newest week.
    """
    rows = told.filter(told.day.notnull() & (told.day <= until))
    days = rows.select("source", "day").distinct().to_pandas()
    found = {}
    for source, each in days.groupby("source")["day"]:
        own = np.sort(each.to_numpy("datetime64[D]"))
        longest = int(np.diff(own).astype(int).max(initial=1))
        silent = (np.datetime64(until) - own[-1]).astype(int)
        if silent > max(0, longest - 1):
            found[str(source)] = own[-1].astype(date)
    return found
