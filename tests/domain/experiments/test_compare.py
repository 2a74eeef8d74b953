"""The verdict: each value of it, when it may be given, and what it rests on."""

import numpy as np
import pandas as pd
import pytest

from workbench.domain.errors import InputError
from workbench.domain.experiments import check_arms, check_days, compare, rates, totals
from workbench.domain.experiments.compare import VERDICTS
from workbench.domain.experiments.planning import planned_size
from workbench.domain.experiments.sequence import rate_sequence


def arms(*counts: tuple[int, int]) -> pd.DataFrame:
    """Conversions and exposures of A (the control), B, C …"""
    table = pd.DataFrame(counts, columns=["conversions", "exposures"])
    return check_arms(table.assign(arm=list("ABCD"[: len(counts)])))


def verdicts(*counts: tuple[int, int], **given) -> list[str]:
    return compare(arms(*counts), effect=0.2, **given).effects["verdict"].tolist()


# 2% and an effect of 20% need 21,109 exposures per arm.
FULL = 25_000


@pytest.mark.parametrize(
    ("b", "verdict"),
    [
        ((650, FULL), "better"),
        ((350, FULL), "worse"),
        ((510, FULL), "no_difference_shown"),
        ((800, 21_000), "broken"),
    ],
)
def test_each_verdict_at_the_planned_size(b, verdict):
    assert verdicts((500, FULL), b) == [verdict]
    assert verdict in VERDICTS


def test_before_the_planned_size_no_winner_is_named_however_small_p():
    """5,000 of 21,109, and p is 1e-13."""
    found = compare(arms((100, 5000), (250, 5000)), effect=0.2).effects.iloc[0]
    assert found["p_adjusted"] < 1e-10
    assert found["verdict"] == "too_early"
    assert (found["counted"], found["planned"]) == (5000, planned_size(0.02, 0.2))


def test_the_smaller_arm_is_counted():
    table = arms((2000, 100_000), (600, 20_000)).assign(share=[5 / 6, 1 / 6])
    found = compare(table, effect=0.2).effects.iloc[0]
    assert found["counted"] == 20_000 and found["verdict"] == "too_early"


def test_a_control_without_conversions_plans_nothing_and_judges_nothing():
    found = compare(arms((0, 9000), (90, 9000))).effects.iloc[0]
    assert np.isnan(found["planned"]) and found["verdict"] == "too_early"
    assert compare(arms((0, 9000), (90, 9000)), baseline=0.3).effects["planned"][0] > 0


def test_shares_that_nobody_planned_do_not_break_it():
    assert verdicts((500, FULL), (1300, 2 * FULL), planned_split=False) == ["better"]
    assert verdicts((500, FULL), (1300, 2 * FULL)) == ["broken"]


def test_arms_and_metrics_share_alpha():
    """Three arms and two metrics: Holm over four comparisons, planned for a fourth of alpha."""
    table = arms((500, FULL), (580, FULL), (590, FULL))
    table["value"], table["value_squares"] = (
        20.0 * table["conversions"],
        900.0 * table["conversions"],
    )
    found = compare(table, metrics=("conversions", "value"), effect=0.2).effects
    p = np.sort(found["p"])
    assert sorted(found["p_adjusted"])[0] == pytest.approx(4 * p[0])
    assert found["planned"].iloc[0] == planned_size(0.02, 0.2, comparisons=4)
    alone = rates.effect(580, FULL, 500, FULL)
    assert found["p"].iloc[0] == pytest.approx(alone["p"][0])
    assert found["metric"].tolist() == ["conversions"] * 2 + ["value"] * 2


def test_another_control_turns_the_effect_around():
    one = compare(arms((500, FULL), (650, FULL))).effects.iloc[0]
    two = compare(arms((500, FULL), (650, FULL)), control="B").effects.iloc[0]
    assert two["arm"] == "A" and two["verdict"] == "too_early"  # 2.6% needs another size
    assert two["difference"] == pytest.approx(-one["difference"])


def days(rate: float, count: int, n: int = 2000) -> pd.DataFrame:
    """Days of which A converts 2%, and B converts `rate`."""
    rows = [
        (f"2026-11-{day:02d}", arm, n, round(n * each))
        for day in range(1, count + 1)
        for arm, each in (("A", 0.02), ("B", rate))
    ]
    return check_days(pd.DataFrame(rows, columns=["day", "arm", "exposures", "conversions"]))


@pytest.mark.parametrize(
    ("rate", "count", "verdict"),
    [
        (0.03, 1, "too_early"),
        (0.03, 8, "better"),  # 16,000 of 21,109: sure before its time
        (0.012, 8, "worse"),
        (0.021, 8, "too_early"),
        (0.021, 12, "no_difference_shown"),
    ],
)
def test_with_days_a_winner_may_be_named_at_any_look(rate, count, verdict):
    table = days(rate, count)
    found = compare(totals(table), days=table, effect=0.2)
    assert found.rule == "sequential"
    assert found.effects["verdict"].tolist() == [verdict]
    assert len(found.looks) == count


def test_the_looks_of_several_arms_share_alpha():
    """Two comparisons: each interval has half of alpha."""
    table = days(0.025, 5)
    third = table[table["arm"] == "A"].assign(arm="C")
    both = check_days(pd.concat([table, third]))
    found = compare(totals(both), days=both).looks
    own = found[found["arm"] == "B"].reset_index()
    counts = pd.DataFrame({"x": [50] * 5, "n": 2000, "x0": 40, "n0": 2000})
    wanted = rate_sequence(counts, 0.1, alpha=0.025)
    for name in ("low", "high", "p"):
        np.testing.assert_allclose(own[name], wanted[name], rtol=1e-9)


def test_what_led_to_it_stays_with_it():
    found = compare(arms((500, FULL), (650, FULL)), effect=0.2, alpha=0.01, power=0.9)
    assert (found.alpha, found.power, found.effect, found.control) == (0.01, 0.9, 0.2, "A")
    assert found.rule == "fixed" and found.looks is None
    assert found.arms.loc["B", "rate"] == 0.026
    assert found.posterior.loc["B", "best"] > 0.99
    assert found.split.p > 0.9


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"metrics": ("clicks",)}, "There is no metric 'clicks'; choose conversions or value"),
        ({"metrics": ("value",)}, "The value of arm A is unknown; give value and value_squares"),
        ({"control": "Z"}, "There is no arm 'Z' to be the control"),
        ({"effect": -1}, "effect is -1; it must be above 0"),
    ],
)
def test_a_wrong_question_is_refused(given, message):
    with pytest.raises(InputError) as caught:
        compare(arms((1, 10), (2, 10)), **given)
    assert str(caught.value).startswith(message)
