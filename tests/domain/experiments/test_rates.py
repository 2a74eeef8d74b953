"""Two rates: published tables, an independent library, and errors at their nominal level."""

import numpy as np
import pytest
from scipy import stats

from workbench.domain.experiments import rates

from .rejections import bounds

# R. G. Newcombe, Interval estimation for the difference between independent proportions,
# Statistics in Medicine 17 (1998), 873-890, Table II, method 6 (Miettinen and Nurminen).
NEWCOMBE = [
    (56, 70, 48, 80, 0.0528, 0.3382),
    (9, 10, 3, 10, 0.1700, 0.8406),
    (6, 7, 2, 7, 0.0342, 0.8534),
    (5, 56, 0, 29, -0.0326, 0.1933),
    (0, 10, 0, 20, -0.1658, 0.2844),
    (0, 10, 0, 10, -0.2879, 0.2879),
    (10, 10, 0, 20, 0.7156, 1.0),
    (10, 10, 0, 10, 0.6636, 1.0),
]
# statsmodels 0.15.0: confint_proportions_2indep(..., method="score", compare="ratio").
STATSMODELS = [
    (56, 70, 48, 80, 1.0790471, 1.6721454),
    (9, 10, 3, 10, 1.3279566, 8.6919149),
    (6, 7, 2, 7, 1.0636865, 11.1477709),
    (120, 6000, 150, 6100, 0.6417901, 1.0306497),
    (3, 1000, 11, 900, 0.0738589, 0.8143652),
]


@pytest.mark.parametrize(("x", "n", "x0", "n0", "low", "high"), NEWCOMBE)
def test_differences_of_newcombe_s_table(x, n, x0, n0, low, high):
    found = rates.effect(x, n, x0, n0).iloc[0]
    assert found["difference"] == pytest.approx(x / n - x0 / n0)
    assert found["difference_low"] == pytest.approx(low, abs=5.1e-5)
    assert found["difference_high"] == pytest.approx(high, abs=5.1e-5)


@pytest.mark.parametrize(("x", "n", "x0", "n0", "low", "high"), STATSMODELS)
def test_ratios_of_another_library(x, n, x0, n0, low, high):
    found = rates.effect(x, n, x0, n0).iloc[0]
    assert found["ratio"] == pytest.approx(x / n / (x0 / n0))
    assert found["ratio_low"] == pytest.approx(low, rel=1e-5)
    assert found["ratio_high"] == pytest.approx(high, rel=1e-5)


@pytest.mark.parametrize(("x", "n", "x0", "n0"), [row[:4] for row in STATSMODELS])
def test_the_p_value_is_that_of_the_n_less_1_chi_square(x, n, x0, n0):
    table = [[x, n - x], [x0, n0 - x0]]
    chi2 = stats.chi2_contingency(table, correction=False).statistic * (n + n0 - 1) / (n + n0)
    found = rates.effect(x, n, x0, n0).iloc[0]
    assert found["p"] == pytest.approx(stats.chi2.sf(chi2, 1), rel=1e-9)
    assert found["test"] == "score"


def test_few_expected_conversions_take_the_exact_test():
    """1 of 30 against 0 of 40: less than one expected in a cell."""
    found = rates.effect(1, 30, 0, 40).iloc[0]
    assert found["test"] == "exact"
    assert found["p"] == pytest.approx(stats.fisher_exact([[1, 29], [0, 40]]).pvalue)


def test_swapping_the_arms_mirrors_the_intervals():
    one, two = (
        rates.effect(120, 6000, 150, 6100).iloc[0],
        rates.effect(150, 6100, 120, 6000).iloc[0],
    )
    assert one["difference_low"] == pytest.approx(-two["difference_high"], abs=1e-12)
    assert one["ratio_low"] == pytest.approx(1 / two["ratio_high"])
    assert one["p"] == pytest.approx(two["p"])


def test_a_ratio_to_nothing_is_not_a_number():
    found = rates.effect([3, 0, 0], [50, 50, 50], [0, 3, 0], [50, 50, 50])
    assert np.isinf(found["ratio"][0]) and found["ratio"][1] == 0 and np.isnan(found["ratio"][2])
    assert np.isinf(found["ratio_high"][0]) and 0.5 < found["ratio_low"][0] < 5
    assert found["ratio_low"][1] == 0 and 0.2 < found["ratio_high"][1] < 2
    assert (found["ratio_low"][2], found["ratio_high"][2]) == (0, np.inf)


DESIGNS = [
    (1000, 1000, 0.02),
    (5000, 5000, 0.02),
    (500, 2000, 0.05),
    (2000, 500, 0.03),
    (100, 100, 0.3),
]


@pytest.mark.parametrize(("n", "n0", "rate"), DESIGNS)
def test_equal_rates_are_told_apart_as_often_as_alpha_says(n, n0, rate):
    """Type-I error at 5% and 1%, 20,000 experiments; within a tenth where counts are discrete."""
    runs, draw = 20_000, np.random.default_rng(n + n0)
    x, x0 = draw.binomial(n, rate, runs), draw.binomial(n0, rate, runs)
    p = rates.p_value(x, np.full(runs, n), x0, np.full(runs, n0))
    for alpha in (0.05, 0.01):
        low, high = bounds(runs, alpha)
        assert 0.8 * low <= (p <= alpha).sum() <= high * 1.1


@pytest.mark.parametrize(
    ("n", "n0", "rate0", "rate"), [(2000, 2000, 0.02, 0.03), (400, 900, 0.3, 0.2)]
)
def test_intervals_hold_the_truth_as_often_as_they_say(n, n0, rate0, rate):
    runs, draw = 4000, np.random.default_rng(7)
    x, x0 = draw.binomial(n, rate, runs), draw.binomial(n0, rate0, runs)
    found = rates.effect(x, np.full(runs, n), x0, np.full(runs, n0))
    low, high = bounds(runs, 0.05)
    for name, truth in (("difference", rate - rate0), ("ratio", rate / rate0)):
        missed = (found[f"{name}_low"] > truth) | (found[f"{name}_high"] < truth)
        assert low <= missed.sum() <= high


def test_interval_and_p_value_never_contradict_each_other():
    draw = np.random.default_rng(3)
    n, n0 = draw.integers(20, 3000, 500), draw.integers(20, 3000, 500)
    x, x0 = draw.binomial(n, 0.1), draw.binomial(n0, 0.12)
    found = rates.effect(x, n, x0, n0, alpha=0.1)
    found = found[found["test"] == "score"]
    rejected = found["p"] <= 0.1
    assert 20 < rejected.sum() < 480
    assert (((found["difference_low"] > 0) | (found["difference_high"] < 0)) == rejected).all()
    assert (((found["ratio_low"] > 1) | (found["ratio_high"] < 1)) == rejected).all()
