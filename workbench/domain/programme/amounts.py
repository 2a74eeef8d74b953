"""A plan's amounts in each currency of a programme's orders, and back."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np

from workbench.domain.programme.incentives import IncentivePlan
from workbench.domain.programme.minor import Ints, exchanged, floored, times, unit
from workbench.domain.programme.orders import Orders, check_exchange


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
