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

from workbench.domain.programme.coverage import ordering
from workbench.domain.programme.money import Rates, converted
from workbench.domain.programme.period import Period
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
    def telling(self) -> ir.Table:
        """What is told of at all; see :func:`workbench.domain.programme.coverage.telling`."""
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


def facts(events: Events, scope: Scope) -> ir.Table:
    """Touches, orders and sums of the period: ``day``, :data:`EVENT_COLUMNS`, :data:`SUMS`."""
    touches = events.touchpoints.filter(scope.period.holds(events.touchpoints.timestamp))
    summed = events.performance.filter(scope.period.holds(events.performance.day))
    with_clicks = (
        touches.filter(touches.kind == "click")
        .select("source")
        .union(_clicks_summed(events, summed).select("source"))
        .distinct()
    )
    foreign = _in_other_currencies(events, scope)
    return ibis.union(
        _touches(touches, with_clicks, ordering(events.telling), foreign, scope),
        _orders(events.conversions, with_clicks, foreign, scope),
        _summed(events, summed, with_clicks, foreign, scope),
    )


def _in_other_currencies(events: Events, scope: Scope) -> ir.Table:
    """Sources with orders in another currency than the one that counts.

    Which of their clicks led to which currency is unknown, so that they can't be rated.
    """
    tables = [
        rows.filter(
            rows.currency.notnull() & (rows.currency != scope.currency)
            if scope.currency
            else ibis.literal(False)
        ).select("source")
        for rows in (events.conversions, events.performance)
    ]
    return tables[0].union(tables[1]).distinct()


def _clicks_summed(events: Events, summed: ir.Table) -> ir.Table:
    """Performance rows whose clicks count: their source has no touchpoints."""
    return summed.filter(summed.clicks.notnull() & ~summed.source.isin(events.touchpoints.source))


def _touches(
    touches: ir.Table, with_clicks: ir.Table, with_orders: ir.Table, foreign: ir.Table, scope: Scope
) -> ir.Table:
    rows = touches.mutate(day=touches.timestamp.date())
    rows = converted(rows, "day", ("cost",), scope.rates)
    cost = rows.cost
    if scope.currency:
        cost = _where(rows.currency == scope.currency, cost)
    known, told = rows.source.isin(with_clicks.source), rows.source.isin(with_orders.source)
    return _row(
        rows,
        click_rows=known,
        order_rows=told,
        clicks=known & (rows.kind == "click"),
        rated_clicks=known & told & (rows.kind == "click") & ~rows.source.isin(foreign.source),
        unclear=rows.kind.isnull(),
        click_cost=cost,
    )


def _orders(
    conversions: ir.Table, with_clicks: ir.Table, foreign: ir.Table, scope: Scope
) -> ir.Table:
    rows = conversions.filter(scope.period.holds(conversions.timestamp))
    if scope.currency:
        rows = rows.filter(rows.currency == scope.currency)
    rows = rows.mutate(day=rows.timestamp.date())
    rows = converted(rows, "day", ("value", "commission"), scope.rates)
    counted = rows.status.isin(scope.statuses.counted)
    judged = rows.status.isin(JUDGED)
    known = rows.source.isin(with_clicks.source)
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
            known & ~rows.source.isin(foreign.source),
        ),
    )


def _summed(
    events: Events, summed: ir.Table, with_clicks: ir.Table, foreign: ir.Table, scope: Scope
) -> ir.Table:
    rows = summed
    if scope.currency:
        rows = rows.filter(rows.currency == scope.currency)
    rows = converted(rows, "day", ("revenue", "commission"), scope.rates)
    known = rows.source.isin(with_clicks.source)
    single = rows.source.isin(events.touchpoints.source)  # clicks that are told one by one
    no_clicks = known & rows.clicks.isnull() & ~single
    told = rows.source.isin(ordering(events.telling).source)
    ordered = rows.source.isin(events.conversions.source)
    no_orders = rows.conversions.isnull() & ~ordered
    new = ~ordered & ibis.literal(scope.statuses.unstated)
    orders = ibis.ifelse(new, rows.conversions.cast("float64"), 0.0)
    rated = known & told & ~no_clicks & ~no_orders & ~rows.source.isin(foreign.source)
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
