"""Credits of single paths, roles and orders by hand; Shapley by brute force; merging."""

from dataclasses import astuple, replace

import numpy as np
import pytest

from workbench.domain.attribution import merge, partial_sums
from workbench.domain.attribution.sums import MODELS, ROLES, Totals, nothing
from workbench.domain.errors import InputError

from . import reference
from .reference import DAY, paths_of, some_rows

A, B, C, D = range(4)
JOURNEYS = paths_of(
    ((A,), 1, 10, 0),
    ((A, B), 1, 20, 0),
    ((B, C, A), 1, 60, 0),
    ((A, B, B, C), 1, 100, 0),
    ((C, A), 0, 0, 1),
    time=((0,), (0, 7 * DAY), (0, 7 * DAY, 14 * DAY), (0, 7 * DAY, 7 * DAY, 14 * DAY), (0, 1)),
    converted_at=(0, 7 * DAY, 14 * DAY, 14 * DAY, 0),
)
"""Four that convert, a week between touches, the conversion with the last one; one that doesn't."""

BY_HAND = {
    "first": ([3, 1, 0, 0], [130, 60, 0, 0]),
    "last": ([2, 1, 1, 0], [70, 20, 100, 0]),
    "linear": (
        [1 + 1 / 2 + 1 / 3 + 1 / 4, 1 / 2 + 1 / 3 + 2 / 4, 1 / 3 + 1 / 4, 0],
        [10 + 10 + 20 + 25, 10 + 20 + 50, 20 + 25, 0],
    ),
    "position": (
        [1 + 0.5 + 0.4 + 0.4, 0.5 + 0.4 + 0.2, 0.2 + 0.4, 0],
        [10 + 10 + 24 + 40, 10 + 24 + 20, 12 + 40, 0],
    ),
    "time_decay": (  # 1:2, then 1:2:4, then 1:2:2:4
        [1 + 1 / 3 + 4 / 7 + 1 / 9, 2 / 3 + 1 / 7 + 4 / 9, 2 / 7 + 4 / 9, 0],
        [10 + 20 / 3 + 240 / 7 + 100 / 9, 40 / 3 + 60 / 7 + 400 / 9, 120 / 7 + 400 / 9, 0],
    ),
    "u_shaped": (  # middle 0.2 / 2 of 0.9; twice 0.1 / 2 of 0.9
        [1 + 1 / 2 + 4 / 9 + 4 / 9, 1 / 2 + 4 / 9 + 1 / 9, 1 / 9 + 4 / 9, 0],
        [10 + 10 + 240 / 9 + 400 / 9, 10 + 240 / 9 + 100 / 9, 60 / 9 + 400 / 9, 0],
    ),
    "shapley": (  # alone, halves, thirds, thirds (B counts once)
        [1 + 1 / 2 + 2 / 3, 1 / 2 + 2 / 3, 2 / 3, 0],
        [10 + 10 + 20 + 100 / 3, 10 + 20 + 100 / 3, 20 + 100 / 3, 0],
    ),
}


@pytest.mark.parametrize("model", MODELS)
def test_credits_by_hand(model) -> None:
    found = partial_sums(JOURNEYS, 4).credit[:, MODELS.index(model)]
    np.testing.assert_allclose(found, BY_HAND[model], rtol=1e-12, atol=1e-15)


def test_roles_by_hand() -> None:
    """A is alone once; it opens two paths and closes one of the others."""
    found = partial_sums(JOURNEYS, 4)
    assert ROLES == ("solo", "introducer", "influencer", "closer")
    assert found.roles[0].tolist() == [[1, 0, 0, 0], [2, 1, 0, 0], [0, 1, 1, 0], [1, 1, 1, 0]]
    assert found.roles[1].tolist() == [
        [10, 0, 0, 0],
        [120, 60, 0, 0],
        [0, 100, 60, 0],
        [60, 20, 100, 0],
    ]


def test_orders_and_paths_count_a_member_once() -> None:
    """B has two touches in one order; the path that ends in none is a path, no order."""
    found = partial_sums(JOURNEYS, 4)
    assert found.orders.tolist() == [[4, 3, 2, 0], [190, 180, 160, 0]]
    assert found.paths.tolist() == [5, 3, 3, 0]


def test_several_touches_of_one_member_alone_are_solo() -> None:
    """Nobody else took part, so that it is no introducer either."""
    found = partial_sums(paths_of(((B, B, B), 2, 8, 0)), 3)
    assert found.roles[0].tolist() == [[0, 2, 0], [0] * 3, [0] * 3, [0] * 3]
    assert found.credit[0].tolist()[:4] == [[0, 2, 0]] * 4


def test_one_member_may_open_close_and_stand_between() -> None:
    """A B A A: each role once, however many touches."""
    found = partial_sums(paths_of(((A, B, A, A), 1, 1, 0)), 2)
    assert found.roles[0].tolist() == [[0, 0], [1, 0], [1, 1], [1, 0]]


def test_long_paths_count_members_once_too() -> None:
    """More touches than are compared one with each other; beside a short path."""
    long = tuple([A, B, C] * 7)
    found = partial_sums(paths_of((long, 1, 3, 0), ((B, A, A), 1, 1, 0), (long, 0, 0, 2)), 4)
    assert found.orders[0].tolist() == [2, 2, 1, 0]
    assert found.paths.tolist() == [4, 4, 3, 0]
    assert found.credit[0, MODELS.index("shapley")].tolist() == pytest.approx(
        [1 / 3 + 1 / 2, 1 / 3 + 1 / 2, 1 / 3, 0]
    )
    assert found.roles[0].tolist() == [[0] * 4, [1, 1, 0, 0], [2, 1, 1, 0], [1, 0, 1, 0]]


@pytest.mark.parametrize("seed", range(12))
def test_distinct_members_against_sets(seed) -> None:
    rng = np.random.default_rng(seed)
    rows = some_rows(rng, 5, 40, longest=14)
    found = partial_sums(paths_of(*rows), 5)
    wanted, between = np.zeros((2, 5)), np.zeros(5)
    for path, count, _, nulls in rows:
        wanted[0, list(set(path))] += count
        wanted[1, list(set(path))] += count + nulls
        between[list(set(path[1:-1]))] += count * (len(set(path)) > 1)
    np.testing.assert_allclose([found.orders[0], found.paths], wanted)
    np.testing.assert_allclose(found.roles[0, 2], between)
    closers, introducers = found.roles[:, 3], found.roles[:, 1]
    np.testing.assert_allclose(closers.sum(axis=1), introducers.sum(axis=1))


@pytest.mark.parametrize("members", range(1, 8))
def test_shapley_is_the_value_of_the_game(members) -> None:
    """Against marginal contributions over all 2^(n-1) subsets (Shapley 1953)."""
    rng = np.random.default_rng(members)
    rows = some_rows(rng, members, 25)
    found = partial_sums(paths_of(*rows), members).credit[0, MODELS.index("shapley")]
    np.testing.assert_allclose(found, reference.shapley(rows, members), rtol=1e-11, atol=1e-12)


def test_totals_keep_unattributed_conversions_apart() -> None:
    """No touch: a row of its own; weights count as often as the path stands."""
    found = partial_sums(paths_of(((A, B), 2, 9, 1), ((), 3, 4, 5), ((B,), 0, 0, 0)), 2)
    assert found.totals == Totals(5, 13, 3, 4, 11, 6, 0, 2)
    assert found.credit[:, 2].sum(axis=1).tolist() == [2, 9]
    assert found.paths.tolist() == [3, 3]


@pytest.mark.parametrize("rows", [[], [((), 1, 5, 0)], [((), 0, 0, 1)], [((0,), 0, 0, 0)]])
def test_nothing_to_credit(rows) -> None:
    """No path, or none with touches that stands at least once."""
    paths = paths_of(*rows) if rows else replace(paths_of(((), 0, 0, 0)), offsets=np.array([0]))
    if not rows:
        empty = np.zeros(0)
        paths = replace(paths, conversions=empty, value=empty, nulls=empty)
    found = partial_sums(paths, 3, order=2)
    assert not found.credit.any() and not found.roles.any() and not found.paths.any()
    assert len(found.grams.keys) == 0


def timed(rng: np.random.Generator, count: int):
    """Random paths with times in microseconds."""
    rows = some_rows(rng, 6, count, longest=11)
    plain = paths_of(*rows)
    time = np.sort(rng.integers(0, int(40 * DAY * 1e6), len(plain.member)))
    return replace(plain, time=time, converted_at=np.full(count, int(50 * DAY * 1e6)))


def assert_same(one, other) -> None:
    for name in ("credit", "roles", "orders", "paths"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, atol=1e-12)
    assert astuple(one.totals) == pytest.approx(astuple(other.totals), rel=1e-12)
    assert one.grams.keys.tolist() == other.grams.keys.tolist()
    assert one.grams.end_keys.tolist() == other.grams.end_keys.tolist()
    np.testing.assert_allclose(one.grams.counts, other.grams.counts, rtol=1e-12)
    np.testing.assert_allclose(one.grams.ends, other.grams.ends, rtol=1e-12)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("order", [0, 1, 3])
def test_any_division_into_batches_gives_the_same_sums(seed, order) -> None:
    """Each path goes to a random batch; batches may be empty; any order of adding."""
    rng = np.random.default_rng(seed)
    paths = timed(rng, 60)
    home = rng.integers(0, 7, 60)
    whole = partial_sums(paths, 6, order)
    parts = [
        partial_sums(replace(part, touchpoints=float((part.lengths * part.weight).sum())), 6, order)
        for part in (paths.only(home == place) for place in range(8))
    ]
    assert_same(merge(parts, 6, order), whole)
    assert_same(merge(reversed(parts), 6, order), whole)
    assert_same(sum(parts, nothing(6, order)), whole)


def test_the_order_of_journeys_does_not_matter() -> None:
    rng = np.random.default_rng(9)
    rows = some_rows(rng, 6, 50)
    shuffled = [rows[place] for place in rng.permutation(50)]
    assert_same(partial_sums(paths_of(*rows), 6, 3), partial_sums(paths_of(*shuffled), 6, 3))


def test_a_weighted_path_is_that_many_paths() -> None:
    """Two conversions and one null of one path, and the three paths one by one."""
    together = partial_sums(paths_of(((A, B, A), 2, 10, 1)), 2, 2)
    single = paths_of(((A, B, A), 1, 5, 0), ((A, B, A), 1, 5, 0), ((A, B, A), 0, 0, 1))
    assert_same(together, partial_sums(single, 2, 2))


@pytest.mark.parametrize("members", [3, 700])
def test_grams_are_counted_alike_by_table_and_by_sorting(members) -> None:
    """Few members: a table of all; many: sorted. Start is the digit ``members``."""
    base = members + 1
    found = partial_sums(paths_of(((A, B), 2, 10, 1), ((B,), 0, 0, 1)), members, 2).grams
    start = members * base + members
    keys = [start * base + A, (members * base + A) * base + B, start * base + B]
    assert dict(zip(found.keys.tolist(), found.counts.tolist(), strict=True)) == dict(
        zip(keys, [3, 3, 1], strict=True)
    )
    ends = {A * base + B: [2, 10, 1], members * base + B: [0, 0, 1]}
    assert dict(zip(found.end_keys.tolist(), found.ends.T.tolist(), strict=True)) == ends


def test_a_lower_order_is_counted_from_a_higher() -> None:
    rows = some_rows(np.random.default_rng(4), 5, 60)
    highest = partial_sums(paths_of(*rows), 5, 3).grams
    for order in (1, 2):
        found, wanted = highest.lower(order), partial_sums(paths_of(*rows), 5, order).grams
        assert found.keys.tolist() == wanted.keys.tolist()
        np.testing.assert_allclose(found.counts, wanted.counts)
        np.testing.assert_allclose(found.ends, wanted.ends)


@pytest.mark.parametrize(("members", "order"), [(3, 1), (2, 2)])
def test_sums_over_other_members_or_orders_do_not_add(members, order) -> None:
    with pytest.raises(InputError, match=r"can't be added to sums over .* use the same for all"):
        nothing(2, 1) + nothing(members, order)
