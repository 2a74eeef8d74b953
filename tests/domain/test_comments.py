"""Comments as cells of their own."""

import pytest

from workbench.domain.changes import Cell, Change, applied, plan_of
from workbench.domain.comments import Comment, comment_change, comments_of
from workbench.domain.errors import ConflictError, InputError

PRIVACY = Cell("weights", "privacy")
LEVEL = Cell("levels", "ID/privacy")


def test_comments_are_numbered_per_cell_and_come_back_in_order():
    cells = {PRIVACY: 2.0}
    for cell, text in ((PRIVACY, "Why 2?"), (LEVEL, "Seen on site"), (PRIVACY, " See minutes \n")):
        cells = applied(cells, [comment_change(cells, cell, text, "li")])
    assert comment_change(cells, PRIVACY, "x", "wang") == Change(
        "comments", "weights privacy#3", None, {"text": "x", "who": "wang"}
    )
    assert comments_of(cells, PRIVACY) == [
        Comment(Cell("comments", "weights privacy#1"), PRIVACY, 1, "Why 2?", "li"),
        Comment(Cell("comments", "weights privacy#2"), PRIVACY, 2, "See minutes", "li"),
    ]
    assert [one.cell for one in comments_of(cells)] == [LEVEL, PRIVACY, PRIVACY]
    assert comments_of(cells, Cell("weights", "reach")) == []


def test_the_tenth_follows_the_ninth():
    cells = {
        Cell("comments", f"weights privacy#{n}"): {"text": str(n), "who": "li"}
        for n in range(10, 0, -1)
    }
    assert [one.number for one in comments_of(cells, PRIVACY)] == list(range(1, 11))
    assert comment_change(cells, PRIVACY, "x", "li").key == "weights privacy#11"


def test_after_a_comment_is_taken_out_its_number_is_not_given_to_a_later_one_before_it():
    cells = {Cell("comments", "weights privacy#2"): {"text": "two", "who": "li"}}
    assert comment_change(cells, PRIVACY, "x", "li").key == "weights privacy#3"


def test_comments_do_not_touch_the_plan():
    cells = {PRIVACY: 2.0}
    after = applied(cells, [comment_change(cells, LEVEL, "Really?", "li")])
    assert plan_of(after, as_of="2026-11-22") == plan_of(cells, as_of="2026-11-22")


def test_two_at_once_are_a_conflict():
    first = comment_change({}, PRIVACY, "one", "li")
    second = comment_change({}, PRIVACY, "two", "wang")
    with pytest.raises(ConflictError, match="weights privacy#1 was changed meanwhile"):
        applied(applied({}, [first]), [second])


@pytest.mark.parametrize(
    ("cell", "text", "reason"),
    [
        (PRIVACY, " \n", "is empty; write"),
        (PRIVACY, "x" * 2001, "has 2001 characters; at most 2000"),
        (Cell("comments", "weights privacy#1"), "x", "can't be commented on; choose"),
        (Cell("nothing", "privacy"), "x", "nothing privacy can't be commented on"),
    ],
)
def test_what_is_no_comment_is_refused(cell, text, reason):
    with pytest.raises(InputError, match=reason):
        comment_change({}, cell, text, "li")


@pytest.mark.parametrize("key", ["weights privacy", "privacy#1", "weights privacy#x"])
def test_a_cell_that_is_no_comment_is_named(key):
    cells = {Cell("comments", key): {"text": "x", "who": "li"}}
    with pytest.raises(InputError, match="is no comment"):
        comments_of(cells)
    with pytest.raises(InputError, match="is no comment"):
        comments_of({Cell("comments", "weights privacy#1"): "bare text"})
