"""One market assessed: channels -> promise -> readiness gate -> value, each from the one before."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.domain import (
    channels,
    competitors,
    findings,
    needs,
    promise,
    provider,
    readiness,
    value,
)
from workbench.domain.plan import Plan
from workbench.domain.product import Product
from workbench.domain.reference import Reference


@dataclass(frozen=True)
class MarketInputs:
    """What is known of one market before anything is concluded.

    Attributes
    ----------
    market, region
        ISO code; M49 code of its sub-region.
    industry
        Id of the industry whose weights and channels hold.
    cells
        Its need cells (:data:`workbench.domain.needs.CELL_COLUMNS`), highest first.
    scores
        Need -> 1 to 5 or NaN.
    strengths
        Need -> how well the product serves it, 1 to 5 or NaN; None without a product.
    laws
        Regulation topic -> curated row.
    platforms
        Its rows of the platform table.
    posture, coverage
        Of the product's provider in the region.
    promise
        What the copy promises against the product's figures in the region; None without a
        product.
    """

    market: str
    region: str
    industry: str
    cells: pd.DataFrame
    scores: pd.Series
    strengths: pd.Series | None
    laws: Mapping[str, Mapping[str, str]]
    platforms: pd.DataFrame
    posture: provider.Posture
    coverage: float
    promise: promise.PromiseCheck | None


@dataclass(frozen=True)
class MarketAssessment:
    """All that is concluded for one market; see the topics for each part."""

    market: str
    region: str
    cells: pd.DataFrame
    """The market's need cells (:data:`workbench.domain.needs.CELL_COLUMNS`), highest first."""
    focus: tuple[str, ...]
    competition: competitors.Competition
    channels: channels.ChannelFit
    promise: promise.PromiseCheck | None
    posture: provider.Posture
    coverage: float
    readiness: readiness.Readiness
    value: value.ValueFit | None

    @property
    def missing(self) -> float:
        """Share of the market's needs that are unknown, 0 to 1."""
        return float(self.cells["score"].isna().mean())


def assess(
    inputs: MarketInputs, plan: Plan, item: Product | None, tables: Reference
) -> MarketAssessment:
    """Conclude everything about one market under a plan.

    Raises
    ------
    InputError
        If the plan's channels, bounds or answers break a rule.
    """
    rivals = competitors.read(tables.competitors, inputs.market, inputs.industry)
    base = tables.industry_channels
    fit = channels.fit(
        base[base["industry"] == inputs.industry],
        tables.channels,
        tables.channel_rules,
        needs.to_level(inputs.scores),  # rules ask for the level that is shown
        inputs.platforms,
        rivals.crowded,
        plan.channel_weights,
        plan.floors,
        plan.caps,
    )
    found = automatic_answers(inputs, fit, rivals, item)
    return MarketAssessment(
        market=inputs.market,
        region=inputs.region,
        cells=inputs.cells,
        focus=tuple(needs.message_focus(inputs.cells, inputs.market)),
        competition=rivals,
        channels=fit,
        promise=inputs.promise,
        posture=inputs.posture,
        coverage=inputs.coverage,
        readiness=readiness.check(
            tables.checks, found, answers_of(plan, inputs.market), plan.as_of
        ),
        value=None if inputs.strengths is None else value.fit(inputs.scores, inputs.strengths),
    )


def answers_of(plan: Plan, market: str) -> list[readiness.Answer]:
    """The plan's answers for one market."""
    return [
        readiness.Answer(**answer.model_dump(exclude={"market"}))
        for answer in plan.answers
        if answer.market == market
    ]


def automatic_answers(
    inputs: MarketInputs,
    fit: channels.ChannelFit,
    rivals: competitors.Competition,
    item: Product | None,
) -> dict[str, readiness.Finding]:
    """Automatic rule id -> what it finds in this market (see :mod:`workbench.domain.findings`)."""
    scores, able = inputs.scores, inputs.strengths
    if able is None:
        able = pd.Series(np.nan, index=scores.index)
    mix = fit.table["mix"]
    crowded = mix[mix.index.isin(rivals.crowded)].to_dict()
    found = {
        "network_supports_product": findings.need_served(
            scores["weak_network"], able["weak_network"]
        ),
        "device_base_supported": findings.need_served(
            scores["low_end_device"], able["low_end_device"]
        ),
        "provider_covers_region": findings.provider_covers(inputs.posture, inputs.coverage),
        "crowded_channels": findings.crowded(rivals.competitors, crowded, rivals.as_of),
        "acquisition_cost_known": findings.acquisition_cost(rivals.channels, rivals.as_of),
        **findings.compliance(inputs.laws, item.compliance if item else None, inputs.market),
    }
    if inputs.promise is not None:
        counts = inputs.promise.fates.value_counts()
        read = any(text.strip() for text in inputs.promise.copy.values())
        found["promises_kept"] = findings.promises(
            inputs.promise.verdict if read else "unread",
            int(counts.get("blocked", 0)),
            int(counts.get("unknown", 0)),
        )
    return found
