"""One long table of what happened, each row with numbers that can be added up.

Clicks come from touchpoints, or, for a source that exports sums only, from its performance rows;
orders come from conversions, or else from performance. A source without any click in the period
(CJ exports none) says nothing of clicks: its rows have 0 ``click_rows``, and its orders stay out
of ratios by click. A source without any order ever (an export of clicks alone) says nothing of
orders: its rows have 0 ``order_rows``. Of sums a cell may be empty: that row says nothing of it.
"""

from dataclasses import dataclass, field
from typing import Protocol

import ibis
import ibis.expr.types as ir

from workbench.domain.programme.coverage import ORDER, TOUCH, Told
from workbench.domain.programme.money import Rates, converted
from workbench.domain.programme.period import Period
from workbench.domain.programme.seen import Views
from workbench.domain.programme.statuses import JUDGED, Statuses

SUMS = {
    "click_rows": "rows of sources that export clicks",
    "order_rows": "rows of sources that export orders",
    "no_clicks": "sums whose number of clicks is empty, of sources that export clicks",
    "no_orders": "sums whose number of orders is empty, of sources that export orders",
    "clicks": "touches of kind click",
    "rated_clicks": "clicks of sources with orders, which are all in the currency that counts",
    "unclear": "touches whose kind is unknown",
    "click_cost": "what touches cost",
    "orders": "orders of the statuses that count",
    "unstated": "of these: given as sums, without a status",
    "clickable_orders": "of these: from sources whose clicks are rated",
    "valued": "orders whose value is known",
    "value": "their value",
    "commissioned": "orders whose commission is known",
    "commission": "their commission",
    "both": "orders whose value and commission are known",
    "both_value": "their value",
    "both_commission": "their commission",
    "clickable_commissioned": "orders with known commission from sources whose clicks are rated",
    "clickable_commission": "their commission",
    "judged": "orders pending, approved, reversed or paid",
    "reversed": "of these: reversed",
    "uncounted_values": "sums whose value is known, and whose number of orders is not",
    "uncounted_value": "their value, which is part of the value",
    "uncounted_commissions": "sums whose commission is known, and whose number of orders is not",
    "uncounted_both": "sums of which both are known, and no number of orders",
    "customers": "orders whose customer is known to be new or returning",
    "new_customers": "of these: new",
}
"""Columns that add up -> what they count. Each is 0 where a row has no such thing."""
AMOUNTS = (
    "click_cost",
    "value",
    "commission",
    "both_value",
    "both_commission",
    "clickable_commission",
    "uncounted_value",
)
"""Those that are money; the others count."""
EVENT_COLUMNS = (
    "source",
    "partner",
    "country",
    "channel",
    "currency",
    "device",
    "creative",
    "item",
    "promo_code",
    "customer",
)
"""What is known of a row itself; null where its table has no such column."""


class Events(Protocol):
    """The event tables as Ibis tables; see :mod:`workbench.domain.events`."""

    @property
    def touchpoints(self) -> ir.Table: ...  # noqa: D102
    @property
    def conversions(self) -> ir.Table: ...  # noqa: D102
    @property
    def partners(self) -> ir.Table: ...  # noqa: D102
    @property
    def performance(self) -> ir.Table: ...  # noqa: D102
    @property
    def told(self) -> Told:
        """A summary of what is on record of each source and day."""
        ...

    @property
    def views(self) -> Views:
        """What is asked of these events more than once."""
        ...


@dataclass(frozen=True)
class Scope:
    """What counts.

    Attributes
    ----------
    period
        Days of the touch or of the order.
    statuses
        Of the orders.
    currency
        Only orders in this currency; None: any.
    rates
        Converts amounts; None: as they are.
    """

    period: Period = field(default_factory=Period)
    statuses: Statuses = field(default_factory=Statuses)
    currency: str | None = None
    rates: Rates | None = None


@dataclass(frozen=True)
class _Sources:
    """Which sources tell of what; few, so that no row has to be joined to find out."""

    single: list[str]  # touches, so that clicks of sums aren't theirs
    clicks: list[str]  # clicks in the period
    orders: list[str]
    ordered: list[str]  # single orders, so that sums aren't theirs
    foreign: list[str]  # orders in another currency: which clicks led to which is unknown


def facts(events: Events, scope: Scope) -> ir.Table:
    """Touches, orders and sums of the period: ``day``, :data:`EVENT_COLUMNS`, :data:`SUMS`."""
    told = events.told
    sources = _Sources(
        told.made_of(TOUCH),
        told.clicking(scope.period),
        told.ordering(),
        told.made_of(ORDER),
        told.in_other_currencies(scope.currency),
    )
    return ibis.union(
        _touches(events.touchpoints, sources, scope),
        _orders(events.conversions, sources, scope),
        _summed(events.performance, sources, scope),
    )


def _from(rows: ir.Table, sources: list[str]) -> ir.Value:
    return rows.source.isin(sources) if sources else ibis.literal(False)


def _touches(touchpoints: ir.Table, sources: _Sources, scope: Scope) -> ir.Table:
    rows = touchpoints.filter(scope.period.holds(touchpoints.timestamp))
    rows = rows.mutate(day=rows.timestamp.date())
    rows = converted(rows, "day", ("cost",), scope.rates)
    cost = rows.cost
    if scope.currency:
        cost = _where(rows.currency == scope.currency, cost)
    known, told = _from(rows, sources.clicks), _from(rows, sources.orders)
    click = known & (rows.kind == "click")
    return _row(
        rows,
        click_rows=known,
        order_rows=told,
        clicks=click,
        rated_clicks=click & told & ~_from(rows, sources.foreign),
        unclear=rows.kind.isnull(),
        click_cost=cost,
    )


def _orders(conversions: ir.Table, sources: _Sources, scope: Scope) -> ir.Table:
    rows = conversions.filter(scope.period.holds(conversions.timestamp))
    if scope.currency:
        rows = rows.filter(rows.currency == scope.currency)
    rows = rows.mutate(day=rows.timestamp.date())
    rows = converted(rows, "day", ("value", "commission"), scope.rates)
    counted = rows.status.isin(scope.statuses.counted)
    judged = rows.status.isin(JUDGED)
    known = _from(rows, sources.clicks)
    customer = counted & rows.customer.notnull()
    return _row(
        rows,
        click_rows=known,
        order_rows=ibis.literal(1.0),
        judged=judged,
        reversed=rows.status == "reversed",
        customers=customer,
        new_customers=customer & (rows.customer == "new"),
        **_ordered(
            counted.cast("float64"),
            rows.value,
            rows.commission,
            known & ~_from(rows, sources.foreign),
        ),
    )


def _summed(performance: ir.Table, sources: _Sources, scope: Scope) -> ir.Table:
    rows = performance.filter(scope.period.holds(performance.day))
    if scope.currency:
        rows = rows.filter(rows.currency == scope.currency)
    rows = converted(rows, "day", ("revenue", "commission"), scope.rates)
    known, told = _from(rows, sources.clicks), _from(rows, sources.orders)
    single, ordered = _from(rows, sources.single), _from(rows, sources.ordered)
    no_clicks = known & rows.clicks.isnull() & ~single
    no_orders = rows.conversions.isnull() & ~ordered
    new = ~ordered & ibis.literal(scope.statuses.unstated)
    orders = ibis.ifelse(new, rows.conversions.cast("float64"), 0.0)
    rated = known & told & ~no_clicks & ~no_orders & ~_from(rows, sources.foreign)
    clicks = ibis.ifelse(single, 0, rows.clicks)
    bare = new & no_orders
    return _row(
        rows,
        click_rows=known & ~no_clicks,
        order_rows=told & ~no_orders,
        no_clicks=no_clicks,
        no_orders=told & no_orders,
        clicks=clicks,
        rated_clicks=ibis.ifelse(rated, clicks, 0),
        unstated=orders,
        uncounted_values=bare & rows.revenue.notnull(),
        uncounted_value=_where(bare, rows.revenue),
        uncounted_commissions=bare & rows.commission.notnull(),
        uncounted_both=bare & rows.revenue.notnull() & rows.commission.notnull(),
        **_ordered(orders, rows.revenue, rows.commission, rated, new),
    )


def _ordered(
    orders: ir.Value,
    value: ir.Value,
    commission: ir.Value,
    known: ir.Value,
    stated: ir.Value | None = None,
) -> dict[str, ir.Value]:
    """The sums of a row that stands for so many counted orders, and its amounts.

    ``stated``: whether amounts count whatever the number of orders, as those of a day on which
    clicks were paid, or a sale corrected, and none was sold.
    """
    some = (orders > 0).fill_null(False) if stated is None else stated
    valued, commissioned = some & value.notnull(), some & commission.notnull()
    both = valued & commissioned
    return {
        "orders": orders,
        "clickable_orders": _where(known, orders),
        "valued": _where(valued, orders),
        "value": _where(valued, value),
        "commissioned": _where(commissioned, orders),
        "commission": _where(commissioned, commission),
        "both": _where(both, orders),
        "both_value": _where(both, value),
        "both_commission": _where(both, commission),
        "clickable_commissioned": _where(commissioned & known, orders),
        "clickable_commission": _where(commissioned & known, commission),
    }


def _where(condition: ir.Value, value: ir.Value) -> ir.Value:
    return ibis.ifelse(condition, value, ibis.null("float64"))


def _row(rows: ir.Table, **sums: ir.Value) -> ir.Table:
    """The columns of the long table; a sum that is not given, or null, is 0.

    A column that can't be null in one table and can in another has two types, which a union
    refuses: all can be null here.
    """
    own = {
        name: _nullable(rows[name]) if name in rows.columns else ibis.null("string")
        for name in EVENT_COLUMNS
    }
    numbers = {
        name: _nullable(sums[name].cast("float64").fill_null(0.0))
        if name in sums
        else _nullable(ibis.literal(0.0))
        for name in SUMS
    }
    return rows.select(day=_nullable(rows.day), **own, **numbers)


def _nullable(column: ir.Value) -> ir.Value:
    return column.cast(column.type().copy(nullable=True))
