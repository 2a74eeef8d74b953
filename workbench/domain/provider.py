"""The technology provider (M6): a scorecard, candidates side by side, and how far it reaches.

The provider bounds the reach: where it covers a region well the channels may *expand*; where it
covers it in part they *focus* on few markets; where it hardly does, *adapt* the product first.
"""

from typing import Literal

import numpy as np
import pandas as pd

Posture = Literal["expand", "focus", "adapt", "unknown"]
EXPAND_LEVEL = 4
FOCUS_LEVEL = 3


def posture(coverage: float) -> Posture:
    """What a region-coverage level (1 to 5, NaN = unknown) allows."""
    if np.isnan(coverage):
        return "unknown"
    if coverage >= EXPAND_LEVEL:
        return "expand"
    return "focus" if coverage >= FOCUS_LEVEL else "adapt"


def level(scores: pd.DataFrame, provider: str | None, criterion: str, region: str) -> float:
    """The provider's level for a criterion in a region, else its global level, else NaN.

    A row for the region without a level says that it is not known there; the global level
    doesn't stand in for it.

    Parameters
    ----------
    scores
        Columns ``provider, criterion, region, level``; an empty region means worldwide.
    region
        M49 code of a sub-region.
    """
    own = scores[(scores["provider"] == provider) & (scores["criterion"] == criterion)]
    for where in (region, ""):
        found = own.loc[own["region"] == where, "level"]
        if len(found):
            return float(found.iloc[0])
    return float("nan")


def postures(scores: pd.DataFrame, provider: str | None, regions: list[str]) -> pd.DataFrame:
    """Posture per region: index ``region``, columns ``coverage`` (1 to 5 or NaN), ``posture``."""
    coverage = [level(scores, provider, "region_coverage", region) for region in regions]
    return pd.DataFrame(
        {"coverage": coverage, "posture": [posture(each) for each in coverage]},
        index=pd.Index(regions, name="region"),
    )


def side_by_side(scores: pd.DataFrame, region: str = "") -> pd.DataFrame:
    """Providers × criteria, levels 1 to 5 or NaN: each as :func:`level` has it, all at once."""
    pairs = ["provider", "criterion"]
    near = scores[scores["region"].isin([region, ""])]
    own_first = near.sort_values("region", ascending=False, kind="stable").drop_duplicates(pairs)
    every = scores[pairs].drop_duplicates().merge(own_first, on=pairs, how="left")
    wide = every.pivot(index="provider", columns="criterion", values="level").astype(float)
    wide.columns.name = None
    return wide
