import json

import pytest

from workbench.domain.errors import InputError
from workbench.widgets.grid import MOST_EDITS, Grid

COLUMNS = [
    {"key": "name", "title": "Name"},
    {"key": "note", "title": "Note", "editable": True},
    {"key": "level", "title": "Level", "kind": "level", "editable": True},
]


class Page:
    """What a browser would see of a grid, and could send to it."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.sent, self.states = grid, [], []
        grid.send = lambda content, buffers=None: self.sent.append(content)
        grid.send_state = lambda key=None: self.states.append(key)

    def says(self, content):
        self.grid._handle_custom_msg(content, [])
        return self.sent[-1] if self.sent else None

    def edits(self, *edits, **more):
        plain = [dict(zip(("row", "key", "value"), e, strict=True)) for e in edits]
        return self.says({"type": "edit", "edits": plain, "origin": "type", "batch": 7, **more})


@pytest.fixture
def page() -> Page:
    rows = [{"id": 1, "name": "A", "note": "", "level": 2}, {"id": 2, "name": "B", "level": None}]
    return Page(Grid(columns=COLUMNS, rows=rows, lang="en"))


def cells(page, key):
    return [row.get(key) for row in page.grid.rows]


def test_state_to_page_names_every_trait(page):
    state = page.grid.get_state()
    assert [column["kind"] for column in state["columns"]] == ["text", "text", "level"]
    assert state["texts"]["undo"] == "Undo"
    page.grid.lang = "zh"
    assert page.grid.texts["undo"] == "撤销"


def test_an_edit_is_checked_applied_and_told(page):
    told = []
    page.grid.on_edit(told.append)
    answer = page.edits((1, "level", "５"), (2, "note", "x"))
    assert told == [
        [
            {"row": 1, "key": "level", "value": 5, "old": 2},
            {"row": 2, "key": "note", "value": "x", "old": None},
        ]
    ]
    assert cells(page, "level") == [5, None]
    assert answer == {
        "type": "answer",
        "batch": 7,
        "accepted": [
            {"row": 1, "key": "level", "value": 5},
            {"row": 2, "key": "note", "value": "x"},
        ],
        "rejected": [],
    }


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        ((1, "level", 9), "A level is a whole number from 1 to 5."),
        ((1, "level", True), "A level is a whole number from 1 to 5."),
        ((1, "name", "Z"), "This column cannot be edited."),
        ((1, "id", 3), "There is no such column."),
        ((1, "_classes", "x"), "There is no such column."),
        ((1, ["note"], "x"), "There is no such column."),
        ((9, "note", "x"), "There is no such row."),
        (("1", "note", "x"), "There is no such row."),
        (({}, "note", "x"), "There is no such row."),
        ((None, "note", "x"), "There is no such row."),
        ((1, "note", {"html": "<b>"}), "A cell takes text or a number."),
        ((1, "note", "x" * 5000), "At most 4000 characters."),
    ],
)
def test_a_bad_edit_changes_nothing_and_gets_a_reason(page, edit, reason):
    before = json.dumps(page.grid.rows)
    page.grid.on_edit(lambda edits: pytest.fail(str(edits)))
    answer = page.edits(edit)
    assert answer["accepted"] == []
    assert [e["reason"] for e in answer["rejected"]] == [reason]
    assert json.dumps(page.grid.rows) == before


def test_reasons_are_in_the_language_of_the_grid(page):
    page.grid.lang = "zh"
    assert page.edits((1, "level", 9))["rejected"][0]["reason"] == "等级须为 1 到 5 的整数。"


def test_a_readonly_grid_refuses_whatever_is_sent(page):
    page.grid.readonly = True
    page.grid.on_edit(lambda edits: pytest.fail(str(edits)))
    assert page.edits((1, "note", "x"))["rejected"][0]["reason"] == "This table is read-only."
    assert cells(page, "note") == ["", None]


def test_a_page_cannot_write_state(page):
    for name, value in [("readonly", False), ("rows", []), ("columns", []), ("_esm", "x")]:
        page.grid.readonly = True
        page.states.clear()
        data = {"method": "update", "state": {name: value}, "buffer_paths": []}
        page.grid._handle_msg({"content": {"data": data}, "buffers": []})
        assert page.grid.readonly and len(page.grid.rows) == 2 and len(page.grid.columns) == 3
        assert [name] in page.states  # the page gets the truth back
    assert page.grid._esm != "x"


@pytest.mark.parametrize(
    "message",
    [None, "edit", [], {}, {"type": "edit"}, {"type": "edit", "edits": "x"}, {"edits": []}],
)
def test_a_message_that_is_no_edit_is_ignored(page, message, caplog):
    page.says(message)
    assert page.sent == [] and "does not know" in caplog.text


@pytest.mark.parametrize("edit", [None, 5, "x", [], {}, {"row": 1}])
def test_an_edit_that_is_no_edit_is_refused(page, edit):
    answer = page.says({"type": "edit", "edits": [edit], "batch": "x"})
    assert answer["accepted"] == [] and len(answer["rejected"]) == 1 and answer["batch"] is None


def test_too_many_edits_are_refused_whole_and_the_page_gets_its_rows_back(page):
    edit = (1, "note", "x")
    answer = page.edits(*[edit] * (MOST_EDITS + 1))
    assert "at most 20000" in answer["rejected"][0]["reason"]
    assert page.states == ["rows"] and cells(page, "note") == ["", None]


def test_a_callback_may_refuse_the_batch(page):
    def refuse(edits):
        raise InputError("Not {what}.", what="now")

    page.grid.on_edit(refuse)
    answer = page.edits((1, "note", "x"), (1, "note", "y"))
    assert answer["accepted"] == [] and cells(page, "note") == ["", None]
    assert [(e["value"], e["reason"]) for e in answer["rejected"]] == [("", "Not now.")] * 2


def test_a_broken_callback_tells_the_page_nothing_of_itself(page, caplog):
    page.grid.on_edit(lambda edits: 1 / 0)
    answer = page.edits((1, "note", "x"))
    assert answer["rejected"][0]["reason"] == "The change could not be saved."
    assert "ZeroDivisionError" in caplog.text and cells(page, "note") == ["", None]


def test_the_answer_holds_what_a_callback_made_of_the_cell(page):
    page.grid.on_edit(lambda edits: page.grid.update_rows([{"id": 1, "note": "tidy"}]))
    assert page.edits((1, "note", " tidy "))["accepted"][0]["value"] == "tidy"


def test_update_rows_sends_the_patch_only_and_keeps_rows_in_step(page):
    patch = {"id": 2, "level": 4, "_classes": {"level": "cw-overridden"}}
    page.grid.update_rows([patch])
    assert page.sent == [{"type": "patch", "rows": [patch]}] and page.states == []
    assert page.grid.rows[1] == {"name": "B", **patch}
    with pytest.raises(InputError, match="no row with the id 9"):
        page.grid.update_rows([{"id": 9}])


def test_rows_are_the_grids_own():
    rows = [{"id": 1, "note": "mine"}]
    page = Page(Grid(columns=COLUMNS, rows=rows))
    page.edits((1, "note", "changed"))
    assert rows == [{"id": 1, "note": "mine"}]


@pytest.mark.parametrize("rows", [[{"id": 1}, {"id": 1}], [{"note": "x"}]])
def test_rows_need_ids_of_their_own(rows):
    with pytest.raises(InputError, match="an id of its own"):
        Grid(columns=COLUMNS, rows=rows)
