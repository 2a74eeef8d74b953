"""Movement of counts: against SciPy's exact tests, and its level and power by simulation."""

import numpy as np
import pytest
from scipy import stats

from workbench.domain.programme.movement import Season, dispersion, movement, season_of


def test_alone_and_without_dispersion_it_is_the_test_of_two_poisson_rates():
    """2 clicks now, 80 in the eight weeks before: SciPy's binomial test, 1 week of 9."""
    found = movement(np.array([[10.0] * 8 + [2.0]]), noise=0)
    binomial = stats.binomtest(2, 82, 1 / 9, alternative="less").pvalue
    assert found.down[0] == pytest.approx(binomial, rel=1e-6)
    assert (found.before[0], found.expected[0]) == pytest.approx((10, 10))


def test_what_the_whole_programme_did_is_no_movement():
    """Everybody halves in the holidays: the rest of the programme says so."""
    counts = np.tile([40.0] * 8 + [20.0], (30, 1))
    assert movement(counts, noise=0).expected == pytest.approx(np.full(30, 20), rel=0.01)
    assert movement(counts).p.min() > 0.5
    counts[0, -1] = 40  # as before, while the others halved
    assert movement(counts).up[0] < 0.001


def test_equal_weeks_of_negative_binomial_counts_are_beta_binomial():
    """For one partner: x given the sum has the law of a share of gamma variables."""
    found = movement(np.array([[6.0] * 8 + [1.0]]), noise=0.25)
    law = stats.betabinom(49, 4, 32)
    assert found.down[0] == pytest.approx(law.cdf(1), rel=1e-9)


def test_too_little_history_is_unknown():
    found = movement(np.array([[0, 0, 0, 0, 0, 5, 5, 5, 0.0], [5.0] * 9, [0.0] * 9]))
    assert np.isnan(found.p).tolist() == [True, False, True]


def test_small_counts_can_not_be_significant_and_say_so():
    found = movement(np.array([[1, 0, 0, 0, 0, 0, 0, 0, 0.0]]), noise=0)
    assert found.p[0] == 1 and found.least[0] > 0.2


def test_dispersion_of_poisson_counts_is_small_and_of_others_found():
    rng = np.random.default_rng(7)
    mean = rng.lognormal(3, 0.5, 400)[:, None] * np.exp(rng.normal(0, 0.3, 8))
    assert dispersion(rng.poisson(mean).astype(float)) < 0.01
    noisy = rng.negative_binomial(5, 1 / (1 + 0.2 * mean)).astype(float)
    assert dispersion(noisy) == pytest.approx(0.2, abs=0.04)


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.4])
@pytest.mark.parametrize("partners", [10, 200])
def test_false_alarms_are_no_more_than_stated(noise, partners):
    """Stationary partners of all sizes, in a programme whose weeks rise and fall by 20 %."""
    rng = np.random.default_rng(11)
    p = []
    for _ in range(6000 // partners):
        mean = rng.lognormal(1.5, 1.2, partners)[:, None] * np.exp(rng.normal(0, 0.2, 9))
        counts = (
            rng.negative_binomial(1 / noise, 1 / (1 + noise * mean)) if noise else rng.poisson(mean)
        )
        p.append(movement(counts.astype(float)).p)
    p = np.concatenate(p)
    p = p[~np.isnan(p)]
    for level in (0.05, 0.01):
        most = stats.binom.ppf(0.999, len(p), level) / len(p)
        assert (p <= level).mean() <= most


def test_breaks_are_found():
    """Of partners with about 30 clicks a week that fall to a fifth, nearly all are told."""
    rng = np.random.default_rng(3)
    counts = rng.negative_binomial(20, 20 / (20 + 30), (200, 9)).astype(float)
    counts[:20, -1] = rng.poisson(6, 20)
    p = movement(counts).p
    assert (p[:20] < 0.01).mean() >= 0.8
    assert (p[20:] < 0.01).mean() < 0.02


def test_a_season_of_the_partners_own_is_learned_from_the_year_before():
    """A gift guide trebles in that week of each year: the second time it is no surprise."""
    counts = np.tile([30.0] * 9, (40, 1))
    counts[0, -1] = 90
    then = movement(counts, noise=0)
    season = season_of(then)
    assert season.factor[0] == pytest.approx(90.5 / 30.5, rel=0.02)
    assert season.factor[1:].tolist() == [1] * 39
    assert movement(counts, noise=0).p[0] < 1e-6
    assert movement(counts, noise=0, season=season).p[0] > 0.5
    counts[0, -1] = 30  # this year it did not come
    assert movement(counts, noise=0, season=season).down[0] < 0.001


def test_no_season_changes_nothing():
    counts = np.random.default_rng(5).poisson(20, (30, 9)).astype(float)
    none = Season(np.ones(30), np.zeros(30))
    assert movement(counts, season=none).p == pytest.approx(movement(counts).p)
