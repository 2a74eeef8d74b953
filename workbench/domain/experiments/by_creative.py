"""From the event tables to the use of creatives, as an Ibis expression: nothing runs here."""

from collections.abc import Collection, Mapping, Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from workbench.domain.events import COUNTED


def by_creative(
    touchpoints: ir.Table,
    conversions: ir.Table,
    statuses: Sequence[str] = COUNTED,
    shown: ir.Table | None = None,
    told: Mapping[str, Collection[str]] | None = None,
) -> ir.Table:
    """Uses, clicks and orders per creative and partner, as each source tells them.

    Parameters
    ----------
    touchpoints, conversions
        The canonical tables; see :mod:`workbench.domain.events`.
    statuses
        Statuses of the orders that count.
    shown
        The touches whose uses and clicks are counted, as those of a period; None: all. An order
        may have been brought by one before them.
    told
        ``clicks`` and ``orders`` -> the sources that tell of them: without any on record there
        were none. Of another there may have been any number. None: all tell of both.

    Returns
    -------
    ibis.Table
        Columns ``creative, partner, uses, clicks, orders``, lazily; null where unknown. A use is
        a channel and landing page on which the partner shows the creative; unknown as clicks are.
        Clicks are touches that are no impressions; one whose kind the export does not say counts
        as a click. An order belongs to the creative that its export names, else to the last touch
        of its journey, not after it, that has one, and to that touch's source; orders without
        either are left out.
    """
    touches = touchpoints.filter(touchpoints.creative.notnull())
    counted_touches = touches if shown is None else shown.filter(shown.creative.notnull())
    place = counted_touches.channel.fill_null("") + "\x1f" + counted_touches.page.fill_null("")
    keys = ["source", "creative", "partner"]
    used = counted_touches.group_by(keys).aggregate(
        uses=place.nunique(),
        clicks=counted_touches.count(where=counted_touches.kind.fill_null("click") != "impression"),
    )
    counted = conversions.filter(conversions.status.isin(statuses))
    named = _keys(counted.filter(counted.creative.notnull()))
    bought = named.union(_by_last_touch(touches, counted.filter(counted.creative.isnull())))
    sold = bought.group_by(keys).aggregate(orders=bought.count())
    # A partner may be unknown on both sides, and null equals null here.
    joined = used.outer_join(
        sold,
        [
            used.source == sold.source,
            used.creative == sold.creative,
            used.partner.identical_to(sold.partner),
        ],
    )
    source = ibis.coalesce(joined.source, joined.source_right)
    sides = (("uses", "clicks"), ("clicks", "clicks"), ("orders", "orders"))
    return joined.select(
        creative=ibis.coalesce(joined.creative, joined.creative_right),
        partner=ibis.coalesce(joined.partner, joined.partner_right),
        **{name: _none_if_told(joined[name], source, told, side) for name, side in sides},
    )


def _none_if_told(
    count: ir.Value, source: ir.Value, told: Mapping[str, Collection[str]] | None, side: str
) -> ir.Value:
    if told is None:
        return count.fill_null(0)
    known = source.isin(list(told[side])) if told[side] else ibis.literal(False)
    return ibis.ifelse(count.isnull() & known, 0, count)


def _by_last_touch(touches: ir.Table, orders: ir.Table) -> ir.Table:
    """Source, creative and partner of the last touch before each order."""
    left = orders.select(
        order_source="source", order="order", journey="journey", bought="timestamp"
    )
    right = touches.select("source", "journey", "creative", "partner", "timestamp", "touch")
    pairs = left.inner_join(right, [left.journey == right.journey, right.timestamp <= left.bought])
    newest = ibis.window(
        group_by=["order_source", "order"], order_by=[ibis.desc("timestamp"), ibis.desc("touch")]
    )
    ranked = pairs.mutate(place=ibis.row_number().over(newest))
    return _keys(ranked.filter(ranked.place == 0))


def _keys(rows: ir.Table) -> ir.Table:
    """Source, creative and partner, of one type whether or not a table may lack them."""
    kind = dt.String(nullable=True)
    return rows.select(
        **{name: rows[name].cast(kind) for name in ("source", "creative", "partner")}
    )
