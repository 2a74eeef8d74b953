"""The band of the first twelve months."""

import numpy as np
import pytest
from scipy import integrate

from workbench.domain.errors import InputError
from workbench.domain.programme.ramp import curve, ramp


@pytest.mark.parametrize("maturity", [6.0, 12.0])
def test_months_are_the_area_under_the_logistic_curve(maturity):
    k = 2 * np.log(19) / maturity

    def output(t):
        return 1 / (1 + np.exp(-k * (t - maturity / 2)))

    assert (output(0), output(maturity)) == pytest.approx((0.05, 0.95))
    areas = [integrate.quad(output, month, month + 1)[0] for month in range(12)]
    assert curve(maturity) == pytest.approx(areas)
    # symmetrical: up to maturity half of it all
    assert curve(maturity, int(maturity)).sum() == pytest.approx(maturity / 2)


def test_the_early_curve_lies_above_the_late_one():
    assert (curve(6.0) > curve(12.0))[:12].all()


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.0, "below"), (0.5, "within"), (1.0, "within"), (1.2, "above")]
)
def test_verdicts(share, verdict):
    """Between the curves by share: 0.5 is half-way; the early curve itself is within."""
    low, high = 1000 * curve(12.0)[:5], 1000 * curve(6.0)[:5]
    actual = low + share * (high - low) if share else 0.9 * low
    found = ramp(list(actual), 1000)
    assert (found.verdict, found.known) == (verdict, 5)


def test_unknown_months_stay_unknown_and_are_expected_of_nobody():
    low = 1000 * curve(12.0)
    found = ramp([low[0] + 1, None, low[2] + 1], 1000)
    assert found.verdict == "within"  # with 0 for the second month it would be below
    row = found.table.set_index("month")
    assert np.isnan(row.loc[2, "actual_sum"]) and np.isnan(row.loc[4, "actual"])
    assert row.loc[3, "low_sum"] == pytest.approx(low[0] + low[2])
    assert ramp([], 1000).verdict == "unknown"
    assert ramp([None, float("nan")], 1000).verdict == "unknown"


def test_a_month_without_output_is_known():
    assert ramp([0, 0, 0], 1000).verdict == "below"


def test_what_can_not_be_is_refused():
    with pytest.raises(InputError, match="target 0 of a mature month"):
        ramp([1], 0)
    with pytest.raises(InputError, match="13 months are given"):
        ramp([1] * 13, 10)
