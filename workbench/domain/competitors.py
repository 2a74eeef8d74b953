"""The competitor register (M7): who buys where, at what cost, and which channels are crowded."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

MIN_COMPETITORS = 2


@dataclass(frozen=True)
class Competition:
    """What the register says of one market and industry.

    Attributes
    ----------
    channels
        Index ``channel``; columns ``competitors`` (how many spend there), ``cpa_usd`` and
        ``return_ratio`` (medians, NaN = unknown), ``crowded`` (bool).
    competitors
        How many competitors the register knows here; 0 means nothing is known, not that there
        is none.
    sources
        Distinct source texts, with their latest date.
    """

    channels: pd.DataFrame
    competitors: int
    sources: pd.DataFrame

    @property
    def as_of(self) -> date | None:
        """The date of the newest row; None if there is none."""
        return date.fromisoformat(max(self.sources["as_of"])) if len(self.sources) else None

    @property
    def crowded(self) -> frozenset[str]:
        """Channels in which all known competitors spend."""
        return frozenset(self.channels.index[self.channels["crowded"]])


def read(register: pd.DataFrame, market: str, industry: str) -> Competition:
    """Summarise the register for a market and industry.

    Parameters
    ----------
    register
        Columns ``market, competitor, industry, channel, cpa_usd, return_ratio, source, as_of``.

    Notes
    -----
    A channel is crowded where every known competitor spends, if at least
    :data:`MIN_COMPETITORS` are known.
    """
    here = register["market"].to_numpy() == market
    if not here.any():
        return _NOTHING
    own = register[here & (register["industry"] == industry).to_numpy()]
    if own.empty:
        return _NOTHING
    count = int(own["competitor"].nunique())
    grouped = own.groupby("channel")
    table = pd.DataFrame(
        {
            "competitors": grouped["competitor"].nunique(),
            "cpa_usd": grouped["cpa_usd"].median(),
            "return_ratio": grouped["return_ratio"].median(),
        }
    )
    table["crowded"] = (table["competitors"] == count) & (count >= MIN_COMPETITORS)
    return Competition(
        channels=table.sort_values(["competitors", "cpa_usd"], ascending=[False, True]),
        competitors=count,
        sources=own.groupby("source")["as_of"].max().reset_index(),
    )


_NOTHING = Competition(
    channels=pd.DataFrame(
        {
            "competitors": pd.Series(dtype="int64"),
            "cpa_usd": pd.Series(dtype="float64"),
            "return_ratio": pd.Series(dtype="float64"),
            "crowded": pd.Series(dtype="bool"),
        },
        index=pd.Index([], name="channel", dtype=object),
    ),
    competitors=0,
    sources=pd.DataFrame(columns=["source", "as_of"], dtype=object),
)
"""For the many markets of which the register knows nothing."""
