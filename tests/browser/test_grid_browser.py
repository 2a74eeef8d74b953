"""The grid in a real page: pasting, undoing, writing Chinese, keys, hostile text."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.pwned=1">'
CODE = f"""
import json
from ipywidgets import HTML, Button, Label, VBox
from workbench.domain.errors import InputError
from workbench.widgets.grid import Grid

grid = Grid(
    lang="en", label="Markets",
    columns=[
        {{"key": "name", "title": "Name", "frozen": True, "width": 140}},
        {{"key": "note", "title": "Note <b>bold</b>", "editable": True, "help": "In your words"}},
        {{"key": "level", "title": "Level", "kind": "level", "editable": True}},
        {{"key": "n", "title": "Number", "kind": "number", "editable": True, "max": 9999}},
        {{"key": "s", "title": "Choice", "kind": "select", "editable": True,
          "options": [{{"value": "a", "label": "Alpha"}}, {{"value": "b", "label": "Beta"}}]}},
    ],
    rows=[
        {{"id": 1, "name": "Brazil", "note": {HOSTILE!r}, "level": 4, "n": 1234, "s": "a"}},
        {{"id": 2, "name": "Egypt", "note": "=HYPERLINK(1)", "level": None, "n": -5, "s": None}},
        {{"id": 3, "name": "Japan", "note": "", "level": 1, "n": None, "s": "b",
          "_classes": {{"level": "cw-overridden"}}, "_titles": {{"level": "Overridden"}}}},
        {{"id": 4, "name": "Kenya", "note": "", "level": 2, "n": 0, "s": "b"}},
    ],
)
log, state = Label("-"), Label()
def seen(edits):
    if any(e["value"] == "forbidden" for e in edits):
        raise InputError("Not {{what}}.", what="that")
    log.value = json.dumps(edits, ensure_ascii=False)
grid.on_edit(seen)
lock, dump, patch = (Button(description=d) for d in ("lock", "dump", "patch"))
lock.on_click(lambda _: setattr(grid, "readonly", True))
def write(_):
    state.value = ""
    state.value = json.dumps(grid.rows, ensure_ascii=False)
dump.on_click(write)
changes = [{{"id": 4, "n": 77, "_classes": {{"n": "cw-overridden"}}}}]
patch.on_click(lambda _: grid.update_rows(changes))
turn = Button(description="turn")
turn.on_click(lambda _: setattr(grid, "rows", [*grid.rows[::-1], {{"id": 9, "name": "New"}}]))
log.add_class("log"), state.add_class("state")
after = Button(description="after")
VBox([grid, after, lock, dump, patch, turn, log, state])
"""


@pytest.fixture(scope="module")
def address(serve) -> str:
    return serve(CODE)


@pytest.fixture
def grid(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector(".cw-grid .tabulator-row .tabulator-cell", timeout=60_000)
    return page


def cell(page: Page, row: int, key: str) -> Locator:
    return page.locator(f".tabulator-row[aria-rowindex='{row + 1}'] [tabulator-field='{key}']")


def expect_edits(page: Page, *expected: dict) -> None:
    """The last batch that Python accepted, which it logs a moment after the page shows it."""
    text = json.dumps(list(expected), ensure_ascii=False)
    expect(page.locator(".log")).to_have_text(text)


def rows(page: Page) -> dict[int, dict]:
    """The rows as Python has them."""
    page.evaluate("document.querySelector('.state').textContent = ''")
    page.get_by_role("button", name="dump").click()
    expect(page.locator(".state")).to_contain_text('"id"')
    return {row["id"]: row for row in json.loads(page.locator(".state").inner_text())}


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_a_pasted_block_reaches_python_and_can_be_undone_as_one(grid: Page):
    cell(grid, 2, "note").click()
    paste(grid, '"two\nlines"\t3\t1,500\r\n未知\t?\t７\r\n')
    expect(grid.locator(".cw-status")).to_have_text("6 pasted.")
    now = rows(grid)
    assert [now[2][k] for k in ("note", "level", "n")] == ["two\nlines", 3, 1500]
    assert [now[3][k] for k in ("note", "level", "n")] == ["未知", None, 7]
    expect(cell(grid, 2, "n")).to_have_text("1,500")
    cell(grid, 2, "note").click()
    grid.keyboard.press("Control+z")
    expect(cell(grid, 2, "note")).to_have_text("=HYPERLINK(1)")
    expect(cell(grid, 2, "n")).to_have_text("-5")
    assert rows(grid)[3]["level"] == 1
    cell(grid, 2, "note").click()
    grid.keyboard.press("Control+Shift+z")
    expect(cell(grid, 2, "n")).to_have_text("1,500")
    grid.keyboard.press("Control+z")
    grid.keyboard.press("Control+y")
    expect(cell(grid, 3, "n")).to_have_text("7")


def test_refused_cells_go_back_and_say_why_and_the_rest_of_the_block_stays(grid: Page):
    cell(grid, 1, "level").click()
    paste(grid, "9\t12\n5\t99999")
    expect(grid.locator(".cw-status")).to_contain_text("2 refused: A level is a whole number")
    expect(cell(grid, 1, "level")).to_have_text("4")
    expect(cell(grid, 1, "level")).to_have_attribute("title", re.compile("from 1 to 5"))
    expect(cell(grid, 2, "n")).to_have_attribute("title", "The most is 9999.")
    expect(cell(grid, 2, "level")).to_have_text("5")
    grid.keyboard.press("Control+z")
    expect(cell(grid, 1, "n")).to_have_text("1,234")
    expect(cell(grid, 2, "level")).to_contain_text("unknown")


def test_what_the_application_refuses_goes_back_too(grid: Page):
    cell(grid, 3, "note").dblclick()
    grid.keyboard.type("forbidden")
    grid.keyboard.press("Enter")
    expect(grid.locator(".cw-status")).to_have_text("1 refused: Not that.")
    expect(cell(grid, 3, "note")).to_have_text("")
    assert rows(grid)[3]["note"] == ""


def test_an_input_method_writes_chinese_and_its_enter_does_not_end_the_edit(grid: Page):
    cell(grid, 3, "note").click()
    grid.keyboard.press("F2")
    field = grid.locator(".cw-field")
    expect(field).to_be_focused()
    client = grid.context.new_cdp_session(grid)
    client.send(
        "Input.imeSetComposition", {"text": "ni'hao", "selectionStart": 6, "selectionEnd": 6}
    )
    for kind in ("rawKeyDown", "keyUp"):  # as an input method's keys arrive: 229
        client.send(
            "Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "windowsVirtualKeyCode": 229}
        )
    grid.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    expect(field).to_be_focused()
    client.send("Input.insertText", {"text": "你好"})
    expect(field).to_have_value("你好")
    grid.keyboard.press("Enter")
    expect(cell(grid, 3, "note")).to_have_text("你好")
    expect(cell(grid, 4, "note")).to_be_focused()
    expect_edits(grid, {"row": 3, "key": "note", "value": "你好", "old": ""})


def test_an_input_method_may_start_on_a_cell(grid: Page):
    cell(grid, 3, "note").click()
    grid.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        "{key: 'Process', keyCode: 229, bubbles: true, cancelable: true}))"
    )
    expect(grid.locator(".cw-field")).to_be_focused()
    client = grid.context.new_cdp_session(grid)
    client.send("Input.imeSetComposition", {"text": "zh", "selectionStart": 2, "selectionEnd": 2})
    client.send("Input.insertText", {"text": "中"})
    grid.keyboard.press("Tab")
    expect(cell(grid, 3, "level")).to_be_focused()
    expect(cell(grid, 3, "note")).to_have_text("中")


def test_the_keyboard_alone_is_enough(grid: Page):
    grid.locator(".cw-bar button").last.focus()
    grid.keyboard.press("Tab")
    expect(cell(grid, 1, "name")).to_be_focused()
    grid.keyboard.press("Enter")  # not editable
    expect(grid.locator(".cw-field")).to_have_count(0)
    grid.keyboard.press("ArrowRight")
    grid.keyboard.press("ArrowRight")
    grid.keyboard.press("ArrowDown")
    expect(cell(grid, 2, "level")).to_be_focused()
    grid.keyboard.type("3")
    grid.keyboard.press("Escape")
    expect(cell(grid, 2, "level")).to_contain_text("unknown")
    expect(cell(grid, 2, "level")).to_be_focused()
    grid.keyboard.type("2")
    grid.keyboard.press("Enter")
    expect(cell(grid, 2, "level")).to_have_text("2")
    expect(cell(grid, 3, "level")).to_be_focused()
    grid.keyboard.press("Shift+ArrowDown")
    grid.keyboard.press("Delete")
    expect(cell(grid, 4, "level")).to_contain_text("unknown")
    expect_edits(
        grid,
        {"row": 3, "key": "level", "value": None, "old": 1},
        {"row": 4, "key": "level", "value": None, "old": 2},
    )
    grid.keyboard.press("Control+End")
    expect(cell(grid, 4, "s")).to_be_focused()
    grid.keyboard.press("Enter")
    grid.keyboard.press("ArrowUp")
    grid.keyboard.press("Enter")
    expect(cell(grid, 4, "s")).to_have_text("Alpha")
    expect(cell(grid, 4, "s")).to_be_focused()
    grid.keyboard.press("Tab")  # past the last cell: out of the table
    expect(grid.get_by_role("button", name="after")).to_be_focused()
    grid.keyboard.press("Shift+Tab")
    grid.keyboard.press("Home")
    expect(cell(grid, 4, "name")).to_be_focused()
    grid.keyboard.press("Escape")
    grid.keyboard.press("Tab")
    expect(grid.get_by_role("button", name="after")).to_be_focused()


def test_every_value_is_text(grid: Page):
    expect(cell(grid, 1, "note")).to_have_text(HOSTILE)
    expect(cell(grid, 2, "note")).to_have_text("=HYPERLINK(1)")
    expect(grid.locator(".tabulator-col-title").nth(1)).to_contain_text("Note <b>bold</b>")
    cell(grid, 3, "note").click()
    paste(grid, HOSTILE)
    expect(cell(grid, 3, "note")).to_have_text(HOSTILE)
    assert grid.locator(".cw-grid img").count() == 0
    assert grid.evaluate("window.pwned") is None


def test_what_is_copied_runs_no_formula_in_a_spreadsheet(grid: Page):
    cell(grid, 2, "note").click()
    cell(grid, 2, "n").click(modifiers=["Shift"])
    grid.keyboard.press("Control+c")
    expect(grid.locator(".cw-status")).to_have_text("3 copied.")
    copied = grid.evaluate("navigator.clipboard.readText()")
    assert copied == "'=HYPERLINK(1)\t\t-5"


def test_a_locked_grid_changes_nothing_whatever_the_page_sends(grid: Page):
    grid.get_by_role("button", name="lock").click()
    expect(cell(grid, 1, "level")).to_have_attribute("aria-readonly", "true")
    before = rows(grid)
    cell(grid, 1, "level").click()
    grid.keyboard.press("Delete")
    grid.keyboard.press("1")
    expect(grid.locator(".cw-field")).to_have_count(0)
    expect(grid.locator(".cw-status")).to_have_text("This table is read-only.")
    assert rows(grid) == before


def test_python_patches_cells_without_sending_the_table(page: Page, address: str):
    frames: list[str] = []
    page.on(
        "websocket",
        lambda ws: ws.on("framereceived", lambda f: frames.append(str(f))),
    )
    page.goto(address)
    page.wait_for_selector(".cw-grid .tabulator-row .tabulator-cell", timeout=60_000)
    frames.clear()
    page.get_by_role("button", name="patch").click()
    expect(cell(page, 4, "n")).to_have_text("77")
    expect(cell(page, 4, "n").locator(".cw-overridden")).to_have_count(1)
    assert frames and not any("Brazil" in frame for frame in frames)


def test_new_rows_keep_the_active_cell_and_its_focus(grid: Page):
    cell(grid, 4, "note").click()
    grid.locator("button", has_text="turn").evaluate("button => button.click()")
    expect(cell(grid, 5, "name")).to_have_text("New")
    expect(cell(grid, 1, "name")).to_have_text("Kenya")
    grid.wait_for_timeout(300)
    expect(cell(grid, 1, "note")).to_be_focused()


def test_names_and_roles_for_a_screen_reader(grid: Page):
    table = grid.get_by_role("grid", name="Markets")
    expect(table).to_have_attribute("aria-rowcount", "5")
    expect(table).to_have_attribute("aria-colcount", "5")
    expect(grid.get_by_role("columnheader", name="Level", exact=True)).to_be_visible()
    help_ = "Note <b>bold</b> (In your words)"
    expect(grid.get_by_role("columnheader", name=help_, exact=True)).to_be_visible()
    expect(grid.get_by_role("rowheader", name="Brazil")).to_be_visible()
    expect(grid.get_by_role("gridcell", name="unknown", exact=True).first).to_be_visible()
    found = Axe().run(grid, context=".cw-grid")
    assert [v["id"] for v in found.response["violations"]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_the_table_and_not_the_page(grid: Page, scheme: str):
    grid.set_viewport_size({"width": 390, "height": 800})
    grid.emulate_media(color_scheme=scheme)
    grid.wait_for_timeout(300)
    inner = grid.locator(".tabulator-tableholder")
    assert inner.evaluate("e => e.scrollWidth > e.clientWidth")
    assert grid.evaluate("document.querySelector('.cw-grid').scrollWidth <= innerWidth")
    inner.evaluate("e => e.scrollLeft = 300")
    grid.wait_for_timeout(100)
    assert cell(grid, 1, "name").bounding_box()["x"] < 40  # the frozen column stays


# ---- More rows than the page holds at a time ----

LONG = """
from ipywidgets import Button, Label, VBox
from workbench.widgets.grid import Grid

grid = Grid(
    lang="en", label="Many", height=300,
    columns=[{"key": "name", "title": "Name", "frozen": True},
             {"key": "n", "title": "Number", "kind": "number", "editable": True}],
    rows=[{"id": i, "name": f"Row {i}", "n": i} for i in range(1, 236)],
)
log = Label("-").add_class("log")
grid.on_edit(lambda edits: setattr(log, "value", str(edits)))
VBox([Button(description="before"), grid, Button(description="after"), log])
"""


@pytest.fixture(scope="module")
def long_address(serve) -> str:
    return serve(LONG)


@pytest.fixture
def long(page: Page, long_address: str) -> Page:
    """235 rows, of which the page holds those in sight and some more."""
    page.goto(long_address)
    page.wait_for_selector(".cw-grid .tabulator-row .tabulator-cell", timeout=60_000)
    return page


def scroll(page: Page, top: int) -> None:
    page.locator(".tabulator-tableholder").evaluate("(e, top) => (e.scrollTop = top)", top)
    page.wait_for_timeout(200)


def test_the_tab_key_finds_the_active_cell_although_it_is_scrolled_away(long: Page):
    cell(long, 2, "n").click()
    long.get_by_role("button", name="before").focus()
    scroll(long, 5000)
    expect(cell(long, 2, "n")).to_have_count(0)  # its row has left the page
    found = Axe().run(long, context=".cw-grid").response["violations"]
    assert [rule["id"] for rule in found] == []
    long.get_by_role("button", name="Redo").focus()
    long.keyboard.press("Tab")
    expect(cell(long, 2, "n")).to_be_focused()
    scroll(long, 5000)
    long.get_by_role("button", name="after").focus()
    long.keyboard.press("Shift+Tab")
    expect(cell(long, 2, "n")).to_be_focused()
    expect(long.locator(".tabulator [tabindex='0']")).to_have_count(1)


def test_the_keys_still_work_when_the_focused_cell_is_scrolled_away(long: Page):
    cell(long, 2, "n").click()
    scroll(long, 5000)
    assert long.locator(".tabulator-tableholder").evaluate("e => e.scrollTop") == 5000
    long.keyboard.press("ArrowDown")
    expect(cell(long, 3, "n")).to_be_focused()
    scroll(long, 5000)
    long.keyboard.type("77")
    long.keyboard.press("Enter")
    expect(long.locator(".log")).to_contain_text("'value': 77")
    expect(cell(long, 3, "n")).to_have_text("77")
    expect(cell(long, 4, "n")).to_be_focused()
    scroll(long, 5000)
    scroll(long, 0)
    expect(cell(long, 4, "n")).to_be_focused()
    assert long.locator(".tabulator [tabindex='0']").count() == 1
