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
