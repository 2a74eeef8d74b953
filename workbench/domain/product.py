"""The product that goes abroad: what it promises, what it can do, how strong it is at each need."""

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.payment_names import counted_as, spelling
from workbench.domain.validation import NOT_A_FLAG, Flag

Level = Annotated[float, Field(ge=1, le=5), NOT_A_FLAG]
Figure = Annotated[float, Field(ge=0, allow_inf_nan=False), NOT_A_FLAG]
METRICS = (
    "connect_time_ms",
    "end_to_end_delay_ms",
    "downlink_kbps",
    "loss_tolerance_pct",
    "frame_rate_fps",
    "freeze_ratio_pct",
    "min_device_ram_gb",
    "interrupt_response_ms",
    "uptime_pct",
)
"""What a technology profile may state; each name ends in its unit."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Compliance(_Strict):
    """What the architecture and the team can honour; None is unknown, not "no".

    Where both lists of markets are empty, where data can be kept is unknown too.
    """

    regions_hosted: tuple[str, ...] = ()
    """Market codes (ISO 3166-1 alpha-2, such as SG) where data lies today."""
    local_storage_available: tuple[str, ...] = ()
    """Market codes where it could be kept."""
    transfer_contracts: Flag | None = None
    moderation_team: Flag | None = None
    takedown_hours: Figure | None = None
    creator_disclosure_process: Flag | None = None
    data_protection_officer: Flag | None = None


class Technology(_Strict):
    """Measured figures, by default and where a region (M49 code) differs.

    Names are :data:`METRICS`; a share (``_pct``) runs from 0 to 100.
    """

    default: dict[str, Figure] = Field(default_factory=dict)
    regions: dict[str, dict[str, Figure]] = Field(default_factory=dict)

    def in_region(self, region: str) -> dict[str, float]:
        """The figures that hold in a region; a metric that is left out is unknown."""
        return {**self.default, **self.regions.get(region, {})}


class Product(_Strict):
    """A product profile, as ``data/examples/*.yaml`` shows it."""

    product: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    example: Flag = False
    name: Words
    industry: str
    summary: Words
    languages: tuple[str, ...] = ()
    """BCP 47 tags such as ``en``, ``pt-BR`` or ``zh-Hant``."""
    payment_methods: tuple[str, ...] = ()
    """Names of the platform table, a card's brand, or one that is known everywhere."""
    provider: str | None = None
    strengths: dict[str, Level] = Field(default_factory=dict)
    compliance: Compliance = Compliance()
    advert: Words = Field(alias="copy")
    technology: Technology = Technology()


def strengths(
    product: Product,
    needs: list[str],
    markets: pd.Index,
    languages: pd.DataFrame,
    platforms: pd.DataFrame,
) -> pd.DataFrame:
    """How well the product serves each need in each market, 1 to 5, NaN = unknown.

    Two needs are read off the market instead of the product file where the tables know it:
    ``language_culture`` from the share of people who speak one of the product's languages
    (1 + 4 * share, shares added up to 100%), ``local_payment`` from whether the product takes
    the leading local method (5), another local one (3) or none (1).

    Parameters
    ----------
    languages
        Columns ``market, language, share`` (percent of population).
    platforms
        Columns ``market, kind, platform, reach``.
    """
    table = pd.DataFrame(
        {need: product.strengths.get(need, np.nan) for need in needs}, index=markets, dtype=float
    )
    if product.languages and "language_culture" in table:
        spoken = (
            languages["language"]
            .str.split(r"[-_]")
            .str[0]
            .isin({tag.split("-")[0].lower() for tag in product.languages})
        )
        reached = languages["share"].where(spoken, 0.0).groupby(languages["market"]).sum()
        level = 1 + 4 * reached.clip(0, 100) / 100
        table["language_culture"] = level.reindex(markets).fillna(table["language_culture"])
    if product.payment_methods and "local_payment" in table:
        level = payment_strength(product.payment_methods, platforms)
        table["local_payment"] = level.reindex(markets).fillna(table["local_payment"])
    return table


def payment_strength(methods: tuple[str, ...], platforms: pd.DataFrame) -> pd.Series:
    """Level per market: 5 the leading payment method is taken, 3 another one, 1 none.

    Names are compared without case, spaces and signs; a card's brand counts as cards
    (:mod:`workbench.domain.payment_names`).
    """
    paying = platforms[platforms["kind"] == "payment"]
    order = paying["reach"].map({"dominant": 3, "major": 2, "niche": 1})
    leads = order == order.groupby(paying["market"]).transform("max")
    taken = paying["platform"].map(spelling).isin(set(map(counted_as, methods)))
    level = pd.Series(1.0, index=paying.index).mask(taken, 3.0).mask(taken & leads, 5.0)
    return level.groupby(paying["market"]).max()
