"""States of an order: dated, undated, undecided; whichever is loaded first."""

from itertools import permutations

import pytest

HEAD = "Id,State,Amount,Currency,EventDate,CreationDate,LockingDate,ClearedDate,CustomerId\n"
BORN = "2026-01-01T00:00:00Z"
PENDING = f"a1,PENDING,50,USD,{BORN},{BORN},2026-03-01T00:00:00Z,,c\n"
REVERSED = f"a1,REVERSED,0,USD,{BORN},{BORN},,,c\n"
APPROVED = f"a1,APPROVED,50,USD,{BORN},{BORN},2026-03-01T00:00:00Z,,c\n"
PAID = f"a1,PAID,50,USD,{BORN},{BORN},2026-03-01T00:00:00Z,2026-04-15T00:00:00Z,c\n"


@pytest.mark.parametrize("decided", [REVERSED, APPROVED, PAID])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("together", [False, True])
def test_a_decided_state_holds_against_a_pending_one(desk, decided, first, together):
    """Of a plan to lock in March nothing follows: a reversal in between has no date of its own."""
    rows = [PENDING, decided][:: 1 if first == 0 else -1]
    for text in ["".join(rows)] if together else rows:
        desk.load("impact", HEAD + text)
    word = decided.split(",")[1].lower()
    assert desk.rows("conversions", "status") == [(word,)]


def test_of_two_decided_states_without_dates_the_later_load_counts(desk):
    desk.load("impact", HEAD + APPROVED)
    assert desk.load("impact", HEAD + REVERSED).merged["conversions"].changed == 1
    assert desk.rows("conversions", "status", "value") == [("reversed", 0.0)]


@pytest.mark.parametrize("together", [False, True])
def test_an_order_taken_back_after_it_was_paid(desk, together):
    """The state after the payment has no date; it stands later, and so it is later."""
    rows = [PENDING, PAID, REVERSED]
    for text in ["".join(rows)] if together else rows:
        desk.load("impact", HEAD + text)
    assert desk.rows("conversions", "status") == [("reversed",)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_dated_states_in_one_file_in_any_order(desk, order):
    head = "order,timestamp,value,status,modified\n"
    rows = [
        "o,2026-01-01,1,approved,2026-01-02\n",
        "o,2026-01-01,1,reversed,2026-01-03\n",
        "o,2026-01-01,1,pending,2026-01-04\n",  # taken up again: dates say so
    ]
    desk.load("generic", head + "".join(rows[place] for place in order))
    assert desk.rows("conversions", "status") == [("pending",)]


UNDATED, DATED = "o,2026-01-01,1,approved,\n", "o,2026-01-01,1,pending,2026-01-04\n"


@pytest.mark.parametrize("rows", [[UNDATED, DATED], [DATED, UNDATED]])
@pytest.mark.parametrize("together", [False, True])
def test_an_undated_decided_state_and_a_dated_pending_one(desk, rows, together):
    """Which is newer isn't known, so the decided one counts, wherever it stands."""
    head = "order,timestamp,value,status,modified\n"
    for text in ["".join(rows)] if together else rows:
        desk.load("generic", head + text)
    assert desk.rows("conversions", "status") == [("approved",)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_one_undated_decided_state_among_pending_ones_in_any_order(desk, order):
    head = "order,timestamp,value,status,modified\n"
    rows = [
        "o,2026-01-01,1,pending,2026-01-05\n",
        "o,2026-01-01,1,approved,\n",
        "o,2026-01-01,1,pending,\n",
        "o,2026-01-01,1,pending,2026-01-06\n",
    ]
    desk.load("generic", head + "".join(rows[place] for place in order))
    assert desk.rows("conversions", "status") == [("approved",)]


def test_awin_says_elsewhere_that_an_order_is_paid(desk):
    head = "id,siteName,commissionStatus,paidToPublisher,saleAmount,transactionDate,lapseTime\n"
    rows = (
        "1,Kiln,approved,true,10,2026-01-01,3600\n"
        "2,Kiln,approved,false,10,2026-01-01,3600\n"
        "3,Kiln,declined,true,10,2026-01-01,3600\n"  # what is declined isn't paid
        "4,Kiln,pending,,10,2026-01-01,3600\n"
    )
    report = desk.load("awin", head + rows)
    assert desk.rows("conversions", "order", "status", "raw_status") == [
        ("1", "paid", "approved"),
        ("2", "approved", "approved"),
        ("3", "reversed", "declined"),
        ("4", "pending", "pending"),
    ]
    assert report.unmapped == ["lapseTime"]


def test_partnerize_orders_with_a_date_of_payment_are_paid(desk):
    head = "conversion_id,publisher_id,status,sale_amount,conversion_time,approved_at,paid_at\n"
    rows = (
        "1,9,approved,5,2026-01-01,2026-01-09,2026-02-01\n2,9,approved,5,2026-01-01,2026-01-09,\n"
    )
    desk.load("partnerize", head + rows)
    assert desk.rows("conversions", "order", "status") == [("1", "paid"), ("2", "approved")]


def test_what_ga4_writes_for_nothing_is_nothing(desk):
    """Two purchases without an id are two."""
    head = "event_name,event_timestamp,user_pseudo_id,ecommerce.transaction_id\n"
    rows = (
        "purchase,1769853700000000,u1,(not set)\n"
        "purchase,1769853800000000,u2,(not set)\n"
        "first_visit,1769853600000000,u1,\n"
        "session_start,1769853600000000,u1,\n"
        "click,1769853650000000,u1,\n"
    )
    report = desk.load("ga4", head + rows)
    assert (report.loaded, report.others) == (3, 2)
    assert desk.rows("conversions", "order", "journey") == [
        ("1769853700000000", "u1"), ("1769853800000000", "u2")
    ]  # fmt: skip
    assert len(desk.rows("touchpoints", "touch")) == 1  # a first visit starts a session
