"""Each rule on paths worked out by hand."""

import numpy as np
import pytest

from workbench.domain.attribution import shares

from .reference import DAY

LENGTHS = np.array([1, 2, 3, 4])
AGE = DAY * np.array([30, 7, 0, 14, 7, 0, 21, 14, 7, 0], float)
"""Days before the conversion: one touch a month before; then each a week after the other."""


def test_linear() -> None:
    assert shares.linear(LENGTHS) == pytest.approx([1, *[1 / 2] * 2, *[1 / 3] * 3, *[1 / 4] * 4])


def test_position() -> None:
    """One has all, two have half each, then 40/20/40."""
    found = shares.position(LENGTHS)
    assert found == pytest.approx([1, 0.5, 0.5, 0.4, 0.2, 0.4, 0.4, 0.1, 0.1, 0.4])


def test_time_decay() -> None:
    """A week halves the weight: 1:2, 1:2:4, 1:2:4:8; one touch has all however old it is."""
    found = shares.time_decay(LENGTHS, AGE)
    assert found == pytest.approx(
        [1, 1 / 3, 2 / 3, 1 / 7, 2 / 7, 4 / 7, 1 / 15, 2 / 15, 4 / 15, 8 / 15]
    )


def test_u_shaped() -> None:
    """Ends 0.4 each; the middle of three, a week old: 0.2 / 2, of 0.9 together; of four, 0.1 / 4
    and 0.1 / 2, of 0.875 together."""
    found = shares.u_shaped(LENGTHS, AGE)
    wanted = [1, 0.5, 0.5, 4 / 9, 1 / 9, 4 / 9]
    assert found == pytest.approx([*wanted, 0.4 / 0.875, 0.025 / 0.875, 0.05 / 0.875, 0.4 / 0.875])


def test_the_moment_of_conversion_matters_to_the_u_and_not_to_decay() -> None:
    """All touches a week older: shares by decay stay, the middle of the U fades further."""
    later = AGE + 7 * DAY
    np.testing.assert_allclose(
        shares.time_decay(LENGTHS, later), shares.time_decay(LENGTHS, AGE), rtol=1e-12
    )
    assert shares.u_shaped(LENGTHS, later)[4] == pytest.approx(0.05 / 0.85)


def test_touches_of_centuries_ago_have_shares() -> None:
    """2^-5000 is no number, the shares are."""
    age = AGE + 5000 * 7 * DAY
    assert shares.time_decay(LENGTHS, age) == pytest.approx(shares.time_decay(LENGTHS, AGE))
    assert shares.u_shaped(LENGTHS, age)[3:6] == pytest.approx([0.5, 0, 0.5])


def test_the_ends_of_the_u_weigh_most() -> None:
    """The published shape, whatever the ages: first and last most and equal, older middle less."""
    rng = np.random.default_rng(5)
    for _ in range(50):
        age = np.sort(rng.exponential(20 * DAY, 6))[::-1]
        found = shares.u_shaped(np.array([6]), age)
        assert found[0] == found[-1] > found[1:-1].max()
        assert (np.diff(found[1:-1]) >= 0).all()
        assert found.sum() == pytest.approx(1, rel=1e-12)


def test_without_paths_there_are_no_shares() -> None:
    none = np.zeros(0, int)
    assert shares.linear(none).size == shares.position(none).size == 0
