"""Peeking every day: exact where all outcomes can be listed, by simulation where they can't."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy import special

from workbench.domain.experiments import rates
from workbench.domain.experiments.sequence import (
    at_none,
    evidence,
    likelihoods,
    prior,
    rate_sequence,
)

from .rejections import bounds

ALPHA = 0.05


def table(*rows: tuple[int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["x", "n", "x0", "n0"])


def fisher(x: int, n: int, x0: int, n0: int, odds: float) -> float:
    """The law from its definition."""
    total = x + x0

    def ways(k: int) -> float:
        return math.comb(n, k) * math.comb(n0, total - k) * odds**k

    return ways(x) / sum(ways(k) for k in range(max(0, total - n0), min(total, n) + 1))


@pytest.mark.parametrize("row", [(3, 10, 1, 12), (0, 5, 4, 4), (7, 7, 2, 30)])
def test_each_day_s_chance_is_that_of_fisher_s_law(row):
    odds = np.array([0.3, 1.0, 2.5])
    found = np.exp(likelihoods(table(row), np.log(odds)))[0]
    np.testing.assert_allclose(found, [fisher(*row, each) for each in odds], rtol=1e-9)
    assert np.exp(at_none(table(row)))[0] == pytest.approx(fisher(*row, 1.0))


def test_days_that_tell_nothing_change_nothing():
    """Nobody in one arm, or no conversion in both."""
    empty = table((0, 0, 0, 0), (0, 0, 3, 50), (2, 40, 0, 0), (0, 30, 0, 30), (5, 5, 7, 7))
    np.testing.assert_allclose(likelihoods(empty, np.array([-1.0, 0, 2])), 0, atol=1e-9)
    told, padded = table((5, 50, 2, 50)), pd.concat([empty, table((5, 50, 2, 50))])
    one, two = rate_sequence(told, 0.2).iloc[-1], rate_sequence(padded, 0.2).iloc[-1]
    np.testing.assert_allclose(one, two, rtol=1e-5)


def test_before_any_conversion_nothing_is_known():
    found = rate_sequence(table((0, 100, 0, 90)), 0.1).iloc[0]
    assert np.isnan(found["estimate"]) and found["low"] == 0 and np.isinf(found["high"])
    assert found["p"] == pytest.approx(1)


def test_the_prior_is_a_list_of_odds_symmetric_around_none():
    log_odds, weights = prior(0.1)
    assert weights.sum() == pytest.approx(1) and (weights > 0).all()
    np.testing.assert_allclose(log_odds, -log_odds[::-1], atol=1e-12)
    np.testing.assert_allclose(weights, weights[::-1])
    assert weights[abs(log_odds) <= 2 * np.log(1.1)].sum() > 0.8


@pytest.mark.parametrize("odds", [1.0, 1.7])
def test_evidence_against_the_truth_is_1_on_average(odds):
    """All outcomes of three days, each with its chance: a martingale, and Ville's bound."""
    days = [(6, 5, 4), (9, 3, 5), (4, 8, 6)]  # n, n0, conversions of both
    log_odds, weights = prior(0.3)
    outcomes = [range(max(0, s - n0), min(s, n) + 1) for n, n0, s in days]
    mean, crossed = np.zeros(len(days)), 0.0
    for counts in itertools.product(*outcomes):
        rows = [(x, n, s - x, n0) for x, (n, n0, s) in zip(counts, days, strict=True)]
        chance = math.prod(fisher(*row, odds) for row in rows)
        truth = likelihoods(table(*rows), np.log([odds]))[:, 0]
        logs = evidence(likelihoods(table(*rows), log_odds), weights, truth)
        mean += chance * np.exp(logs)
        crossed += chance * (logs.max() >= np.log(2))
    np.testing.assert_allclose(mean, 1, rtol=1e-9)
    assert 0 < crossed <= 1 / 2


def simulated(odds: float, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Four weeks of busy weekends and a split that moves: (runs, days) counts and log evidence
    against the truth and against no difference."""
    draw = np.random.default_rng(seed)
    log_odds, weights = prior(0.2)
    counts, logs = [], ([], [])
    sums = [np.zeros((runs, len(weights))) for _ in logs]
    for day in range(28):
        n, n0 = 400 + 300 * (day % 7 > 4), 700 - 10 * day
        both = 30 + 40 * (day % 7 > 4)
        every = np.arange(both + 1)
        rows = pd.DataFrame({"x": every, "n": n, "x0": both - every, "n0": n0})
        mixed = likelihoods(rows, log_odds)
        truth = likelihoods(rows, np.log([odds]))[:, 0]
        x = draw.choice(every, runs, p=np.exp(truth - special.logsumexp(truth)))
        counts.append(x)
        for place, against in enumerate((truth, at_none(rows))):
            sums[place] += (mixed - against[:, None])[x]
            logs[place].append(special.logsumexp(sums[place], b=weights, axis=1))
    return np.array(counts).T, np.array(logs[0]).T, np.array(logs[1]).T


def test_looking_every_day_finds_what_is_not_there_at_most_as_often_as_alpha():
    """20,000 experiments without a difference, 28 looks each; and what naive peeking does."""
    runs = 20_000
    counts, logs, _ = simulated(1.0, runs, seed=1)
    _, high = bounds(runs, ALPHA)
    ever = (logs.max(axis=1) >= np.log(1 / ALPHA)).sum()
    assert 0.1 * ALPHA * runs <= ever <= high
    both = np.array([30 + 40 * (day % 7 > 4) for day in range(28)]).cumsum()
    n = np.array([400 + 300 * (day % 7 > 4) for day in range(28)]).cumsum()
    n0 = np.array([700 - 10 * day for day in range(28)]).cumsum()
    x = counts[:2000].cumsum(axis=1)
    naive = rates.p_value(x, np.broadcast_to(n, x.shape), both - x, np.broadcast_to(n0, x.shape))
    assert (naive.min(axis=1) <= ALPHA).mean() > 3 * ALPHA


@pytest.mark.parametrize("odds", [0.6, 1.4])
def test_the_intervals_of_all_looks_hold_the_truth_together(odds):
    runs = 10_000
    _, logs, none = simulated(odds, runs, seed=2)
    _, high = bounds(runs, ALPHA)
    assert (logs.max(axis=1) >= np.log(1 / ALPHA)).sum() <= high
    assert (none.max(axis=1) >= np.log(1 / ALPHA)).mean() > 0.9  # and find the difference


def test_interval_and_p_value_come_from_the_same_evidence():
    """At both ends the evidence is 1 / alpha; p is 1 / (the most evidence so far)."""
    draw = np.random.default_rng(3)
    day = table(
        *[
            (int(draw.binomial(900, 0.03)), 900, int(draw.binomial(800, 0.02)), 800)
            for _ in range(12)
        ]
    )
    log_odds, weights = prior(0.1)
    mixed = likelihoods(day, log_odds)
    found = rate_sequence(day, 0.1)
    for look in (0, 5, 11):
        for end in ("low", "high"):
            own = likelihoods(day, np.log([found[end].iloc[look]]))[:, 0]
            logs = evidence(mixed[: look + 1], weights, own[: look + 1])
            assert logs[-1] == pytest.approx(np.log(1 / ALPHA), abs=1e-6)
    logs = evidence(mixed, weights, at_none(day))
    np.testing.assert_allclose(found["p"], np.minimum(1, 1 / np.exp(np.maximum.accumulate(logs))))
    assert (found["p"].diff().dropna() <= 0).all()
    assert (found["low"] < found["estimate"]).all() and (found["estimate"] < found["high"]).all()


def test_the_estimate_is_the_conditional_maximum_likelihood():
    """One day: R's fisher.test of the tea-tasting table gives an odds ratio of 6.408309."""
    found = rate_sequence(table((3, 4, 1, 4)), 0.1).iloc[0]
    assert found["estimate"] == pytest.approx(6.408309, rel=1e-4)


def test_swapped_arms_give_the_reciprocal():
    day = table((30, 900, 20, 950), (28, 800, 22, 900))
    one = rate_sequence(day, 0.1)
    two = rate_sequence(day[["x0", "n0", "x", "n"]].set_axis(["x", "n", "x0", "n0"], axis=1), 0.1)
    np.testing.assert_allclose(one["low"], 1 / two["high"], rtol=1e-6)
    np.testing.assert_allclose(one["p"], two["p"], rtol=1e-6)


def test_a_split_that_moves_with_the_rate_is_no_effect():
    """Good days mostly show the arm, bad days the control (Simpson's paradox): the sums differ
    by half, each day is even, and the sequence sees the days."""
    day = table(*[(80, 800, 20, 200), (4, 200, 16, 800)] * 10)
    sums = day.sum()
    assert rates.effect(*sums)["ratio_low"][0] > 1.5
    last = rate_sequence(day, 0.1).iloc[-1]
    assert last["estimate"] == pytest.approx(1, abs=1e-4)
    assert last["low"] < 1 < last["high"] and last["p"] == 1


def test_any_counts_give_an_interval_around_the_estimate():
    """From nobody to a million a day, rates from 0.001% to all, effects from none to huge."""
    draw = np.random.default_rng(4)
    for _ in range(80):
        n, n0 = (draw.integers(0, 10 ** draw.integers(1, 7), 5) for _ in range(2))
        rate, factor = 10 ** -draw.uniform(0, 5), np.exp(draw.normal() * draw.choice([0, 0.1, 3]))
        x, x0 = draw.binomial(n, min(rate * factor, 1)), draw.binomial(n0, rate)
        found = rate_sequence(pd.DataFrame({"x": x, "n": n, "x0": x0, "n0": n0}), 0.1)
        known = found[found["estimate"].notna()]
        assert (known["low"] <= known["estimate"] * (1 + 1e-6)).all()
        assert (known["estimate"] <= known["high"] * (1 + 1e-6)).all()
        assert found["p"].between(0, 1).all()


def test_large_counts_and_large_effects_stay_finite():
    found = rate_sequence(table(*[(60_000, 200_000, 30_000, 200_000)] * 3), 0.05)
    assert found["p"].iloc[-1] < 1e-200
    odds = 0.3 / 0.7 / (0.15 / 0.85)
    assert found["low"].iloc[-1] < odds < found["high"].iloc[-1]
    alone = rate_sequence(table((40, 100, 0, 100)), 0.1).iloc[0]
    assert np.isinf(alone["estimate"]) and np.isinf(alone["high"]) and alone["low"] > 1
