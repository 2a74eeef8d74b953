"""The measures of level 1: each a sum, or a ratio of sums that states what it leaves out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.programme.facts import AMOUNTS


@dataclass(frozen=True)
class Measure:
    """A figure of a group of facts.

    Attributes
    ----------
    name
        Id.
    over
        Sum that it stands above; a plain sum has none.
    by
        What it is divided by.
    seen, whole
        Counts: orders that had the value needed, and all that would have been looked at.
    bare
        Count of sums that had the value needed, and no number of orders.
    kind
        ``count``, ``money``, ``share`` (of 1) or ``ratio``.
    needs_some
        Whether the figure is unknown where no row had the value needed.
    """

    name: str
    over: tuple[tuple[str, int], ...]
    by: tuple[str, ...] = ()
    seen: str = ""
    whole: str = ""
    kind: str = "share"
    needs_some: bool = True
    bare: str = ""

    def of(self, sums: pd.DataFrame) -> pd.Series:
        """The figure for each row of sums; NaN where it is unknown or divided by 0."""
        above = sum(sign * sums[name] for name, sign in self.over)
        if self.seen and self.needs_some:
            above = above.where(
                (sums[self.seen] > 0) | (sums[self.whole] == 0) | self._stated(sums)
            )
        if not self.by:
            return above
        below = sum(sums[name] for name in self.by)
        return above / below.where(below > 0)

    def told(self, sums: pd.DataFrame) -> pd.Series:
        """Whether any export tells of what it is made from."""
        known = pd.Series(True, sums.index)
        if self.name in BY_CLICK:
            known &= sums["click_rows"] > 0
        if self.name not in WITHOUT_ORDERS:
            known &= (sums["order_rows"] > 0) | self._stated(sums)
        return known

    def _stated(self, sums: pd.DataFrame) -> pd.Series:
        """Whether sums state the amount without a number of orders."""
        return sums[self.bare] > 0 if self.bare else pd.Series(False, sums.index)

    def left_out(self, sums: pd.DataFrame) -> pd.Series:
        """How many orders it leaves out since a value is unknown."""
        if not self.seen:
            return pd.Series(0.0, sums.index)
        return sums[self.whole] - sums[self.seen]


def _plain(name: str, kind: str = "count", seen: str = "", bare: str = "") -> Measure:
    whole = "orders" if seen else ""
    return Measure(name, ((name, 1),), seen=seen, whole=whole, kind=kind, bare=bare)


_COST = ("both_commission", "click_cost")
MEASURES = {
    measure.name: measure
    for measure in (
        _plain("orders"),
        _plain("value", "money", "valued", "uncounted_values"),
        _plain("commission", "money", "commissioned", "uncounted_commissions"),
        Measure("cost", (("commission", 1), ("click_cost", 1)), (), "commissioned", "orders",
                "money", bare="uncounted_commissions"),
        Measure("roi", (("both_value", 1), ("both_commission", -1), ("click_cost", -1)), _COST,
                "both", "orders", "ratio", bare="uncounted_both"),
        Measure("roas", (("both_value", 1),), _COST, "both", "orders", "ratio",
                bare="uncounted_both"),
        Measure("aov", (("value", 1), ("uncounted_value", -1)), ("valued",), "valued", "orders",
                "money"),
        Measure("commission_rate", (("both_commission", 1),), ("both_value",), "both", "orders",
                bare="uncounted_both"),
        Measure("reversal_rate", (("reversed", 1),), ("judged",)),
        Measure("new_share", (("new_customers", 1),), ("customers",), "customers", "orders"),
    )
}  # fmt: skip
"""Measures of orders. Those by click are below: they are unknown where no source has clicks."""
BY_CLICK = {
    measure.name: measure
    for measure in (
        _plain("clicks"),
        Measure("conversion_rate", (("clickable_orders", 1),), ("rated_clicks",),
                "clickable_orders", "orders", needs_some=False),
        Measure("epc", (("clickable_commission", 1),), ("rated_clicks",), "clickable_commissioned",
                "clickable_orders", "money"),
    )
}  # fmt: skip
ALL = {"clicks": BY_CLICK["clicks"], **MEASURES, **BY_CLICK}
"""Name -> measure, in the order they are shown."""
MONEY = tuple(
    name for name, one in ALL.items() if {*(each for each, _ in one.over), *one.by} & set(AMOUNTS)
)
"""Measures of amounts, which aren't added up across currencies."""
_STATED = ("valued", "commissioned", "uncounted_values", "uncounted_commissions")
"""Counts of amounts, which may be 0 themselves."""
PAID = (*_STATED, *AMOUNTS)
"""The sums that tell in which currencies amounts are."""
WITHOUT_ORDERS = ("clicks",)
"""Measures that can be told where no source exports orders."""


def checked_measures(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names; none given: all.

    Raises
    ------
    InputError
        If one is unknown.
    """
    for name in names:
        if name not in ALL:
            raise InputError(
                "The measure {name!r} is unknown; choose among: {known}.",
                name=name,
                known=", ".join(ALL),
            )
    return names or tuple(ALL)


def measured(sums: pd.DataFrame, names: tuple[str, ...] = ()) -> pd.DataFrame:
    """Measures of each row of sums, NaN where unknown.

    Parameters
    ----------
    sums
        Columns :data:`workbench.domain.programme.facts.SUMS`.
    """
    found = {}
    for name in checked_measures(names):
        figure = ALL[name].of(sums).astype(float).where(ALL[name].told(sums))
        found[name] = figure.replace([np.inf, -np.inf], np.nan)
    return pd.DataFrame(found, sums.index)


def left_out(sums: pd.DataFrame, names: tuple[str, ...] = ()) -> pd.DataFrame:
    """How many orders each measure leaves out of each row, since a value is unknown."""
    return pd.DataFrame({name: ALL[name].left_out(sums) for name in checked_measures(names)})


def currencies_of(sums: pd.DataFrame) -> list[str]:
    """Currencies of the rows of sums with any amount, in order; ``?`` for one that isn't stated."""
    some = (sums[list(_STATED)] > 0).any(axis=1) | (sums[list(AMOUNTS)] != 0).any(axis=1)
    return sorted({"?" if pd.isna(one) else str(one) for one in sums.loc[some, "currency"]})
