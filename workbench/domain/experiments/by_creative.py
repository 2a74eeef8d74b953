"""From the event tables to the use of creatives, as an Ibis expression: nothing runs here."""

from collections.abc import Collection, Sequence

import ibis
import ibis.expr.types as ir

from workbench.domain.events import COUNTED


def by_creative(
    touchpoints: ir.Table,
    conversions: ir.Table,
    statuses: Sequence[str] = COUNTED,
    shown: ir.Table | None = None,
    told: Collection[str] = ("clicks", "orders"),
) -> ir.Table:
    """Uses, clicks and orders per creative and partner.

    Parameters
    ----------
    touchpoints, conversions
        The canonical tables; see :mod:`workbench.domain.events`.
    statuses
        Statuses of the orders that count.
    shown
        The touches whose uses and clicks are counted, as those of a period; None: all. An order
        may have been brought by one before them.

    Returns
    -------
    ibis.Table
        Columns ``creative, partner, uses, clicks, orders``, lazily; null where unknown. A use is
        a channel and landing page on which the partner shows the creative; unknown as clicks are.
        Clicks are touches that are no
        impressions; one whose kind the export does not say counts as a click. An order belongs to
        the creative that its export names, else to the last touch of its journey, not after it,
        that has one; orders without either are left out.
    """
    touches = touchpoints.filter(touchpoints.creative.notnull())
    counted_touches = touches if shown is None else shown.filter(shown.creative.notnull())
    place = counted_touches.channel.fill_null("") + "\x1f" + counted_touches.page.fill_null("")
    used = counted_touches.group_by("creative", "partner").aggregate(
        uses=place.nunique(),
        clicks=counted_touches.count(where=counted_touches.kind.fill_null("click") != "impression"),
    )
    counted = conversions.filter(conversions.status.isin(statuses))
    named = counted.filter(counted.creative.notnull()).select("creative", "partner")
    bought = named.union(_by_last_touch(touches, counted.filter(counted.creative.isnull())))
    sold = bought.group_by("creative", "partner").aggregate(orders=bought.count())
    # A partner may be unknown on both sides, and null equals null here.
    joined = used.outer_join(
        sold, [used.creative == sold.creative, used.partner.identical_to(sold.partner)]
    )
    return joined.select(
        creative=ibis.coalesce(joined.creative, joined.creative_right),
        partner=ibis.coalesce(joined.partner, joined.partner_right),
        **{
            name: joined[name].fill_null(0) if of in told else joined[name]
            for name, of in (("uses", "clicks"), ("clicks", "clicks"), ("orders", "orders"))
        },
    )


def _by_last_touch(touches: ir.Table, orders: ir.Table) -> ir.Table:
    """Creative and partner of the last touch before each order."""
    left = orders.select(
        order_source="source", order="order", journey="journey", bought="timestamp"
    )
    right = touches.select("journey", "creative", "partner", "timestamp", "touch")
    pairs = left.inner_join(right, [left.journey == right.journey, right.timestamp <= left.bought])
    newest = ibis.window(
        group_by=["order_source", "order"], order_by=[ibis.desc("timestamp"), ibis.desc("touch")]
    )
    ranked = pairs.mutate(place=ibis.row_number().over(newest))
    return ranked.filter(ranked.place == 0).select("creative", "partner")
