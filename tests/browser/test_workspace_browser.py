"""The planner over a workspace in a real page: kept, taken back, branched, approved, compared."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from app_pages import HOSTILE, app, grave, rest, scrolls_sideways, wait_until_drawn
from playwright.sync_api import Browser, Page, expect
from workspace_pages import button, panel, revision, status, weight, write

from workbench.domain.changes import Cell, Change
from workbench.store import Workspace, open_workspace

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SAVED = re.compile(r"Saved \d\d:\d\d by lin · scenario base, revision (\d+)")
PRIVACY = Cell("weights", "privacy")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """An editor's server of user ``lin`` over a workspace of its own: its address, the database."""
    folder = tmp_path_factory.mktemp("served_workspace")
    database = f"sqlite:///{folder / 'workspace.db'}"
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    own = {
        "PYTHONPATH": path,
        "WORKBENCH_HOME": str(folder),
        "WORKBENCH_DATABASE": database,
        "JUPYTERHUB_USER": "lin",
    }
    inherited = {name: value for name, value in os.environ.items() if name != "WORKBENCH_PLAN"}
    log = folder / "served.log"
    with log.open("wb") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "workbench.cli", "serve", "--port=0", "--edit"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=inherited | own,
        )
    line = server.stdout.readline()
    assert line.startswith("Serving on "), log.read_text()
    yield line.split()[-1], database
    server.terminate()
    server.wait(timeout=30)


@pytest.fixture(scope="module")
def database(served: tuple[str, str], visit: Callable[..., Page]) -> Workspace:
    """The same workspace, for someone else; the first page has begun it."""
    visit().close()
    return open_workspace(served[1], who="wang")


@pytest.fixture(scope="module")
def visit(chromium: Browser, served: tuple[str, str]) -> Iterator[Callable[..., Page]]:
    """Open the planner; at the end no page has run a script that came from a text."""
    contexts, outside = [], []
    host = urlsplit(served[0]).netloc

    def check(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != host:
            outside.append(url)

    def go(query: str = "market=ID&lang=en", width: int = 1280) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: check(request.url))
        page.goto(served[0] + app("planner", query), wait_until="commit")
        wait_until_drawn(page)
        rest(page)
        return page

    yield go
    pages = [page for context in contexts for page in context.pages]
    pwned = [page.url for page in pages if page.evaluate("window.pwned !== undefined")]
    for context in contexts:
        context.close()
    assert (pwned, outside) == ([], [])


@pytest.fixture(scope="module")
def opened(visit: Callable[..., Page], database: Workspace) -> Page:
    return visit()


@pytest.fixture
def page(opened: Page) -> Page:
    rest(opened)
    return opened


PRIVACY_NAME = "Privacy sensitivity"


def test_an_edit_is_saved_at_once_and_there_after_a_reload(page: Page, database: Workspace):
    before = revision(page)
    expect(status(page).locator("xpath=ancestor::*[@aria-live]")).to_have_attribute(
        "aria-live", "polite"
    )
    write(page, weight(page, PRIVACY_NAME), "9")
    expect(status(page)).to_contain_text(SAVED)
    assert revision(page) == before + 1
    expect(weight(page, PRIVACY_NAME)).to_have_attribute(
        "title", re.compile(r"Set by lin, \d\d:\d\d")
    )
    assert database.snapshot("base").cells[PRIVACY] == 9
    page.reload(wait_until="commit")
    wait_until_drawn(page)
    expect(weight(page, PRIVACY_NAME)).to_have_text("9")
    assert revision(page) == before + 1


def test_undo_and_redo_across_panels_by_keyboard(page: Page, database: Workspace):
    write(page, weight(page, PRIVACY_NAME), "8")
    undo, redo = button(page, "Undo").first, button(page, "Redo").first
    expect(undo).to_be_enabled()
    expect(redo).to_be_disabled()
    undo.focus()
    page.keyboard.press("Enter")
    expect(weight(page, PRIVACY_NAME)).to_have_text("9")
    expect(status(page)).to_contain_text("Taken back")
    expect(redo).to_be_enabled()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(weight(page, PRIVACY_NAME)).to_have_text("8")
    assert database.snapshot("base").cells[PRIVACY] == 8


def test_someone_elses_change_is_a_conflict_and_then_shown(page: Page, database: Workspace):
    stands = database.snapshot("base").cells[PRIVACY]
    database.apply("base", [Change(*PRIVACY, stands, 3.0)], "meeting")
    write(page, weight(page, PRIVACY_NAME), "7")
    alert = panel(page, "ranking").get_by_role("alert")
    expect(alert).to_contain_text("Weight · Privacy sensitivity was changed meanwhile by wang")
    expect(weight(page, PRIVACY_NAME)).not_to_have_text("7")
    button(page, "Show what others changed").click()
    expect(weight(page, PRIVACY_NAME)).to_have_text("3")
    expect(status(page)).to_contain_text("changed by others: Weight · Privacy sensitivity")
    write(page, weight(page, PRIVACY_NAME), "7")
    expect(status(page)).to_contain_text(SAVED)
    expect(alert).to_have_count(0)
    assert database.snapshot("base").cells[PRIVACY] == 7


def test_reason_evidence_history_comment_and_restore(page: Page, database: Workspace):
    button(page, "▸ Reason and evidence").click()
    page.get_by_role("textbox", name="Reason for the next changes").fill(HOSTILE)
    page.get_by_role("textbox", name="Link to the evidence").fill("https://example.org/minutes")
    page.get_by_role("combobox", name="Confidence").select_option(label="high")
    rest(page)
    write(page, weight(page, PRIVACY_NAME), "6")
    button(page, "Empty all").click()
    button(page, "▾ Hide reason and evidence").click()
    (last,) = database.commands("base", limit=1)
    assert (last.reason, last.evidence.confidence) == (HOSTILE, "high")
    history = panel(page, "history")
    history.get_by_role("combobox", name="Cell").select_option(label="Weight · Privacy sensitivity")
    table = history.get_by_role("region", name="History of Weight · Privacy sensitivity")
    first = table.locator("tbody tr").first
    expect(first.locator("th")).to_have_text("6")
    expect(first).to_contain_text(HOSTILE)
    link = first.get_by_role("link", name="https://example.org/minutes")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    history.get_by_role("textbox", name="Comment").fill(HOSTILE)
    button(page, "Add comment").click()
    expect(history.locator(".said li")).to_contain_text([HOSTILE])
    assert database.snapshot("base").cells[Cell("comments", "weights privacy#1")] == {
        "text": HOSTILE,
        "who": "lin",
    }
    version = history.get_by_role("combobox", name="Version")
    version.select_option(index=0)
    expect(version.locator("option").first).to_have_text(re.compile(r"^7\s·\slin\s·\s"))
    button(page, "Restore").click()
    expect(weight(page, PRIVACY_NAME)).to_have_text("7")
    expect(table.locator("tbody tr").first).to_contain_text("restored")


def test_branch_compare_approve(page: Page, database: Workspace):
    page.get_by_role("textbox", name="New scenario").fill(HOSTILE)
    button(page, "Branch").click()
    expect(status(page)).to_contain_text(f"scenario {HOSTILE}, revision 0")
    page.wait_for_function("new URL(location).searchParams.get('scenario').startsWith('<img')")
    write(page, weight(page, PRIVACY_NAME), "1")
    compare = panel(page, "comparison")
    compare.get_by_role("combobox", name="Compare with").select_option(label="base")
    expect(compare.locator(".say")).to_contain_text("1 input differs.")
    row = compare.get_by_role("region", name="What differs in the inputs").locator("tbody tr")
    expect(row).to_have_text(re.compile(r"Weight · Privacy sensitivity\s*1\s*7"))
    expect(compare).to_contain_text(f"Rank: {HOSTILE}")
    button(page, "Approve and freeze").click()
    assert not database.scenario(HOSTILE).frozen
    button(page, "Yes, approve: it can't be changed any more").click()
    expect(status(page)).to_contain_text("Approved")
    assert database.scenario(HOSTILE).frozen_by == "lin"
    expect(button(page, "Back to the industry's weights")).to_be_disabled()
    expect(page.get_by_role("textbox", name="Copy in English")).to_be_disabled()
    write(page, weight(page, PRIVACY_NAME), "5")
    expect(weight(page, PRIVACY_NAME)).to_have_text("1")
    assert database.snapshot(HOSTILE).cells[PRIVACY] == 1
    assert grave(page) == []
    page.get_by_role("combobox", name="Scenario", exact=True).select_option(label="base")
    expect(weight(page, PRIVACY_NAME)).to_have_text("7")
    write(page, weight(page, PRIVACY_NAME), "5")
    expect(weight(page, PRIVACY_NAME)).to_have_text("5")


def test_to_do_by_owner(page: Page):
    todo = panel(page, "todo")
    shown = todo.get_by_role("combobox", name="Show")
    shown.select_option(label="mine")
    expect(todo.locator(".empty")).to_contain_text("No open check is yours")
    checks = page.get_by_role("grid", name="Answers to the readiness checks")
    owner = checks.locator(".tabulator-row", has_text="Crowded channels").locator(
        "[tabulator-field='owner']"
    )
    write(page, owner, "lin")
    expect(todo.locator("tbody tr")).to_have_count(1)
    expect(todo.locator("tbody tr")).to_contain_text("(you)")
    shown.select_option(label="all open checks")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_accessible_and_fits_in_both_languages(
    visit: Callable[..., Page], database: Workspace, lang: str, width: int
):
    page = visit(f"market=ID&lang={lang}", width)
    panel(page, "workspace").locator("button", has_text="▸").click()
    history = panel(page, "history").locator("select").first
    history.select_option(index=1)
    rest(page)
    assert grave(page) == []
    assert not scrolls_sideways(page)
    if width == 390:
        for control in panel(page, "workspace").locator("button:visible, select:visible").all():
            assert control.bounding_box()["height"] >= 44
    page.close()
