"""What the programme brought in each calendar month, as far as the events tell (A8)."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.programme.ramp import MONTHS

MEASURES = ("orders", "value")


def monthly(
    sums: pd.DataFrame, measure: str, told: Sequence[tuple[date, date]], start: date | None
) -> Mapping[date, float]:
    """Output of month 1 to 12, by first day; NaN where it isn't known.

    A month that no export of orders tells of to its end, one before they begin, one with sums that
    leave out how many were sold, and one with an order of unknown value (for ``value``) is
    unknown; a month between in which nobody ordered brought 0.

    Parameters
    ----------
    sums
        Columns ``month`` (its first day) and the sums ``orders, no_orders, valued, value,
        uncounted_values``.
    measure
        One of :data:`MEASURES`.
    told
        First and last day that each export of orders tells of.
    start
        First day of month 1; None: the month of the first order.

    Raises
    ------
    InputError
        If the measure is unknown, or there is no order and no start is given.
    """
    if measure not in MEASURES:
        raise InputError(
            "The ramp can't be told by {measure}; choose one of: {known}.",
            measure=measure,
            known=", ".join(MEASURES),
        )
    sold = sums[(sums["orders"] > 0) | (sums["no_orders"] > 0)]
    sold = sold.set_index(pd.Index(pd.to_datetime(sold["month"]).dt.date))
    if start is None:
        if sold.empty:
            raise InputError("There is no order yet; name the first month with --start.")
        start = sold.index.min()
    found = {}
    for month, after in pairwise(_months(start)):
        held = sold.loc[month] if month in sold.index else None
        open_ = held is not None and _open(held, measure)
        known = any(first < after and last >= after - timedelta(days=1) for first, last in told)
        found[month] = (
            np.nan if open_ or not known else 0.0 if held is None else float(held[measure])
        )
    return found


def _open(sums: pd.Series, measure: str) -> bool:
    """Whether a part of the month's output isn't known."""
    if measure == "orders":
        return bool(sums["no_orders"] > 0)
    return bool(sums["valued"] < sums["orders"] or sums["uncounted_values"] < sums["no_orders"])


def _months(start: date) -> list[date]:
    days = [start]
    while len(days) <= MONTHS:
        days.append(
            date.fromordinal(
                days[-1].toordinal() + calendar.monthrange(days[-1].year, days[-1].month)[1]
            )
        )
    return days
