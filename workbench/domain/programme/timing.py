"""Orders that come suspiciously soon, or very late, after the click that is credited (A6)."""

import numpy as np
import pandas as pd
from scipy import stats

from workbench.domain.programme.facts import Events
from workbench.domain.programme.period import Period

FAST, LATE = 10, 30 * 86_400
"""Seconds from click to order: under the one it is a script's, over the other few people's."""
LEAST = 3
"""Orders so timed that are needed before a partner is suspected."""
USUAL = 0.01
"""Share of orders so timed that is allowed everybody, where the rest of the programme has less."""


def timing(events: Events, period: Period) -> pd.DataFrame:
    """Orders by the time since their click, of every partner, whatever their status.

    Returns
    -------
    pandas.DataFrame
        Columns ``source, partner, timed, fast, late``: orders whose click is known; within
        :data:`FAST` seconds or before the click; later than :data:`LATE`.
    """
    rows = events.conversions.filter(period.holds(events.conversions.timestamp))
    rows = rows.filter(rows.partner.notnull() & rows.clicked.notnull())
    seconds = rows.timestamp.delta(rows.clicked, unit="second")
    found = rows.mutate(seconds=seconds).group_by("source", "partner")
    table = found.aggregate(
        timed=lambda t: t.count(),
        fast=lambda t: (t.seconds < FAST).sum(),
        late=lambda t: (t.seconds > LATE).sum(),
    ).to_pandas()
    return table.sort_values(["source", "partner"], ignore_index=True)


def suspicion(some: np.ndarray, timed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """p of so many orders so timed, and how many the rest of the programme lets expect.

    Exact binomial test, one-sided, against the rest's share, at least :data:`USUAL`; NaN where
    there are fewer than :data:`LEAST`.
    """
    others = timed.sum() - timed
    share = (some.sum() - some) / np.where(others > 0, others, 1)
    share = np.maximum(share, USUAL)
    p = stats.binom.sf(some - 1, np.maximum(timed, 1), share)
    return np.where(some >= LEAST, p, np.nan), timed * share
