"""Automatic answers to the readiness checks: each a small rule over what the topics found.

A rule returns what it concluded and on what figures; it says *unknown* rather than guess. Status
wording and thresholds stand here, in one place, so that a reader can disagree with them.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from workbench.domain.product import Compliance
from workbench.domain.readiness import Finding, Status
from workbench.domain.text import N_, T_, Bilingual

SMALL_GAP = 0.5
"""Levels: within the precision of a level the product serves the need."""
LARGE_GAP = 2.5
"""Levels: from here the gap is not closed by tuning."""
CROWDED_MIX = 25.0
"""Percent of the mix in one crowded channel from which a detour is called for."""
STRICT_TAKEDOWN_HOURS = 24.0

Row = Mapping[str, str]


def need_served(level: float, strength: float) -> Finding:
    """Rules ``network_supports_product`` and ``device_base_supported``: need against strength."""
    if np.isnan(level):
        return Finding("unknown", T_("The market's need is unknown."))
    if np.isnan(strength):
        return Finding("unknown", T_("The product states no strength for this need."))
    gap = level - strength
    values = {"level": round(level, 1), "strength": round(strength, 1)}
    if gap <= SMALL_GAP:
        return Finding(
            "ready", T_("Need {level} of 5, product strength {strength}: served.", **values)
        )
    if gap <= LARGE_GAP:
        return Finding(
            "conditional",
            T_(
                "Need {level} of 5, product strength {strength}: optimise before scaling.", **values
            ),
        )
    return Finding(
        "blocked",
        T_(
            "Need {level} of 5, product strength {strength}: the product does not carry here.",
            **values,
        ),
    )


def provider_covers(posture: str, coverage: float) -> Finding:
    """Rule ``provider_covers_region``: posture of the provider in the region."""
    if posture == "unknown":
        return Finding("unknown", T_("The provider's coverage of this region is unknown."))
    if posture == "expand":
        return Finding("ready", T_("Provider coverage {level} of 5: expand.", level=coverage))
    if posture == "focus":
        return Finding(
            "conditional",
            T_(
                "Provider coverage {level} of 5: focus on few markets and test on local networks.",
                level=coverage,
            ),
        )
    if coverage > 1:
        return Finding(
            "conditional",
            T_("Provider coverage {level} of 5: adapt the product first.", level=coverage),
        )
    return Finding(
        "blocked", T_("Provider coverage {level} of 5: no base to build on.", level=coverage)
    )


def crowded(
    competitors: int, crowded_mix: Mapping[str, float], as_of: date | None = None
) -> Finding:
    """Rule ``crowded_channels``: how much of the mix leans on crowded channels (percent).

    ``as_of`` is the date of the register's newest row here.
    """
    if not competitors:
        return Finding("unknown", T_("No competitor is registered for this market and industry."))
    heavy = {name: share for name, share in crowded_mix.items() if share >= CROWDED_MIX}
    if heavy:
        return Finding(
            "conditional",
            N_(
                "{share}% of the mix goes into a channel where the only known competitor "
                "spends; name the difference or the detour.",
                "{share}% of the mix goes into a channel where all {count} known competitors "
                "spend; name the difference or the detour.",
                competitors,
                share=round(max(heavy.values())),
            ),
        )
    return Finding(
        "ready",
        N_(
            "{count} competitor known; the mix does not lean on a crowded channel.",
            "{count} competitors known; the mix does not lean on a crowded channel.",
            competitors,
        ),
        as_of,
    )


def acquisition_cost(channels: pd.DataFrame, as_of: date | None = None) -> Finding:
    """Rule ``acquisition_cost_known``: columns ``cpa_usd, return_ratio`` of the register."""
    cost = channels["cpa_usd"].median() if len(channels) else np.nan
    gain = channels["return_ratio"].median() if len(channels) else np.nan
    if np.isnan(cost) and np.isnan(gain):
        return Finding(
            "unknown", T_("No cost per acquisition is registered for this market and industry.")
        )
    if np.isnan(cost) or np.isnan(gain):
        return Finding("conditional", T_("Only one of cost and return is registered."))
    return Finding(
        "ready",
        T_(
            "Median cost per acquisition {cost} USD, return {gain}.",
            cost=f"{cost:.2f}",
            gain=f"{gain:.2f}",
        ),
        as_of,
    )


def promises(verdict: str, blocked: int, unknown: int) -> Finding:
    """Rule ``promises_kept``: counts of promises that are blocked and unknown.

    A blocked promise makes the question conditional, since adopting the honest wording that
    stands beside it settles the matter.
    """
    if verdict == "blocked":
        return Finding(
            "conditional",
            N_(
                "{count} promise in the copy can't be kept here; adopt the honest wording.",
                "{count} promises in the copy can't be kept here; adopt the honest wording.",
                blocked,
            ),
        )
    if verdict == "unknown":
        return Finding(
            "unknown",
            N_(
                "{count} promise can't be judged: the figure is not stated.",
                "{count} promises can't be judged: the figures are not stated.",
                unknown,
            ),
        )
    if verdict == "unread":
        return Finding("unknown", T_("There is no copy to read."))
    if verdict == "none":
        return Finding("ready", T_("The copy makes no measurable promise."))
    return Finding("ready", T_("All promises in the copy are kept."))


def _law(row: Row) -> Bilingual:
    return Bilingual(
        en=f"{row['law_en']}: {row['summary_en']}", zh=f"{row['law_zh']}：{row['summary_zh']}"
    )


def _tri(known: bool | None, yes: Status, no: Status) -> Status:
    if known is None:
        return "unknown"
    return yes if known else no


def compliance(rows: Mapping[str, Row], can: Compliance | None, market: str) -> dict[str, Finding]:
    """The five compliance rules over the curated regulation rows of one market.

    Parameters
    ----------
    rows
        Topic -> row with ``status, law_en, law_zh, summary_en, summary_zh, as_of``.
    can
        What the product's architecture and team can honour; None without a product.
    """
    statuses = {
        "data_protection_known": ("data_protection", _data_protection),
        "localisation_satisfied": ("localisation", _localisation),
        "cross_border_satisfied": ("cross_border", _cross_border),
        "moderation_satisfied": ("content_moderation", _moderation),
        "disclosure_satisfied": ("creator_disclosure", _disclosure),
    }
    found = {}
    for rule, (topic, judge) in statuses.items():
        row = rows.get(topic)
        if row is None:
            found[rule] = Finding("unknown", T_("No curated regulation row for this market."))
        elif can is None:
            found[rule] = Finding("unknown", T_("Choose a product to judge this check."))
        else:
            found[rule] = Finding(
                judge(row["status"], can, market), _law(row), date.fromisoformat(row["as_of"])
            )
    return found


def _data_protection(status: str, can: Compliance, market: str) -> Status:
    if status in ("none", "draft"):
        return "ready"
    return _tri(can.data_protection_officer, "ready", "conditional")


def _localisation(status: str, can: Compliance, market: str) -> Status:
    stated = (*can.local_storage_available, *can.regions_hosted)
    if status == "none" or market in stated:
        return "ready"
    if not stated:
        return "unknown"
    return "conditional" if status == "sector" else "blocked"


def _cross_border(status: str, can: Compliance, market: str) -> Status:
    if status == "free":
        return "ready"
    if status == "approval":
        return _tri(can.transfer_contracts, "conditional", "blocked")
    return _tri(can.transfer_contracts, "ready", "conditional")


def _moderation(status: str, can: Compliance, market: str) -> Status:
    if status == "light":
        return "ready"
    if status == "notice" or can.moderation_team is not True:
        return _tri(can.moderation_team, "ready", "blocked")
    if can.takedown_hours is None:
        return "unknown"
    return "conditional" if can.takedown_hours <= STRICT_TAKEDOWN_HOURS else "blocked"


def _disclosure(status: str, can: Compliance, market: str) -> Status:
    if status == "none":
        return "ready"
    return _tri(
        can.creator_disclosure_process, "ready", "blocked" if status == "law" else "conditional"
    )
