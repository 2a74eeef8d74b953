"""The choice of an affiliate platform: who is a candidate, in which order, and what is shown."""

import math

import pandas as pd
import pytest

from workbench.domain.errors import InputError
from workbench.domain.platforms import CRITERIA, DIMENSIONS, choose, nearness
from workbench.sources.reference import load_reference

NAN = float("nan")


@pytest.mark.parametrize(
    ("regions", "level"),
    [("SA;AE", 5), ("145", 4), ("142", 3), ("001", 2), ("001;SA", 5), ("035", NAN)],
)
def test_the_narrowest_place_that_is_named_counts(regions, level):
    found = nearness(regions, "SA", "145", "142")
    assert found == level or (math.isnan(found) and math.isnan(level))


def platform(name: str, regions: str, seat: str = "network", folded: str = "") -> dict:
    return {
        "platform": name,
        "seat": seat,
        "regions": regions,
        "folded_into": folded,
        "scope": "general",
    }


PLATFORMS = pd.DataFrame(
    [
        platform("wide", "001", "technology"),
        platform("near", "SA"),
        platform("dark", "SA"),
        platform("far", "JP"),
        platform("gone", "SA", folded="near"),
    ]
)
SCORES = pd.DataFrame(
    [
        *(("wide", each, 5.0) for each in DIMENSIONS),
        *(("near", each, 3.0) for each in DIMENSIONS[:3]),
        ("dark", "resources", 5.0),
    ],
    columns=["platform", "criterion", "level"],
)
PLACES = pd.DataFrame(
    [("SA", "145", "142"), ("US", "021", "019")], columns=["market", "subregion", "region"]
)


def test_only_platforms_that_stand_and_reach_a_market_are_candidates():
    found = choose(PLATFORMS, SCORES, PLACES.head(1), samples=200)
    assert set(found.table.index) == {"wide", "near", "dark"}
    assert found.table["covers"].to_dict() == {"wide": 1, "near": 1, "dark": 1}


def test_the_score_is_the_weighted_sum_of_levels_and_unknown_is_no_pass():
    found = choose(PLATFORMS, SCORES, PLACES.head(1), samples=200)
    # nearness 2 and four fives: (1/4 + 4) / 5
    assert found.table.loc["wide", "score"] == pytest.approx(0.85)
    assert found.table.loc["near", "missing"] == pytest.approx(0.2)
    assert math.isnan(found.levels.loc["near", "service"])
    assert math.isnan(found.table.loc["dark", "rank"])  # three of five unknown
    assert found.table.index[-1] == "dark"


def test_weights_turn_the_order():
    heavy = {"nearness": 20.0, "service": 0.0}
    found = choose(PLATFORMS, SCORES, PLACES.head(1), heavy, samples=200)
    # of the weight of 23 little is unknown of "dark" now: nearness 5 and resources 5 carry it
    assert found.table.index.tolist() == ["dark", "near", "wide"]
    with pytest.raises(InputError, match="Unknown criterion 'price'"):
        choose(PLATFORMS, SCORES, PLACES.head(1), {"price": 1.0})


def test_a_market_that_is_not_reached_counts_against_the_platform():
    found = choose(PLATFORMS, SCORES, PLACES, samples=200)
    assert found.levels["nearness"].to_dict() == {"wide": 2, "near": 3, "dark": 3}
    assert found.table["covers"].to_dict() == {"wide": 2, "near": 1, "dark": 1}


def test_who_tracks_and_holds_partners_is_referee_and_player():
    found = choose(PLATFORMS, SCORES, PLACES, samples=200)
    assert found.table["both_sides"].to_dict() == {"wide": False, "near": True, "dark": True}


def test_advice_follows_the_markets():
    said = [
        choose(PLATFORMS, SCORES, places, samples=200).advice.msgid
        for places in (PLACES.tail(1), PLACES.head(1), PLACES)
    ]
    assert [text.split(":")[0] for text in said] == [
        "Mainstream markets",
        "A single market outside the mainstream",
        "Several markets, not all of them mainstream",
    ]
    with pytest.raises(InputError, match="at least one market"):
        choose(PLATFORMS, SCORES, PLACES.head(0))


# --- the committed tables ------------------------------------------------------------------------


def test_every_region_score_and_successor_is_one_that_is_known():
    tables = load_reference()
    known = {*tables.markets["market"], *tables.markets["region"], *tables.markets["subregion"]}
    platforms = tables.affiliate_platforms
    named = {part for each in platforms["regions"] for part in each.split(";")}
    assert named - known == {"001"}
    assert set(tables.affiliate_scores["platform"]) <= set(platforms["platform"])
    assert set(platforms["folded_into"]) - {""} <= set(platforms["platform"])


def test_each_big_market_has_candidates_of_more_than_one_seat():
    tables = load_reference()
    places = tables.markets.set_index("market", drop=False)
    for market in ("US", "DE", "SA", "ID", "JP", "BR", "IN"):
        found = choose(
            tables.affiliate_platforms, tables.affiliate_scores, places.loc[[market]], samples=200
        )
        assert len(found.table) >= 4, market
        assert found.table["seat"].nunique() >= 2, market
        assert list(found.levels.columns) == list(CRITERIA)
