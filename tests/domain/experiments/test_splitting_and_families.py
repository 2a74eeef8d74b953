"""The split against plan, and many p-values together."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbench.domain.experiments.arms import check_arms
from workbench.domain.experiments.families import adjust
from workbench.domain.experiments.splitting import CAUSES, split_check

from .rejections import bounds


def arms(*exposures: int, shares: tuple[float, ...] | None = None) -> pd.DataFrame:
    table = pd.DataFrame(
        {"arm": list("ABC"[: len(exposures)]), "exposures": exposures, "conversions": 0}
    )
    return check_arms(table if shares is None else table.assign(share=shares))


def test_a_published_mismatch_is_found():
    """821,588 and 815,482 of a 50/50 split: p = 1.8e-6 (R. Kohavi, D. Tang, Y. Xu, Trustworthy
    Online Controlled Experiments, 2020, chapter 3)."""
    found = split_check(arms(821_588, 815_482))
    assert found.broken and found.test == "binomial"
    assert found.p == pytest.approx(1.8e-6, rel=0.02)
    assert found.causes == CAUSES


def test_three_arms_take_the_chi_square_of_the_planned_shares():
    """300, 100 and 120 of 3:1:1: expected 312, 104, 104."""
    found = split_check(arms(300, 100, 120, shares=(3, 1, 1)))
    chi2 = 12**2 / 312 + 4**2 / 104 + 16**2 / 104
    assert found.table["expected"].tolist() == pytest.approx([312, 104, 104])
    assert found.p == pytest.approx(stats.chi2.sf(chi2, 2))
    assert not found.broken and found.causes == ()


def test_shares_that_nobody_planned_are_not_checked():
    found = split_check(arms(9000, 10), planned=False)
    assert found.test == "none" and np.isnan(found.p) and not found.broken


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.2, 0.3, 0.5)])
def test_a_right_split_raises_an_alarm_as_rarely_as_its_level_says(shares):
    """At 5%, for 0.1% would need a million experiments to be told from 0."""
    runs, draw = 2000, np.random.default_rng(4)
    table = arms(*[10] * len(shares), shares=shares)
    alarms = sum(
        split_check(table.assign(exposures=row), alpha=0.05).broken
        for row in draw.multinomial(3000, shares, runs)
    )
    low, high = bounds(runs, 0.05)
    assert (0.7 * low if len(shares) == 2 else low) <= alarms <= high  # the exact test falls short


def test_holm_and_benjamini_hochberg_by_hand():
    """0.005 · 5, 0.01 · 4, 0.03 · 3, then never smaller; and 0.005 · 5/1, 0.01 · 5/2, …"""
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.2])
    np.testing.assert_allclose(adjust(p), [0.04, 0.09, 0.09, 0.025, 0.2])
    np.testing.assert_allclose(adjust(p, "bh"), [0.025, 0.05, 0.05, 0.025, 0.2])


def test_an_unknown_p_value_takes_no_part():
    found = adjust(np.array([0.03, np.nan, 0.01]))
    assert found[[0, 2]].tolist() == [0.03, 0.02] and np.isnan(found[1])
    assert np.isnan(adjust(np.array([np.nan]))).all() and len(adjust(np.array([]))) == 0


def test_the_chance_of_any_false_finding_stays_below_alpha():
    """Five comparisons with one control, so that they depend on each other; none is real."""
    runs, draw = 20_000, np.random.default_rng(9)
    arms_, control = draw.normal(size=(runs, 5)), draw.normal(size=(runs, 1))
    p = 2 * stats.norm.sf(abs(arms_ - control) / np.sqrt(2))
    low, high = bounds(runs, 0.05)
    any_found = sum((adjust(row) <= 0.05).any() for row in p)
    assert 0.6 * low <= any_found <= high
    assert (p <= 0.05).any(axis=1).sum() > 2 * high  # what it protects from
