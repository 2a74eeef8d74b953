"""Return and reversals: against SciPy's tests, and their level by simulation."""

import numpy as np
import pytest
from scipy import stats

from workbench.domain.programme.ratios import SMALLEST, return_drop, reversal_rise, whole_drop


def test_reversals_of_one_partner_are_fishers_exact_test():
    """9 of 20 now against 5 of 80 before, beside a rest that didn't change."""
    bad = np.array([[5.0, 9], [1e8, 1e8]])
    judged = np.array([[80.0, 20], [1e9, 1e9]])
    p, expected = reversal_rise(bad, judged)
    exact = stats.fisher_exact([[9, 11], [5, 75]], alternative="greater").pvalue
    assert p[0] == pytest.approx(exact, rel=1e-4)
    assert expected[0] == pytest.approx(14 * 20 / 100, rel=1e-4)


def test_large_counts_come_out_as_the_exact_law_has_them(monkeypatch):
    bad = np.array([[3000.0, 600], [1000, 180]])
    judged = np.array([[24000.0, 4000], [9000, 1500]])
    exact = reversal_rise(bad, judged)
    monkeypatch.setattr("workbench.domain.programme.ratios.MANY", 100)
    large = reversal_rise(bad, judged)
    assert large[0] == pytest.approx(exact[0], abs=0.02)
    assert large[1] == pytest.approx(exact[1], rel=0.1)


def test_a_clean_up_that_meets_everybody_is_no_jump():
    bad, judged = np.tile([5.0, 9.0], (40, 1)), np.tile([80.0, 20.0], (40, 1))
    assert reversal_rise(bad, judged)[0].min() > 0.3


def test_without_reversals_or_orders_nothing_is_said():
    p, _ = reversal_rise(np.array([[0.0, 0], [0, 0]]), np.array([[9.0, 9], [0, 0]]))
    assert np.isnan(p).all()


def test_reversals_raise_no_more_false_alarms_than_stated():
    rng = np.random.default_rng(2)
    judged = rng.poisson(rng.lognormal(2, 1, (1500, 1)), (1500, 9)).astype(float)
    p, _ = reversal_rise(rng.binomial(judged.astype(int), 0.1).astype(float), judged)
    p = p[~np.isnan(p)]
    assert (p <= 0.05).mean() <= stats.binom.ppf(0.999, len(p), 0.05) / len(p)


def test_a_return_that_falls_while_others_stay():
    """Value per cost 10 every week, then 5: t of a next observation, by hand."""
    value = np.array([[100.0] * 8 + [50.0], [100.0] * 9])
    p, expected = return_drop(value, np.full((2, 9), 10.0))
    t = np.log(0.5) / (SMALLEST * np.sqrt(1 + 1 / 8))
    rest = np.zeros(9)  # the other one's ratio is 10 every week: all is told apart from it
    assert rest.sum() == 0 and p[0] == pytest.approx(stats.t.cdf(t, 7))
    assert expected[0] == pytest.approx(10)


def test_weeks_without_cost_are_unknown():
    p, expected = return_drop(np.full((1, 9), 5.0), np.array([[1.0] * 3 + [0.0] * 5 + [1.0]]))
    assert np.isnan(p[0]) and np.isnan(expected[0])


def test_returns_raise_no_more_false_alarms_than_stated():
    rng = np.random.default_rng(4)
    value = 100 * np.exp(rng.normal(0, 0.3, (4000, 9)))
    p, _ = return_drop(value, np.full((4000, 9), 10.0))
    assert 0.03 < (p <= 0.05).mean() <= stats.binom.ppf(0.999, 4000, 0.05) / 4000


def test_the_whole_programme_is_held_against_its_own_weeks():
    p, expected = whole_drop(np.array([1000.0] * 8 + [500]))
    t = np.log(500.5 / 1000.5) / (SMALLEST * np.sqrt(1 + 1 / 8))
    assert (p, expected) == (pytest.approx(stats.t.cdf(t, 7)), pytest.approx(1000))
    last_year = np.array([400.0] * 8 + [200])
    p, expected = whole_drop(np.array([1000.0] * 8 + [500]), last_year)
    assert p > 0.4 and expected == pytest.approx(500, rel=0.01)
    assert np.isnan(whole_drop(np.array([5.0, 5, 0]))[0])


def test_the_whole_programme_raises_no_more_false_alarms_than_stated():
    rng = np.random.default_rng(8)
    p = [whole_drop(np.exp(rng.normal(6, 0.3, 9)))[0] for _ in range(3000)]
    assert 0.03 < (np.array(p) <= 0.05).mean() <= stats.binom.ppf(0.999, 3000, 0.05) / 3000
