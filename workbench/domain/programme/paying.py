"""What a scheme would have paid for each order: vectorised, exact to the minor unit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil

import numpy as np
import pandas as pd

from workbench.domain.programme.amounts import Amounts
from workbench.domain.programme.incentives import IncentivePlan, Scheme, Tiers
from workbench.domain.programme.limits import groups, limited
from workbench.domain.programme.minor import Ints, percent, times, unit
from workbench.domain.programme.orders import (
    UNKNOWN_TIME,
    Flags,
    Orders,
    matching,
    whole_days,
)
from workbench.domain.programme.terms import Terms, Whom


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
    amount, touched = limited(due, orders, pays, version, versions, amounts)
    return Paid(
        amount=amount,
        known=(version >= 0) | orders.known | ~pays,
        pays=pays,
        base=base,
        extras=extras,
        limits=amount - due,
        reasons={**reasons, **touched},
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
    sums = pd.Series(size).groupby(groups(orders, "month"))
    if tiers.applies == "whole":
        volume = sums.transform("sum").to_numpy()
    else:
        volume = sums.cumsum().to_numpy() - size
    edges = [
        unit(step.volume, amounts.plan.currency) if by_value else ceil(step.volume)
        for step in tiers.steps
    ]
    return np.searchsorted(np.array(edges), volume, side="right") - 1
