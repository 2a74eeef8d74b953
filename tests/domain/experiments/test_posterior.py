"""The Bayesian view: closed forms, simulation, symmetry, coverage."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbench.domain.errors import InputError
from workbench.domain.experiments.posterior import posterior


def arms(*counts: tuple[int, int]) -> pd.DataFrame:
    """Conversions and exposures of A, B, C …"""
    return pd.DataFrame(
        counts, columns=["conversions", "exposures"], index=list("ABCDE"[: len(counts)])
    )


def chance_to_beat(a: int, b: int, a0: int, b0: int) -> float:
    """P(Beta(a, b) > Beta(a0, b0)) for whole a: the closed sum of E. Miller (2014)."""

    def log_beta(one: float, two: float) -> float:
        return math.lgamma(one) + math.lgamma(two) - math.lgamma(one + two)

    return sum(
        math.exp(log_beta(a0 + i, b + b0) - math.log(b + i) - log_beta(1 + i, b) - log_beta(a0, b0))
        for i in range(a)
    )


@pytest.mark.parametrize(
    ("one", "two"), [((3, 10), (2, 12)), ((120, 5000), (90, 4900)), ((0, 5), (9, 9))]
)
def test_the_chance_to_beat_the_control_is_the_closed_form(one, two):
    """Uniform prior, so that the numbers are whole."""
    found = posterior(arms(two, one), "A", prior=(1, 1))
    shape = [each for x, n in (one, two) for each in (x + 1, n - x + 1)]
    assert found.loc["B", "better"] == pytest.approx(chance_to_beat(*shape), abs=1e-9)
    assert found.loc["B", "best"] == pytest.approx(chance_to_beat(*shape), abs=1e-9)


def test_mean_and_interval_are_those_of_the_beta_law():
    found = posterior(arms((20, 1000), (30, 1000)), "A").loc["B"]
    law = stats.beta(30.5, 970.5)
    assert found["mean"] == pytest.approx(law.mean())
    assert [found["low"], found["high"]] == pytest.approx(law.interval(0.95))


@pytest.mark.parametrize(
    "counts",
    [
        ((20, 1000), (30, 1000), (0, 10)),
        ((20_000, 10_000_000), (3, 1000), (2, 1000)),
        ((10, 10), (0, 10), (5, 10)),
    ],
)
def test_integrals_against_two_million_draws(counts):
    """Also with arms of very different size, and rates of 0 and 1."""
    table, draw, size = arms(*counts), np.random.default_rng(1), 2_000_000
    found = posterior(table, "A")
    rates = np.stack([draw.beta(x + 0.5, n - x + 0.5, size) for x, n in counts])
    best = np.bincount(rates.argmax(0), minlength=3) / size
    np.testing.assert_allclose(found["best"], best, atol=5 * 0.5 / np.sqrt(size))
    given_up = rates.max(0) - rates
    tolerance = 5 * given_up.std(1) / np.sqrt(size) + 1e-12
    assert (abs(found["loss"] - given_up.mean(1)) <= tolerance).all()
    for place, arm in ((1, "B"), (2, "C")):
        distance = rates[place] - rates[0]
        ends = found.loc[arm, ["difference_low", "difference_high"]].astype(float)
        shares = [(distance <= end).mean() for end in ends]
        assert shares == pytest.approx([0.025, 0.975], abs=6e-4)


def test_probabilities_to_be_best_add_up_and_equal_arms_are_equal():
    found = posterior(arms(*[(17, 900)] * 5), "A")
    np.testing.assert_allclose(found["best"], 0.2, atol=1e-10)
    assert found["best"].sum() == pytest.approx(1, abs=1e-10)
    assert found.loc["E", "difference_low"] == pytest.approx(-found.loc["E", "difference_high"])


def test_the_better_arm_loses_less():
    found = posterior(arms((20, 1000), (30, 1000)), "A")
    assert found.loc["B", "loss"] < found.loc["A", "loss"]
    gap = found.loc["A", "loss"] - found.loc["B", "loss"]  # E max - E own, twice
    assert gap == pytest.approx(found["mean"]["B"] - found["mean"]["A"], abs=1e-10)


def test_a_prior_that_peaks_at_the_ends_is_refused():
    with pytest.raises(InputError, match=r"both numbers must be 0\.5 or more"):
        posterior(arms((1, 9), (2, 9)), "A", prior=(0.1, 0.5))


def test_intervals_cover_rare_conversions_as_often_as_they_say():
    """Exact coverage over all outcomes of n = 1,000, averaged over rates from 0.2% to 2%."""
    n, truths = 1000, np.linspace(0.002, 0.02, 181)
    x = np.arange(61)
    rows = [posterior(arms((k, n), (k, n)), "A").loc["A", ["low", "high"]] for k in x]
    low, high = np.array(rows, float).T
    held = (low <= truths[:, None]) & (truths[:, None] <= high)
    covered = (stats.binom.pmf(x, n, truths[:, None]) * held).sum(1).mean()
    assert covered == pytest.approx(0.95, abs=0.005)


def test_credible_intervals_of_the_difference_cover_the_truth():
    """Also as a frequentist counts them: 200 experiments with rates of 3% and 4%."""
    draw, runs, missed = np.random.default_rng(2), 200, 0
    for _ in range(runs):
        counts = [(int(draw.binomial(3000, rate)), 3000) for rate in (0.03, 0.04)]
        found = posterior(arms(*counts), "A").loc["B"]
        missed += not found["difference_low"] <= 0.01 <= found["difference_high"]
    assert stats.binomtest(missed, runs, 0.05).pvalue > 1e-4
