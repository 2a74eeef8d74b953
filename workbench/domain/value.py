"""Unique value (M8): what can you create for this market's users that others can't?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

HIGH = 4
"""From this level a need is high, and a strength is one."""

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
    table = pd.DataFrame({"level": levels, "strength": strengths.reindex(levels.index)})
    table["served"] = table[["level", "strength"]].min(axis=1, skipna=False)
    table["gap"] = (table["level"] - table["strength"]).clip(lower=0)
    known = table["served"].notna()
    unique = known & (table["level"] >= HIGH) & (table["strength"] >= HIGH)
    # Half a level is within the precision of a level.
    short = known & (table["gap"] > 0.5)
    table["verdict"] = np.select([~known, short, unique], ["unknown", "gap", "unique"], "met")
    asked = (table["level"] - 1).where(known)
    met = (table["served"] - 1).where(known)
    total = float(asked.sum())
    table = table.sort_values("level", ascending=False, kind="stable")
    best = table[table["verdict"] == "unique"].sort_values("served", ascending=False, kind="stable")
    worst = table[table["verdict"] == "gap"].sort_values("gap", ascending=False, kind="stable")
    return ValueFit(
        table=table,
        fit=float(met.sum()) / total if total > 0 else float("nan"),
        best=str(best.index[0]) if len(best) else "",
        worst=str(worst.index[0]) if len(worst) else "",
        unknown=int((~known).sum()),
    )
