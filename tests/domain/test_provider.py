"""The provider: posture per region, and candidates side by side."""

import math

import pandas as pd
import pytest

from workbench.domain.provider import level, posture, postures, side_by_side
from workbench.sources.reference import load_reference

SCORES = pd.DataFrame(
    [
        ("ada", "region_coverage", "", 5.0),
        ("ada", "region_coverage", "035", 3.0),
        ("ada", "region_coverage", "011", float("nan")),  # said to be not known there
        ("ada", "weak_network", "", 4.0),
        ("bob", "region_coverage", "035", 2.0),
        ("bob", "weak_network", "", float("nan")),
    ],
    columns=["provider", "criterion", "region", "level"],
)


@pytest.mark.parametrize(
    ("coverage", "wanted"),
    [
        (5, "expand"),
        (4, "expand"),
        (3.9, "focus"),
        (3, "focus"),
        (2.9, "adapt"),
        (1, "adapt"),
        (math.nan, "unknown"),
    ],
)
def test_posture_follows_the_coverage_level(coverage, wanted):
    assert posture(coverage) == wanted


@pytest.mark.parametrize(
    ("provider", "criterion", "region", "wanted"),
    [
        ("ada", "region_coverage", "035", 3),  # the region's own level
        ("ada", "region_coverage", "021", 5),  # no row for it: worldwide
        ("ada", "region_coverage", "011", None),  # not known there is not "as worldwide"
        ("ada", "region_coverage", "", 5),
        ("bob", "region_coverage", "021", None),
        ("bob", "weak_network", "035", None),
        ("cyd", "region_coverage", "035", None),
        (None, "region_coverage", "035", None),
    ],
)
def test_level_is_the_regions_else_worldwide_else_unknown(provider, criterion, region, wanted):
    found = level(SCORES, provider, criterion, region)
    assert math.isnan(found) if wanted is None else found == wanted


def test_postures_give_one_row_a_region_in_order():
    table = postures(SCORES, "ada", ["035", "011", "021"])
    assert table["posture"].to_dict() == {"035": "focus", "011": "unknown", "021": "expand"}
    assert table["coverage"].dropna().to_dict() == {"035": 3, "021": 5}
    assert set(postures(SCORES, None, ["035", "021"])["posture"]) == {"unknown"}


def test_side_by_side_shows_each_candidate_on_each_criterion():
    table = side_by_side(SCORES, "035")
    assert table.loc["ada"].to_dict() == {"region_coverage": 3, "weak_network": 4}
    assert table.loc["bob", "region_coverage"] == 2
    assert math.isnan(table.loc["bob", "weak_network"])
    assert side_by_side(SCORES).loc["ada", "region_coverage"] == 5


def test_the_committed_scorecard_covers_the_specs_criteria():
    scores = load_reference().provider_scores
    assert {
        "region_coverage",
        "end_to_end_delay",
        "weak_network",
        "connect_speed",
        "conversational_ai",
        "compliance_listing",
        "market_validation",
    } == set(scores["criterion"])
    assert scores["provider"].nunique() >= 5
    unsure = scores[
        (scores["criterion"] == "region_coverage")
        & (scores["region"] != "")
        & scores["level"].isna()
    ]
    assert len(unsure) > 0
    for row in unsure.itertuples():  # a region marked "not known" is never expanded into
        assert postures(scores, row.provider, [row.region])["posture"].tolist() == ["unknown"]


def test_all_levels_at_once_are_those_of_each_alone():
    scores = pd.concat([load_reference().provider_scores, SCORES])
    for region in ("", *scores["region"].unique(), "no such region"):
        wide = side_by_side(scores, region)
        for name, criterion in scores[["provider", "criterion"]].drop_duplicates().to_numpy():
            alone = level(scores, name, criterion, region)
            assert wide.loc[name, criterion] == pytest.approx(alone, nan_ok=True)
