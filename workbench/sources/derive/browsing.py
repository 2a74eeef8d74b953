"""Mobile and iOS shares of browsing: one pair a month, then the median of the months."""

import math
from collections.abc import Mapping, Sequence
from statistics import median

from workbench.sources.derive.figure_text import Figure

IOS_AGENT = "ios_saf"
MOBILE_AGENTS = frozenset(
    {
        "and_chr",
        "and_ff",
        "and_qq",
        "and_uc",
        "android",
        "baidu",
        "bb",
        "ie_mob",
        IOS_AGENT,
        "kaios",
        "op_mini",
        "op_mob",
        "samsung",
    }
)
"""The agents that the source's own list of browsers calls mobile."""

MIN_MONTHS = 6
"""Fewer months than this make no median."""


def monthly_shares(
    data: Mapping[str, Mapping[str, float | None]],
) -> tuple[float | None, float | None]:
    """Reckon (mobile, iOS of mobile) in % of page views for one region and month.

    Parameters
    ----------
    data
        Agent -> version -> % of page views; None where a version is not told apart.

    Returns
    -------
    tuple
        The mobile share of all page views that the source could attribute, and the share of iOS
        among the mobile ones; None where there is nothing to divide by.
    """
    views = {
        agent: math.fsum(share or 0.0 for share in versions.values())
        for agent, versions in data.items()
    }
    total = math.fsum(views.values())
    mobile = math.fsum(share for agent, share in views.items() if agent in MOBILE_AGENTS)
    return (
        100 * mobile / total if total else None,
        100 * views.get(IOS_AGENT, 0.0) / mobile if mobile else None,
    )


def median_share(shares: Mapping[str, float | None]) -> Figure | None:
    """Take the median of the months with their lowest and highest; the year is the last month's.

    Parameters
    ----------
    shares
        Month ("2025-09") -> share in %; None for a month without page views.

    Returns
    -------
    Figure or None
        Rounded to 0.01 point; None for fewer than ``MIN_MONTHS`` months.
    """
    known = {month: share for month, share in shares.items() if share is not None}
    if len(known) < MIN_MONTHS:
        return None
    values: Sequence[float] = sorted(known.values())
    return Figure(
        value=round(median(values), 2),
        year=int(max(known)[:4]),
        low=round(values[0], 2),
        high=round(values[-1], 2),
    )
