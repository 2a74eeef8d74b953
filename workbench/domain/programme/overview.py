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
from workbench.domain.programme.coverage import Told
from workbench.domain.programme.dimensions import OF_PARTNER
from workbench.domain.programme.facts import Events, Scope
from workbench.domain.programme.measures import ALL
from workbench.domain.programme.months import monthly
from workbench.domain.programme.pivot import Pivot, pivot
from workbench.domain.programme.praise import Praise, praises
from workbench.domain.programme.ramp import Ramp, ramp
from workbench.domain.programme.seen import Views
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
class Watched:
    """What moved in the newest weeks, whichever figures are shown beside it.

    Attributes
    ----------
    alerts
        None without any event.
    """

    alerts: Alerts | None = None
    praised: tuple[Praise, ...] = ()


@dataclass(frozen=True)
class Output:
    """What the programme brought, however it is split.

    Attributes
    ----------
    spread
        How far orders are concentrated on few partners.
    months
        Orders of month 1 to 12 by first day, NaN where unknown; empty without an order.
    ordered
        Whether any export tells of orders; without one, how many were sold is unknown.
    """

    spread: Concentration
    months: Mapping[date, float]
    ordered: bool


@dataclass(frozen=True)
class _Narrowed:
    """Events of one market's customers."""

    touchpoints: ir.Table
    conversions: ir.Table
    partners: ir.Table
    performance: ir.Table
    told: Told
    views: Views


def narrowed(events: Events, market: str) -> Events:
    """The events whose country is known to be the market's; all partners stay."""

    def here(rows: ir.Table) -> ir.Table:
        return rows.filter(rows.country == market)

    return _Narrowed(
        here(events.touchpoints),
        here(events.conversions),
        events.partners,
        here(events.performance),
        events.told.of_country(market),
        events.views.part(market),
    )


def watched(events: Events, view: SavedView, scope: Scope | None = None) -> Watched:
    """Alerts and congratulations of a view's newest weeks.

    Of the view only the market and the number of weeks are asked, and what counts; its period and
    filters don't narrow them.

    Parameters
    ----------
    scope
        Statuses, currency and rates; None: as the view says.
    """
    # Of all events: a market whose partners fell silent has no newer ones of its own.
    until = last_whole_day(events)
    if view.market:
        events = narrowed(events, view.market)
    if until is None or events.told.rows.empty:
        return Watched()
    scope = _always(scope or view.scope)
    since = until - timedelta(days=7 * (view.weeks - 1))
    held = weekly(events, until, history(until, since), scope)
    alerts = find_alerts(events, until, since, scope, held=held)
    return Watched(alerts, praises(events, until, since, scope, held))


def output(events: Events, view: SavedView, scope: Scope | None = None) -> Output:
    """What a view's programme brought, by whom and month by month.

    Of the view its market, filters, period and first month are asked, and what counts.

    Parameters
    ----------
    scope
        What counts, with rates; None: as the view says.
    """
    scope = scope or view.scope
    if view.market:
        events = narrowed(events, view.market)
    table = pivot(events, ("partner",), scope, ("orders",), view.filters).table
    sold = table.loc[table["partner"].notna(), "orders"].dropna().to_numpy(float)
    told = events.told.coverage(view.filters).spans("orders")
    return Output(concentration(sold), _months(events, view, _always(scope), told), bool(told))


def overview(
    events: Events,
    view: SavedView,
    scope: Scope | None = None,
    moved: Watched | None = None,
    brought: Output | None = None,
) -> Overview:
    """Everything of a view.

    Parameters
    ----------
    scope
        What counts, with rates; None: as the view says.
    moved
        What :func:`watched` says of the view, if it is at hand.
    brought
        What :func:`output` says of the view, if it is at hand.

    Raises
    ------
    InputError
        If amounts are in several currencies, or the comparison can't be made.
    """
    scope = scope or view.scope
    moved = moved or watched(events, view, scope)
    brought = brought or output(events, view, scope)
    if view.market:
        events = narrowed(events, view.market)
    figures = pivot(events, view.by, scope, view.measures, view.filters)
    # A customer's country or a month is nobody's who hasn't clicked yet: partners stay whole.
    groups = tuple(name for name in view.by if name in OF_PARTNER and name != "partner")
    return Overview(
        view,
        figures,
        replace(figures, measures=tuple(ALL)),
        activity(events, scope, groups, view.filters),
        brought.spread,
        compare(events, view.against, view.by, scope, view.measures, view.filters, figures)
        if view.against
        else None,
        moved.alerts,
        moved.praised,
        brought.ordered,
        brought.months,
        ramp(list(brought.months.values()), view.target)
        if view.target and brought.months
        else None,
    )


def _always(scope: Scope) -> Scope:
    """The same over all days."""
    return Scope(statuses=scope.statuses, currency=scope.currency, rates=scope.rates)


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
