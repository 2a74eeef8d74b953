"""Limits on orders and on spend: per partner, version of the terms and period, in time order."""

import numpy as np
import pandas as pd

from workbench.domain.programme.amounts import Amounts
from workbench.domain.programme.minor import Ints, unit
from workbench.domain.programme.orders import Flags, Orders
from workbench.domain.programme.terms import Period, Terms


def groups(orders: Orders, period: Period, version: Ints | None = None) -> Ints:
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


def limited(
    due: Ints,
    orders: Orders,
    pays: Flags,
    version: Ints,
    versions: list[Terms],
    amounts: Amounts,
) -> tuple[Ints, dict[str, int]]:
    """What is paid of what is due, and how many orders each limit touched.

    Orders over ``action_limit`` pay nothing. The order that reaches ``spend_limit`` is cut to what
    is left, rounded down in its own currency; later ones pay nothing.
    """
    amount, over, cut = due.copy(), np.zeros(len(due), dtype=bool), 0
    for place, terms in enumerate(versions):
        if terms.action_limit is not None:
            rows = np.flatnonzero(pays & (version == place))
            key = groups(orders, terms.action_limit_period, version)[rows]
            rank = pd.Series(key).groupby(key).cumcount().to_numpy()
            over[rows[rank >= terms.action_limit]] = True
    amount[over] = 0
    for place, terms in enumerate(versions):
        if terms.spend_limit is not None:
            rows = pays & (version == place) & (amount > 0)
            spent = pd.Series(np.where(rows, amounts.in_plan(amount), 0))
            key = groups(orders, terms.spend_limit_period, version)
            before = spent.groupby(key).cumsum().to_numpy() - spent.to_numpy()
            left = np.maximum(unit(terms.spend_limit, amounts.plan.currency) - before, 0)
            short = rows & (spent.to_numpy() > left)
            amount[short] = np.minimum(amounts.back(left), amount)[short]
            cut += int(short.sum())
    return amount, {"over_action_limit": int(over.sum()), "cut_by_spend_limit": cut}
