"""Unique value: needs against strengths, fit, best claim and worst gap, by hand."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.value import MIN_FIT, fit

NAN = float("nan")
ONE_TO_FIVE = st.one_of(st.just(NAN), st.floats(1, 5))


def test_the_fit_equals_the_hand_calculation():
    levels = pd.Series(
        {
            "privacy": 3.0,
            "interactivity": 5.0,
            "hd": 4.0,
            "payment": NAN,
            "language": 1.0,
            "devices": 4.0,
        }
    )
    strengths = pd.Series(
        {"interactivity": 4.5, "privacy": 4.0, "hd": 2.0, "payment": 5.0, "language": 2.0}
    )
    found = fit(levels, strengths)
    assert found.table.loc["interactivity"].to_dict() == {
        "level": 5,
        "strength": 4.5,
        "served": 4.5,
        "gap": 0.5,
        "verdict": "unique",
    }
    assert found.table.loc["hd"].to_dict() == {
        "level": 4,
        "strength": 2,
        "served": 2,
        "gap": 2,
        "verdict": "gap",
    }
    assert found.table["verdict"].to_dict() == {
        "interactivity": "unique",
        "hd": "gap",
        "devices": "unknown",
        "privacy": "met",
        "language": "met",
        "payment": "unknown",
    }
    assert list(found.table.index[:3]) == ["interactivity", "hd", "devices"]  # highest need first
    # Asked above level 1: 2 + 4 + 3 + 0 = 9; served: 2 + 3.5 + 1 + 0 = 6.5.
    assert found.fit == pytest.approx(6.5 / 9)
    assert (found.best, found.worst, found.unknown) == ("interactivity", "hd", 2)


@pytest.mark.parametrize(
    ("level", "strength", "verdict"),
    [
        (4, 4, "unique"),
        (5, 5, "unique"),
        (4, 5, "unique"),
        (4.5, 4, "unique"),  # half a level is within the precision of a level
        (4.6, 4, "gap"),
        (3.5, 3.5, "unique"),  # both are shown as 4
        (3.4, 5, "met"),  # not a high need
        (3.8, 3.4, "met"),  # not a strength
        (4, 3.4, "gap"),
        (1, 1, "met"),
        (5, 1, "gap"),
        (NAN, 5, "unknown"),
        (5, NAN, "unknown"),
        (NAN, NAN, "unknown"),
    ],
)
def test_the_verdict_on_one_need(level, strength, verdict):
    found = fit(pd.Series({"n": float(level)}), pd.Series({"n": float(strength)}))
    assert found.table.loc["n", "verdict"] == verdict
    assert found.best == ("n" if verdict == "unique" else "")
    assert found.worst == ("n" if verdict == "gap" else "")


def test_the_claim_rests_on_the_strongest_of_the_high_needs_and_the_gap_is_the_widest():
    levels = pd.Series({"a": 4.0, "b": 5.0, "c": 3.0, "d": 5.0})
    found = fit(levels, pd.Series({"a": 5.0, "b": 5.0, "c": 1.0, "d": 2.0}))
    assert (found.best, found.worst) == ("b", "d")


@pytest.mark.parametrize(
    ("strength", "share", "poor"),
    [(3.4, 0.6, False), (3.3, 0.575, True), (1, 0, True), (5, 1, False)],
)
def test_a_fit_below_the_bar_is_poor(strength, share, poor):
    # One need of 5: (strength - 1) / 4 of it is served.
    found = fit(pd.Series({"n": 5.0}), pd.Series({"n": float(strength)}))
    assert (found.fit, found.poor) == (pytest.approx(share), poor)
    assert MIN_FIT == 0.6


@pytest.mark.parametrize(
    ("levels", "strengths"),
    [
        ({"n": NAN}, {"n": 5.0}),
        ({"n": 5.0}, {"n": NAN}),
        ({"n": 5.0}, {}),
        ({"n": 1.0}, {"n": 2.0}),
    ],
)
def test_where_nothing_is_known_or_asked_the_fit_is_unknown_and_not_called_poor(levels, strengths):
    found = fit(pd.Series(levels, dtype=float), pd.Series(strengths, dtype=float))
    assert math.isnan(found.fit) and not found.poor
    assert found.best == ""


@given(st.lists(st.tuples(ONE_TO_FIVE, ONE_TO_FIVE), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, database=None)
def test_the_fit_stays_between_0_and_1_and_is_1_where_everything_is_served(pairs):
    names = [f"n{place}" for place in range(len(pairs))]
    levels, strengths = (pd.Series(column, names) for column in zip(*pairs, strict=True))
    found = fit(levels, strengths)
    assert math.isnan(found.fit) or -1e-12 <= found.fit <= 1 + 1e-12
    served = fit(levels, levels)
    assert math.isnan(served.fit) or served.fit == pytest.approx(1)
    assert found.unknown == sum(math.isnan(a) or math.isnan(b) for a, b in pairs)
