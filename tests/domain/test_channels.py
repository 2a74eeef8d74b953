"""Channel fit and mix: rules with reasons, bounds, and whole percentages that sum to 100."""

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain import channels
from workbench.domain.channels import fit, mix
from workbench.domain.errors import InputError
from workbench.sources.reference import load_reference

FAST = settings(max_examples=150, deadline=None, database=None)
LEVELS = pd.Series({"privacy": 4.0, "interactivity": np.nan, "weak_network": 2.0})


def shares_of(weights, floors=None, caps=None):
    count = len(weights)
    return mix(
        np.array(weights, float),
        np.array(floors or [0.0] * count),
        np.array(caps or [100.0] * count),
        [f"c{n}" for n in range(count)],
    ).tolist()


def exact(weights: list, floors: list, caps: list) -> list[Fraction]:
    """Proportional filling without bisection: try which channels stand at which bound.

    The right split leaves every free share inside its bounds, and pushes each bound channel
    towards its own bound.
    """
    w, low, high = ([Fraction(each) for each in column] for column in (weights, floors, caps))
    for sides in itertools.product(["free", "low", "high"], repeat=len(w)):
        fixed = {
            n: low[n] if side == "low" else high[n]
            for n, side in enumerate(sides)
            if side != "free"
        }
        free = [n for n in range(len(w)) if n not in fixed]
        rest = 100 - sum(fixed.values())
        if not free and rest != 0:
            continue
        t = (
            rest / sum(w[n] for n in free)
            if free
            else max((high[n] / w[n] for n in fixed if sides[n] == "high"), default=Fraction(0))
        )
        held = all(low[n] <= t * w[n] <= high[n] for n in free) and all(
            t * w[n] <= low[n] if sides[n] == "low" else t * w[n] >= high[n] for n in fixed
        )
        if held and t >= 0:
            return [fixed.get(n, t * w[n]) for n in range(len(w))]
    raise AssertionError("no split fits")


@st.composite
def bounded(draw, most: int):
    """Weights, floors and caps that can reach 100."""
    count = draw(st.integers(1, most))
    weights = draw(st.lists(st.floats(0.01, 5), min_size=count, max_size=count))
    floors = draw(st.lists(st.floats(0, 100 // count), min_size=count, max_size=count))
    caps = draw(st.lists(st.floats(-(-100 // count), 100), min_size=count, max_size=count))
    return weights, floors, caps


REFERENCE = load_reference()


# ---- The mix ----


@pytest.mark.parametrize(
    ("weights", "floors", "caps", "shares"),
    [
        ([5, 3, 2], None, None, [50, 30, 20]),
        # 4/7, 2/7, 1/7 of 100 = 57.14, 28.57, 14.29: the largest remainder takes the odd 1.
        ([4, 2, 1], None, None, [57, 29, 14]),
        ([1, 1, 1], None, None, [34, 33, 33]),
        # 80 is cut to 40; the other 60 are shared 1 : 1.
        ([8, 1, 1], None, [40, 100, 100], [40, 30, 30]),
        # 10 is lifted to 25; the other 75 are shared 4 : 1.
        ([4, 1, 0.5], [0, 0, 25], None, [60, 15, 25]),
        ([1, 1], [50, 50], [50, 50], [50, 50]),
        # Only whole percentages keep a bound: at least 10.2 is 11, at most 20.9 is 20.
        ([1, 9], [10.2, 0], None, [11, 89]),
        ([9, 1], None, [20.9, 100], [20, 80]),
        ([3], None, None, [100]),
    ],
)
def test_mix_equals_the_hand_calculation(weights, floors, caps, shares):
    assert shares_of(weights, floors, caps) == shares


def test_mix_stays_proportional_beside_a_vanishing_weight():
    # 5 : 1 is 83 : 17, the first is cut to 60; a weight of next to nothing gets nothing.
    assert shares_of([5, 1e-20, 1], caps=[60, 100, 100]) == [60, 0, 40]
    assert shares_of([5, 5e-324]) == [100, 0]


@given(bounded(8))
@FAST
def test_mix_is_whole_sums_to_100_and_keeps_its_bounds(case):
    shares = shares_of(*case)
    assert sum(shares) == 100
    for share, floor, cap in zip(shares, *case[1:], strict=True):
        assert share == int(share)
        assert floor <= share <= cap


@given(st.lists(st.floats(0.01, 5), min_size=1, max_size=16))
@FAST
def test_mix_without_bounds_is_proportional_to_the_weights(weights):
    shares = shares_of(weights)
    total = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - 100 * weight / total) < 1 + 1e-6
    for (light, less), (heavy, more) in itertools.permutations(
        zip(weights, shares, strict=True), 2
    ):
        assert light >= heavy or less <= more  # the heavier never gets less


@given(bounded(4))
@FAST
def test_mix_rounds_the_exact_proportional_filling(case):
    weights, floors, caps = case
    whole = [-(-Fraction(each) // 1) for each in floors], [Fraction(each) // 1 for each in caps]
    for share, wanted in zip(shares_of(*case), exact(weights, *whole), strict=True):
        assert abs(share - wanted) < 1 + 1e-6


@pytest.mark.parametrize(
    ("weights", "floors", "caps"),
    [
        ([4, 2, 1], [0, 0, 0], [100, 100, 100]),
        ([5, 5, 1], [10, 0, 5], [45, 30, 100]),
        ([5, 1, 1], [0, 21, 3], [40, 100, 50]),
        ([0.3, 4.1, 2.9], [8, 0, 0], [100, 52, 33]),
    ],
)
def test_mix_beats_every_other_whole_mix(weights, floors, caps):
    """Brute force over all whole mixes of three channels within the bounds.

    Proportional filling is the mix that minimises the sum of share²/weight under the bounds, and
    rounding by largest remainders is the whole mix nearest to it.
    """
    every = np.array([(a, b, 100 - a - b) for a in range(101) for b in range(101 - a)])
    every = every[((every >= floors) & (every <= caps)).all(axis=1)]
    wanted = np.array(exact(weights, floors, caps), dtype=float)
    cost = (every**2 / np.array(weights)).sum(axis=1)
    assert (wanted**2 / np.array(weights)).sum() <= cost.min() + 1e-9
    nearest = ((every - wanted) ** 2).sum(axis=1).min()
    ours = ((np.array(shares_of(weights, floors, caps)) - wanted) ** 2).sum()
    assert ours == pytest.approx(nearest, abs=1e-9)


@pytest.mark.parametrize(
    ("floors", "caps", "text"),
    [
        ([30, 0], [20, 100], r"c0: the floor 30% is above the cap 20%; lower the floor or raise"),
        ([60, 50], [100, 100], r"floors of c0, c1 sum to 110%, above 100%; lower one"),
        ([0, 0], [40, 59], r"caps of c0, c1 sum to 99%, below 100%; raise one"),
        ([10.4, 0], [10.6, 100], "the floor 11% is above the cap 10%"),  # no whole number between
    ],
)
def test_mix_refuses_bounds_that_cannot_hold(floors, caps, text):
    with pytest.raises(InputError, match=text):
        shares_of([1, 1], floors, caps)


# ---- The fit ----


def catalogue(**bounds: tuple) -> pd.DataFrame:
    """Channel = (floor, cap, platform kinds)."""
    return pd.DataFrame(
        [(name, *each) for name, each in bounds.items()],
        columns=["channel", "floor_pct", "cap_pct", "platform_kinds"],
    )


OPEN = catalogue(
    social=(0, 100, "social;short_video"),
    kol=(0, 100, "social"),
    ads=(0, 100, "search"),
    seo=(0, 100, "search"),
)
BASE = pd.DataFrame(
    [("social", 4.0, "source"), ("kol", 2.0, "source"), ("ads", 2.0, "ours")],
    columns=["channel", "weight", "origin"],
)
RULES = pd.DataFrame(
    [
        ("privacy_high_ads", "privacy", "ge", 4.0, "ads", -1.0),
        ("privacy_low_social", "privacy", "le", 2.0, "social", 1.0),
        ("interactive_high_kol", "interactivity", "ge", 4.0, "kol", 1.0),
        ("weak_low_kol", "weak_network", "le", 2.0, "kol", 2.0),
        ("privacy_high_seo", "privacy", "ge", 4.0, "seo", 1.0),
    ],
    columns=["rule", "need", "operator", "level", "channel", "change"],
)
PLATFORMS = pd.DataFrame(
    [("social", "Instagram", "major"), ("search", "Google", "dominant"), ("live", "Bigo", "niche")],
    columns=["kind", "platform", "reach"],
)


def fitted(**given):
    return fit(BASE, OPEN, RULES, LEVELS, PLATFORMS, **given)


def test_fit_equals_the_hand_calculation():
    # Privacy 4 takes 1 from ads (2 - 1), a weak-network need of 2 gives kol 2 (2 + 2).
    # 4 : 4 : 1 of 100 = 44.4, 44.4, 11.1: the odd 1 goes to the first of the equal remainders.
    table = fitted().table
    assert list(table.columns) == ["base", "origin", "change", "weight", "floor", "cap", "mix"]
    assert table[["base", "change", "weight", "mix"]].to_dict("index") == {
        "social": {"base": 4, "change": 0, "weight": 4, "mix": 45},
        "kol": {"base": 2, "change": 2, "weight": 4, "mix": 44},
        "ads": {"base": 2, "change": -1, "weight": 1, "mix": 11},
    }
    assert table["origin"].tolist() == ["source", "source", "ours"]


def test_fit_names_each_rule_that_fired_with_its_need_and_level():
    assert fitted().adjustments.to_dict("records") == [
        {"channel": "ads", "rule": "privacy_high_ads", "change": -1, "need": "privacy", "level": 4},
        {"channel": "kol", "rule": "weak_low_kol", "change": 2, "need": "weak_network", "level": 2},
    ]


def test_fit_says_which_rules_could_not_be_tried():
    # Interactivity is unknown: its rule neither fires nor passes for "does not apply".
    assert fitted().unknown_needs == ("interactivity",)
    levels = LEVELS.drop("weak_network")
    found = fit(BASE, OPEN, RULES, levels, PLATFORMS)
    assert found.unknown_needs == ("interactivity", "weak_network")
    assert list(found.adjustments["channel"]) == ["ads"]


def test_fit_lowers_a_crowded_channel_by_one_and_says_so():
    found = fitted(crowded=frozenset({"social", "seo"}))  # seo is not in the industry's list
    row = found.adjustments.iloc[-1]
    assert (row["channel"], row["rule"], row["change"], row["need"]) == (
        "social",
        "crowded",
        channels.CROWDED_CHANGE,
        "",
    )
    assert found.table.loc["social", "weight"] == 3
    assert "seo" not in found.table.index


def test_fit_lists_who_carries_a_channel_with_a_share():
    found = fitted(overrides={"ads": 0})
    assert found.platforms.to_dict("records") == [
        {"channel": "social", "platform": "Instagram", "kind": "social", "reach": "major"},
        {"channel": "kol", "platform": "Instagram", "kind": "social", "reach": "major"},
    ]
    assert fitted().platforms.iloc[-1].tolist() == ["ads", "Google", "search", "dominant"]


def test_an_override_replaces_the_driver_weight_adds_and_takes_out_channels():
    table = fitted(overrides={"social": 0, "kol": 1, "seo": 5}).table
    # social out; kol 1 + 2; ads 2 - 1; seo, not of this industry, 5 + 1: 3 : 1 : 6.
    assert table["mix"].to_dict() == {"seo": 60, "kol": 30, "ads": 10, "social": 0}
    assert table["origin"].to_dict() == {
        "seo": "override",
        "kol": "override",
        "ads": "ours",
        "social": "override",
    }


def test_a_rule_cannot_bring_back_a_channel_that_was_taken_out():
    table = fitted(overrides={"kol": 0}).table  # weak_low_kol would add 2
    assert (table.loc["kol", "weight"], table.loc["kol", "mix"]) == (0, 0)


def test_a_weight_that_falls_to_zero_drops_the_channel_and_its_floor():
    table = fitted(overrides={"ads": 1}, floors={"ads": 30}).table  # 1 - 1 = 0
    assert table.loc["ads", ["weight", "floor", "mix"]].tolist() == [0, 0, 0]
    assert table["mix"].sum() == 100


def test_floors_and_caps_of_the_strategist_go_over_the_catalogues():
    narrow = catalogue(social=(5, 40, "social"), kol=(5, 100, "social"), ads=(5, 100, "search"))
    usual = fit(BASE, narrow, RULES.iloc[:1], LEVELS, PLATFORMS).table
    # 4 : 2 : 1 = 57, 29, 14; social is cut to 40, the other 60 shared 2 : 1.
    assert usual["mix"].to_dict() == {"social": 40, "kol": 40, "ads": 20}
    own = fit(
        BASE, narrow, RULES.iloc[:1], LEVELS, PLATFORMS, floors={"ads": 31}, caps={"social": 50}
    ).table
    # ads at 31; 69 shared 4 : 2 = 46, 23, both within their bounds.
    assert own["mix"].to_dict() == {"social": 46, "ads": 31, "kol": 23}
    assert (own.loc["ads", "floor"], own.loc["social", "cap"]) == (31, 50)


@pytest.mark.parametrize(
    ("given", "ignored"),
    [
        ({}, ()),
        ({"floors": {"kol": 10}, "caps": {"social": 60}}, ()),
        ({"floors": {"seo": 20}}, ("seo",)),  # not of this industry
        ({"floors": {"seo": 20}, "caps": {"seo": 60}}, ("seo",)),  # named once
        ({"caps": {"seo": 60}, "overrides": {"seo": 3}}, ()),  # the plan brings it in
        ({"floors": {"kol": 10}, "overrides": {"kol": 0}}, ("kol",)),  # the plan takes it out
        ({"floors": {"ads": 30}, "overrides": {"ads": 1}}, ("ads",)),  # 1 - 1 = 0 by a rule
    ],
)
def test_a_bound_of_a_channel_outside_the_mix_has_no_effect_and_is_named(given, ignored):
    found = fitted(**given)
    assert found.ignored == ignored
    unbounded = fitted(overrides=given.get("overrides"))
    if ignored:
        assert found.table["mix"].to_dict() == unbounded.table["mix"].to_dict()


@pytest.mark.parametrize("industry", REFERENCE.industries["industry"])
def test_bounds_kept_from_another_industry_are_no_dead_end(industry):
    base = REFERENCE.industry_channels
    found = fit(
        base[base["industry"] == industry],
        REFERENCE.channels,
        REFERENCE.channel_rules.iloc[:0],
        pd.Series(dtype=float),
        REFERENCE.platforms.iloc[:0],
        floors=dict.fromkeys(REFERENCE.channels["channel"], 2.0),
    )
    assert found.table["mix"].sum() == 100
    assert {*found.ignored, *found.table.index} == set(REFERENCE.channels["channel"])


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"overrides": {"telex": 3}},
            "Unknown channel 'telex' in the channel weights; channels are: social, kol, ads, seo",
        ),
        ({"floors": {"telex": 3}}, "Unknown channel 'telex' in the channel floors"),
        ({"caps": {"telex": 3}}, "Unknown channel 'telex' in the channel caps"),
        ({"overrides": {"kol": 9}}, "weight 9 of channel kol is not allowed; it runs from 0 to 5"),
        ({"overrides": {"kol": -1}}, "weight -1 of channel kol is not allowed"),
        ({"overrides": {"kol": float("nan")}}, "weight nan of channel kol is not allowed"),
        ({"caps": {"kol": 101}}, "cap 101 of channel kol is not allowed; it runs from 0 to 100"),
        ({"floors": {"kol": float("inf")}}, "floor inf of channel kol is not allowed"),
        (
            {"floors": {"kol": 50}, "caps": {"kol": 20}},
            "Channel kol: the floor 50% is above the cap 20%; lower the floor or raise the cap",
        ),
        ({"floors": {"kol": 60, "social": 60}}, "sum to 120%, above 100%; lower one of them"),
        ({"caps": {"kol": 10, "social": 10, "ads": 10}}, "sum to 30%, below 100%; raise one"),
        (
            {"overrides": {"social": 0, "kol": 0, "ads": 0}},
            "Every channel has a weight of 0; give at least one a weight above 0",
        ),
    ],
)
def test_fit_refuses_with_the_channel_the_rule_and_the_remedy(given, text):
    with pytest.raises(InputError, match=text):
        fitted(**given)


def test_a_floor_above_the_cap_is_refused_even_for_a_channel_not_in_use():
    with pytest.raises(InputError, match="Channel seo: the floor 80% is above the cap 20%"):
        channels.check_given(OPEN, floors={"seo": 80}, caps={"seo": 20})


# ---- The committed tables ----


@pytest.mark.parametrize(
    "rule", REFERENCE.channel_rules.to_dict("records"), ids=lambda rule: rule["rule"]
)
def test_each_committed_rule_fires_from_its_level_on_and_gives_a_reason(rule):
    every = REFERENCE.channels.assign(weight=3.0, origin="ours")[["channel", "weight", "origin"]]
    nobody = REFERENCE.platforms.iloc[:0]

    def fired(level):
        found = fit(
            every,
            REFERENCE.channels,
            REFERENCE.channel_rules,
            pd.Series({rule["need"]: level}),
            nobody,
        )
        assert found.table["mix"].sum() == 100
        return found.adjustments.set_index("rule")["change"].to_dict()

    sign = 1 if rule["operator"] == "ge" else -1
    assert fired(rule["level"])[rule["rule"]] == rule["change"] != 0
    assert rule["rule"] in fired(rule["level"] + sign)
    assert rule["rule"] not in fired(rule["level"] - sign)
    assert rule["rule"] not in fired(float("nan"))
    assert rule["reason_en"] and rule["reason_zh"]
    assert rule["need"] in set(REFERENCE.needs["need"])
    assert rule["channel"] in set(REFERENCE.channels["channel"])


@given(
    st.sampled_from(list(REFERENCE.industries["industry"])),
    st.lists(st.sampled_from([1.0, 3.0, 5.0, float("nan")]), min_size=8, max_size=8),
    st.sets(st.sampled_from(list(REFERENCE.channels["channel"]))),
)
@settings(FAST, max_examples=80)
def test_every_industry_gets_a_mix_whatever_the_market_needs(industry, levels, crowded):
    base = REFERENCE.industry_channels
    found = fit(
        base[base["industry"] == industry],
        REFERENCE.channels,
        REFERENCE.channel_rules,
        pd.Series(levels, index=REFERENCE.needs["need"]),
        REFERENCE.platforms.iloc[:0],
        frozenset(crowded),
    )
    table = found.table
    assert table["mix"].sum() == 100
    assert ((table["mix"] >= table["floor"]) & (table["mix"] <= table["cap"])).all()
    assert table["mix"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("industry", "leading"),
    [
        ("pan_entertainment", {"social_media", "sharing", "kol"}),
        ("online_education", {"endorsement", "content", "community"}),
        ("social_matching", {"performance_ads", "aso", "word_of_mouth"}),
        ("live_show", {"streamer", "live_platform", "community"}),
        ("tools", {"word_of_mouth", "seo"}),
    ],
)
def test_the_sources_five_industries_start_from_the_sources_channels(industry, leading):
    base = REFERENCE.industry_channels
    own = base[base["industry"] == industry]
    assert set(own.loc[own["origin"] == "source", "channel"]) == leading
    assert own.loc[own["origin"] == "source", "weight"].min() >= own["weight"].max()


def test_what_we_added_to_the_source_is_marked_as_ours():
    source = {"pan_entertainment", "online_education", "social_matching", "live_show", "tools"}
    base = REFERENCE.industry_channels
    assert set(base.loc[~base["industry"].isin(source), "origin"]) == {"ours"}
    assert {"games", "cross_border_ecommerce", "saas"} <= set(base["industry"])
