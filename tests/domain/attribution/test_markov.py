"""Removal effects: by hand, published, and each chain built anew without the member."""

import numpy as np
import pytest

from workbench.domain.attribution import markov, partial_sums

from . import reference
from .reference import paths_of, some_rows


def effects(rows, members: int, order: int) -> np.ndarray:
    sums = partial_sums(paths_of(*rows), members, order)
    return markov.removal(markov.chain(sums.grams, order), members)


def test_a_published_example() -> None:
    """S. Bryl, Attribution model with R (analyzecore.com, 2016): C1 > C2 > C3 converts, C1 and
    C2 > C3 don't. One in three converts; without C1 half of that, without C2 or C3 nothing."""
    rows = [((0, 1, 2), 1, 90, 0), ((0,), 0, 0, 1), ((1, 2), 0, 0, 1)]
    found = effects(rows, 3, 1)
    np.testing.assert_allclose(found[0] * 3, [0.5, 1, 1], rtol=1e-12)
    np.testing.assert_allclose(found[1] / 30, [0.5, 1, 1], rtol=1e-12)


def test_by_hand_with_a_loop() -> None:
    """A A B converts, A doesn't: from A to A 1/3, to B 1/3, to null 1/3; from B converts. Half of
    all paths convert, each through both."""
    found = effects([((0, 0, 1), 1, 4, 0), ((0,), 0, 0, 1)], 2, 1)
    np.testing.assert_allclose(found, [[0.5, 0.5], [2, 2]], rtol=1e-12)


def test_value_goes_where_dear_orders_come_from() -> None:
    """A and B convert as often; orders after B are worth three times as much."""
    found = effects([((0,), 1, 10, 1), ((1,), 1, 30, 1)], 2, 1)
    np.testing.assert_allclose(found, [[0.25, 0.25], [2.5, 7.5]], rtol=1e-12)


def test_a_higher_order_remembers() -> None:
    """A C converts, B C doesn't. Order 1 forgets who came before C; order 2 knows."""
    rows = [((0, 2), 1, 1, 0), ((1, 2), 0, 0, 1)]
    np.testing.assert_allclose(effects(rows, 3, 1)[0], [0.25, 0.25, 0.5], rtol=1e-12)
    np.testing.assert_allclose(effects(rows, 3, 2)[0], [0.5, 0, 0.5], rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("seed", range(15))
def test_against_chains_built_anew(seed, order) -> None:
    """Random paths with loops and repeats; some members never touch, some only where none buys."""
    rng = np.random.default_rng(seed)
    members = int(rng.integers(1, 9))
    rows = some_rows(rng, members, int(rng.integers(1, 60)))
    found = effects(rows, members + 1, order)
    if not any(path and conversions + nulls for path, conversions, _, nulls in rows):
        assert not found.any()
        return
    wanted = reference.removal(rows, members + 1, order)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_walks_and_one_factorisation_agree(seed, monkeypatch) -> None:
    """Order 1 both ways, and walks in blocks of one member."""
    rows = some_rows(np.random.default_rng(seed), 12, 200, longest=20)
    solved = effects(rows, 12, 1)
    monkeypatch.setattr(markov, "DENSE", 0)
    monkeypatch.setattr(markov, "CELLS", 12)
    np.testing.assert_allclose(effects(rows, 12, 1), solved, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("order", [2, 3])
def test_loops_that_are_hardly_ever_left(order, monkeypatch) -> None:
    """A machine that clicks back and forth: what is still under way is solved for."""
    rows = [((0, 1) * 400, 1, 5, 0), ((2,) * 500, 1, 1, 3), ((0, 2, 1), 2, 7, 9), ((1, 0), 0, 0, 2)]
    wanted = reference.removal(rows, 3, order)
    np.testing.assert_allclose(effects(rows, 3, order), wanted, rtol=1e-9, atol=1e-12)
    monkeypatch.setattr(markov, "MOST_STEPS", 3)
    np.testing.assert_allclose(effects(rows, 3, order), wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 5])
@pytest.mark.parametrize("order", [2, 3])
def test_walks_broken_off_early_are_solved_for(steps, order, monkeypatch) -> None:
    """Long random paths, hardly begun: what enters later is all in the solution."""
    rows = some_rows(np.random.default_rng(steps), 4, 60, longest=30)
    monkeypatch.setattr(markov, "MOST_STEPS", steps)
    wanted = reference.removal(rows, 4, order)
    np.testing.assert_allclose(effects(rows, 4, order), wanted, rtol=1e-9, atol=1e-12)


def test_without_counts_there_are_no_effects() -> None:
    for order in (1, 2, 3):
        assert effects([((), 1, 5, 0)], 2, order).tolist() == [[0, 0], [0, 0]]
