"""Attribution over an engine's tables: against the rules row by row, in any order of rows."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.attribution import reference
from workbench.domain.attribution import attribute, partial_sums
from workbench.domain.credited import LiftTest, incremental_table
from workbench.domain.errors import InputError
from workbench.domain.question import Question
from workbench.events import journeys
from workbench.events.attributing import answer, credit
from workbench.events.engines import engine
from workbench.events.journeys import CollisionError, whole_journeys

from .events import TIME, conversions, touches

ALL = Question(lookback=None)
quick = settings(max_examples=60, deadline=None, database=None, derandomize=True)


def asked(duck, touched, converted, question=ALL, **more):
    return answer(duck, duck.table(touched), duck.table(converted), question, **more)


def shares(found, model):
    """Name -> conversions by a model."""
    row = found.credited.found.conversions[found.credited.found.row(model)]
    return dict(zip(found.credited.names, row.tolist(), strict=True))


def test_two_partners_and_a_late_touch(duck):
    """a, b, order: half each by linear; the touch after the order belongs to nobody's order."""
    found = asked(
        duck, touches(("j", 0, "a"), ("j", 1, "b"), ("j", 9, "c")), conversions(("j", 2, 80.0))
    )
    assert shares(found, "first") == {"a": 1, "b": 0, "c": 0}
    assert shares(found, "linear") == {"a": 0.5, "b": 0.5, "c": 0}
    totals = found.credited.found.totals
    assert (totals.conversions, totals.value, totals.journeys, totals.touchpoints) == (1, 80, 1, 3)


def test_a_touch_without_a_name_is_a_member_of_its_own(duck):
    found = asked(duck, touches(("j", 0, None), ("j", 1, "b")), conversions(("j", 2, 1.0)))
    assert shares(found, "linear") == {"b": 0.5, None: 0.5}


def test_an_empty_name_is_a_missing_one(duck):
    found = asked(
        duck, touches(("j", 0, None), ("j", 1, ""), ("j", 1.5, "b")), conversions(("j", 2, 3.0))
    )
    assert shares(found, "linear") == pytest.approx({"b": 1 / 3, None: 2 / 3})


def test_a_conversion_without_a_journey_or_value_is_counted_apart(duck):
    found = asked(
        duck, touches(("j", 0, "a")), conversions(("j", 1, None), (None, 1, 5.0), ("k", 2, 7.0))
    )
    assert (found.counted.without_journey, found.counted.without_value) == (1, 1)
    totals = found.credited.found.totals
    assert (totals.conversions, totals.value, totals.unattributed) == (2, 7, 1)


def test_nothing_at_all(duck):
    found = asked(duck, touches(), conversions())
    assert found.credited.names == ()
    assert found.credited.found.totals.conversions == 0


def test_the_window_and_the_days(duck):
    """Order of day 3 is before the period and keeps its touch; the one of day 40 has a touch 30
    days old to the microsecond, and one older."""
    touched = touches(("j", 1, "early"), ("j", 9.999, "old"), ("j", 10, "edge"), ("j", 39, "new"))
    question = Question(since=date(2026, 1, 20), until=date(2026, 2, 10))
    found = asked(
        duck, touched, conversions(("j", 3, 1.0), ("j", 40, 1.0), ("j", 60, 1.0)), question
    )
    assert shares(found, "linear") == {"early": 0, "edge": 0.5, "new": 0.5, "old": 0}
    totals = found.credited.found.totals
    assert (totals.conversions, totals.outside, totals.touchpoints) == (1, 1, 3)


def test_only_the_statuses_asked_for_count(duck):
    converted = conversions(
        ("j", 1, 1.0), ("j", 2, 2.0), ("j", 3, 4.0), status=["approved", "reversed", "paid"]
    )
    assert asked(duck, touches(("j", 0, "a")), converted).credited.found.totals.value == 5
    only = ALL.but(statuses=("reversed",))
    assert asked(duck, touches(("j", 0, "a")), converted, only).credited.found.totals.value == 2


def test_orders_that_two_exports_report_are_said_to_count_twice(duck):
    converted = conversions(("j", 1, 5.0), ("j", 1, 5.0), source=["ga4", "impact"])
    found = asked(duck, touches(("j", 0, "a")), converted)
    assert (found.counted.sources, found.credited.found.totals.value) == (("ga4", "impact"), 10)
    one = asked(duck, touches(("j", 0, "a")), converted, ALL.but(source="impact"))
    assert (one.counted.sources, one.credited.found.totals.value) == (("impact",), 5)
    with pytest.raises(InputError, match="No conversions come from 'awin'; they come from: ga4"):
        asked(duck, touches(("j", 0, "a")), converted, ALL.but(source="awin"))


def test_amounts_of_several_currencies_are_not_added_up(duck):
    converted = conversions(("j", 1, 1.0), ("j", 2, 2.0), currency=["USD", "EUR"])
    with pytest.raises(InputError, match="in several currencies: EUR, USD"):
        asked(duck, touches(("j", 0, "a")), converted)
    found = asked(duck, touches(("j", 0, "a")), converted, ALL.but(currency="EUR"))
    assert (found.counted.currency, found.credited.found.totals.value) == ("EUR", 2)


@pytest.mark.parametrize(
    ("touched", "converted", "message"),
    [
        (touches(("j", 0, "a")), conversions(("j", 1, -2.0)), "negative value, the lowest -2.0"),
        (touches((None, 0, "a")), conversions(("j", 1, 2.0)), "1 touchpoints have no journey"),
        (
            touches(("j", 0, "a")).set_column(1, "timestamp", pa.array([None], TIME)),
            conversions(("j", 1, 2.0)),
            "1 touchpoints have no timestamp",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_attributed(duck, touched, converted, message):
    with pytest.raises(InputError, match=message):
        asked(duck, touched, converted)


def test_an_unknown_column_is_named(duck):
    with pytest.raises(InputError, match="no column media; their columns are: journey, timestamp"):
        asked(duck, touches(("j", 0, "a")), conversions(), ALL.but(by="media"))


def test_cost_is_commission_and_what_touches_cost(duck):
    touched = touches(("j", 0, "a"), ("j", 1, "b"), ("j", 5, "c"), cost=[2.0, None, None])
    converted = conversions(
        ("j", 2, 50.0), ("j", 3, 50.0), partner=["b", "a"], commission=[10.0, 1.5]
    )
    assert asked(duck, touched, converted).cost == {"a": 3.5, "b": 10.0}


def test_a_lift_test_is_set_against_what_was_credited_in_its_days(duck):
    """Last touch credits b with the order of day 2 only; the test's days leave out the other."""
    touched = touches(("j", 0, "a"), ("j", 1, "b"), ("k", 20, "b"))
    converted = conversions(("j", 2, 50.0), ("k", 21, 70.0))
    test = LiftTest("b", date(2026, 1, 1), date(2026, 1, 5), 0.4, 0.2, 0.6)
    found = asked(duck, touched, converted, ALL.but(model="last"), lifts=[test])
    assert found.calibrations[0].credited == 1
    assert shares(found, "last")["b"] == 2


events = st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(0, 2))


@quick
@given(
    st.lists(events, min_size=1, max_size=25),
    st.lists(events, max_size=10),
    st.one_of(st.none(), st.integers(0, 6)),
    st.randoms(use_true_random=False),
)
def test_against_the_rules_row_by_row(duck, touch_rows, conversion_rows, lookback, random):
    """Names and digests instead of numbers, in any order of rows: the same credits."""
    random.shuffle(touch_rows)
    touched = touches(*((f"journey {j}", t, f"p{m}") for j, t, m in touch_rows))
    converted = conversions(*((f"journey {j}", t, float(v)) for j, t, v in conversion_rows))
    window = None if lookback is None else lookback * 86400.0
    found = asked(duck, touched, converted, Question(lookback=window)).credited
    used = sorted({m for *_, m in touch_rows})
    assert found.names == tuple(f"p{m}" for m in used)
    rows, _, _ = reference.split(
        [(j, t * 86400.0, used.index(m)) for j, t, m in touch_rows],
        [(j, t * 86400.0, float(v)) for j, t, v in conversion_rows],
        window,
    )
    ends = [ending(row, conversion_rows) for row in rows]
    wanted = attribute(
        partial_sums(
            reference.paths_of(
                *(row[:4] for row in rows), time=[row[4] for row in rows], converted_at=ends
            ),
            len(used),
        )
    )
    # Ages decide two models; the reference does not keep when a path ended.
    for model in ("first", "last", "linear", "position", "shapley", "markov_1"):
        np.testing.assert_allclose(
            found.found.conversions[found.found.row(model)],
            wanted.conversions[wanted.row(model)],
            atol=1e-9,
        )
        np.testing.assert_allclose(
            found.found.value[found.found.row(model)], wanted.value[wanted.row(model)], atol=1e-9
        )
    assert found.found.totals.conversions == len(conversion_rows)


def ending(row, conversion_rows) -> float:
    return max((t * 86400.0 for _, t, _ in conversion_rows), default=0.0)


def test_the_order_of_rows_and_the_size_of_pieces_do_not_matter(duck, monkeypatch):
    rng = np.random.default_rng(3)
    rows = [
        (f"j{j}", float(rng.integers(0, 40)), f"p{rng.integers(0, 9)}")
        for j in rng.integers(0, 300, 2000)
    ]
    orders = [(f"j{j}", float(rng.integers(0, 40)), float(j)) for j in rng.integers(0, 330, 200)]
    whole = asked(duck, touches(*rows), conversions(*orders)).credited
    rng.shuffle(rows)
    rng.shuffle(orders)
    monkeypatch.setattr(journeys, "BATCH", 64)
    pieces = asked(duck, touches(*rows), conversions(*orders)).credited
    assert whole.names == pieces.names
    np.testing.assert_allclose(whole.found.conversions, pieces.found.conversions, atol=1e-9)
    np.testing.assert_allclose(whole.found.value, pieces.found.value, rtol=1e-12)
    sums = whole.found.conversions.sum(axis=1)
    np.testing.assert_allclose(sums, 200 - whole.found.totals.unattributed, rtol=1e-12)


def test_journeys_that_share_a_digest_are_told_apart(duck, monkeypatch):
    """Every digest the same: the second one gives it away, and names take over."""
    import ibis

    touched = touches(("j", 0, "a"), ("k", 1, "b"))
    converted = conversions(("k", 2, 5.0), ("j", 3, 7.0))
    wanted = asked(duck, touched, converted).credited.found
    monkeypatch.setattr(
        type(duck),
        "digests",
        lambda _self, column: (ibis.literal(1), column.length() * 0 + column.ascii_str()),
    )
    found = asked(duck, touched, converted).credited.found
    np.testing.assert_array_equal(found.conversions, wanted.conversions)
    assert found.totals == wanted.totals


def test_a_collision_is_seen_between_pieces():
    columns = {"journey": [1, 1], "check": [5, 6], "moment": [0, 2], "member": [0, 0]}
    batch = pa.RecordBatch.from_pydict({name: pa.array(each) for name, each in columns.items()})
    with pytest.raises(CollisionError):
        list(whole_journeys(iter([batch])))


def test_little_memory_is_enough():
    """A million and a half touches, of which the rows to be sorted don't fit in 100 MB."""
    rng = np.random.default_rng(5)
    size = 1_500_000
    journey = pa.array(np.char.add("journey-", rng.integers(0, 400_000, size).astype(str)))
    moment = pa.array(rng.integers(0, 10**15, size), pa.timestamp("us", "UTC"))
    partner = pa.array(rng.integers(0, 50, size).astype(str))
    touched = pa.table({"journey": journey, "timestamp": moment, "partner": partner})
    converted = conversions(("journey-1", 10**9 / 86400, 1.0))
    with engine("duckdb", memory="100MB", threads=1) as small:
        found = credit(small, small.table(touched), small.table(converted), ALL)
    assert found.found.totals.touchpoints == size


def test_costs_of_several_currencies_are_not_added_up(duck):
    touched = touches(
        ("j", 0, "a"), ("j", 1, "b"), ("j", 1, "a"), ("j", 1, "c"),
        cost=[2.0, 3.0, 4.0, 5.0], currency=["USD", "USD", "JPY", None],
    )  # fmt: skip
    converted = conversions(("j", 2, 50.0), partner=["a"], commission=[10.0], currency=["USD"])
    found = asked(duck, touched, converted)
    # 2 USD, 4 JPY and a commission: what "a" cost is unknown; 5 without a currency are dollars.
    assert found.cost == {"b": 3.0, "c": 5.0}
    assert found.counted.foreign_costs == 1
    # Orders that name no currency: costs in one are added up, costs in two are not.
    bare = conversions(("j", 2, 50.0), partner=["b"], commission=[1.0])
    assert asked(duck, touched, bare).cost == {"c": 5.0}
    one = touches(("j", 0, "a"), cost=[2.0], currency=["JPY"])
    assert asked(duck, one, bare).cost == {"a": 2.0, "b": 1.0}


def test_costs_in_the_currency_asked_for(duck):
    touched = touches(("j", 0, "a"), ("j", 1, "b"), cost=[2.0, 3.0], currency=["USD", "EUR"])
    converted = conversions(
        ("j", 2, 50.0), ("j", 3, 7.0), partner=["a", "b"], commission=[10.0, 1.0],
        currency=["USD", "EUR"],
    )  # fmt: skip
    assert asked(duck, touched, converted, ALL.but(currency="EUR")).cost == {"b": 4.0}


def test_what_was_paid_for_orders_of_unknown_value_is_not_in_the_return(duck):
    """Worth 100 for 10; one more order cost 6, and nobody knows what it was worth."""
    touched = touches(("j", 0, "a"), ("k", 0, "a"))
    converted = conversions(
        ("j", 2, 100.0), ("k", 3, None), partner=["a", "a"], commission=[10.0, 6.0]
    )
    found = asked(duck, touched, converted)
    assert (found.cost, found.valueless) == ({"a": 16.0}, {"a": 6.0})
    (row,) = incremental_table(found.credited, "last", found.cost, (), found.valueless).to_dict(
        "records"
    )
    assert (row["cost"], row["cpa"], row["roas"]) == (16.0, 8.0, 10.0)
