"""A plan of incentives replayed on the programme's own history (A12, P6).

What would have been paid for the same orders under today's terms and under the proposed ones.
A replay changes no behaviour: it can't know whether partners would have sold more. It says
instead how much more they would have to sell (:func:`break_even`).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.programme.amounts import Amounts
from workbench.domain.programme.incentives import IncentivePlan
from workbench.domain.programme.minor import Ints, times
from workbench.domain.programme.orders import Flags, Orders, orders_of
from workbench.domain.programme.paying import Paid, pay

SUMS = ("orders", "value", "today", "proposed", "today_open", "proposed_open")


@dataclass(frozen=True)
class Replay:
    """Today's pay against the proposed one; amounts are whole minor units.

    Attributes
    ----------
    partners
        One row per partner and currency, by ``change_home``, largest first: ``source, partner,
        name, type, contract, currency, orders, value, today, proposed, change, change_home,
        today_open, proposed_open``. ``orders`` and ``value`` are of orders that either side pays;
        ``change_home`` is the change in the plan's currency; ``_open`` is the part for pending
        orders, which may still be reversed.
    people
        Each partner that has orders, once: ``source, partner, name, type, country, contract``.
    parts
        Columns ``currency, part, name, amount``: what the proposed pay is made of; ``part`` is
        ``base``, ``incentive`` or ``limits``, and all amounts add up to it.
    months
        Columns ``month, currency, today, proposed``.
    totals
        Per currency: ``currency`` and :data:`SUMS`.
    plan_total
        :data:`SUMS` over all currencies, in the plan's.
    left_out
        Reason -> rows that neither side could judge.
    reasons
        Rule -> orders that the proposed terms don't pay, or cut.
    strangers
        Partners with orders of whom a partner table that was given says nothing.
    first, last
        Days of the first and last order.
    """

    plan: IncentivePlan
    partners: pd.DataFrame
    people: pd.DataFrame
    parts: pd.DataFrame
    months: pd.DataFrame
    totals: pd.DataFrame
    plan_total: dict[str, int]
    left_out: dict[str, int]
    reasons: dict[str, int]
    strangers: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class BreakEven:
    """How much more must be sold for the proposed terms to pay for themselves.

    Attributes
    ----------
    value
        Additional sales, in minor units of the plan's currency, rounded up; 0 if nothing costs
        more.
    share
        The same as a share of the sales in the history; None if there were none.
    """

    value: int
    share: float | None


def break_even(found: Replay, margin: Decimal) -> BreakEven:
    """Extra cost divided by the margin.

    Parameters
    ----------
    margin
        What is left of an additional sale after goods, delivery and commission, above 0 to 1.

    Raises
    ------
    InputError
        If the margin is out of range.
    """
    if not 0 < margin <= 1:
        raise InputError(
            "The margin {margin} is not a share above 0 and up to 1; write 30% as 0.3.",
            margin=margin,
        )
    extra = max(found.plan_total["proposed"] - found.plan_total["today"], 0)
    needed = -(-Fraction(extra) // Fraction(margin))
    sold = found.plan_total["value"]
    return BreakEven(int(needed), float(needed / sold) if sold > 0 else None)


def replay(plan: IncentivePlan, conversions: Any, partners: Any = None) -> Replay:
    """Pay the same orders twice: under today's terms and under the proposed ones.

    Parameters
    ----------
    conversions, partners
        Tables as in :mod:`workbench.domain.events`: Ibis, Arrow or pandas.

    Raises
    ------
    InputError
        If a column is missing, a currency has no exchange rate, or an order stands twice.
    """
    orders = orders_of(conversions, partners)
    today, proposed = pay(plan.today, plan, orders), pay(plan.proposed, plan, orders)
    both = today.known & proposed.known
    table = _sums(orders, today, proposed, both)
    keys = ["partner", "currency"]
    rows = table.groupby(keys, as_index=False).sum()
    names = np.array(orders.currencies, dtype=object)
    about = orders.partners[["source", "partner", "name", "type", "contract"]]
    listed = about.iloc[rows["partner"]].reset_index(drop=True)
    listed["currency"] = names[rows["currency"]]
    listed = listed.join(rows[list(SUMS)])
    listed.insert(10, "change", listed["proposed"] - listed["today"])
    home = _at_home(listed["change"].to_numpy(), rows["currency"].to_numpy(), orders, plan)
    listed.insert(11, "change_home", home)
    totals = table.groupby("currency", as_index=False)[list(SUMS)].sum()
    totals["currency"] = names[totals["currency"]]
    months = _months(orders, table, names)
    return Replay(
        plan=plan,
        partners=listed.sort_values(
            ["change_home", "source", "partner", "currency"], ascending=[False, True, True, True]
        ).reset_index(drop=True),
        people=orders.partners,
        parts=_parts(orders, proposed, both),
        months=months,
        totals=totals,
        plan_total=_in_plan(orders, plan, totals),
        left_out={**orders.left_out, "without_commission": int((~both).sum())},
        reasons=proposed.reasons,
        strangers=orders.strangers,
        first=orders.day.min().item() if len(orders) else None,
        last=orders.day.max().item() if len(orders) else None,
    )


def _sums(orders: Orders, today: Paid, proposed: Paid, both: Flags) -> pd.DataFrame:
    paid = both & (today.pays | proposed.pays)
    return pd.DataFrame(
        {
            "partner": orders.partner,
            "currency": orders.currency,
            "orders": paid.astype(np.int64),
            "value": np.where(paid, orders.value, 0),
            "today": np.where(both, today.amount, 0),
            "proposed": np.where(both, proposed.amount, 0),
            "today_open": np.where(both & orders.pending, today.amount, 0),
            "proposed_open": np.where(both & orders.pending, proposed.amount, 0),
        }
    )


def _at_home(amounts: Ints, currency: Ints, orders: Orders, plan: IncentivePlan) -> Ints:
    found = np.zeros(len(amounts), dtype=np.int64)
    for code, factor in enumerate(Amounts(orders, plan).to_plan):
        rows = currency == code
        found[rows] = times(amounts[rows], factor)
    return found


def _months(orders: Orders, table: pd.DataFrame, names: Any) -> pd.DataFrame:
    month = orders.day.astype("datetime64[M]").astype(str)
    found = (
        table[["currency", "today", "proposed"]]
        .assign(month=month)
        .groupby(["month", "currency"], as_index=False)
        .sum()
    )
    found["currency"] = names[found["currency"]]
    return found


def _parts(orders: Orders, paid: Paid, both: Flags) -> pd.DataFrame:
    columns: list[tuple[str, str, Ints]] = [("base", "", paid.base)]
    columns += [("incentive", name, own) for name, own in paid.extras.items()]
    columns += [("limits", "", paid.limits)]
    rows = [
        (name, part, label, int(amount[both & (orders.currency == code)].sum()))
        for code, name in enumerate(orders.currencies)
        for part, label, amount in columns
    ]
    return pd.DataFrame(rows, columns=["currency", "part", "name", "amount"])


def _in_plan(orders: Orders, plan: IncentivePlan, totals: pd.DataFrame) -> dict[str, int]:
    """Totals over currencies: converted exactly, rounded once, half away from zero."""
    factors = dict(zip(orders.currencies, Amounts(orders, plan).to_plan, strict=True))
    found = {}
    for name in SUMS:
        pairs = zip(totals["currency"], totals[name], strict=True)
        if name == "orders":
            found[name] = int(totals[name].sum())
            continue
        whole = sum((factors[each] * int(amount) for each, amount in pairs), start=Fraction(0))
        size = int(abs(whole) + Fraction(1, 2))
        found[name] = size if whole >= 0 else -size
    return found
