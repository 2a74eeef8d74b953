"""All that one view of a programme shows: figures, alerts, ramp, in one call (A3, A6 to A8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis.expr.types as ir

from workbench.domain.dates import month
from workbench.domain.programme.activity import Activity, activity
from workbench.domain.programme.against import Comparison, compare
from workbench.domain.programme.alerts import Alerts, find_alerts, history
from workbench.domain.programme.concentration import Concentration, concentration
from workbench.domain.programme.coverage import Told, rows_of
from workbench.domain.programme.dimensions import OF_PARTNER
from workbench.domain.programme.facts import Events, Scope
from workbench.domain.programme.measures import ALL
from workbench.domain.programme.months import monthly
from workbench.domain.programme.pivot import Pivot, pivot
from workbench.domain.programme.praise import Praise, praises
from workbench.domain.programme.ramp import Ramp, ramp
from workbench.domain.programme.story import Level, story
from workbench.domain.programme.views import SavedView
from workbench.domain.programme.weekly import last_whole_day, weekly
from workbench.domain.text import Text


@dataclass(frozen=True)
class Overview:
    """What a view comes to.

    Attributes
    ----------
    view
        What was asked for.
    figures
        By the dimensions of the view.
    whole
        The same with all measures, for their total.
    acts, spread
        Partners by activity; how far output is concentrated on few.
    held
        The figures against those of the other period; None if none was asked for.
    alerts, praised
        Of the newest weeks; alerts are None without any event.
    ordered
        Whether any export tells of orders; without one, how many were sold is unknown.
    months
        Orders of month 1 to 12 by first day, NaN where unknown; empty without an order.
    ramped
        Those months against the band; None without a target or a month.
    """

    view: SavedView
    figures: Pivot
    whole: Pivot
    acts: Activity
    spread: Concentration
    held: Comparison | None
    alerts: Alerts | None
    praised: tuple[Praise, ...]
    ordered: bool
    months: Mapping[date, float]
    ramped: Ramp | None

    def levels(
        self, tried: Sequence[Text | str] = (), credited: Sequence[Text | str] = ()
    ) -> tuple[Level, ...]:
        """The story for management; see :func:`workbench.domain.programme.story.story`."""
        return story(
            self.whole if self.ordered else None,
            self.acts,
            self.spread,
            self.ramped,
            self.alerts,
            tried,
            credited,
        )


@dataclass(frozen=True)
class _Narrowed:
    """Events of one market's customers."""

    touchpoints: ir.Table
    conversions: ir.Table
    partners: ir.Table
    performance: ir.Table
    told: Told


def narrowed(events: Events, market: str) -> Events:
    """The events whose country is known to be the market's; all partners stay."""

    def here(rows: ir.Table) -> ir.Table:
        return rows.filter(rows.country == market)

    tables = [here(one) for one in (events.touchpoints, events.conversions, events.performance)]
    touches, orders, sums = tables
    told = events.told.of_country(rows_of(*tables))
    return _Narrowed(touches, orders, events.partners, sums, told)


def overview(events: Events, view: SavedView, scope: Scope | None = None) -> Overview:
    """Everything of a view.

    Parameters
    ----------
    scope
        What counts, with rates; None: as the view says.

    Raises
    ------
    InputError
        If amounts are in several currencies, or the comparison can't be made.
    """
    scope = scope or view.scope
    # Of all events: a market whose partners fell silent has no newer ones of its own.
    whole = last_whole_day(events)
    if view.market:
        events = narrowed(events, view.market)
        if events.told.rows.empty:
            whole = None
    figures = pivot(events, view.by, scope, view.measures, view.filters)
    # A customer's country or a month is nobody's who hasn't clicked yet: partners stay whole.
    groups = tuple(name for name in view.by if name in OF_PARTNER and name != "partner")
    output = pivot(events, ("partner",), scope, ("orders",), view.filters).table
    sold = output.loc[output["partner"].notna(), "orders"].dropna().to_numpy(float)
    always = Scope(statuses=scope.statuses, currency=scope.currency, rates=scope.rates)
    told = events.told.coverage(view.filters).spans("orders")
    months = _months(events, view, always, told)
    since = whole and whole - timedelta(days=7 * (view.weeks - 1))
    held = weekly(events, whole, history(whole, since), always) if whole else None
    return Overview(
        view,
        figures,
        replace(figures, measures=tuple(ALL)),
        activity(events, scope, groups, view.filters),
        concentration(sold),
        compare(events, view.against, view.by, scope, view.measures, view.filters)
        if view.against
        else None,
        None if whole is None else find_alerts(events, whole, since, always, held=held),
        () if whole is None else praises(events, whole, since, always, held),
        bool(told),
        months,
        ramp(list(months.values()), view.target) if view.target and months else None,
    )


def _months(
    events: Events, view: SavedView, scope: Scope, told: Sequence[tuple[date, date]]
) -> Mapping[date, float]:
    """Orders by month of the programme; empty where no first month is known."""
    if not told:
        return {}
    sums = pivot(events, ("month",), scope, ("orders",), view.filters).sums
    start = month(view.start or None)
    if start is None and not (sums["orders"] > 0).any():
        return {}
    return monthly(sums, "orders", told, start)
