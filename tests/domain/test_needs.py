"""The market-needs matrix: formulas, priors, overrides, message focus, on hand-worked figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain import needs
from workbench.domain.errors import InputError

nan = np.nan
quick = settings(max_examples=60, deadline=None, database=None, derandomize=True)

TERM_COLUMNS = ["need", "indicator", "weight", "at_low", "at_high", "scale", "confidence"]


def terms(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=TERM_COLUMNS)


BROADBAND = ("weak", "broadband", 1.0, 40.0, 0.0, "linear", "medium")  # falls as it rises
MOBILE = ("weak", "mobile", 3.0, 20.0, 60.0, "linear", "medium")
INCOME = ("picture", "gdp", 1.0, 1000.0, 100000.0, "log", "high")

PROFILE = pd.DataFrame(
    {"broadband": [30.0, nan, 0.0], "mobile": [30.0, 60.0, nan], "gdp": [10000.0, 1.0, 0.0]},
    index=pd.Index(["DE", "NA", "KE"], name="market"),
)


# --- positions and formulas -------------------------------------------------------------------


def test_a_score_is_rounded_half_up_and_unknown_stays_unknown() -> None:
    """2.5 is level 3 (not 2, as banker's rounding has it); 0.2 and 7 are kept on the scale."""
    found = needs.to_level(pd.Series([1.0, 2.49, 2.5, 3.5, 5.0, 0.2, 7.0, nan]))
    assert found.tolist()[:-1] == [1, 2, 3, 4, 5, 1, 5]
    assert np.isnan(found.iloc[-1])


def test_positions_by_hand() -> None:
    """30 between 40 (low) and 0 (high) is 0.25; 10,000 between 1,000 and 100,000 is half on a
    logarithmic axis; beyond an end is the end; what is missing is unknown."""
    found = needs.positions(PROFILE, terms(BROADBAND, MOBILE, INCOME))
    np.testing.assert_allclose(
        found.to_numpy(), [[0.25, 0.25, 0.5], [nan, 1, 0], [1, nan, nan]], atol=1e-12
    )


def test_an_indicator_that_no_market_has_is_unknown() -> None:
    """A term may name an indicator that the profile doesn't carry."""
    absent = ("weak", "satellite", 1.0, 0.0, 1.0, "linear", "low")
    assert needs.positions(PROFILE, terms(absent)).isna().all().all()


def test_a_known_zero_is_no_missing_value() -> None:
    """0 subscriptions is the far end of a linear axis, not unknown."""
    assert needs.positions(PROFILE, terms(BROADBAND)).loc["KE"].tolist() == [1.0]


def test_a_formula_by_hand() -> None:
    """1 + 4 * (1 * 0.25 + 3 * 0.25) / 4 = 2 with all known; with the weight 3 known: 5 at 0.75
    of the weight; with only the weight 1 known: a quarter is too little."""
    found = needs.by_formula(PROFILE, terms(BROADBAND, MOBILE))
    np.testing.assert_allclose(found["score"], [2.0, 5.0, nan], atol=1e-12)
    np.testing.assert_allclose(found["known_weight"], [1.0, 0.75, 0.25], atol=1e-12)


def test_half_of_the_weight_is_enough() -> None:
    """The threshold itself counts as known."""
    even = terms(BROADBAND, ("weak", "mobile", 1.0, 20.0, 60.0, "linear", "medium"))
    assert needs.MIN_KNOWN_WEIGHT == 0.5
    assert needs.by_formula(PROFILE, even)["score"].tolist() == [2.0, 5.0, 5.0]


@quick
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=3, max_size=3),
    st.lists(st.floats(0.01, 10), min_size=3, max_size=3),
)
def test_a_score_is_on_the_scale_or_unknown(values, weights) -> None:
    """Whatever the figures: 1 to 5, and unknown exactly where under half the weight is known."""
    profile = pd.DataFrame([values], columns=list("abc"), index=["NA"], dtype=float)
    formula = terms(
        *[
            ("n", name, weight, 0.0, 100.0, "linear", "low")
            for name, weight in zip("abc", weights, strict=True)
        ]
    )
    found = needs.by_formula(profile, formula).loc["NA"]
    known = sum(w for w, v in zip(weights, values, strict=True) if v is not None) / sum(weights)
    assert found["known_weight"] == pytest.approx(known)
    if abs(known - 0.5) > 1e-9:
        assert np.isnan(found["score"]) == (known < 0.5)
    assert np.isnan(found["score"]) or 1 <= found["score"] <= 5 + 1e-12


# --- cells: formula, prior, unknown -----------------------------------------------------------

GROUPS = pd.DataFrame(
    [
        ("DE", "DE"),
        ("DE", "150"),
        ("DE", "155"),
        ("NA", "NA"),
        ("NA", "002"),
        ("NA", "018"),
        ("KE", "KE"),
        ("KE", "002"),
        ("KE", "014"),
    ],
    columns=["market", "group"],
)
PRIOR_COLUMNS = ["need", "group", "level", "confidence", "evidence_en"]


def priors(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=PRIOR_COLUMNS)


def cells(*given_priors: tuple) -> pd.DataFrame:
    found = needs.derive(
        ["weak", "picture", "gifts"],
        PROFILE,
        terms(BROADBAND, MOBILE, INCOME),
        priors(*given_priors),
        GROUPS,
    )
    return found.set_index(["market", "need"])


def test_every_market_has_a_cell_for_every_need_in_order() -> None:
    """Long, sorted as the markets and needs were given, with the documented columns."""
    found = needs.derive(
        ["weak", "picture"], PROFILE, terms(BROADBAND, MOBILE, INCOME), priors(), GROUPS
    )
    assert found.columns.tolist() == needs.CELL_COLUMNS
    assert list(zip(found["market"], found["need"], strict=True)) == [
        (market, need) for market in ("DE", "NA", "KE") for need in ("weak", "picture")
    ]


def test_a_formula_cell_carries_its_confidence_and_loses_it_where_a_figure_is_missing() -> None:
    """All known: the formula's confidence; a figure short: low; too little: unknown."""
    found = cells()
    columns = ["score", "level", "origin", "confidence", "derived_score"]
    assert found.loc[("DE", "weak"), columns].tolist() == [2, 2, "formula", "medium", 2]
    assert found.loc[("DE", "picture"), columns].tolist() == [
        pytest.approx(3),
        3,
        "formula",
        "high",
        pytest.approx(3),
    ]
    assert found.loc[("NA", "weak"), columns].tolist() == [5, 5, "formula", "low", 5]
    unknown = found.loc[("KE", "weak")]
    assert unknown[["origin", "confidence"]].tolist() == ["unknown", ""]
    assert unknown[["score", "level", "derived_score"]].isna().all()


def test_a_need_without_formula_or_prior_is_unknown_everywhere() -> None:
    """No figure is made up."""
    found = cells().xs("gifts", level="need")
    assert found["score"].isna().all()
    assert (found["origin"] == "unknown").all()
    assert (found["known_weight"] == 0).all()


def test_a_prior_stands_over_the_formula_with_its_evidence() -> None:
    """All of Africa, and only Africa; unknown cells get a level too."""
    found = cells(("weak", "002", 4.0, "high", "Prepaid mobile data"))
    wanted = [4.0, 4.0, "prior", "high", "Prepaid mobile data"]
    columns = ["score", "level", "origin", "confidence", "evidence"]
    assert found.loc[("NA", "weak"), columns].tolist() == wanted
    assert found.loc[("KE", "weak"), columns].tolist() == wanted
    assert found.loc[("DE", "weak"), "origin"] == "formula"
    assert found.loc[("NA", "picture"), "origin"] == "formula"


def test_the_narrowest_prior_wins_whatever_their_order() -> None:
    """The market's own before its sub-region before its region; "NA" is a market like others."""
    wide = ("weak", "002", 2.0, "low", "Africa")
    middle = ("weak", "018", 3.0, "low", "Southern Africa")
    own = ("weak", "NA", 5.0, "high", "Namibia")
    for order in ((wide, middle, own), (own, middle, wide), (middle, own, wide)):
        found = cells(*order)
        assert found.loc[("NA", "weak"), "evidence"] == "Namibia"
        assert found.loc[("KE", "weak"), "evidence"] == "Africa"


# --- overrides ---------------------------------------------------------------------------------

CHANGE = {
    "market": "NA",
    "need": "weak",
    "level": 2,
    "reason": "Own field test",
    "confidence": "high",
}


def override(**changes: object) -> pd.DataFrame:
    before = cells().reset_index()[needs.CELL_COLUMNS]
    return needs.override(before, pd.DataFrame([{**CHANGE, **changes}]))


def test_an_override_keeps_what_was_derived() -> None:
    """The level and reason are the strategist's; the derived score stands beside them."""
    found = override().set_index(["market", "need"]).loc[("NA", "weak")]
    assert found[
        ["score", "level", "origin", "confidence", "evidence", "derived_score"]
    ].tolist() == [2, 2, "override", "high", "Own field test", 5]


def test_an_override_touches_one_cell_only() -> None:
    """Order, columns and every other cell stay; the input is not changed."""
    before = cells().reset_index()[needs.CELL_COLUMNS]
    kept = before.copy()
    after = needs.override(before, pd.DataFrame([CHANGE]))
    pd.testing.assert_frame_equal(before, kept)
    other = ~((before["market"] == "NA") & (before["need"] == "weak"))
    pd.testing.assert_frame_equal(after[other], before[other])


@pytest.mark.parametrize("level", [None, nan])
def test_an_override_may_say_that_we_do_not_know(level) -> None:
    """The cell becomes unknown, not 0, and the columns stay numbers."""
    found = override(level=level)
    assert found["score"].dtype == found["level"].dtype == float
    one = found.set_index(["market", "need"]).loc[("NA", "weak")]
    assert one[["score", "level"]].isna().all()
    assert one["derived_score"] == 5


def test_an_override_between_two_levels_is_rounded_like_any_score() -> None:
    """3.6 counts as level 4, so that it shapes the message as a derived 3.6 does."""
    found = override(level=3.6)
    one = found.set_index(["market", "need"]).loc[("NA", "weak")]
    assert one[["score", "level"]].tolist() == [3.6, 4]
    assert "weak" in needs.message_focus(found, "NA")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"market": "ZZ"}, "No cell for market 'ZZ' and need 'weak'; needs are: weak, picture"),
        ({"need": "weka"}, "No cell for market 'NA' and need 'weka'; needs are: weak, picture"),
        (
            {"level": 9},
            "Level 9 of weak in NA is not allowed; a level is a number from 1 (hardly "
            "asked for) to 5 (decisive), or empty for unknown.",
        ),
        ({"level": 0}, "Level 0 of weak in NA is not allowed"),
        ({"level": "high"}, "Level 'high' of weak in NA is not allowed"),
        ({"reason": "  "}, "The override of weak in NA has no reason; say why, so that others can"),
    ],
)
def test_a_wrong_override_names_value_rule_and_remedy(changes, message) -> None:
    """Unknown market or need, a level off the scale, no reason."""
    with pytest.raises(InputError) as caught:
        override(**changes)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("level", [0, 0.99, 5.01, 9, True, "3", [3]])
def test_what_is_no_level(level) -> None:
    """Only numbers from 1 to 5; true is no 1."""
    with pytest.raises(InputError, match=r"is not allowed; a level is a number from 1 "):
        needs.check_level(level, "NA", "weak")


@pytest.mark.parametrize("level", [1, 5, 2.5, None, nan])
def test_what_is_a_level(level) -> None:
    """The ends, what lies between, and unknown."""
    assert needs.check_level(level, "NA", "weak") is None


# --- views -------------------------------------------------------------------------------------


def test_the_matrix_keeps_the_order_it_was_given() -> None:
    """Markets × needs, not sorted by the alphabet."""
    found = needs.matrix(cells().reset_index())
    assert found.index.tolist() == ["DE", "NA", "KE"]
    assert found.columns.tolist() == ["weak", "picture", "gifts"]
    np.testing.assert_allclose(found.to_numpy(), [[2, 3, nan], [5, 1, nan], [nan, nan, nan]])
    levels = needs.matrix(cells().reset_index(), "origin")
    assert levels.loc["KE", "weak"] == "unknown"


def test_the_message_follows_the_highest_needs() -> None:
    """Level 4 and more, highest first, at most as many as asked; another market's don't count."""
    table = pd.DataFrame(
        [
            ("NA", "a", 3.4, 3),
            ("NA", "b", 4.0, 4),
            ("NA", "c", 5.0, 5),
            ("NA", "d", 3.5, 4),
            ("NA", "e", 4.5, 5),
            ("NA", "f", nan, nan),
            ("DE", "a", 5.0, 5),
        ],
        columns=["market", "need", "score", "level"],
    )
    assert needs.message_focus(table, "NA") == ["c", "e", "b"]
    assert needs.message_focus(table, "NA", most=9) == ["c", "e", "b", "d"]
    assert needs.message_focus(table, "KE") == []


def test_the_terms_explain_the_score() -> None:
    """Value, position and points of each term; the points add up to the score less 1."""
    formulas = terms(BROADBAND, MOBILE, INCOME)
    found = needs.explain(PROFILE, formulas, "DE").iloc[:2]
    assert found["indicator"].tolist() == ["broadband", "mobile"]
    assert found["value"].tolist() == [30, 30]
    assert found["position"].tolist() == [0.25, 0.25]
    assert found["points"].tolist() == [0.25, 0.75]
    score = needs.by_formula(PROFILE, formulas.iloc[:2]).loc["DE", "score"]
    assert found["points"].sum() == score - 1


def test_the_terms_of_each_need_add_up_by_themselves() -> None:
    """Terms of one need beside those of another: each need has its own weights."""
    formulas = terms(INCOME, BROADBAND, MOBILE)
    found = needs.explain(PROFILE, formulas, "DE").set_index("need")["points"]
    assert found.index.tolist() == ["picture", "weak", "weak"]
    for need in ("picture", "weak"):
        score = needs.by_formula(PROFILE, formulas[formulas["need"] == need]).loc["DE", "score"]
        assert found[[need]].sum() == pytest.approx(score - 1)


def test_the_terms_show_which_figure_is_missing() -> None:
    """An unknown figure has no points, and the known ones carry the score alone."""
    found = needs.explain(PROFILE, terms(BROADBAND, MOBILE), "NA")
    assert np.isnan(found.loc[0, ["value", "position", "points"]].astype(float)).all()
    assert found.loc[1, "points"] == 4
    nothing = PROFILE.assign(broadband=nan, mobile=nan)
    assert needs.explain(nothing, terms(BROADBAND, MOBILE), "NA")["points"].isna().all()
