"""What a scheme would have paid for each order: vectorised, exact to the minor unit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil

import numpy as np
import pandas as pd

from workbench.domain.programme.incentives import IncentivePlan, Scheme, Tiers
from workbench.domain.programme.minor import Ints, exchanged, floored, percent, times, unit
from workbench.domain.programme.orders import (
    UNKNOWN_TIME,
    Flags,
    Orders,
    check_exchange,
    matching,
    whole_days,
)
from workbench.domain.programme.terms import Period, Terms, Whom


@dataclass(frozen=True)
class Amounts:
    """The plan's amounts in each currency of the orders."""

    orders: Orders
    plan: IncentivePlan

    @cached_property
    def to_plan(self) -> list[Fraction]:
        """Minor units of the plan's currency for one of each order currency."""
        known = {**self.plan.exchange, self.plan.currency: Decimal(1)}
        check_exchange(self.orders.currencies, known)
        own = self.plan.currency
        return [exchanged(known[name], name, own) for name in self.orders.currencies]

    def stated(self, amount: Decimal) -> Ints:
        """An amount of the plan in minor units of each order currency, half away from zero."""
        whole = np.array([unit(amount, self.plan.currency)], dtype=np.int64)
        return np.array([times(whole, 1 / each)[0] for each in self.to_plan], dtype=np.int64)

    def in_plan(self, amounts: Ints) -> Ints:
        """Each order's amount in the plan's currency."""
        found = np.zeros(len(amounts), dtype=np.int64)
        for code, factor in enumerate(self.to_plan):
            rows = self.orders.currency == code
            found[rows] = times(amounts[rows], factor)
        return found

    def back(self, amounts: Ints) -> Ints:
        """Amounts of the plan's currency in each order's own, rounded down."""
        found = np.zeros(len(amounts), dtype=np.int64)
        for code, factor in enumerate(self.to_plan):
            rows = self.orders.currency == code
            found[rows] = floored(amounts[rows], 1 / factor)
        return found


@dataclass(frozen=True)
class Paid:
    """What a scheme pays; arrays of shape (orders,), minor units of the order's currency.

    Attributes
    ----------
    amount
        After limits; 0 where nothing is paid.
    known
        False where the commission on record would hold and is not known.
    pays
        The order counts: not reversed (or reversed after it was locked), no rule against it.
    base, extras, limits
        Of the amount: from the contract or the record; from each incentive, by name, stacking
        applied; cut off by limits (at most 0).
    reasons
        Rule -> number of orders that it keeps from pay, or cuts.
    """

    amount: Ints
    known: Flags
    pays: Flags
    base: Ints
    extras: dict[str, Ints]
    limits: Ints
    reasons: dict[str, int]


def pay(scheme: Scheme | None, plan: IncentivePlan, orders: Orders) -> Paid:
    """What a scheme pays for each order; None: the commissions on record."""
    amounts = Amounts(orders, plan)
    scheme = scheme or Scheme()
    version, versions = _versions(scheme, orders)
    pays, reasons = _pays(orders, version, versions, amounts)
    base = _base(orders, version, versions, amounts)
    base[~pays] = 0
    extras = _extras(scheme, orders, pays, base, amounts)
    due = base + sum(extras.values(), start=np.zeros(len(orders), dtype=np.int64))
    amount = _limited(due, orders, pays, version, versions, amounts, reasons)
    return Paid(
        amount=amount,
        known=(version >= 0) | orders.known | ~pays,
        pays=pays,
        base=base,
        extras=extras,
        limits=amount - due,
        reasons=reasons,
    )


def _versions(scheme: Scheme, orders: Orders) -> tuple[Ints, list[Terms]]:
    """For each order the place of its terms in the list; -1: no contract covers it."""
    contract = np.full(len(orders.partners), -1)
    for place, each in reversed(list(enumerate(scheme.contracts))):
        contract[matching(orders.partners, each.whom)] = place
    of_order = contract[orders.partner]
    version = np.full(len(orders), -1, dtype=np.int64)
    found: list[Terms] = []
    for place, each in enumerate(scheme.contracts):
        ordered = sorted(each.versions, key=lambda terms: str(terms.valid_from or ""))
        for terms in ordered:  # a later version goes over an earlier one
            begun = of_order == place
            if terms.valid_from:
                begun &= orders.day >= np.datetime64(terms.valid_from)
            version[begun] = len(found)
            found.append(terms)
    return version, found


def _pays(
    orders: Orders, version: Ints, versions: list[Terms], amounts: Amounts
) -> tuple[Flags, dict[str, int]]:
    late = np.zeros(len(orders), dtype=bool)
    small, outside = late.copy(), late.copy()
    for place, terms in enumerate(versions):
        rows = version == place
        if terms.locking_days is not None:
            locked = orders.stamp + whole_days(terms.locking_days)
            late |= (
                rows
                & orders.reversed
                & (orders.changed != UNKNOWN_TIME)
                & (orders.changed > locked)
            )
        if terms.min_value is not None:
            small |= rows & (orders.value < amounts.stated(terms.min_value)[orders.currency])
        if terms.lookback_days is not None:
            outside |= rows & (orders.after_click > whole_days(terms.lookback_days))
    counted = ~orders.reversed | late
    reasons = {
        "reversed": int((~counted).sum()),
        "reversed_after_locking": int(late.sum()),
        "below_min_value": int((counted & small).sum()),
        "outside_lookback": int((counted & ~small & outside).sum()),
    }
    return counted & ~small & ~outside, reasons


def _base(orders: Orders, version: Ints, versions: list[Terms], amounts: Amounts) -> Ints:
    base = np.where(version < 0, orders.recorded, 0)
    for place, terms in enumerate(versions):
        rows = version == place
        found = times(orders.value[rows], percent(terms.rate or Decimal(0)))
        if terms.fixed:
            found = found + amounts.stated(terms.fixed)[orders.currency[rows]]
        base[rows] = found
    return base


def _extras(
    scheme: Scheme, orders: Orders, pays: Flags, base: Ints, amounts: Amounts
) -> dict[str, Ints]:
    """Name -> what it adds to each order, stacking applied, before limits."""
    found: dict[str, Ints] = {}
    for season in scheme.seasons:
        rows = pays & _within(orders, season.whom, season.first_day, season.last_day)
        found[season.name] = _above(orders, rows, base, season.rate, season.extra)
    for hero in scheme.heroes:
        rows = pays & _within(orders, hero.whom, hero.first_day, hero.last_day)
        rows &= np.isin(orders.item.astype(str), hero.items)
        found[hero.name] = _above(orders, rows, base, hero.rate, hero.extra)
    for tiers in scheme.tiers:
        rows = pays & _within(orders, tiers.whom, tiers.first_day, tiers.last_day)
        own = np.zeros(len(orders), dtype=np.int64)
        step = _steps(orders, rows, tiers, amounts)
        for place, each in enumerate(tiers.steps):
            own += _above(orders, rows & (step == place), base, each.rate, each.extra)
        found[tiers.name] = own
    if scheme.stacking == "highest" and len(found) > 1:
        best = np.stack(list(found.values())).argmax(axis=0)  # of equals the first
        found = {
            name: np.where(best == place, own, 0) for place, (name, own) in enumerate(found.items())
        }
    first = np.zeros(len(orders), dtype=bool)
    paying = np.flatnonzero(pays)
    first[paying[np.unique(orders.partner[paying], return_index=True)[1]]] = True
    for bonus in scheme.first_orders:
        rows = first & _within(orders, bonus.whom, bonus.first_day, bonus.last_day)
        found[bonus.name] = np.where(rows, amounts.stated(bonus.amount)[orders.currency], 0)
    return found


def _within(orders: Orders, whom: Whom, first_day: date | None, last_day: date | None) -> Flags:
    rows = orders.of(whom)
    if first_day:
        rows = rows & (orders.day >= np.datetime64(first_day))
    if last_day:
        rows = rows & (orders.day <= np.datetime64(last_day))
    return rows


def _above(
    orders: Orders, rows: Flags, base: Ints, rate: Decimal | None, extra: Decimal | None
) -> Ints:
    """What a rate gives above the base, or points of the value; never below 0."""
    found = np.zeros(len(orders), dtype=np.int64)
    values = orders.value[rows]
    if rate is not None:
        found[rows] = np.maximum(times(values, percent(rate)) - base[rows], 0)
    elif extra is not None:
        found[rows] = np.maximum(times(values, percent(extra)), 0)
    return found


def _steps(orders: Orders, rows: Flags, tiers: Tiers, amounts: Amounts) -> Ints:
    """Place of the step that holds for each order; -1: the first one is not reached."""
    by_value = tiers.by == "value"
    size = amounts.in_plan(orders.value) if by_value else np.ones(len(orders), dtype=np.int64)
    size = np.where(rows, size, 0)
    sums = pd.Series(size).groupby(_group(orders, "month"))
    if tiers.applies == "whole":
        volume = sums.transform("sum").to_numpy()
    else:
        volume = sums.cumsum().to_numpy() - size
    edges = [
        unit(step.volume, amounts.plan.currency) if by_value else ceil(step.volume)
        for step in tiers.steps
    ]
    return np.searchsorted(np.array(edges), volume, side="right") - 1


def _group(orders: Orders, period: Period, version: Ints | None = None) -> Ints:
    """A number for each partner and period (and version of its terms)."""
    if period == "month":
        when = orders.day.astype("datetime64[M]").astype(np.int64)
    elif period == "week":
        when = (orders.day.astype(np.int64) + 3) // 7  # 1970-01-01 was a Thursday
    elif period == "day":
        when = orders.day.astype(np.int64)
    else:
        when = np.zeros(len(orders), dtype=np.int64)
    key = when - when.min(initial=0)
    key = key + orders.partner * (key.max(initial=0) + 1)
    return key if version is None else key * (version.max(initial=0) + 2) + version + 1


def _limited(
    due: Ints,
    orders: Orders,
    pays: Flags,
    version: Ints,
    versions: list[Terms],
    amounts: Amounts,
    reasons: dict[str, int],
) -> Ints:
    amount, over, cut = due.copy(), np.zeros(len(due), dtype=bool), 0
    for place, terms in enumerate(versions):
        if terms.action_limit is not None:
            rows = np.flatnonzero(pays & (version == place))
            key = _group(orders, terms.action_limit_period, version)[rows]
            rank = pd.Series(key).groupby(key).cumcount().to_numpy()
            over[rows[rank >= terms.action_limit]] = True
    amount[over] = 0
    for place, terms in enumerate(versions):
        if terms.spend_limit is not None:
            rows = pays & (version == place) & (amount > 0)
            spent = pd.Series(np.where(rows, amounts.in_plan(amount), 0))
            key = _group(orders, terms.spend_limit_period, version)
            before = spent.groupby(key).cumsum().to_numpy() - spent.to_numpy()
            left = np.maximum(unit(terms.spend_limit, amounts.plan.currency) - before, 0)
            short = rows & (spent.to_numpy() > left)
            amount[short] = np.minimum(amounts.back(left), amount)[short]
            cut += int(short.sum())
    reasons["over_action_limit"] = int(over.sum())
    reasons["cut_by_spend_limit"] = cut
    return amount
