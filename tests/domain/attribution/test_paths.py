"""What is refused before anything is counted, and how paths are picked out."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.domain.attribution import partial_sums
from workbench.domain.errors import InputError

from .reference import paths_of, rows_of

GOOD = paths_of(
    ((0, 1), 1, 5, 0),
    ((), 1, 2, 0),
    ((1,), 0, 0, 1),
    time=((1, 2), (), (9,)),
    converted_at=(2, 0, 0),
)


def test_paths_are_picked_out_with_their_touches() -> None:
    """Weights, times and touches stay together; the totals are of the batch, so they stay."""
    found = replace(GOOD, journeys=7).only(np.array([False, True, True]))
    assert rows_of(found) == [((), 1, 2, 0, ()), ((1,), 0, 0, 1, (9,))]
    assert found.journeys == 7
    untimed = replace(GOOD, time=None, converted_at=None).only(np.array([True, False, False]))
    assert rows_of(untimed) == [((0, 1), 1, 5, 0, ())]
    assert GOOD.only(np.ones(3, bool)) is GOOD


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"member": np.array([0, 2, 1])}, "Member code 2 is none of the 2 members; codes run from"),
        ({"member": np.array([0, -1, 1])}, "Member code -1 is none of the 2 members"),
        ({"offsets": np.array([0, 2, 2, 4])}, "The offsets of the paths don't divide 3 touches"),
        ({"offsets": np.array([1, 2, 2, 3])}, "The offsets of the paths don't divide 3 touches"),
        ({"offsets": np.array([0, 2, 1, 3])}, "The offsets of the paths don't divide 3 touches"),
        ({"offsets": np.zeros(0, int)}, "The offsets of the paths don't divide 3 touches"),
        ({"time": None}, "Only one of touches and conversions has times; give times to both"),
        ({"value": np.ones(2)}, "Column value has 2 entries where 3 are needed; give one for each"),
        ({"time": np.ones(2)}, "Column time has 2 entries where 3 are needed"),
        ({"nulls": np.array([0, 0, -1.0])}, "nulls -1.0 of a path is not allowed; it is a number"),
        ({"value": np.array([-5.0, 2, 0])}, "value -5.0 of a path is not allowed; it is a number"),
        ({"value": np.array([5, np.nan, 0])}, "value nan of a path is not allowed"),
        ({"value": np.array([5, 2, 3.0])}, "A path has the value 3.0 but no conversions; give its"),
        ({"time": np.array([1, 2, 9])}, "Touches and conversions have times of different units"),
        ({"time": np.array([2.0, 1, 9])}, "The touches of a path are not in order of time up to"),
        ({"time": np.array([1, np.nan, 9])}, "The touches of a path are not in order of time up"),
        ({"time": np.array([1, 3.0, 9])}, "The touches of a path are not in order of time up to"),
    ],
)
def test_what_is_no_batch_of_paths(changes, message) -> None:
    with pytest.raises(InputError) as caught:
        partial_sums(replace(GOOD, **changes), members=2)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("members", "order", "message"),
    [
        (2, 4, "A Markov order of 4 is not allowed; it is 1, 2 or 3, or 0 for no chain."),
        (2, -1, "A Markov order of -1 is not allowed"),
        (60_000, 3, "A Markov order of 3 is too high for 60000 members; choose a lower order"),
    ],
)
def test_what_is_no_order(members, order, message) -> None:
    with pytest.raises(InputError) as caught:
        partial_sums(GOOD, members, order)
    assert str(caught.value).startswith(message)
