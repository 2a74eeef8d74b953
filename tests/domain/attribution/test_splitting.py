"""From events to paths: windows, ties, what comes after, what has no touch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.attribution import Conversions, Touches, in_order, split
from workbench.domain.errors import InputError

from .reference import rows_of
from .reference import split as slowly

quick = settings(max_examples=200, deadline=None, database=None, derandomize=True)


def touches(*rows, kind=float) -> Touches:
    """Rows (journey, time, member)."""
    columns = np.array(rows, float).reshape(-1, 3).T
    return Touches(columns[0].astype(int), columns[1].astype(kind), columns[2].astype(np.int32))


def conversions(*rows, kind=float) -> Conversions:
    """Rows (journey, time, value)."""
    columns = np.array(rows, float).reshape(-1, 3).T
    return Conversions(columns[0].astype(int), columns[1].astype(kind), columns[2])


def test_each_conversion_closes_its_path() -> None:
    """Touches go to the first conversion after them; what is left forms a path that has none."""
    found = split(
        touches((1, 10, 0), (1, 20, 1), (1, 35, 2), (1, 50, 3)),
        conversions((1, 30, 5.0), (1, 40, 7.0)),
    )
    assert rows_of(found) == [
        ((0, 1), 1, 5, 0, (10, 20)),
        ((2,), 1, 7, 0, (35,)),
        ((3,), 0, 0, 1, (50,)),
    ]
    assert found.converted_at[:2].tolist() == [30, 40]
    assert (found.journeys, found.touchpoints, found.outside) == (1, 4, 0)


def test_a_touch_at_the_instant_of_a_conversion_comes_before_it() -> None:
    found = split(touches((1, 30, 0), (1, 30.5, 1)), conversions((1, 30, 1.0)))
    assert rows_of(found) == [((0,), 1, 1, 0, (30,)), ((1,), 0, 0, 1, (30.5,))]


def test_conversions_at_one_instant_close_one_path_together() -> None:
    """So that no order of rows decides which of the two has the touches."""
    found = split(touches((1, 10, 0)), conversions((1, 30, 2.0), (1, 30, 3.0)))
    assert rows_of(found) == [((0,), 2, 5, 0, (10,))]


def test_a_conversion_without_touches_is_kept_as_unattributed() -> None:
    """Journey 1 has no touch at all, the second of journey 2 has none of its own."""
    found = split(touches((2, 10, 0)), conversions((1, 5, 3.0), (2, 20, 1.0), (2, 30, 2.0)))
    assert rows_of(found) == [((0,), 1, 1, 0, (10,)), ((), 1, 3, 0, ()), ((), 1, 2, 0, ())]
    assert found.journeys == 2


def test_a_journey_that_never_converts_is_one_path() -> None:
    """Also between journeys that do, and whatever its touches."""
    found = split(touches((1, 1, 0), (2, 1, 1), (2, 9, 1), (3, 1, 2)), conversions((3, 2, 4.0)))
    assert rows_of(found) == [
        ((0,), 0, 0, 1, (1,)),
        ((1, 1), 0, 0, 1, (1, 9)),
        ((2,), 1, 4, 0, (1,)),
    ]


@pytest.mark.parametrize(("kind", "second"), [(float, 1), (np.int64, 1_000_000)])
def test_the_window_holds_touches_as_old_as_the_lookback(kind, second) -> None:
    """10 s before counts with a lookback of 10 s, 11 s before doesn't; touches that led to no
    conversion are no older than anything; the outsider is counted."""
    found = split(
        touches((1, 19 * second, 0), (1, 20 * second, 1), (1, 99 * second, 2), kind=kind),
        conversions((1, 30 * second, 5.0), kind=kind),
        lookback=10,
    )
    assert rows_of(found) == [
        ((1,), 1, 5, 0, (20 * second,)),
        ((2,), 0, 0, 1, (99 * second,)),
    ]
    assert found.outside == 1
    assert found.touchpoints == 3


def test_a_conversion_whose_touches_are_all_too_old_is_unattributed() -> None:
    found = split(touches((1, 0, 0)), conversions((1, 30, 5.0)), lookback=0)
    assert rows_of(found) == [((), 1, 5, 0, ())]
    assert found.outside == 1


@pytest.mark.parametrize("lookback", [None, 60])
def test_no_events_give_no_paths(lookback) -> None:
    found = split(touches(), conversions(), lookback)
    assert rows_of(found) == []
    assert (found.journeys, found.touchpoints) == (0, 0)
    assert rows_of(split(touches((7, 1, 0)), conversions(), lookback)) == [((0,), 0, 0, 1, (1,))]
    assert rows_of(split(touches(), conversions((7, 1, 9)), lookback)) == [((), 1, 9, 0, ())]


def test_touches_at_one_instant_go_by_the_key_and_then_by_member() -> None:
    """Whatever the order of rows; the key comes before the member."""
    given_rows = [(1, 5, 2), (1, 5, 0), (1, 5, 1), (0, 9, 3)]
    key = np.array([0, 1, 1, 0])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]):
        shuffled = touches(*(given_rows[place] for place in order))
        assert in_order(shuffled, key[order]).member.tolist() == [3, 2, 0, 1]
        assert in_order(shuffled).member.tolist() == [3, 0, 1, 2]


events = st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(0, 2))


@quick
@given(
    st.lists(events, max_size=25),
    st.lists(events, max_size=10),
    st.one_of(st.none(), st.integers(0, 6)),
    st.one_of(st.none(), st.integers(0, 7)),
    st.booleans(),
)
def test_against_the_slow_reference(touch_rows, conversion_rows, lookback, since, exact) -> None:
    """Few journeys, few instants: most things tie."""
    kind, unit = (np.int64, 1_000_000) if exact else (float, 1)
    scaled = [(j, t * unit, m) for j, t, m in touch_rows]
    orders = sorted((j, t * unit, v) for j, t, v in conversion_rows)
    sorted_touches, sorted_orders = (
        in_order(touches(*scaled, kind=kind)),
        conversions(*orders, kind=kind),
    )
    found = split(sorted_touches, sorted_orders, lookback, since)
    wanted, outside, journeys = slowly(
        scaled, orders, *(None if each is None else each * unit for each in (lookback, since))
    )
    assert sorted(rows_of(found)) == sorted(wanted)
    assert found.outside == outside
    counted = [row for row in orders if since is None or row[1] >= since * unit]
    assert found.conversions.sum() == len(counted)
    assert found.value.sum() == sum(value for *_, value in counted)
    assert found.touchpoints == len(found.member) + outside
    assert since is not None or found.touchpoints == len(scaled)
    assert found.journeys == len(journeys)


def test_what_ended_before_the_period_keeps_its_touches() -> None:
    """Since 25: the order at 20 is not counted, and its touch doesn't lead to the one at 30."""
    found = split(
        touches((1, 10, 0), (2, 5, 1), (2, 26, 1)),
        conversions((1, 20, 5.0), (1, 30, 7.0)),
        since=25,
    )
    assert rows_of(found) == [((1, 1), 0, 0, 1, (5, 26)), ((), 1, 7, 0, ())]
    assert (found.journeys, found.touchpoints) == (2, 2)


@pytest.mark.parametrize(
    ("first", "second", "lookback", "message"),
    [
        (touches((2, 1, 0), (1, 1, 0)), conversions(), None, "The touches are not sorted by jo"),
        (touches((1, 2, 0), (1, 1, 0)), conversions(), None, "The touches are not sorted by jo"),
        (touches((1, np.nan, 0)), conversions(), None, "The touches are not sorted by journey"),
        (touches(), conversions((1, 2, 0), (1, 1, 0)), None, "The conversions are not sorted by"),
        (touches(), conversions(), -1, "A lookback of -1 is not allowed; it is a number of sec"),
        (touches(), conversions(), np.nan, "A lookback of nan is not allowed; it is a number"),
        (touches(kind=int), conversions(), None, "Touches and conversions have times of differ"),
    ],
)
def test_what_cannot_be_split(first, second, lookback, message) -> None:
    with pytest.raises(InputError) as caught:
        split(first, second, lookback)
    assert str(caught.value).startswith(message)
