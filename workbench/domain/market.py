"""The market profile (M1): figures of a market side by side, and markets that look alike."""

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError

LOG_INDICATORS = ("population", "gdp_per_head")
"""Indicators spread over orders of magnitude; compared by their logarithm."""

REGULATION_POINTS: dict[str, dict[str, float]] = {
    "data_protection": {"comprehensive": 2, "sectoral": 1, "draft": 0.5, "none": 0},
    "localisation": {"required": 2, "sector": 1, "none": 0},
    "cross_border": {"approval": 2, "conditional": 1, "free": 0},
    "content_moderation": {"strict": 2, "notice": 1, "light": 0},
    "creator_disclosure": {"law": 2, "guideline": 1, "none": 0},
}
"""Points of each curated status, 0 to 2 a topic, 10 in all. An opinion of ours."""

PAYMENT_POINTS = {"dominant": 3, "major": 2, "niche": 1}
GLOBAL_CARDS = ("Visa/Mastercard", "Visa", "Mastercard", "Cards")


def check_market(market: str, known: pd.Index) -> str:
    """The code itself, upper-cased; raises :class:`InputError` if it is no known market."""
    code = str(market).strip().upper()
    if code not in known:
        close = [other for other in known if other[:1] == code[:1]][:6]
        raise InputError(
            "Unknown market {market!r}: a market is a two-letter ISO 3166-1 code such as {close}; "
            "`workbench markets` lists all.",
            market=market,
            close=", ".join(close) or "ID, SA, BR",
        )
    return code


def profile(indicators: pd.DataFrame, markets: pd.Index) -> pd.DataFrame:
    """One row per market, one column per indicator; NaN where there is no figure.

    Parameters
    ----------
    indicators
        Long table with the columns ``market, indicator, value`` (one row per pair).
    markets
        The markets wanted, in order; a market without figures keeps an empty row.
    """
    wide = indicators.pivot(index="market", columns="indicator", values="value")
    wide.columns.name = None
    wide.index.name = "market"
    return wide.reindex(markets)


def curated_indicators(regulation: pd.DataFrame, platforms: pd.DataFrame) -> pd.DataFrame:
    """Indicators that follow from the curated tables, long: ``market, indicator, value``.

    ``regulation_points`` is 0 (no duties) to 10 (strictest), given only where all five topics
    are known. ``local_payment_points`` is 0 (cards suffice) to 3 (a local method dominates).
    """
    points = regulation.assign(
        value=[
            REGULATION_POINTS[topic].get(status, np.nan)
            for topic, status in zip(regulation["topic"], regulation["status"], strict=True)
        ]
    )
    whole = points.groupby("market")["value"].agg(["sum", "count"])
    strict = whole.loc[whole["count"] == len(REGULATION_POINTS), "sum"]
    paying = platforms[platforms["kind"] == "payment"]
    local = paying[~paying["platform"].isin(GLOBAL_CARDS)]
    reach = local["reach"].map(PAYMENT_POINTS).groupby(local["market"]).max()
    reach = reach.reindex(paying["market"].unique()).fillna(0).sort_index()
    return pd.concat(
        [
            pd.DataFrame({"market": found.index, "indicator": name, "value": found.to_numpy()})
            for name, found in (
                ("regulation_points", strict),
                ("local_payment_points", reach.astype(float)),
            )
        ],
        ignore_index=True,
    )


def neighbours(scores: pd.DataFrame, market: str, count: int = 5) -> pd.DataFrame:
    """Markets whose needs look most like those of ``market``.

    Parameters
    ----------
    scores
        Markets × needs, 1 to 5 or NaN.
    market
        A row of ``scores``.
    count
        How many neighbours, at least 1.

    Returns
    -------
    pandas.DataFrame
        Columns ``market, distance, shared``: root mean square difference in levels over the
        needs known in both (smaller is more alike), and how many needs that are. Markets that
        share fewer than half of the needs are left out.
    """
    others = scores.drop(index=market)
    gaps = (others.to_numpy(float) - scores.loc[market].to_numpy(float)) ** 2
    shared = np.isfinite(gaps).sum(axis=1)
    enough = shared * 2 >= scores.shape[1]
    table = pd.DataFrame(
        {
            "market": others.index[enough],
            "distance": np.sqrt(np.nanmean(gaps[enough], axis=1)),
            "shared": shared[enough],
        }
    )
    table = table.sort_values(["distance", "market"]).head(count)
    return table.reset_index(drop=True)
