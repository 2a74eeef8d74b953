"""What figures can be split by: properties of the event, of its partner, and of its day."""

from collections.abc import Iterable, Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from workbench.domain.errors import InputError
from workbench.domain.programme.facts import EVENT_COLUMNS, Events, Scope, facts
from workbench.domain.programme.period import Period

OF_PARTNER = ("partner", "source", "type", "partner_country", "channel", "tenure", "contract")
"""Dimensions that a partner has whether or not anything happened."""
OF_TIME = ("day", "week", "month", "quarter", "year")
OF_ORDERS, OF_CLICKS = ("customer", "item", "promo_code"), ("device",)
"""Dimensions that only orders, and only clicks, have."""
DIMENSIONS = tuple(dict.fromkeys((*OF_PARTNER, *EVENT_COLUMNS, *OF_TIME)))
"""``country`` is the customer's, ``channel`` the event's or else its partner's."""
TENURES = ((30, "under_1m"), (91, "1_to_3m"), (182, "3_to_6m"), (365, "6_to_12m"))
"""Days since joining, up to but without -> band; from the last on: :data:`LONGEST`."""
LONGEST, NOT_YET = "over_12m", "joined_later"

Filters = Mapping[str, tuple[str | None, ...]]
"""Dimension -> values that stay; None: where it is unknown."""


def checked_dimensions(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names.

    Raises
    ------
    InputError
        If one is unknown or comes twice.
    """
    for place, name in enumerate(names):
        if name not in DIMENSIONS:
            raise InputError(
                "Figures can't be split by {name!r}; choose among: {known}.",
                name=name,
                known=", ".join(DIMENSIONS),
            )
        if name in names[:place]:
            raise InputError("{name!r} is asked for twice; name it once.", name=name)
    return names


def columns_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """Columns to group by: a partner is told by source, id and name, since ids repeat."""
    found: list[str] = []
    for name in names:
        found += ["source", "partner", "name"] if name == "partner" else [name]
    return tuple(dict.fromkeys(found))


def partners_known(events: Events, end: date | None) -> ir.Table:
    """Partners with ``source, partner, name, type, partner_country, partner_channel, contract,
    joined, tenure``; tenure at the end of the period, null where it or joining is unknown.
    """
    rows = events.partners
    return rows.select(
        "source",
        "partner",
        "name",
        "type",
        "contract",
        "joined",
        partner_country=rows.country,
        partner_channel=rows.channel,
        tenure=_tenure(rows.joined, end),
    )


def _tenure(joined: ir.Value, end: date | None) -> ir.Value:
    if end is None:
        return ibis.null("string")
    days = ibis.literal(end).delta(joined, unit="day")
    steps = [(days < below, name) for below, name in TENURES]
    return ibis.cases(
        (joined.isnull(), ibis.null("string")), (days < 0, NOT_YET), *steps, else_=LONGEST
    )


def facts_with_dimensions(events: Events, scope: Scope) -> ir.Table:
    """The facts of a scope with the properties of their partner and day added."""
    return events.views.of(
        ("facts with dimensions", scope),
        lambda: _with_dimensions(facts(events, scope), events, scope.period),
    )


def _with_dimensions(rows: ir.Table, events: Events, period: Period) -> ir.Table:
    partners = partners_known(events, period.until).rename(of_source="source", of="partner")
    joined = rows.left_join(
        partners, [rows.source == partners.of_source, rows.partner == partners.of]
    )
    return joined.mutate(
        channel=ibis.coalesce(joined.channel, joined.partner_channel),
        week=joined.day.truncate("W"),
        month=joined.day.truncate("M"),
        quarter=joined.day.truncate("Q"),
        year=joined.day.truncate("Y"),
    ).drop("of_source", "of", "partner_channel")


def kept(rows: ir.Table, filters: Filters) -> ir.Table:
    """The rows whose dimensions have one of the values."""
    for name, values in filters.items():
        checked_dimensions((name,))
        column = rows[name].cast("string")
        known = [value for value in values if value is not None]
        keep = column.isin(known).fill_null(False) if known else ibis.literal(False)
        rows = rows.filter(keep | column.isnull() if None in values else keep)
    return rows


def one_sided(rows: ir.Table, names: Iterable[str]) -> ir.Table:
    """Facts that are split or filtered by these dimensions, without what these can't tell.

    A click has no customer, an order no device. Of a group by one of them the other side is
    unknown, and where it isn't stated no click is known to belong to an order.
    """
    for name in names:
        for lacking, owners in (("click", OF_ORDERS), ("order", OF_CLICKS)):
            if name in owners:
                told = (f"{lacking}_rows", f"no_{lacking}s")
                rows = rows.mutate(
                    rated_clicks=ibis.literal(0.0),
                    **{each: ibis.ifelse(rows[name].notnull(), 0.0, rows[each]) for each in told},
                )
    return rows
