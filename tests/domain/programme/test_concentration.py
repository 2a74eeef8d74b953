"""Concentration: worked examples, and the definition of Gini over all pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.programme.concentration import concentration


def test_the_example_of_the_merger_guidelines():
    """Four firms of 30, 30, 20 and 20 %: 2,600 (US Department of Justice, "Herfindahl-Hirschman
    Index": 30² + 30² + 20² + 20²).
    """
    assert concentration(np.array([30, 30, 20, 20])).hhi * 10_000 == pytest.approx(2600)


def test_shares_of_the_biggest_and_who_makes_four_fifths():
    found = concentration(np.array([50, 20, 10, 10, 5, 5, 0, np.nan]), (1, 3, 99))
    assert found.partners == 6
    assert found.top == pytest.approx({1: 0.5, 3: 0.8, 99: 1})
    assert found.makers == 3
    assert found.lorenz == pytest.approx([0, 0.05, 0.1, 0.2, 0.3, 0.5, 1])


def test_all_equal_and_all_in_one_hand():
    assert concentration(np.full(4, 7.0)).gini == pytest.approx(0)
    assert concentration(np.full(4, 7.0)).hhi == pytest.approx(0.25)
    assert concentration(np.array([9.0])).gini == 0


def test_nothing_is_unknown():
    found = concentration(np.array([0.0, np.nan]))
    assert (found.partners, found.makers) == (0, 0)
    assert np.isnan(found.gini) and np.isnan(found.hhi) and np.isnan(found.top[1])


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=40))
def test_gini_is_half_the_relative_mean_difference(values):
    """The definition: the mean of |x_i - x_j| over all pairs, divided by twice the mean."""
    output = np.array(values, float)
    pairs = np.abs(output[:, None] - output[None, :]).mean() / (2 * output.mean())
    assert concentration(output).gini == pytest.approx(pairs, abs=1e-12)
