"""Money under peeking: the formula by hand, and errors by simulation with skewed money."""

import math

import numpy as np
import pandas as pd
import pytest

from workbench.domain.experiments.value_sequence import START, value_sequence

from .rejections import bounds

NAMES = ["x", "n", "value", "squares", "x0", "n0", "value0", "squares0"]


def test_the_formula_by_hand():
    """Means 1.2 and 1 of 1,000 each, squares 5,000 each; effect worth finding 0.2 · 1."""
    day = pd.DataFrame([[100, 1000, 1200, 5000, 100, 1000, 1000, 5000]], columns=NAMES)
    square = (5000 - 1440) / 999 / 1000 + (5000 - 1000) / 999 / 1000
    g = 0.2**2 / square
    half = math.sqrt(square * (1 + 1 / g) * 2 * math.log(math.sqrt(1 + g) / 0.05))
    p = math.sqrt(1 + g) * math.exp(-(0.2**2) / square * g / (2 * (1 + g)))
    found = value_sequence(day, 0.2).iloc[0]
    assert found["estimate"] == pytest.approx(0.2)
    assert found["high"] - found["estimate"] == pytest.approx(half)
    assert found["p"] == pytest.approx(p)


def test_a_look_before_the_start_says_nothing():
    day = pd.DataFrame([[60, 900, 1800, 9000, 50, 900, 900, 4500]] * 3, columns=NAMES)
    found = value_sequence(day, 0.1)
    assert START == 100
    assert np.isinf(found["high"][0]) and found["p"][0] == 1
    assert np.isfinite(found["high"][1]) and found["p"][1] < 0.05


def test_unknown_money_stays_unknown_from_there_on():
    day = pd.DataFrame(
        [[60, 900, 1800, 90_000, 50, 900, 900, 9000]] * 3, columns=NAMES, dtype=float
    )
    day.loc[1, "value"] = np.nan
    found = value_sequence(day, 0.1)
    assert found["estimate"].notna().tolist() == [True, False, False]
    assert found["p"].notna().tolist() == [True, False, False]


def test_a_level_of_p_is_a_level_of_the_interval():
    """p is the alpha at which the interval just leaves 0 (looks that say something)."""
    day = pd.DataFrame([[150, 1500, 2100, 60_000, 150, 1500, 1500, 45_000]], columns=NAMES)
    p = value_sequence(day, 0.2)["p"].iloc[0]
    assert p < 1
    assert value_sequence(day, 0.2, alpha=p)["low"].iloc[0] == pytest.approx(0, abs=1e-9)


def spent(draw: np.random.Generator, runs: int, days: int, n: int, rate: float) -> list[np.ndarray]:
    """Conversions, sums and sums of squares, each (runs, days); money is log-normal."""
    x = draw.binomial(n, rate, (runs, days))
    money = draw.lognormal(3, 1, (runs, days, int(x.max())))
    money *= np.arange(x.max()) < x[..., None]
    return [x, money.sum(-1), (money**2).sum(-1)]


@pytest.mark.parametrize("rate", [0.05, 0.06])
def test_looking_every_day_misses_the_truth_at_most_as_often_as_alpha(rate):
    """800 experiments of 40 looks; with equal arms the truth is no difference."""
    runs, days, n = 800, 40, 400
    draw = np.random.default_rng(8)
    x, value, squares = spent(draw, runs, days, n, rate)
    x0, value0, squares0 = spent(draw, runs, days, n, 0.05)
    truth = (rate - 0.05) * np.exp(3.5)
    missed = found = 0
    for run in range(runs):
        day = pd.DataFrame(
            {
                "x": x[run], "n": n, "value": value[run], "squares": squares[run],
                "x0": x0[run], "n0": n, "value0": value0[run], "squares0": squares0[run],
            }
        )  # fmt: skip
        looks = value_sequence(day, 0.2)
        missed += bool(((looks["low"] > truth) | (looks["high"] < truth)).any())
        found += looks["p"].iloc[-1] <= 0.05
    _, high = bounds(runs, 0.05)
    assert missed <= high
    assert found <= high if rate == 0.05 else found > high
