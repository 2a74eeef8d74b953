"""Automatic answers: every branch of every rule, with the figures it states."""

from datetime import date
from itertools import pairwise, product
from typing import get_args

import pandas as pd
import pytest

from workbench.domain import findings
from workbench.domain.product import Compliance
from workbench.domain.provider import Posture
from workbench.sources.reference import load_reference, schemas

NAN = float("nan")
RULES = {
    "data_protection_known": "data_protection",
    "localisation_satisfied": "localisation",
    "cross_border_satisfied": "cross_border",
    "moderation_satisfied": "content_moderation",
    "disclosure_satisfied": "creator_disclosure",
}
STATED = {"local_storage_available": ("SG",)}


def row(status: str) -> dict[str, str]:
    return {
        "status": status,
        "law_en": "Act",
        "law_zh": "法",
        "summary_en": "Keep it here.",
        "summary_zh": "数据留存境内。",
        "as_of": "2025-06-30",
    }


def verdict(rule: str, status: str, market: str = "ID", **can) -> str:
    rows = {RULES[rule]: row(status)}
    return findings.compliance(rows, Compliance(**can), market)[rule].status


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("check", "limits"),
    [
        ("network_supports_product", ["5", "2.5"]),
        ("device_base_supported", ["5", "2.5"]),
        ("crowded_channels", ["25%"]),
        ("moderation_satisfied", ["24"]),
    ],
)
def test_a_checks_help_states_the_limits_that_its_rule_uses(check, limits, lang):
    assert (findings.SMALL_GAP, findings.LARGE_GAP) == (0.5, 2.5)  # "half a level" in words
    assert (findings.CROWDED_MIX, findings.STRICT_TAKEDOWN_HOURS) == (25, 24)
    helps = load_reference().checks.set_index("check")[f"help_{lang}"]
    for limit in limits:
        assert limit in helps[check]


# ---- Needs against strengths ----


@pytest.mark.parametrize(
    ("level", "strength", "status", "text"),
    [
        (3, 3, "ready", "Need 3 of 5, product strength 3: served."),
        (2, 5, "ready", "served"),
        (4, 3.5, "ready", "Need 4 of 5, product strength 3.5: served."),  # half a level
        (4, 3.4, "conditional", "optimise before scaling"),
        (2.55, 2, "conditional", "optimise before scaling"),
        (5, 2.5, "conditional", "Need 5 of 5, product strength 2.5: optimise"),
        (5, 2.4, "blocked", "the product does not carry here"),
        (NAN, 3, "unknown", "The market's need is unknown."),
        (3, NAN, "unknown", "The product states no strength for this need."),
        (NAN, NAN, "unknown", "The market's need is unknown."),
    ],
)
def test_need_served(level, strength, status, text):
    found = findings.need_served(level, strength)
    assert found.status == status
    assert text in str(found.evidence)


# ---- Provider ----


@pytest.mark.parametrize(
    ("posture", "coverage", "status", "text"),
    [
        ("unknown", NAN, "unknown", "coverage of this region is unknown"),
        ("expand", 5, "ready", "Provider coverage 5 of 5: expand."),
        ("focus", 3, "conditional", "Provider coverage 3 of 5: focus on few markets"),
        ("adapt", 2, "conditional", "Provider coverage 2 of 5: adapt the product first."),
        ("adapt", 1, "blocked", "Provider coverage 1 of 5: no base to build on."),
    ],
)
def test_provider_covers(posture, coverage, status, text):
    assert posture in get_args(Posture)
    found = findings.provider_covers(posture, coverage)
    assert found.status == status
    assert text in str(found.evidence)


# ---- Competitors ----


@pytest.mark.parametrize(
    ("count", "mix", "status", "text"),
    [
        (0, {}, "unknown", "No competitor is registered for this market and industry."),
        (0, {"kol": 90.0}, "unknown", "No competitor is registered"),
        (2, {}, "ready", "2 competitors known; the mix does not lean on a crowded channel."),
        (2, {"kol": 24.0}, "ready", "does not lean"),
        (
            3,
            {"kol": 25.0, "seo": 3.0},
            "conditional",
            "25% of the mix goes into a channel where all 3 known competitors spend",
        ),
        (2, {"kol": 30.0, "streamer": 40.0}, "conditional", "40% of the mix"),
    ],
)
def test_crowded(count, mix, status, text):
    found = findings.crowded(count, mix)
    assert found.status == status
    assert text in str(found.evidence)


@pytest.mark.parametrize(
    ("rows", "status", "text"),
    [
        ([], "unknown", "No cost per acquisition is registered"),
        ([(NAN, NAN)], "unknown", "No cost per acquisition is registered"),
        ([(2.0, NAN)], "conditional", "Only one of cost and return is registered."),
        ([(NAN, 1.5)], "conditional", "Only one of cost and return is registered."),
        ([(2.0, NAN), (NAN, 1.5)], "ready", "Median cost per acquisition 2.00 USD, return 1.50."),
        ([(1.0, 1.0), (2.0, 2.0), (9.0, 9.0)], "ready", "acquisition 2.00 USD, return 2.00"),
    ],
)
def test_acquisition_cost(rows, status, text):
    found = findings.acquisition_cost(pd.DataFrame(rows, columns=["cpa_usd", "return_ratio"]))
    assert found.status == status
    assert text in str(found.evidence)


# ---- Promises ----


@pytest.mark.parametrize(
    ("state", "status", "text"),
    [
        ("blocked", "conditional", "2 promises in the copy can't be kept here; adopt the honest"),
        ("unknown", "unknown", "3 promises can't be judged: the figures are not stated."),
        ("none", "ready", "The copy makes no measurable promise."),
        ("kept", "ready", "All promises in the copy are kept."),
    ],
)
def test_promises(state, status, text):
    found = findings.promises(state, 2, 3)
    assert found.status == status
    assert text in str(found.evidence)


# ---- Compliance ----


@pytest.mark.parametrize(
    ("status", "officer", "wanted"),
    [(status, officer, "ready") for status in ("none", "draft") for officer in (True, False, None)]
    + [
        (status, officer, wanted)
        for status in ("comprehensive", "sectoral")
        for officer, wanted in ((True, "ready"), (False, "conditional"), (None, "unknown"))
    ],
)
def test_data_protection(status, officer, wanted):
    assert verdict("data_protection_known", status, data_protection_officer=officer) == wanted


@pytest.mark.parametrize(
    ("status", "can", "wanted"),
    [
        ("none", {}, "ready"),
        ("none", STATED, "ready"),
        ("required", {"local_storage_available": ("ID",)}, "ready"),
        ("required", {"regions_hosted": ("SG", "ID")}, "ready"),
        ("sector", {"regions_hosted": ("ID",)}, "ready"),
        ("required", STATED, "blocked"),
        ("sector", STATED, "conditional"),
        ("required", {}, "unknown"),  # where it can be kept is not stated: not "nowhere"
        ("sector", {}, "unknown"),
    ],
)
def test_localisation(status, can, wanted):
    assert verdict("localisation_satisfied", status, **can) == wanted


@pytest.mark.parametrize(
    ("status", "contracts", "wanted"),
    [
        ("free", True, "ready"),
        ("free", False, "ready"),
        ("free", None, "ready"),
        ("conditional", True, "ready"),
        ("conditional", False, "conditional"),
        ("conditional", None, "unknown"),
        ("approval", True, "conditional"),
        ("approval", False, "blocked"),
        ("approval", None, "unknown"),
    ],
)
def test_cross_border(status, contracts, wanted):
    assert verdict("cross_border_satisfied", status, transfer_contracts=contracts) == wanted


@pytest.mark.parametrize(
    ("status", "team", "hours", "wanted"),
    [("light", team, 99, "ready") for team in (True, False, None)]
    + [
        ("notice", True, None, "ready"),
        ("notice", False, 1, "blocked"),
        ("notice", None, 1, "unknown"),
        ("strict", False, 1, "blocked"),
        ("strict", None, 1, "unknown"),
        ("strict", True, None, "unknown"),
        ("strict", True, 24, "conditional"),
        ("strict", True, 24.5, "blocked"),
    ],
)
def test_moderation(status, team, hours, wanted):
    assert (
        verdict("moderation_satisfied", status, moderation_team=team, takedown_hours=hours)
        == wanted
    )


@pytest.mark.parametrize(
    ("status", "process", "wanted"),
    [("none", process, "ready") for process in (True, False, None)]
    + [
        ("law", True, "ready"),
        ("law", False, "blocked"),
        ("law", None, "unknown"),
        ("guideline", True, "ready"),
        ("guideline", False, "conditional"),
        ("guideline", None, "unknown"),
    ],
)
def test_disclosure(status, process, wanted):
    assert verdict("disclosure_satisfied", status, creator_disclosure_process=process) == wanted


def test_a_product_that_says_nothing_is_never_ready_or_blocked_where_a_duty_holds():
    # Only statuses that ask for nothing pass: unknown never does.
    easy = {"none", "draft", "free", "light"}
    regulation = load_reference().regulation
    seen = regulation[["topic", "status"]].drop_duplicates().itertuples(index=False)
    topics = {topic: rule for rule, topic in RULES.items()}
    for topic, status in seen:
        wanted = "ready" if status in easy else "unknown"
        assert verdict(topics[topic], status) == wanted, (topic, status)


def test_compliance_quotes_the_law_in_both_languages_with_its_date():
    found = findings.compliance({"localisation": row("required")}, Compliance(**STATED), "ID")
    evidence = found["localisation_satisfied"].evidence
    assert (evidence.en, evidence.zh) == ("Act: Keep it here.", "法：数据留存境内。")
    assert found["localisation_satisfied"].as_of == date(2025, 6, 30)


def test_compliance_without_a_row_or_a_product_is_unknown():
    nothing = findings.compliance({}, Compliance(data_protection_officer=True), "ID")
    assert {found.status for found in nothing.values()} == {"unknown"}
    assert nothing.keys() == RULES.keys()
    assert "No curated regulation row" in str(nothing["disclosure_satisfied"].evidence)
    rows = {topic: row("none") for topic in RULES.values()}
    idle = findings.compliance(rows, None, "ID")
    assert {found.status for found in idle.values()} == {"unknown"}
    assert str(idle["disclosure_satisfied"].evidence) == "Choose a product to judge this check."


def test_each_automatic_check_has_a_rule_that_answers_it():
    wanted = set(load_reference().checks["automatic"]) - {""}
    others = {
        "network_supports_product",
        "device_base_supported",
        "provider_covers_region",
        "crowded_channels",
        "acquisition_cost_known",
        "promises_kept",
    }
    assert wanted == others | set(RULES)


def test_every_status_the_schema_allows_is_one_the_rules_were_tried_on():
    allowed = next(
        column.allowed for column in schemas()["regulation"].columns if column.name == "status"
    )
    tried = {
        "comprehensive",
        "sectoral",
        "draft",
        "none",
        "required",
        "sector",
        "approval",
        "conditional",
        "free",
        "strict",
        "notice",
        "light",
        "law",
        "guideline",
    }
    assert set(allowed) == tried


def test_need_served_gets_no_better_as_the_strength_falls():
    best = ["blocked", "conditional", "ready"]
    steps = [1 + place / 4 for place in range(17)]
    for level, (low, high) in product(steps, pairwise(steps)):
        weak, strong = (
            best.index(findings.need_served(level, each).status) for each in (low, high)
        )
        assert weak <= strong
