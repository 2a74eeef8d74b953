"""The planned size: a published table, another library, and power by simulation."""

import math

import numpy as np
import pytest

from workbench.domain.errors import InputError
from workbench.domain.experiments import rates
from workbench.domain.experiments.planning import planned_size, planned_size_of_values

from .rejections import bounds


def test_the_table_of_fleiss():
    """P1 = 0.60, P2 = 0.70, alpha 0.01, power 0.95: 827 with the correction for continuity
    (J. L. Fleiss, Statistical Methods for Rates and Proportions, 2nd edition, 1981, Table A.3)."""
    without = planned_size(0.6, 1 / 6, alpha=0.01, power=0.95)
    assert without == 808  # statsmodels 0.15.0: 807.07
    corrected = without / 4 * (1 + math.sqrt(1 + 4 / (without * 0.1))) ** 2
    assert corrected == pytest.approx(827, abs=1)


def test_another_library_plans_the_same():
    """statsmodels 0.15.0: samplesize_proportions_2indep_onetail (both tails) and
    tt_ind_solve_power."""
    assert planned_size(0.02, 0.1) == math.ceil(80681.38)
    assert planned_size_of_values(1.0, 25.0, 0.1) == pytest.approx(39245.26, abs=1.5)


def test_a_size_of_millions_is_found_too():
    """2 · (1.960 + 0.842)² · variance / difference²."""
    assert planned_size_of_values(0.4, 17.84, 0.01) == pytest.approx(
        15.6978 * 17.84 / 1.6e-5, rel=1e-4
    )


def test_more_comparisons_need_more():
    assert planned_size(0.02, 0.1, comparisons=3) == planned_size(0.02, 0.1, alpha=0.05 / 3)


def test_without_a_baseline_there_is_no_size():
    assert math.isnan(planned_size(0.0, 0.1)) and math.isnan(planned_size(math.nan, 0.1))
    assert math.isnan(planned_size_of_values(0.0, 4.0, 0.1))
    assert math.isnan(planned_size_of_values(math.nan, math.nan, 0.1))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"effect": 0}, "effect is 0; it must be above 0 and below 100, such as 0.1"),
        ({"alpha": 0.5}, "alpha is 0.5; it must be above 0 and below 0.5"),
        ({"power": 1}, "power is 1; it must be above 0 and below 1"),
        ({"effect": float("nan")}, "effect is nan"),
        ({"baseline": 0.6, "effect": 0.8}, "An effect of 0.8 on a rate of 0.6 would be"),
        ({"baseline": 2}, "The baseline is 2; give a rate below 1"),
    ],
)
def test_an_impossible_plan_is_refused(given, message):
    with pytest.raises(InputError) as caught:
        planned_size(**{"baseline": 0.02, "effect": 0.1} | given)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("baseline", "effect", "power"), [(0.02, 0.3, 0.8), (0.3, 0.1, 0.9)])
def test_the_planned_size_finds_the_effect_as_often_as_planned(baseline, effect, power):
    runs, draw = 20_000, np.random.default_rng(5)
    n = int(planned_size(baseline, effect, power=power))
    x, x0 = draw.binomial(n, baseline * (1 + effect), runs), draw.binomial(n, baseline, runs)
    found = (rates.p_value(x, np.full(runs, n), x0, np.full(runs, n)) <= 0.05).sum()
    low, high = bounds(runs, power)
    assert low <= found <= high + 0.005 * runs  # rounding up gives a little more


def test_the_planned_size_of_values_finds_the_effect_as_often_as_planned():
    """Money that 10% of the visitors spend, 25 on average; a change leaves the variance alone."""
    runs, draw = 400, np.random.default_rng(6)
    mean, variance = 2.5, 0.1 * (625 + 100) - 2.5**2
    n = int(planned_size_of_values(mean, variance, 0.2))

    def spent(more: float) -> tuple[np.ndarray, np.ndarray]:
        bought = draw.random((runs, n)) < 0.1
        money = bought * draw.normal(25, 10, (runs, n)) + more
        return money.mean(1), money.var(1, ddof=1) / n

    (one, error), (two, error0) = spent(0.2 * mean), spent(0.0)
    found = (abs(one - two) / np.sqrt(error + error0) >= 1.96).sum()
    low, high = bounds(runs, 0.8)
    assert low <= found <= high
