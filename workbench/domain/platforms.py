"""Which affiliate platform (A1): candidates for some markets, side by side, by M2's scoring engine.

Four dimensions, 1 to 5, are curated opinion; how near a platform is to the markets is a fifth. A
level that nobody is sure of is unknown: it is drawn anew in the sampled weightings and never a
pass. Who tracks and also sells or owns the traffic is referee and player at once; that is shown
beside the score, not hidden in it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.ranking import Ranking, full_weights, rank
from workbench.domain.text import T_, Text

DIMENSIONS = ("resources", "philosophy", "technology", "service")
CRITERIA = ("nearness", *DIMENSIONS)
WORLD = "001"
MAINSTREAM = {"021", "053", "039", "154", "155"}
"""Sub-regions (M49) where general platforms are at home: Northern America, Australia and New
Zealand, Southern, Northern and Western Europe. The source article's rule; an opinion."""
NOT_COVERED = 1.0


@dataclass(frozen=True)
class PlatformChoice:
    """Candidates for some markets.

    Attributes
    ----------
    table
        Index ``platform``, sorted by rank: the columns of ``affiliate_platforms``, ``covers``
        (how many of the markets), ``both_sides`` (referee and player at once), ``rank, score, low,
        high, top_share, missing``. A platform of which too much is unknown has no rank.
    levels
        Platforms × :data:`CRITERIA`, 1 to 5 or NaN.
    evidence
        Rows of ``affiliate_scores`` of the candidates.
    ranking
        With contributions, agreement of the methods, and what was unknown.
    advice
        General or vertical, and why.
    """

    markets: tuple[str, ...]
    table: pd.DataFrame
    levels: pd.DataFrame
    evidence: pd.DataFrame
    ranking: Ranking
    advice: Text


def nearness(regions: str, market: str, subregion: str, region: str) -> float:
    """How near a platform is: 5 names the market, 4 its sub-region, 3 its region, 2 the world.

    Parameters
    ----------
    regions
        Market codes and M49 codes, joined by semicolons.

    Returns
    -------
    float
        NaN where it doesn't reach the market.
    """
    named = set(regions.split(";"))
    for level, place in ((5.0, market), (4.0, subregion), (3.0, region), (2.0, WORLD)):
        if place in named:
            return level
    return float("nan")


def choose(
    platforms: pd.DataFrame,
    scores: pd.DataFrame,
    markets: pd.DataFrame,
    weights: dict[str, float] | None = None,
    *,
    samples: int = 10_000,
    top: int = 3,
) -> PlatformChoice:
    """Rank the platforms that reach at least one of the markets.

    Parameters
    ----------
    platforms, scores
        Tables ``affiliate_platforms`` and ``affiliate_scores``.
    markets
        Columns ``market, region, subregion``; the markets that matter.
    weights
        Criterion of :data:`CRITERIA` -> weight; one left out weighs 1.

    Raises
    ------
    InputError
        If no market is given or a weight can't be used.
    """
    if markets.empty:
        raise InputError("Name at least one market, such as --market SA.")
    standing = platforms[platforms["folded_into"] == ""].set_index("platform")
    places = markets[["market", "subregion", "region"]].to_numpy(object).tolist()
    near = pd.DataFrame(
        {
            market: [nearness(each, market, subregion, region) for each in standing["regions"]]
            for market, subregion, region in places
        },
        index=standing.index,
        dtype=float,
    )
    covers = near.notna().sum(axis=1)
    reached = covers.index[covers > 0]
    wide = scores.pivot(index="platform", columns="criterion", values="level")
    levels = wide.reindex(index=reached, columns=list(DIMENSIONS)).astype(float)
    levels.insert(0, "nearness", near.loc[reached].fillna(NOT_COVERED).mean(axis=1))
    levels.index.name, levels.columns.name = "platform", None
    full = full_weights(weights or {}, pd.Series(1.0, index=list(CRITERIA)))
    ranking = rank((levels - 1) / 4, full, top=top, samples=samples)
    shown = ["rank", "score", "low", "high", "top_share", "missing"]
    table = standing.loc[ranking.table.index].join(ranking.table[shown])
    table.insert(0, "covers", covers[table.index])
    table.insert(1, "both_sides", table["seat"] != "technology")
    return PlatformChoice(
        markets=tuple(markets["market"]),
        table=table,
        levels=levels.loc[table.index],
        evidence=scores[scores["platform"].isin(table.index)].reset_index(drop=True),
        ranking=ranking,
        advice=_advice(markets),
    )


def _advice(markets: pd.DataFrame) -> Text:
    mainstream = markets["subregion"].isin(MAINSTREAM).to_numpy()
    if np.all(mainstream):
        return T_(
            "Mainstream markets: a general platform first; partners of size are on several anyway."
        )
    if len(markets) == 1:
        return T_(
            "A single market outside the mainstream: a local, vertical platform can be the better "
            "one; hold it against a general one."
        )
    return T_(
        "Several markets, not all of them mainstream: a general platform for the whole, local ones "
        "beside it where it is thin."
    )


RULE = T_(
    "Not referee and player at once: who counts the orders should not earn from which partner gets "
    "them. Networks and merchants do both; check their counts against your own."
)
"""Shown wherever platforms are compared."""
