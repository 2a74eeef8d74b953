"""Loads one after the other: nothing twice, the newest state of an order, whatever the order."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HEAD = "order,journey,timestamp,value,currency,status,modified\n"
STATES = [
    HEAD + "o1,j,2026-01-01,10,USD,pending,2026-01-01\n",
    HEAD + "o1,j,2026-01-01,10,USD,approved,2026-01-15\n",
    HEAD + "o1,j,2026-01-01,10,USD,reversed,2026-02-01\n",
]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_newest_state_holds_whichever_is_loaded_first(desk, order):
    for place in order:
        desk.load("generic", STATES[place])
    assert desk.rows("conversions", "order", "status") == [("o1", "reversed")]


def test_of_one_file_the_newest_state_holds(desk):
    rows = "".join(text.removeprefix(HEAD) for text in (STATES[2], STATES[0], STATES[1]))
    report = desk.load("generic", HEAD + rows)
    assert desk.rows("conversions", "status") == [("reversed",)]
    merged = report.merged["conversions"]
    assert (merged.new, merged.repeated, merged.rows) == (1, 2, 3)


def test_what_became_of_each_row_is_counted(desk):
    desk.load("generic", STATES[1])
    older = desk.load("generic", STATES[0]).merged["conversions"]
    same = desk.load("generic", STATES[1]).merged["conversions"]
    newer = desk.load("generic", STATES[2]).merged["conversions"]
    assert (older.older, same.unchanged, newer.changed) == (1, 1, 1)


def test_without_a_date_of_the_state_the_later_load_counts(desk):
    head = "order,journey,timestamp,value,currency\n"
    desk.load("generic", head + "o1,j,2026-01-01,10,USD\n")
    desk.load("generic", head + "o1,j,2026-01-01,12,USD\n")
    assert desk.rows("conversions", "value") == [(12.0,)]


def test_the_same_file_twice_changes_not_even_the_files(desk):
    desk.load("generic", STATES[0])
    before = {path.name: path.read_bytes() for path in desk.dataset.folder.glob("*.*")}
    desk.load("generic", STATES[0])
    assert {path.name: path.read_bytes() for path in desk.dataset.folder.glob("*.*")} == before


def test_touches_that_are_alike_are_all_kept_and_found_again(desk):
    """Two clicks in the same second are two; overlapping exports don't add them again."""
    head = "journey,timestamp,partner\n"
    row = "j,2026-01-01,a\n"
    desk.load("generic", head + row + row)
    assert (
        desk.load("generic", head + row + row + "k,2026-01-02,a\n").merged["touchpoints"].new == 1
    )
    assert len(desk.rows("touchpoints", "journey")) == 3


def test_a_dry_run_says_the_same_and_writes_nothing(desk):
    text = STATES[0] + "o2,j,never,1,USD,paid,\n"
    dry = desk.load("generic", text, dry=True)
    assert not desk.dataset.folder.exists()
    wet = desk.load("generic", text)
    assert (dry.read, dry.loaded, dry.quarantined) == (wet.read, wet.loaded, wet.quarantined)
    assert dry.filled == wet.filled and dry.first == wet.first
    assert dry.filled["conversions"]["status"] == "status"


cells = st.one_of(
    st.sampled_from(
        ["", "o1", "o2", "2026-01-01", "2026-02-30", "5", "-1", "x", "USD", '"', "a,b"]
    ),
    st.text(max_size=6),
)


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.lists(cells, min_size=7, max_size=7), min_size=1, max_size=12))
def test_loaded_and_set_aside_are_all_that_was_read(desk, rows):
    """The sum is checked in Desk.load; here that the rows held are those loaded."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD.strip().split(","))
    writer.writerows(rows)
    held = len(desk.rows("conversions", "order")) if desk.dataset.exists else 0
    kept = [row for row in rows if any(row)]
    if not kept:
        return
    report = desk.load("generic", text.getvalue())
    merged = report.merged.get("conversions")
    assert report.read == len(kept)
    assert (merged.rows if merged else 0) == report.loaded
    after = len(desk.rows("conversions", "order")) if desk.dataset.exists else 0
    assert after - held == (merged.new if merged else 0)


# ---- Sums of a day ----

SUMS = "partner,day,clicks,conversions,revenue,currency,device\n"


def sums(desk):
    return sorted(
        desk.rows("performance", "partner", "currency", "clicks", "conversions", "revenue")
    )


def test_sums_that_differ_in_another_column_are_parts(desk):
    """By device: 5 + 7 clicks; the third partner's desktop leaves out what it sold."""
    report = desk.load(
        "generic-performance",
        SUMS
        + "a,2026-01-01,5,1,10,USD,phone\n"
        + "a,2026-01-01,7,2,20.5,USD,desktop\n"
        + "a,2026-01-01,7,2,20.5,USD,desktop\n"  # the very same record, exported twice
        + "b,2026-01-01,3,1,9,USD,phone\n"
        + "c,2026-01-01,4,1,8,USD,phone\n"
        + "c,2026-01-01,6,,7,USD,desktop\n",
    )
    assert sums(desk) == [
        ("a", "USD", 12, 3.0, 30.5),
        ("b", "USD", 3, 1.0, 9.0),
        ("c", "USD", 10, None, 15.0),
    ]
    merged = report.merged["performance"]
    assert (merged.new, merged.parts, merged.repeated, merged.rows) == (3, 2, 1, 6)


def test_sums_in_two_currencies_are_two_rows(desk):
    text = SUMS + "a,2026-01-01,5,1,10,USD,\na,2026-01-01,7,2,20,EUR,\n"
    assert desk.load("generic-performance", text).merged["performance"].new == 2
    assert sums(desk) == [("a", "EUR", 7, 2.0, 20.0), ("a", "USD", 5, 1.0, 10.0)]


def test_a_later_load_of_sums_takes_the_place_of_the_earlier(desk):
    both = "a,2026-01-01,5,1,10,USD,phone\na,2026-01-01,7,2,20,USD,desktop\n"
    desk.load("generic-performance", SUMS + both)
    again = desk.load("generic-performance", SUMS + both).merged["performance"]
    assert (again.unchanged, again.parts) == (1, 1)
    desk.load("generic-performance", SUMS + both.replace(",5,", ",6,"))
    assert sums(desk) == [("a", "USD", 13, 3.0, 30.0)]


# ---- Ids ----


def test_an_id_of_the_user_s_may_look_like_one_of_ours(desk):
    """Its newest state counts, as of any other id; a touch that has none gets one of ours."""
    rows = "row-7,j,2026-01-01,10,USD,pending,2026-01-01\n"
    report = desk.load(
        "generic", HEAD + rows + rows.replace("pending,2026-01-01", "paid,2026-02-01")
    )
    assert desk.rows("conversions", "order", "status") == [("row-7", "paid")]
    assert report.merged["conversions"].repeated == 1
    touches = "touch,journey,timestamp,partner\n"
    desk.load("generic", touches + "row-1,j,2026-01-01,a\nrow-1,j,2026-01-01,b\n,k,2026-01-01,c\n")
    found = sorted(desk.rows("touchpoints", "touch", "partner"))
    assert [one[1] for one in found if one[0] == "row-1"] == ["b"] and len(found) == 2
    people = "partner,name\nrow-1,First\nrow-1,Second\n"
    desk.load("generic-partners", people)
    assert desk.rows("partners", "partner", "name") == [("row-1", "Second")]


@pytest.mark.parametrize(
    ("amounts", "wanted"),
    [
        (("0.1", "0.2", "0.3"), 0.6),  # as floats 0.6000000000000001, or 0.6 from the end
        (("12345678901.37", "0.01", "-12345678901.38"), 0.0),
        (("1.005", "2.0001", "-0.0051"), 3.0),
        (("0.12345", "1e12", "-1e12"), None),  # none of these is exact: alike is all they are
    ],
)
def test_sums_are_exact_and_the_same_whatever_the_order_of_the_rows(desk, amounts, wanted):
    rows = [
        f"a,2026-01-01,5,{amount},{amount},USD,d{place}\n" for place, amount in enumerate(amounts)
    ]
    merged = [
        desk.load("generic-performance", SUMS.replace("conversions", "x") + "".join(some))
        .merged["performance"]
        for some in permutations(rows)
    ]  # fmt: skip
    assert [one.changed for one in merged] == [0] * 6
    if wanted is not None:
        assert desk.rows("performance", "revenue") == [(wanted,)]
