"""Weighted paths, and ten thousand real journeys against another library (PyPI ``mta``)."""

from collections import defaultdict
from itertools import pairwise

import mta
import numpy as np
import pyarrow as pa
import pytest

from workbench.domain.errors import InputError
from workbench.events.weighted import credit_weighted


def by_name(found, model, amount="conversions"):
    row = getattr(found.found, amount)[found.found.row(model)]
    return dict(zip(found.names, row.tolist(), strict=True))


def test_paths_stand_as_often_as_they_say():
    """Of 3 conversions 2 go a > b > a, one b; one came from nowhere. By hand."""
    found = credit_weighted(
        pa.table(
            {
                "path": ["a > b > a", "b", "", " c>a"],
                "conversions": [2, 1, 1, 0],
                "value": [10.0, 5.0, None, 0.0],
                "nulls": [1, 0, 3, 4],
            }
        )
    )
    assert found.names == ("a", "b", "c")
    assert by_name(found, "linear") == pytest.approx({"a": 4 / 3, "b": 5 / 3, "c": 0})
    assert by_name(found, "shapley", "value") == pytest.approx({"a": 5, "b": 10, "c": 0})
    totals = found.found.totals
    assert (totals.conversions, totals.unattributed, totals.value) == (4, 1, 15)
    assert (totals.journeys, totals.touchpoints) == (12, 2 * 3 + 3 + 1 + 4 * 2)
    assert found.found.left_out == ("time_decay", "u_shaped")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"path": ["a", None], "conversions": [1, 1]}, "Row 2 has no path"),
        ({"path": ["a", "b > > c"], "conversions": [1, 1]}, "'b > > c' in row 2 has a touch wi"),
        ({"path": ["a"], "conversions": [-1]}, "Row 1 has -1.0 in column conversions"),
        ({"path": ["a"], "conversions": [None]}, "Row 1 has nan in column conversions"),
        ({"path": ["a"], "conversions": [1.0], "nulls": [np.inf]}, "Row 1 has inf in column nu"),
    ],
)
def test_what_cannot_be_counted(columns, message):
    with pytest.raises(InputError, match=message):
        credit_weighted(pa.table(columns))


# ---- The journeys that mta ships, read and counted by mta ----


@pytest.fixture(scope="module")
def theirs():
    return mta.MTA(allow_loops=True)


@pytest.fixture(scope="module")
def ours():
    rows = mta.MTA(allow_loops=True).data
    table = pa.table(
        {
            "path": [" > ".join(path) for path in rows["path"]],
            "conversions": rows["total_conversions"].astype(float),
            "value": rows["total_conversion_value"],
            "nulls": rows["total_null"].astype(float),
        }
    )
    return credit_weighted(table, order=3)


@pytest.mark.parametrize(
    ("model", "method", "name", "options"),
    [
        ("first", "first_touch", "first_touch", {}),
        ("last", "last_touch", "last_touch", {}),
        ("linear", "linear", "linear", {"share": "proportional"}),
        ("position", "position_based", "pos_based", {}),
        # Equal shares among distinct channels, which docs/attribution.md proves to be Shapley's.
        ("shapley", "linear", "linear", {"share": "same"}),
        ("shapley", "shapley", "shapley", {}),
    ],
)
def test_real_journeys_are_credited_as_by_mta(theirs, ours, model, method, name, options):
    getattr(theirs, method)(normalize=False, **options)
    wanted = dict(theirs.attribution[name])
    assert by_name(ours, model) == pytest.approx(wanted, rel=1e-9)


def test_ten_thousand_paths_were_read(theirs, ours):
    assert len(theirs.data) == 10_000
    assert ours.names == tuple(theirs.channels)
    for row in ours.found.conversions:
        assert row.sum() == pytest.approx(theirs.data["total_conversions"].sum(), rel=1e-12)
    for row in ours.found.value:
        assert row.sum() == pytest.approx(theirs.data["total_conversion_value"].sum(), rel=1e-9)


def chances(theirs) -> np.ndarray:
    """mta's transition matrix: channels, then start, conversion, null."""
    names = [*theirs.channels, theirs.START, theirs.CONV, theirs.NULL]
    place = {name: index for index, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    for (one, other), chance in theirs.transition_matrix().items():
        matrix[place[one], place[other]] = chance
    return matrix


def without(matrix: np.ndarray, channel: int | None) -> np.ndarray:
    """Whoever would go to the channel goes nowhere."""
    left = matrix.copy()
    if channel is not None:
        left[:, -1] += left[:, channel]
        left[:, channel] = 0
    return left


def effects(chance_of, channels: int) -> np.ndarray:
    whole = chance_of(None)
    return np.array([1 - chance_of(channel) / whole for channel in range(channels)])


def solved(theirs) -> np.ndarray:
    """Removal effects, with one solve for each where ours has one factorisation for all."""
    matrix, size = chances(theirs), len(theirs.channels)

    def chance_of(channel):
        left = without(matrix, channel)
        inner = left[: size + 1, : size + 1]
        return np.linalg.solve(np.eye(size + 1) - inner, left[: size + 1, size + 1])[size]

    return effects(chance_of, size)


def test_markov_is_what_removing_each_channel_in_mtas_matrix_gives(theirs, ours):
    shares = ours.found.conversions[ours.found.row("markov_1")]
    wanted = solved(theirs)
    np.testing.assert_allclose(shares / shares.sum(), wanted / wanted.sum(), atol=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_markov_is_what_walks_through_mtas_matrix_give(theirs, ours, seed):
    """400,000 walks for each removal. With p the chance of conversion, the variance of a removal
    effect 1 - p_i / p is below 2 / (n p); four standard errors are allowed."""
    matrix, size, walks = chances(theirs), len(theirs.channels), 400_000
    rng = np.random.default_rng(seed)

    def chance_of(channel):
        reach = np.cumsum(without(matrix, channel), axis=1)
        at = np.full(walks, size)
        going = np.arange(walks)
        while len(going):
            at[going] = (rng.random(len(going))[:, None] > reach[at[going]]).sum(axis=1)
            going = going[at[going] <= size]
        return (at == size + 1).mean()

    shares = ours.found.conversions[ours.found.row("markov_1")]
    exact = solved(theirs).sum() * shares / shares.sum()
    allowed = 4 * np.sqrt(2 / walks / chance_of(None))
    assert allowed < 0.025  # effects run up to 0.56
    assert np.abs(effects(chance_of, size) - exact).max() < allowed


def test_higher_orders_remember_more(ours):
    """They differ from order 1, and from one another, on real journeys."""
    rows = [ours.found.conversions[ours.found.row(f"markov_{order}")] for order in (1, 2, 3)]
    assert np.abs(rows[0] - rows[1]).max() > 1
    assert np.abs(rows[1] - rows[2]).max() > 1


def test_higher_orders_are_removals_in_the_chain_of_pairs(theirs, ours):
    """Order 2 by hand: states are the last two channels; a channel's states are removed."""
    counts = defaultdict(float)
    for row in theirs.data.itertuples():
        states = [("start",), *zip(["start", *row.path], row.path, strict=False)]
        for one, other in pairwise(states):
            counts[one, other] += row.total_conversions + row.total_null
        counts[states[-1], "conversion"] += row.total_conversions
        counts[states[-1], "null"] += row.total_null
    names = sorted({one for one, _ in counts}, key=str)
    place = {name: index for index, name in enumerate(names)}
    matrix, ends = np.zeros((len(names), len(names))), np.zeros(len(names))
    leaving = defaultdict(float)
    for (one, _), count in counts.items():
        leaving[one] += count
    for (one, other), count in counts.items():
        if other == "conversion":
            ends[place[one]] = count / leaving[one]
        elif other != "null":
            matrix[place[one], place[other]] = count / leaving[one]

    def chance_of(channel):
        keep = np.array([name[-1] != channel for name in names])
        inner = np.eye(keep.sum()) - matrix[np.ix_(keep, keep)]
        order = [name for name, kept in zip(names, keep, strict=True) if kept]
        return np.linalg.solve(inner, ends[keep])[order.index(("start",))]

    whole = chance_of(None)
    lost = np.array([1 - chance_of(name) / whole for name in ours.names])
    shares = ours.found.conversions[ours.found.row("markov_2")]
    np.testing.assert_allclose(shares / shares.sum(), lost / lost.sum(), atol=1e-9)
