"""P-values against the binomial of another library, by hand, and by simulation."""

import numpy as np
import pytest
from scipy import stats

from workbench.domain.programme.surprise import scatter, surprise, tails


def one(value):
    return np.array([float(value)])


def test_tails_by_hand():
    """No click after 10 in four equal weeks: 0.8 to the tenth. Two of two: 0.2 squared."""
    down, up = tails(one(0), one(10), one(0.2))
    assert down == pytest.approx(0.8**10) and up == 1
    down, up = tails(one(2), one(0), one(0.2))
    assert up == pytest.approx(0.2**2) and down == 1


@pytest.mark.parametrize(
    "now, before, share", [(3, 40, 0.2), (17, 40, 0.2), (0, 1, 0.5), (9, 2, 0.1)]
)
def test_tails_are_those_of_the_binomial_test(now, before, share):
    down, up = tails(one(now), one(before), one(share))
    for found, side in ((down, "less"), (up, "greater")):
        exact = stats.binomtest(now, now + before, share, alternative=side).pvalue
        assert found[0] == pytest.approx(exact, rel=1e-12)


def test_counts_that_scatter_four_times_as_much_tell_as_much_as_a_quarter_of_them():
    assert tails(one(8), one(80), one(0.2), 4.0)[0] == pytest.approx(
        stats.binomtest(2, 22, 0.2, alternative="less").pvalue
    )


def test_scatter_by_hand():
    """4, 8, 6, 10 around 4.6, 6.2, 7.8, 9.4; a week without exposure is none."""
    counts, exposure = np.array([[9.0, 4, 8, 6, 10]]), np.array([[0.0, 1, 1, 1, 1]])
    chi2, freedom = scatter(counts * exposure, exposure)
    assert chi2 == pytest.approx(0.36 / 4.6 + 3.24 / 6.2 + 3.24 / 7.8 + 0.36 / 9.4)
    assert freedom == 2


def test_two_weeks_scatter_around_their_mean():
    chi2, freedom = scatter(np.array([[4.0, 8.0]]), np.ones((1, 2)))
    assert chi2 == pytest.approx((4 + 4) / 6) and freedom == 1


def test_even_weeks_leave_the_poisson_test():
    """History without any scatter: dispersion 1 whatever is drawn."""
    found = surprise(one(0), one(1), np.full((1, 4), 5.0), np.ones((1, 4)), weeks=4)
    assert found.down == pytest.approx(0.8**20)
    assert found.expected == 5


def test_exposure_moves_what_is_expected():
    """The programme doubles: 20 are as expected as 10 were."""
    found = surprise(one(20), one(2), np.full((1, 4), 10.0), np.ones((1, 4)), weeks=4)
    assert found.expected == 20
    exact = stats.binomtest(20, 60, 2 / 6, alternative="less").pvalue
    assert found.down == pytest.approx(exact)


def test_nothing_before_is_no_surprise():
    found = surprise(one(7), one(1), np.zeros((1, 4)), np.zeros((1, 4)), weeks=4)
    assert (found.down, found.up) == (1, 1) and np.isnan(found.expected)


@pytest.mark.parametrize(
    "mean, scattered", [(0.4, 1), (3, 1), (60, 1), (5, 2), (10, 4), (60, 4), (500, 25)]
)
def test_stationary_counts_are_surprising_no_more_often_than_said(mean, scattered):
    """20,000 rows, Poisson and negative binomial; the bound is the binomial's 99.9 % of them."""
    rng = np.random.default_rng(5)
    rows, weeks = 20_000, 13
    if scattered == 1:
        drawn = rng.poisson(mean, (rows, weeks + 1))
    else:
        drawn = rng.negative_binomial(mean / (scattered - 1), 1 / scattered, (rows, weeks + 1))
    drawn = drawn.astype(float)
    found = surprise(
        drawn[:, -1], np.ones(rows), drawn[:, :-1], np.ones((rows, weeks)), weeks=8, prior=8
    )
    for tail in (found.down, found.up):
        for level in (0.05, 0.005):
            assert (tail <= level).sum() <= stats.binom.ppf(0.999, rows, level)
