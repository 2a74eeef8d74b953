"""The slow ramp of a programme (A8): what to expect of the first twelve months.

The source (article 003) says that a programme grows like a lotus pond, slowly at first and then
ever faster, and reaches its stable, mature phase after 6 to 12 months; it gives no curve. Ours is
the logistic one (P.-F. Verhulst, 1838) of monthly output, from 5 % of the mature month at the
start to 95 % at the month of maturity m:

    output(t) = target / (1 + exp(-k (t - m / 2))),  k = 2 ln(19) / m

The band lies between maturity after 6 months (early) and after 12 (late). It is an expectation
for reporting, not a forecast: no data of programmes stands behind its shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError

EARLY, LATE, MONTHS = 6.0, 12.0, 12
END = 0.95
"""Share of the mature month that is reached at maturity; the start has the rest of 1."""


@dataclass(frozen=True)
class Ramp:
    """Actual months against the band.

    Attributes
    ----------
    table
        A row per month, 1 to 12: ``month, low, high`` (expected of the month), ``actual`` (NaN:
        unknown), and ``low_sum, high_sum, actual_sum``: sums over the months known so far, NaN
        in a month that is unknown.
    verdict
        ``below``, ``within``, ``above``; ``unknown`` without any known month.
    known
        How many months are known.
    target
        Output of a mature month.
    """

    table: pd.DataFrame
    verdict: str
    known: int
    target: float


def curve(maturity: float, months: int = MONTHS) -> np.ndarray:
    """Output of each month as a share of a mature one: the integral of the curve over the month.

    Parameters
    ----------
    maturity
        Months until 95 % is reached.
    """
    k = 2 * np.log(END / (1 - END)) / maturity
    t = np.arange(months + 1)
    area = np.logaddexp(0, k * (t - maturity / 2)) / k
    return np.diff(area)


def ramp(actual: Sequence[float | None], target: float) -> Ramp:
    """Hold the first months of a programme against the band.

    The verdict compares sums over the months that are known, actual and expected alike, so that a
    month nobody recorded is not taken for a month without output.

    Parameters
    ----------
    actual
        Output of month 1, 2 …: orders, value, or what the target is in; None or NaN: unknown.
    target
        Output of a mature month, above 0.

    Raises
    ------
    InputError
        If the target is not above 0, or more than twelve months are given.
    """
    if not (np.isfinite(target) and target > 0):
        raise InputError(
            "The target {value} of a mature month is not above 0; give what a month is to bring.",
            value=target,
        )
    if len(actual) > MONTHS:
        raise InputError(
            "{count} months are given, the band has {most}; give the first {most}.",
            count=len(actual),
            most=MONTHS,
        )
    given = [np.nan if one is None else float(one) for one in actual]
    values = np.array(given + [np.nan] * (MONTHS - len(given)))
    known = np.isfinite(values)
    high, low = target * curve(EARLY), target * curve(LATE)
    sums = {
        f"{name}_sum": np.where(known, np.cumsum(np.where(known, one, 0.0)), np.nan)
        for name, one in (("low", low), ("high", high), ("actual", values))
    }
    table = pd.DataFrame(
        {"month": np.arange(1, MONTHS + 1), "low": low, "high": high, "actual": values, **sums}
    )
    if not known.any():
        return Ramp(table, "unknown", 0, target)
    last = table[known].iloc[-1]
    verdict = against(last["actual_sum"], last["low_sum"], last["high_sum"])
    return Ramp(table, verdict, int(known.sum()), target)


def against(actual: float, low: float, high: float) -> str:
    """Output against its band: ``below``, ``within``, ``above``; ``unknown`` if it is NaN."""
    if np.isnan(actual):
        return "unknown"
    return "below" if actual < low else "above" if actual > high else "within"
