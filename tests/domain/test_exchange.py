"""What a file asks of the workspace: each row in, or named, and nobody's change overwritten."""

import math
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.changes import COMMENTS, Cell, Change, applied, plan_of
from workbench.domain.exchange import Conflict, Row, compare, known_ids
from workbench.domain.keys import KEYS
from workbench.domain.sheets import columns_of, rows_of
from workbench.sources.reference import load_reference

KNOWN = known_ids(load_reference())
REACH = Cell("weights", "reach")
LEVEL = Cell("levels", "ID/privacy")
SEEN = {
    "level": 4.5, "reason": "seen", "evidence": "", "confidence": "high", "who": "", "when": None
}  # fmt: skip
CELLS = {
    REACH: 2.0,
    LEVEL: SEEN,
    Cell("settings", "markets"): ["ID", "SA"],
    Cell("settings", "top"): 5,
    Cell("advert", "zh"): "=1+1",
    Cell("answers", "SA/promises_kept"): {
        "status": None, "evidence": "", "owner": "Li", "due": "2026-12-31", "expiry": None,
        "answered_on": None,
    },
    Cell("comments", "levels ID/privacy#1"): {"text": "Really?", "who": "li"},
}  # fmt: skip


def rows(cells) -> list[Row]:
    """The rows that an untouched file holds."""
    return [
        Row(table, number, row)
        for table in KEYS
        for number, row in enumerate(rows_of(cells, table), start=2)
    ]


def row(table: str, **values) -> Row:
    """A row with some columns filled."""
    return Row(table, 7, dict.fromkeys(columns_of(table)) | values)


def level(**values) -> Row:
    """The row of a level, edited."""
    return row("levels", **({"market": "ID", "need": "privacy"} | SEEN | values))


def asked(*given: Row, exported=CELLS, now=CELLS, **options):
    """What rows ask for; each is counted once."""
    found = compare(given, exported, now, KNOWN, **options)
    assert found.rows == len(given)
    return found


def why(given: Row, **options) -> str:
    """Why a row is rejected."""
    found = asked(given, **options)
    assert [(one.table, one.number) for one in found.rejected] == [(given.table, given.number)]
    return str(found.rejected[0].why)


# three ways


def test_an_untouched_file_asks_for_nothing():
    found = asked(*rows(CELLS))
    assert (found.unchanged, found.changes, found.conflicts, found.rejected) == (7, (), (), ())


def test_a_change_a_new_cell_and_one_taken_away():
    assert asked(row("weights", criterion="reach", value=3)).changes == (
        Change("weights", "reach", 2.0, 3.0),
    )
    assert asked(row("caps", channel="kol", value=30)).changes == (
        Change("caps", "kol", None, 30.0),
    )
    assert asked(row("weights", criterion="reach")).changes == (
        Change("weights", "reach", 2.0, None),
    )


def test_a_row_that_is_missing_leaves_its_cell_alone():
    found = asked(*[one for one in rows(CELLS) if one.table != "levels"])
    assert (found.unchanged, found.changes) == (6, ())


def test_a_cell_changed_on_both_sides_is_a_conflict():
    now = CELLS | {REACH: 5.0}
    mine = row("weights", criterion="reach", value=3)
    assert asked(mine, now=now).conflicts == (Conflict(REACH, 2.0, 5.0, 3.0),)
    taken = row("weights", criterion="reach")
    assert asked(taken, now=now).conflicts == (Conflict(REACH, 2.0, 5.0, None),)
    gone = {cell: value for cell, value in CELLS.items() if cell != REACH}
    assert asked(mine, now=gone).conflicts == (Conflict(REACH, 2.0, None, 3.0),)


def test_a_cell_changed_to_the_same_on_both_sides_is_unchanged():
    now = CELLS | {REACH: 3.0}
    assert asked(row("weights", criterion="reach", value=3), now=now).unchanged == 1


def test_a_row_untouched_in_the_file_does_not_take_back_what_was_changed_meanwhile():
    now = CELLS | {REACH: 5.0}
    assert asked(row("weights", criterion="reach", value=2.0), now=now).unchanged == 1


def test_what_was_added_on_both_sides_is_a_conflict_unless_it_is_the_same():
    now = CELLS | {Cell("caps", "kol"): 20.0}
    assert asked(row("caps", channel="kol", value=20), now=now).unchanged == 1
    assert len(asked(row("caps", channel="kol", value=30), now=now).conflicts) == 1


# levels and answers


def test_an_unknown_level_is_written_with_a_question_mark():
    (change,) = asked(level(level="?")).changes
    assert change.after["level"] is None
    assert asked(level(level=" ? "), now={LEVEL: change.after}, exported={}).unchanged == 1


def test_an_emptied_level_is_not_guessed_at():
    assert why(level(level=None)) == (
        "Column level is empty; write ? for an unknown level, or empty the reason too, to take "
        "the level away."
    )
    (change,) = asked(level(level=None, reason=None)).changes
    assert change.after is None


def test_a_level_needs_a_reason():
    assert why(level(reason=None)) == "Column reason is empty; fill it in."


def test_notes_beside_an_open_check_are_a_value():
    given = row("answers", market="ID", check="promises_kept", owner="Zhou", due=date(2027, 1, 1))
    (change,) = asked(given).changes
    assert (change.after["status"], change.after["owner"]) == (None, "Zhou")
    assert change.after["due"] == "2027-01-01"


def test_a_verdict_needs_its_evidence():
    given = row("answers", market="ID", check="promises_kept", status="ready", evidence=" ")
    assert why(given) == (
        "The answer to check promises_kept has no evidence; say what it rests on."
    )
    unsure = row("answers", market="ID", check="promises_kept", status="unknown")
    assert len(asked(unsure).changes) == 1


# values that are something else


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (level(level="high"), "Column level: 'high' is not allowed"),
        (level(level=9), "Column level: 9 is not allowed"),
        (level(level=True), "Column level: True is not allowed"),
        (level(level=date(1900, 1, 4)), "Column level holds 1900-01-04, a date or a time; format"),
        (level(level=time(10, 30)), "Column level holds 10:30:00, a date or a time"),
        (level(level=math.nan), "Column level: nan is not allowed"),
        (level(level=10**400), "Column level: 1000"),
        (level(reason=5), "Column reason holds 5, which is no text; in Excel format"),
        (level(reason=True), "Column reason holds True, which is no text"),
        (level(reason=date(2026, 1, 31)), "Column reason holds 2026-01-31, a date"),
        (level(reason=timedelta(hours=30)), "Column reason holds 1 day, 6:00:00, a date"),
        (level(reason="x" * 2001), "Column reason: 'x{60}…' is not allowed .*most 2000"),
        (level(reason=["a"]), "Column reason holds several values"),
        (level(reason={"a": 1}), "Column reason holds several values"),
        (level(confidence="sure"), "Column confidence: 'sure' is not allowed"),
        (level(when="31.01.2026"), "Column when: '31.01.2026' is not allowed .*YYYY-MM-DD"),
        (level(when="2026-02-31"), "Column when: '2026-02-31' is not allowed"),
        (level(when=46053), "Column when: 46053 is not allowed"),
        (level(when=time(10, 30)), "Column when: '10:30:00' is not allowed"),
        (
            level(when=datetime(2026, 1, 31, 10, 30, tzinfo=UTC)),
            "Column when: '2026-01-31 10:30:00.* is not allowed",
        ),
        (row("weights", criterion="reach", value="a lot"), "Column value: 'a lot' is not"),
        (row("weights", criterion="reach", value=-1), "Column value: -1 is not allowed"),
        (row("settings", name="top", value=2.5), "Column value: 2.5 is not allowed"),
        (row("settings", name="product", value=5), "Column value holds 5, which is no text"),
        (row("advert", lang="zh", value=5), "Column value holds 5, which is no text"),
        (
            row("answers", market="ID", check="promises_kept", status="done"),
            "Column status: 'done' is not allowed .*'unknown'",
        ),
    ],
)  # fmt: skip
def test_a_wrong_value_is_rejected_naming_the_column(given, reason):
    assert re.match(reason, why(given))


def test_numbers_and_dates_kept_as_text_are_read():
    (change,) = asked(level(level="4", when="2026-01-31")).changes
    assert (change.after["level"], change.after["when"]) == (4.0, "2026-01-31")
    (change,) = asked(level(when=date(2026, 1, 31))).changes
    assert change.after["when"] == "2026-01-31"


def test_what_a_spreadsheet_rounds_away_is_no_change():
    cells = {REACH: 0.1 + 0.2}
    found = asked(row("weights", criterion="reach", value=0.3), exported=cells, now=cells)
    assert found.unchanged == 1


def test_what_an_older_version_stored_in_another_form_is_untouched():
    odd = {Cell("settings", "top"): 10, Cell("advert", "zh"): "", Cell("settings", "markets"): []}
    assert asked(*rows(odd), exported=odd, now=odd).unchanged == 3


def test_one_is_not_true():
    cells = {LEVEL: SEEN | {"level": 1.0}}
    assert "True is not allowed" in why(level(level=True), exported=cells, now=cells)


# keys


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (level(market="XX"), "Column market: unknown 'XX'"),
        (level(market="id"), "Column market: unknown 'id' (did you mean 'ID'?)."),
        (level(need="privcy"), "Column need: unknown 'privcy' (did you mean 'privacy'?)."),
        (row("answers", market="ID", check="promise_kept", owner="x"), "did you mean 'promises_k"),
        (row("weights", criterion="raech", value=1), "(did you mean 'reach'?)"),
        (row("caps", channel="kool", value=1), "(did you mean 'kol'?)"),
        (row("advert", lang="fr", value="x"), "Column lang: unknown 'fr'"),
        (row("settings", name="sed", value=1), "Column name: unknown 'sed' (did you mean 'seed'"),
        (row("settings", name="as_of", value="2026-01-01"), "Column name: unknown 'as_of'"),
        (row("settings", name="industry", value="gmes"), "unknown 'gmes' (did you mean 'games'"),
        (row("settings", name="markets", value="ID, XX"), "Column value: unknown 'XX'"),
        (level(market=None), "Column market: '' is not an id; fill it in."),
        (level(market=5), "Column market: 5 is not an id; fill it in."),
        (level(market=date(2026, 1, 1)), "Column market: '2026-01-01' is not an id"),
        (level(market=["ID"]), "Column market: '…' is not an id"),
        (row("levels", market="XX", need="privacy"), "Column market: unknown 'XX'"),
    ],
)
def test_a_wrong_key_is_rejected_with_a_near_one(given, reason):
    assert reason in why(given)


def test_spaces_around_an_id_do_not_matter():
    assert asked(level(market=" ID", need="privacy ")).unchanged == 1


def test_an_id_that_was_taken_out_of_the_tables_can_be_emptied():
    cells = {Cell("weights", "old"): 2.0}
    options = {"exported": cells, "now": cells}
    assert asked(*rows(cells), **options).unchanged == 1
    assert len(asked(row("weights", criterion="old"), **options).changes) == 1


def test_a_cell_that_stands_twice_is_rejected_the_second_time():
    found = asked(*rows({REACH: 2.0}), row("weights", criterion="reach", value=3))
    assert (found.unchanged, len(found.rejected)) == (1, 1)
    assert str(found.rejected[0].why) == "weights reach stands in row 2 already; keep one."


def test_a_row_with_a_fault_is_rejected_with_it():
    faulty = Row("weights", 3, {"criterion": "reach", "value": 3}, "Cell B3 holds a formula")
    assert why(faulty) == "Cell B3 holds a formula"


# comments


def said(number=1, text="Really?", who="li", about="levels ID/privacy") -> Row:
    """The row of a comment."""
    return row("comments", about=about, number=number, text=text, who=who)


def test_a_comment_is_its_authors():
    assert asked(said()).unchanged == 1
    for other in (said(text="Never!"), said(text=None), said(number=2)):
        assert "This comment is by 'li'; nobody else can" in why(other, author="wang")
        assert "This comment is by 'li'" in why(other)
    assert "This comment is by 'li'" in why(said(who="wang"), author="wang")
    assert "This comment is by 'wang'" in why(said(who="wang"), author="li")
    assert asked(said(text="Yes."), author="li").changes[0].after == {"text": "Yes.", "who": "li"}
    assert asked(said(text=None), author="li").changes[0].after is None
    (change,) = asked(said(number=2, who=None), author="wang").changes
    assert (change.key, change.after["who"]) == ("levels ID/privacy#2", "wang")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (said(number=0), "Column number: 0 is not a whole number from 1."),
        (said(number=1.5), "Column number: 1.5 is not a whole number from 1."),
        (said(number=math.nan), "Column number: nan is not"),
        (said(number=None), "Column number: '' is not"),
        (said(number=True), "Column number: True is not"),
        (said(about="levels"), "Column about: 'levels' names no cell; write table and key"),
        (said(about="comments levels ID/privacy#1"), "can't be commented on"),
        (said(text="x" * 2001), "has 2001 characters"),
        (said(text=5), "Column text holds 5, which is no text"),
    ],
)
def test_what_is_no_comment_is_rejected(given, reason):
    assert reason in why(given, author="li")


# whatever stands in a file

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["?", "ID", "privacy", "reach", "levels ID/privacy", "li", "ready", "top"])
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
)
ANYTHING = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(), SCALARS, max_size=1)
IDS = {
    column: st.sampled_from(KNOWN[column][:3]) for keys in KEYS.values() for column in keys
    if column in KNOWN
}  # fmt: skip


@st.composite
def any_row(draw) -> Row:
    """A row with good and bad keys and values of all kinds."""
    table = draw(st.sampled_from(list(KEYS)))
    values = {name: draw(IDS.get(name, ANYTHING) | ANYTHING) for name in columns_of(table)}
    return Row(table, draw(st.integers(1, 99)), values)


@given(st.lists(any_row() | st.sampled_from(rows(CELLS)), max_size=12), st.booleans())
def test_whatever_the_rows_hold_each_is_counted_once_and_what_goes_in_is_valid(given, moved):
    now = CELLS | {REACH: 9.0, LEVEL: SEEN | {"level": 1.0}} if moved else CELLS
    found = compare(given, CELLS, now, KNOWN, author="li")
    assert found.rows == len(given)
    assert len({change.cell for change in found.changes}) == len(found.changes)
    for rejected in found.rejected:
        assert str(rejected.why)
    after = applied(now, found.changes)
    plan_of({cell: value for cell, value in after.items() if cell.table != COMMENTS})
    again = compare(given, CELLS, after, KNOWN, author="li")
    assert (again.changes, again.conflicts) == ((), found.conflicts)
