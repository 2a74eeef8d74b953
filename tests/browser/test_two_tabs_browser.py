"""Two people's planners over one workspace, in real pages; a viewer whose account can only read."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from app_pages import PATIENCE, app, rest, wait_until_drawn
from databases import change, meddle, new_postgresql
from playwright.sync_api import Browser, Page, expect
from workspace_pages import button, panel, revision, serving, status, weight, write

from workbench.domain.changes import Cell
from workbench.domain.errors import StoreError
from workbench.sources.paths import data_folder
from workbench.sources.plans import load_plan
from workbench.store import Workspace, open_workspace
from workbench.store.checking import check
from workbench.store.plans import begin

pytestmark = [pytest.mark.browser, pytest.mark.server]

PRIVACY, DEVICE = "Privacy sensitivity", "Low-end device support"
PRIVACY_CELL, DEVICE_CELL = Cell("weights", "privacy"), Cell("weights", "low_end_device")
RELOAD = "Show what others changed"
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def visit(chromium: Browser) -> Iterator[Visit]:
    """Open an app's page at a server, and wait until it is drawn."""
    contexts = []

    def go(url: str, name: str = "planner", query: str = "market=ID&lang=en") -> Page:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(url + app(name, query), wait_until="commit")
        wait_until_drawn(page)
        rest(page)
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The example plan, in which the two weights are 2 by the industry's default."""
    url = f"sqlite:///{tmp_path_factory.mktemp('two_tabs') / 'w.db'}"
    found = open_workspace(url, who="zhou")
    begin(found, "base", load_plan(data_folder() / "examples" / "plan.yaml"))
    return found


@pytest.fixture(scope="module")
def served(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Editors' servers of the users ``lin`` and ``wang`` over the workspace."""
    address = f"--database=sqlite:///{workspace.engine.url.database}"
    folder = tmp_path_factory.mktemp("served_two")
    with (
        serving(folder, "--edit", address, JUPYTERHUB_USER="lin") as lin,
        serving(folder, "--edit", address, JUPYTERHUB_USER="wang") as wang,
    ):
        yield lin, wang


@pytest.fixture(scope="module")
def opened(visit: Visit, served: tuple[str, str]) -> tuple[Page, Page]:
    return visit(served[0]), visit(served[1])


@pytest.fixture
def tabs(opened: tuple[Page, Page], workspace: Workspace) -> tuple[Page, Page]:
    """Lin's page and Wang's, both on ``base`` as it stands."""
    for page in opened:
        chosen = page.get_by_role("combobox", name="Scenario", exact=True)
        if chosen.input_value() != "base":
            chosen.select_option(label="base")
        button(page, RELOAD).click()
        last = workspace.scenario("base").revision
        expect(status(page)).to_contain_text(f"scenario base, revision {last}")
        rest(page)
    return opened


def held(workspace: Workspace, cell: Cell, name: str = "base"):
    return workspace.snapshot(name).cells.get(cell)


def wait_until_held(workspace: Workspace, cell: Cell, value: float, name: str = "base") -> None:
    """Until a cell holds a value: a page's kernel may have other things to do first."""
    end = time.monotonic() + PATIENCE / 1000
    while held(workspace, cell, name) != value and time.monotonic() < end:
        time.sleep(0.05)
    assert held(workspace, cell, name) == value


def test_changes_of_different_cells_are_both_kept_and_seen(tabs, workspace):
    lin, wang = tabs
    before = revision(wang)
    write(lin, weight(lin, PRIVACY), "9")
    wait_until_held(workspace, PRIVACY_CELL, 9)
    expect(weight(wang, PRIVACY)).to_have_text("2")
    write(wang, weight(wang, DEVICE), "4")
    expect(weight(wang, PRIVACY)).to_have_text("9")
    expect(weight(wang, PRIVACY)).to_have_attribute("title", re.compile("Set by lin"))
    wait_until_held(workspace, DEVICE_CELL, 4)
    assert held(workspace, PRIVACY_CELL) == 9
    expect(status(wang)).to_contain_text(f"revision {before + 2}")


def test_a_change_of_the_same_cell_is_refused_until_the_other_one_was_seen(tabs, workspace):
    lin, wang = tabs
    write(lin, weight(lin, PRIVACY), "8")
    wait_until_held(workspace, PRIVACY_CELL, 8)
    write(wang, weight(wang, PRIVACY), "3")
    card = panel(wang, "ranking").get_by_role("alert")
    expect(card).to_contain_text(f"Weight · {PRIVACY} was changed meanwhile by lin")
    expect(card).to_contain_text("Nothing was saved; reload, then make your change again.")
    assert held(workspace, PRIVACY_CELL) == 8
    expect(weight(wang, PRIVACY)).not_to_have_text("3")
    button(wang, RELOAD).click()
    expect(status(wang)).to_contain_text(f"changed by others: Weight · {PRIVACY}")
    expect(weight(wang, PRIVACY)).to_have_text("8")
    write(wang, weight(wang, PRIVACY), "3")
    expect(card).to_have_count(0)
    wait_until_held(workspace, PRIVACY_CELL, 3)
    assert workspace.commands("base", limit=1)[0].who == "wang"


def test_undo_leaves_alone_what_someone_else_made_of_the_cell(tabs, workspace):
    lin, wang = tabs
    write(lin, weight(lin, DEVICE), "5")
    wait_until_held(workspace, DEVICE_CELL, 5)
    write(lin, weight(lin, PRIVACY), "6")
    wait_until_held(workspace, PRIVACY_CELL, 6)
    button(wang, RELOAD).click()
    expect(weight(wang, PRIVACY)).to_have_text("6")
    write(wang, weight(wang, PRIVACY), "7")
    wait_until_held(workspace, PRIVACY_CELL, 7)
    button(lin, "Undo").first.click()
    card = panel(lin, "workspace").get_by_role("alert")
    expect(card).to_contain_text(f"Weight · {PRIVACY} was changed meanwhile by wang")
    expect(card).to_contain_text("can be neither taken back nor made again")
    assert held(workspace, PRIVACY_CELL) == 7
    button(lin, "Leave that as it is, go on with the rest").click()
    expect(status(lin)).to_contain_text(f"left as it is: Weight · {PRIVACY}")
    expect(weight(lin, PRIVACY)).to_have_text("7")
    button(lin, "Undo").first.click()  # the one before is within reach again
    expect(status(lin)).to_contain_text(f"Weight · {DEVICE}")
    expect(weight(lin, DEVICE)).to_have_text("4")
    assert (held(workspace, PRIVACY_CELL), held(workspace, DEVICE_CELL)) == (7, 4)


def test_undo_in_one_tab_says_what_it_took_back_of_the_other_tab(visit, served, tabs, workspace):
    lin, _ = tabs
    second = visit(served[0])
    shown = weight(lin, PRIVACY).inner_text()
    write(second, weight(second, PRIVACY), "1")
    wait_until_held(workspace, PRIVACY_CELL, 1)
    button(lin, RELOAD).click()
    expect(weight(lin, PRIVACY)).to_have_text("1")
    button(lin, "Undo").first.click()
    expect(status(lin)).to_contain_text(re.compile(rf"Taken back .* by lin .*Weight · {PRIVACY}"))
    expect(weight(lin, PRIVACY)).to_have_text(shown)
    write(second, weight(second, PRIVACY), "9")  # stale by now, though by the same person
    expect(panel(second, "ranking").get_by_role("alert")).to_contain_text("meanwhile by lin")
    assert held(workspace, PRIVACY_CELL) == float(shown)
    second.close()


def test_a_branch_is_offered_to_the_other_and_its_approval_is_heard(tabs, workspace):
    lin, wang = tabs
    lin.get_by_role("textbox", name="New scenario").fill("bold")
    button(lin, "Branch").click()
    expect(status(lin)).to_contain_text("scenario bold, revision 0")
    offered = wang.get_by_role("combobox", name="Scenario", exact=True)
    button(wang, RELOAD).click()
    expect(offered.locator("option")).to_have_text(["base", "bold"])
    offered.select_option(label="bold")
    expect(status(wang)).to_contain_text("scenario bold, revision 0")
    before = held(workspace, PRIVACY_CELL, "bold")
    button(lin, "Approve and freeze").click()
    button(lin, "Yes, approve: it can't be changed any more").click()
    expect(status(lin)).to_contain_text("Approved")
    write(wang, weight(wang, PRIVACY), "5")
    expect(panel(wang, "ranking").get_by_role("alert")).to_contain_text(
        re.compile(r"Scenario 'bold' was approved by lin on \S+ and can't change; branch from it")
    )
    assert held(workspace, PRIVACY_CELL, "bold") == before
    button(wang, RELOAD).click()
    expect(status(wang)).to_contain_text("Approved")
    expect(panel(wang, "workspace")).to_contain_text("This scenario is approved and can't change")
    expect(button(wang, "Approve and freeze")).to_be_hidden()
    expect(wang.get_by_role("textbox", name="Copy in English")).to_be_disabled()
    assert check(workspace.engine).faults == ()


def test_a_scenario_that_the_tables_no_longer_fit_is_mended_in_the_page(visit, served, workspace):
    workspace.branch("base", "old")
    lin = open_workspace(f"sqlite:///{workspace.engine.url.database}", who="lin")
    lin.apply("old", [change("weights", "criterion_of_old", None, 3.0)])
    page = visit(served[0], query="market=ID&lang=en&scenario=old")
    expect(page.get_by_role("alert")).to_contain_text("Unknown criterion 'criterion_of_old'")
    expect(page.locator("h1:visible")).to_have_text("Planner")
    expect(weight(page, PRIVACY)).to_have_count(0)
    button(page, "Undo").click()
    expect(weight(page, PRIVACY)).to_be_visible()  # a whole planner is made
    rest(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    write(page, weight(page, PRIVACY), "4")
    wait_until_held(workspace, PRIVACY_CELL, 4, "old")
    page.close()


@pytest.fixture
def viewer(postgresql_server: str, tmp_path: Path) -> Iterator[tuple[str, Workspace, str]]:
    """A server whose account can only read, the workspace for an editor, the viewer's address."""
    url = new_postgresql(postgresql_server)
    store = open_workspace(url, who="zhou")
    begin(store, "base", load_plan(data_folder() / "examples" / "plan.yaml"))
    meddle(
        url,
        "CREATE ROLE viewer LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO viewer",
    )
    address = url.replace("wb@", "viewer@")
    with serving(tmp_path, f"--database={address}") as served:
        yield served, store, address
    store.engine.dispose()
    meddle(url, "DROP OWNED BY viewer", "DROP ROLE viewer")


def test_a_viewer_with_select_only_follows_the_others_and_writes_nothing(visit, viewer):
    served, store, address = viewer
    pages = {name: visit(served, name) for name in ("portfolio", "market", "planner")}
    for page in pages.values():
        expect(page.get_by_role("alert")).to_have_count(0)
    expect(pages["portfolio"].locator(".wb-page-head, h1:visible").first).to_be_visible()
    expect(pages["portfolio"].locator("main")).to_contain_text("base, revision 0")
    planner = pages["planner"]
    expect(status(planner)).to_contain_text("by zhou · scenario base, revision 0")
    for name in ("Undo", "Approve and freeze", "Branch", "▸ Reason and evidence"):
        expect(panel(planner, "workspace").get_by_role("button", name=name)).to_be_hidden()

    store.apply("base", [change(*PRIVACY_CELL, None, 7.0)], "meeting")
    button(planner, RELOAD).click()
    expect(weight(planner, PRIVACY)).to_have_text("7")
    store.apply("base", [change(*PRIVACY_CELL, 7.0, 8.0)], "meeting")
    for page in pages.values():
        page.reload(wait_until="commit")
        wait_until_drawn(page)
    expect(weight(planner, PRIVACY)).to_have_text("8")
    expect(pages["portfolio"].locator("main")).to_contain_text("base, revision 2")

    before = check(store.engine)
    write(planner, weight(planner, PRIVACY), "1")
    expect(weight(planner, PRIVACY)).to_have_text("1")  # to see what would follow
    expect(panel(planner, "workspace")).to_contain_text("in this page only, and saved nowhere")
    assert check(store.engine) == before
    with pytest.raises(StoreError, match=r"read only; nothing was saved.*permission denied"):
        open_workspace(address, who="eve").apply("base", [change(*PRIVACY_CELL, 8.0, 1.0)])
    assert check(store.engine) == before and before.faults == ()
