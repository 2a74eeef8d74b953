"""Value per exposure from sums alone, against SciPy on the single values."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbench.domain.experiments import values

from .rejections import bounds


def summed(*samples: np.ndarray) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "exposures": [len(each) for each in samples],
            "value": [each.sum() for each in samples],
            "value_squares": [(each**2).sum() for each in samples],
        }
    )
    return table.join(values.moments(table))


def spending(draw: np.random.Generator, rate: float, *shape: int) -> np.ndarray:
    """Money per visitor: mostly 0, else skewed."""
    return np.where(draw.random(shape) < rate, draw.lognormal(3, 1, shape), 0.0)


def test_moments_by_hand():
    """1, 2, 3 and 6: mean 3, squared distances 4 + 1 + 0 + 9 over 3."""
    table = summed(np.array([1.0, 2, 3, 6]))
    assert table.loc[0, ["mean", "variance"]].tolist() == [3, pytest.approx(14 / 3)]


def test_sums_give_what_scipy_finds_from_the_single_values():
    draw = np.random.default_rng(1)
    one, two = spending(draw, 0.2, 900), spending(draw, 0.15, 1400)
    table = summed(one, two)
    found = values.effect(table.loc[0], table.loc[1])
    wanted = stats.ttest_ind(one, two, equal_var=False)
    interval = wanted.confidence_interval(0.95)
    assert found["p"] == pytest.approx(wanted.pvalue)
    assert found["difference"] == pytest.approx(one.mean() - two.mean())
    assert found["difference_low"] == pytest.approx(interval.low)
    assert found["difference_high"] == pytest.approx(interval.high)
    assert found["ratio"] == pytest.approx(one.mean() / two.mean())


def test_what_is_unknown_or_does_not_vary_has_no_effect():
    table = summed(np.array([5.0, 5]), np.array([5.0, 5]))
    assert np.isnan(values.effect(table.loc[0], table.loc[1])["p"])
    table.loc[1, ["mean", "variance"]] = np.nan
    assert np.isnan(values.effect(table.loc[0], table.loc[1])["difference"])


def test_a_ratio_needs_means_above_zero():
    table = summed(np.array([5.0, 7, 6]), np.array([-1.0, 0, -3]))
    found = values.effect(table.loc[0], table.loc[1])
    assert np.isnan(found["ratio"]) and found["difference"] == pytest.approx(6 + 4 / 3)


def test_errors_and_coverage_are_nominal_with_skewed_money():
    """2,000 visitors an arm, 5% buy: the null is rejected in 5%, the intervals miss 5%."""
    runs, draw = 1000, np.random.default_rng(11)
    rejected = missed = 0
    for _ in range(runs):
        table = summed(spending(draw, 0.05, 2000), spending(draw, 0.05, 2000))
        found = values.effect(table.loc[0], table.loc[1])
        rejected += found["p"] <= 0.05
        missed += not found["ratio_low"] <= 1 <= found["ratio_high"]
    low, high = bounds(runs, 0.05)
    assert low <= rejected <= high
    assert low <= missed <= high
