"""Orders that come suspiciously soon, or very late, after the click that is credited (A6)."""

from datetime import date, timedelta

import ibis
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


def timing(events: Events, until: date, weeks: int) -> dict[int, pd.DataFrame]:
    """Orders by the time since their click, of every partner, whatever their status, week by week.

    Parameters
    ----------
    until
        Last day of the newest week.

    Returns
    -------
    dict
        Weeks ago -> columns ``source, partner, timed, fast, late``: orders whose click is known;
        within :data:`FAST` seconds or before the click; later than :data:`LATE`. A week without
        any is missing.
    """
    period = Period(until - timedelta(days=7 * weeks - 1), until)
    rows = events.conversions.filter(period.holds(events.conversions.timestamp))
    rows = rows.filter(rows.partner.notnull() & rows.clicked.notnull())
    ago = ibis.literal(until).delta(rows.timestamp.date(), unit="day") // 7
    seconds = rows.timestamp.delta(rows.clicked, unit="second")
    found = rows.mutate(seconds=seconds, ago=ago).group_by("ago", "source", "partner")
    table = found.aggregate(
        timed=lambda t: t.count(),
        fast=lambda t: (t.seconds < FAST).sum(),
        late=lambda t: (t.seconds > LATE).sum(),
    ).to_pandas()
    table = table.sort_values(["ago", "source", "partner"], ignore_index=True)
    return {int(week): part.drop(columns="ago") for week, part in table.groupby("ago")}


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
