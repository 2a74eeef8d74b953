"""What a plan names must be there: markets, needs, criteria, channels, checks, an industry."""

from collections import Counter

import pandas as pd

from workbench.domain import channels, market, readiness
from workbench.domain.assessment import answers_of
from workbench.domain.errors import InputError
from workbench.domain.plan import Plan
from workbench.domain.reference import Reference


def check_names(plan: Plan, industry: str, reference: Reference) -> None:
    """Names of a plan against the tables; criteria are checked where weights are read.

    Parameters
    ----------
    industry
        The one that holds: the plan's, else the product's.

    Raises
    ------
    InputError
        If one is unknown, or a level is overridden twice.
    """
    known = reference.industries["industry"]
    if industry not in set(known):
        raise InputError(
            "Unknown industry {industry!r}; industries are: {known}.",
            industry=industry,
            known=", ".join(known),
        )
    codes = pd.Index(reference.markets["market"], name="market")
    focus = [plan.market] if plan.market else []
    overridden = [change.market for change in plan.levels]
    answered = [answer.market for answer in plan.answers]
    for code in (*plan.markets, *focus, *overridden, *answered):
        market.check_market(code, codes)
    _check_levels(plan, list(reference.needs["need"]))
    channels.check_given(reference.channels, plan.channel_weights, plan.floors, plan.caps)
    for code in set(answered):
        readiness.by_check(answers_of(plan, code), reference.checks)


def _check_levels(plan: Plan, wanted: list[str]) -> None:
    counts = Counter((change.market, change.need) for change in plan.levels)
    twice = [cell for cell, count in counts.items() if count > 1]
    if twice:
        market_twice, need_twice = min(twice)
        raise InputError(
            "The level of {need} in {market} is overridden twice; keep one.",
            need=need_twice,
            market=market_twice,
        )
    for change in plan.levels:
        if change.need not in wanted:
            raise InputError(
                "No cell for market {market!r} and need {need!r}; needs are: {needs}.",
                market=change.market,
                need=change.need,
                needs=", ".join(wanted),
            )
