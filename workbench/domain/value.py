"""Unique value (M8): what can you create for this market's users that others can't?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.domain.rows import indexed

HIGH = 4
"""From this level a need is high, and a strength is one."""

PRECISION = 0.5
"""A gap of half a level is within the precision of a level."""

COLUMNS = ["level", "strength", "served", "gap", "verdict"]

MIN_FIT = 0.6
"""Below this value fit the market is not worth entering with this product as it is."""


@dataclass(frozen=True)
class ValueFit:
    """The product's strengths against the market's needs.

    Attributes
    ----------
    table
        Index ``need``; columns ``level, strength, served, gap, verdict``: 1 to 5 each, ``served``
        = min(level, strength), ``gap`` = max(0, level - strength); verdict ``unique`` (high need
        met by a strength), ``met``, ``gap`` or ``unknown``. Highest need first.
    fit
        Share of the needs that is served, 0 to 1, needs weighted by ``level - 1`` (a level of 1
        asks for nothing); NaN if nothing is known on both sides.
    best, worst
        The need on which to build the claim, and the one that needs closing; "" if none.
    unknown
        How many needs are unknown on either side.
    """

    table: pd.DataFrame
    fit: float
    best: str
    worst: str
    unknown: int

    @property
    def poor(self) -> bool:
        """True where the known fit is below :data:`MIN_FIT`."""
        return bool(self.fit < MIN_FIT)


def fit(levels: pd.Series, strengths: pd.Series) -> ValueFit:
    """Match needs and strengths of one market; both Series: need -> 1 to 5 or NaN."""
    # Plain Python: eight rows for each of 235 markets, where a frame's overhead is all there is.
    given = strengths.to_dict()
    rows = [
        _row(str(need), float(level), float(given.get(need, np.nan)))
        for need, level in levels.items()
    ]
    rows.sort(key=lambda row: -row[1] if row[1] == row[1] else 0.0)
    known = [row for row in rows if row[5] != "unknown"]
    asked = sum(row[1] - 1 for row in known)
    unique = [row for row in known if row[5] == "unique"]
    short = [row for row in known if row[5] == "gap"]
    return ValueFit(
        table=indexed(rows, ["need", *COLUMNS]),
        fit=sum(row[3] - 1 for row in known) / asked if asked > 0 else float("nan"),
        best=max(unique, key=lambda row: row[3])[0] if unique else "",
        worst=max(short, key=lambda row: row[4])[0] if short else "",
        unknown=len(rows) - len(known),
    )


def _row(need: str, level: float, strength: float) -> tuple[str, float, float, float, float, str]:
    if np.isnan(level) or np.isnan(strength):
        return need, level, strength, np.nan, np.nan, "unknown"
    gap = max(0.0, level - strength)
    if gap > PRECISION:
        verdict = "gap"
    else:
        high = min(level, strength) + 0.5 >= HIGH  # both are shown as 4 or more
        verdict = "unique" if high else "met"
    return need, level, strength, min(level, strength), gap, verdict
