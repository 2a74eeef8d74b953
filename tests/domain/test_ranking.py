"""Utilities, weights and the ranking of markets, on tables small enough to work by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain import ranking, scoring
from workbench.domain.errors import InputError
from workbench.domain.ranking import full_weights, rank, utilities

nan = np.nan
quick = settings(max_examples=40, deadline=None, database=None, derandomize=True)


def markets(**rows: list[float]) -> pd.DataFrame:
    """Markets × the criteria a, b, c …"""
    width = len(next(iter(rows.values())))
    return pd.DataFrame.from_dict(rows, orient="index", columns=list("abcdefgh")[:width])


def weights(*values: float) -> pd.Series:
    return pd.Series(values, index=list("abcdefgh")[: len(values)])


# --- utilities --------------------------------------------------------------------------------

LEVELS = pd.DataFrame({"hd": [5.0, 2.0, nan], "privacy": [5.0, 2.0, 1.0]}, index=["AE", "NA", "BR"])
ROLES = {"hd": "pull", "privacy": "barrier"}
CHANCE = pd.DataFrame({"reach": [0.5, nan, 1.0]}, index=["AE", "NA", "BR"])


def test_without_a_product_a_pull_counts_by_its_level_and_a_barrier_against_it() -> None:
    """Level 5 is 1 as a pull and 0 as a barrier; level 2 is 0.25 and 0.75; unknown stays so."""
    found = utilities(LEVELS, ROLES, CHANCE)
    assert found.columns.tolist() == ["hd", "privacy", "reach"]
    np.testing.assert_array_equal(found.to_numpy(), [[1, 0, 0.5], [0.25, 0.75, nan], [nan, 1, 1]])


def test_a_product_counts_as_far_as_it_serves_the_need() -> None:
    """Pull: min(level, strength); barrier: only what the product falls short of."""
    strengths = pd.DataFrame({"hd": 3.0, "privacy": [4.0, 4.0, 1.0]}, index=LEVELS.index)
    found = utilities(LEVELS, ROLES, CHANCE, strengths)
    np.testing.assert_array_equal(found.to_numpy(), [[0.5, 0.75, 0.5], [0.25, 1, nan], [nan, 1, 1]])


def test_a_strength_that_is_not_stated_is_unknown_not_weak() -> None:
    """Neither the pull nor the barrier gets a figure."""
    strengths = pd.DataFrame(nan, index=LEVELS.index, columns=["hd", "privacy"])
    found = utilities(LEVELS, ROLES, CHANCE, strengths)
    assert found[["hd", "privacy"]].isna().all().all()


# --- weights ----------------------------------------------------------------------------------


def test_given_weights_stand_over_the_defaults() -> None:
    """Only what is named changes; the defaults are left as they were."""
    defaults = weights(3, 2, 1)
    assert full_weights({"b": 0, "c": 4.5}, defaults).tolist() == [3, 0, 4.5]
    assert full_weights({}, defaults).tolist() == [3, 2, 1]
    assert defaults.tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    ("given_weights", "message"),
    [
        ({"privcy": 1}, "Unknown criterion 'privcy' in the weights; criteria are: a, b."),
        ({"a": -1}, "The weight -1 of a is not allowed; a weight is a number of at least 0."),
        ({"b": nan}, "The weight nan of b is not allowed; a weight is a number of at least 0."),
        ({"b": np.inf}, "The weight inf of b is not allowed; a weight is a number of at least 0."),
        ({"a": 0, "b": 0}, "The weights sum to 0; give at least one criterion a weight above 0."),
    ],
)
def test_a_wrong_weight_names_value_rule_and_remedy(given_weights, message) -> None:
    """Each way of getting weights wrong has its text."""
    with pytest.raises(InputError) as caught:
        full_weights(given_weights, weights(2, 1))
    assert str(caught.value) == message


# --- ranking ----------------------------------------------------------------------------------

THREE = markets(AE=[1.0, 0.0, 0.5], NA=[0.5, 0.5, 0.5], BR=[0.0, 0.8, 1.0])


def test_a_ranking_of_three_markets_by_hand() -> None:
    """Weights 2 : 1 : 1. AE 0.625, NA 0.5, BR 0.45, with what each criterion adds."""
    found = rank(THREE, weights(2, 1, 1), top=1, samples=400)
    assert found.table.index.tolist() == ["AE", "NA", "BR"]
    assert found.table["rank"].tolist() == [1, 2, 3]
    np.testing.assert_allclose(found.table["score"], [0.625, 0.5, 0.45], atol=1e-12)
    np.testing.assert_allclose(found.contributions.loc["AE"], [0.5, 0, 0.125], atol=1e-12)
    np.testing.assert_allclose(found.contributions.loc["BR"], [0, 0.2, 0.25], atol=1e-12)
    assert found.weights.to_dict() == {"a": 0.5, "b": 0.25, "c": 0.25}
    assert found.dropped == ()
    assert (found.top, found.samples) == (1, 400)
    assert not found.unknown.any().any()
    assert (found.table["missing"] == 0).all()


def test_the_other_methods_stand_beside_the_sum() -> None:
    """TOPSIS and PROMETHEE come from the scoring module, with ranks and agreement."""
    found = rank(THREE, weights(2, 1, 1), samples=200)
    matrix, vector = THREE.to_numpy(), np.array([2.0, 1.0, 1.0])
    for name, method in (("topsis", scoring.topsis), ("promethee", scoring.promethee)):
        values = method(matrix, vector)
        assert found.table.loc[THREE.index, name].tolist() == values.tolist()
        assert found.table.loc[THREE.index, f"{name}_rank"].tolist() == list(scoring.ranks(values))
        assert found.agreement[name] == pytest.approx(
            scoring.agreement(scoring.weighted_sum(matrix, vector), values)
        )


def test_an_unknown_criterion_stands_at_the_median_and_says_so() -> None:
    """Known values 0.2, 0.4 and 0.9: the unknown one counts 0.4, not 0."""
    table = markets(AE=[0.5, 0.2], NA=[0.5, nan], BR=[0.5, 0.9], ID=[0.5, 0.4])
    found = rank(table, weights(3, 1), samples=400)
    assert found.table.loc["NA", "score"] == pytest.approx(0.375 + 0.1)
    assert found.contributions.loc["NA", "b"] == pytest.approx(0.1)
    assert found.unknown.loc["NA"].tolist() == [False, True]
    assert found.table.loc["NA", "missing"] == pytest.approx(0.25)
    assert found.unknown.to_numpy().sum() == 1


def test_the_unknown_widens_the_interval() -> None:
    """A market in the middle is anywhere once its decisive criterion is unknown."""
    rows = {f"M{place}": [0.5, place / 10] for place in range(10)}
    known = rank(markets(**rows), weights(2, 1.3), samples=2000).table.loc["M5"]
    holed = rank(markets(**{**rows, "M5": [0.5, nan]}), weights(2, 1.3), samples=2000)
    assert (known["low"], known["high"]) == (5, 5)
    assert holed.table.loc["M5", "low"] <= 2
    assert holed.table.loc["M5", "high"] >= 9


def test_a_market_with_too_much_unknown_gets_no_rank_and_comes_last() -> None:
    """0.4 of the weight unknown is the most; above it everything but the share is blank."""
    table = markets(AA=[nan, nan, 1.0], AE=[0.2, 0.2, 0.2], NA=[0.9, 0.9, nan], BR=[0.5, 0.5, nan])
    assert ranking.MAX_MISSING == 0.4
    found = rank(table, weights(4, 2, 4), samples=200)
    assert found.table.index.tolist() == ["NA", "BR", "AE", "AA"]
    assert found.table.loc["NA", "missing"] == pytest.approx(0.4)
    assert found.table.loc["AA", "missing"] == pytest.approx(0.6)
    assert found.table.loc["AA"].drop("missing").isna().all()
    assert found.contributions.index.tolist() == ["AE", "NA", "BR"]
    assert found.top == 3


def test_an_unranked_market_does_not_lend_its_figures() -> None:
    """The stand-in is the median of the ranked markets; the unranked one's 1.0 stays out."""
    table = markets(AA=[nan, 1.0], AE=[0.2, 0.2], NA=[0.3, nan], BR=[0.4, 0.4])
    found = rank(table, weights(6, 4), samples=200)
    assert found.contributions.loc["NA", "b"] == pytest.approx(0.4 * 0.3)


def test_a_criterion_unknown_everywhere_is_dropped_by_name() -> None:
    """The rest is weighed anew, and the share counts as missing for all."""
    table = markets(AE=[1.0, nan, 0.0], BR=[0.0, nan, 0.5])
    found = rank(table, weights(2, 1, 1), samples=200)
    assert found.dropped == ("b",)
    assert found.weights.to_dict() == pytest.approx({"a": 2 / 3, "c": 1 / 3})
    assert found.table["missing"].tolist() == [0.25, 0.25]
    assert found.table.loc["AE", "score"] == pytest.approx(2 / 3)


def test_a_criterion_without_weight_is_out_of_it() -> None:
    """Weight 0: no contribution, nothing missing, no word of being dropped."""
    table = markets(AE=[1.0, nan], BR=[0.0, 0.5])
    found = rank(table, weights(1, 0), samples=200)
    assert found.contributions.columns.tolist() == ["a"]
    assert found.table["missing"].tolist() == [0, 0]
    assert found.dropped == ()
    same = rank(markets(AE=[1.0, nan], BR=[0.0, nan]), pd.Series({"a": 1}), samples=200)
    pd.testing.assert_frame_equal(found.table, same.table)


def test_equal_markets_share_the_rank_and_the_better_known_comes_first() -> None:
    """Both first; the third is third; the order within the tie follows what is missing."""
    table = markets(AE=[0.5, nan], BR=[0.5, 0.5], CN=[0.1, 0.5])
    found = rank(table, weights(2, 1), samples=200)
    assert found.table.index.tolist() == ["BR", "AE", "CN"]
    assert found.table["rank"].tolist() == [1, 1, 3]


def test_equal_markets_have_one_interval() -> None:
    """All weight on one criterion: those at its top are first, whatever the weighting."""
    table = markets(AE=[1.0, 0.1], BR=[1.0, 0.9], CN=[0.2, 0.9])
    found = rank(table, weights(1, 0), top=1, samples=200).table
    assert found[["rank", "low", "high", "top_share"]].to_numpy().tolist() == [
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [3, 3, 3, 0],
    ]


def test_where_too_much_is_unknown_of_every_market_none_has_a_rank() -> None:
    """More than 40% unknown in every market: what is missing is said, nothing is made up."""
    table = markets(AE=[nan, 1.0], BR=[nan, 0.5])
    found = rank(table, weights(1, 1), samples=200)
    assert found.table["missing"].to_dict() == {"AE": 0.5, "BR": 0.5}
    assert found.table.drop(columns="missing").isna().all(axis=None)
    assert (len(found.contributions), found.top, found.dropped) == (0, 0, (table.columns[0],))
    assert all(np.isnan(value) for value in found.agreement.values())


def test_ranking_leaves_its_input_alone_and_repeats_itself() -> None:
    """Same tables, same seed, same bytes."""
    table, given_weights = THREE.copy(), weights(2, 1, 1)
    one, two = rank(table, given_weights, samples=300), rank(table, given_weights, samples=300)
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(table, THREE)
    assert given_weights.tolist() == [2, 1, 1]


def test_one_market_alone_is_first() -> None:
    """The smallest table there is."""
    found = rank(markets(NA=[0.3, 0.6]), weights(1, 1), samples=200).table.loc["NA"]
    assert found[["rank", "low", "high", "top_share"]].tolist() == [1, 1, 1, 1]
    assert found["score"] == pytest.approx(0.45)


cell = st.one_of(st.none(), st.integers(0, 20).map(lambda twentieth: twentieth / 20))


@quick
@given(
    st.lists(st.lists(cell, min_size=4, max_size=4), min_size=2, max_size=6),
    st.lists(st.integers(1, 5), min_size=4, max_size=4),
    st.integers(2, 9),
)
def test_properties_of_any_ranking(rows, given_weights, factor) -> None:
    """Contributions sum to the score, only proportions of weights count, no market is lost."""
    table = pd.DataFrame(rows, columns=list("abcd"), dtype=float)
    table.index = [f"M{place}" for place in range(len(rows))]
    share = np.array(given_weights) / sum(given_weights)
    if ((table.isna() * share).sum(axis=1) > 0.4).all():
        found = rank(table, weights(*given_weights), samples=100)
        assert found.table["rank"].isna().all() and len(found.table) == len(table)
        return
    found = rank(table, weights(*given_weights), samples=100)
    ranked = found.table["rank"].notna()
    assert sorted(found.table.index) == sorted(table.index)
    np.testing.assert_allclose(
        found.contributions.sum(axis=1),
        found.table["score"].reindex(found.contributions.index),
        atol=1e-12,
    )
    assert found.table.loc[ranked, "score"].between(-1e-12, 1 + 1e-12).all()
    assert (found.table.loc[ranked, "low"] <= found.table.loc[ranked, "high"]).all()
    assert (found.table["missing"] <= 0.4 + 1e-9).tolist() == ranked.tolist()
    more = rank(table, weights(*given_weights) * factor, samples=100)
    np.testing.assert_allclose(
        more.table["score"].reindex(table.index),
        found.table["score"].reindex(table.index),
        atol=1e-12,
    )
