"""Use of creatives and traits of winners: counts by hand, permutations by brute force."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from workbench.domain.errors import TableError
from workbench.domain.experiments.creatives import shrunk, traits, usage

from .rejections import bounds


def test_one_image_is_used_fifty_times_another_twice():
    """A row a placement: five images, one of them never used."""
    rows = [("hero", f"p{k % 7}") for k in range(50)] + [
        ("story", "p1"),
        ("story", "p1"),
        ("red", "p2"),
    ]
    found = usage(pd.DataFrame(rows, columns=["creative", "partner"]), ["story", "hero", "blue"])
    assert found["uses"].to_dict() == {"hero": 50, "story": 2, "red": 1, "blue": 0}
    assert found["partners"].to_dict() == {"hero": 7, "story": 1, "red": 1, "blue": 0}
    assert found.loc["hero", "use_share"] == pytest.approx(50 / 53)
    assert found[["clicks", "orders", "rate", "shrunk_rate"]].isna().all().all()


def test_counts_add_up_over_partners_and_unknown_is_no_zero():
    table = pd.DataFrame(
        {
            "creative": ["a", "a", "b", "c"],
            "partner": ["p", "q", "p", ""],
            "uses": ["3", "4", "", "1"],
            "clicks": ["100", "50", "20", ""],
            "orders": ["5", "1", "30", ""],
        }
    )
    found = usage(table)
    assert found.loc["a", ["uses", "partners", "clicks", "orders", "rate"]].tolist() == [
        7,
        2,
        150,
        6,
        0.04,
    ]
    assert found.loc["b", "uses"] == 1 and np.isnan(found.loc["b", "rate"])  # seen, not clicked
    assert found.loc["c", ["partners", "clicks", "orders", "rate"]].isna().all()


def test_a_wrong_row_is_refused():
    with pytest.raises(TableError, match="row 2, column clicks: '-3' is not allowed"):
        usage(pd.DataFrame({"creative": ["a"], "clicks": ["-3"]}))


def test_few_clicks_are_drawn_to_the_common_rate_and_many_stay():
    """Rates of 1% to 7% at 20,000 clicks each; one order of two clicks is no 50%."""
    orders, clicks = pd.Series([200, 600, 1400, 1.0]), pd.Series([20_000, 20_000, 20_000, 2.0])
    found = shrunk(orders, clicks)
    np.testing.assert_allclose(found[:3], [0.01, 0.03, 0.07], rtol=0.03)
    assert 0.03 < found[3] < 0.07


def test_creatives_that_do_not_differ_get_the_common_rate():
    found = shrunk(pd.Series([20.0, 21, 19]), pd.Series([1000.0, 1000, 1000]))
    np.testing.assert_allclose(found, 0.02, rtol=1e-3)


def test_nothing_is_shrunk_where_nothing_was_bought():
    found = shrunk(pd.Series([0.0, 0, np.nan]), pd.Series([10.0, 20, 5]))
    assert found[:2].tolist() == [0, 0] and np.isnan(found[2])


USED = pd.DataFrame(
    {"clicks": [1000.0, 800, 1200, 900, 500, 700], "orders": [50.0, 44, 55, 20, 12, 30]},
    index=pd.Index(list("abcdef"), name="creative"),
)
USED["rate"] = USED["orders"] / USED["clicks"]
TRAITS = pd.DataFrame(
    {
        "creative": list("abcdef"),
        "colour": ["red", "red", "red", "blue", "blue", "blue"],
        "layout": ["x", "y", "z", "x", "y", ""],
        "same": ["s"] * 6,
    }
)


def test_a_trait_s_p_value_counts_all_ways_to_hand_it_out():
    """20 ways to make three of six creatives red; how many differ as much or more."""
    found = traits(USED, TRAITS).set_index(["trait", "value"])
    x, n = USED["orders"].to_numpy(), USED["clicks"].to_numpy()

    def distance(own: tuple[int, ...]) -> float:
        inside = np.isin(np.arange(6), own)
        return abs(x[inside].sum() / n[inside].sum() - x[~inside].sum() / n[~inside].sum())

    ways = [distance(each) for each in combinations(range(6), 3)]
    wanted = np.mean([each >= ways[0] - 1e-12 for each in ways])
    assert found.loc[("colour", "red"), "p"] == pytest.approx(wanted)
    assert found.loc[("colour", "red"), "rate"] == pytest.approx(149 / 3000)
    assert found.loc[("colour", "red"), "rate_of_others"] == pytest.approx(62 / 2100)
    assert found.loc[("colour", "red"), "creatives"] == 3


def test_two_values_are_one_comparison_and_an_empty_cell_takes_no_part():
    """Colour counts once, layout three times: Holm over four; f has no layout."""
    found = traits(USED, TRAITS)
    assert set(found["trait"]) == {"colour", "layout"}
    assert found[found["trait"] == "layout"]["clicks"].sum() == 4400
    colour = found[found["trait"] == "colour"]
    assert colour["p_adjusted"].tolist() == [pytest.approx(4 * colour["p"].iloc[0])] * 2


def test_with_three_creatives_no_p_value_can_be_small():
    found = traits(USED.head(3), TRAITS.assign(colour=["red", "blue", "blue"] + ["red"] * 3))
    assert found["p"].min() >= 1 / 3


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TRAITS[["creative"]], "needs a column creative and a column for each trait"),
        (TRAITS.drop(columns="creative"), "its columns are: colour, layout, same"),
        (TRAITS.assign(creative="a"), "the row creative=a stands twice"),
    ],
)
def test_a_wrong_table_of_traits_is_refused(table, message):
    with pytest.raises(TableError) as caught:
        traits(USED, table)
    assert message in str(caught.value)


def test_a_trait_without_effect_is_found_as_rarely_as_alpha_says():
    """Creatives differ widely and have thousands of clicks; a test by clicks would err often."""
    runs, draw, found, by_clicks = 250, np.random.default_rng(3), 0, 0
    names = [f"c{k}" for k in range(7)]
    trait = pd.DataFrame({"creative": names, "colour": ["red"] * 3 + ["blue"] * 4})
    for _ in range(runs):
        clicks = draw.integers(2000, 6000, 7)
        orders = draw.binomial(clicks, 0.03 * draw.gamma(9, 1 / 9, 7))
        used = pd.DataFrame(
            {"clicks": clicks, "orders": orders}, index=pd.Index(names, name="creative")
        )
        row = traits(used.assign(rate=orders / clicks), trait).iloc[0]
        found += row["p"] <= 0.05
        one, two = row["rate"], row["rate_of_others"]
        error = np.sqrt(one / clicks[:3].sum() + two / clicks[3:].sum())
        by_clicks += abs(one - two) / error > 1.96
    _, high = bounds(runs, 0.05)
    assert 0 < found <= high
    assert by_clicks > 3 * high
