"""The planner in a real page: edit, paste, undo, by mouse and by keyboard, in both languages."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_pages import HOSTILE, app, grave, rest, scrolls_sideways
from playwright.sync_api import Locator, Page, expect
from servers import find_free_port

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
LAB_FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
)


@pytest.fixture(scope="module")
def opened(go) -> Page:
    return go(app("planner", "market=ID&lang=en"))


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    """The page, shared; each test leaves the plan as it found it."""
    rest(opened)
    yield opened
    reset = opened.get_by_role("button", name="Back to the industry's weights")
    reset.click()
    back = opened.get_by_role("button", name="Back to the derived level")
    before = opened.get_by_role("combobox", name="Override").locator("option").count()
    for left in range(before - 1, 0, -1):  # the plan's own override, Brazil's, stays
        choice = opened.get_by_role("combobox", name="Override")
        choice.select_option(index=left)
        back.click()
        expect(choice.locator("option")).to_have_count(left)
    assert opened.evaluate("window.pwned") is None


def grid(page: Page, name: str) -> Locator:
    return page.get_by_role("grid", name=name)


def cell(table: Locator, row: str, key: str) -> Locator:
    """A cell by the text of its row's head and the key of its column."""
    return table.locator(".tabulator-row", has_text=row).locator(f"[tabulator-field='{key}']")


def panel(page: Page, topic: str) -> Locator:
    return page.locator(".wb-panel", has=page.locator(f"h2#{topic}"))


def write(page: Page, place: Locator, value: str) -> None:
    """Click a cell and type over it."""
    place.click()
    page.keyboard.type(value)
    page.keyboard.press("Enter")


def give_reason(page: Page, reason: str) -> None:
    field = page.get_by_role("textbox", name="Reason")
    field.fill(reason)
    field.press("Tab")


WEIGHTS, LEVELS = "Weights of the criteria", "Market-needs matrix, level 1 to 5"


def test_a_weight_moves_ranking_chart_and_shares_and_undo_takes_it_back(page: Page):
    weights, ranking = grid(page, WEIGHTS), panel(page, "ranking")
    table = ranking.get_by_role("region", name="Ranking of markets")
    chart = ranking.locator(".main-svg[role=img]")
    before = table.inner_text(), chart.get_attribute("aria-label")
    share = cell(weights, "Smoothness", "share").inner_text()
    dots = "paths => paths.map(p => p.getAttribute('transform')).join()"
    drawn = ranking.locator(".point").evaluate_all(dots)
    write(page, cell(weights, "Smoothness", "weight"), "10")
    expect(cell(weights, "Smoothness", "share")).not_to_have_text(share)
    expect(cell(weights, "Smoothness", "weight").locator(".cw-overridden")).to_have_count(1)
    expect(table).not_to_have_text(before[0])
    expect(chart).not_to_have_attribute("aria-label", before[1])
    page.wait_for_function(
        f"old => ({dots})([...document.querySelectorAll('.wb-panel:has(#ranking) .point')]) != old",
        arg=drawn,
    )
    cell(weights, "Smoothness", "weight").click()
    page.keyboard.press("Control+z")
    expect(chart).to_have_attribute("aria-label", before[1])
    expect(cell(weights, "Smoothness", "weight").locator(".cw-overridden")).to_have_count(0)
    assert table.inner_text() == before[0]


def test_weights_that_are_all_zero_are_rolled_back_and_explained(page: Page):
    weights = grid(page, WEIGHTS)
    first = weights.locator("[tabulator-field='weight']:not(.tabulator-col)").first
    first.click()
    page.evaluate("navigator.clipboard.writeText('0\\n'.repeat(10).trim())")
    page.keyboard.press("Control+v")
    alert = panel(page, "ranking").get_by_role("alert")
    expect(alert).to_contain_text("The weights sum to 0")
    expect(first).not_to_have_text("0")
    expect(first).to_have_attribute("aria-invalid", "")


def test_a_level_with_a_reason_changes_verdict_and_needs_and_can_be_taken_back(page: Page):
    levels, verdict, needs = grid(page, LEVELS), panel(page, "verdict"), panel(page, "needs")
    weak = cell(levels, "Indonesia", "weak_network")
    derived, before = weak.inner_text(), verdict.inner_text()
    give_reason(page, "")
    write(page, weak, "1")
    expect(needs.get_by_role("alert")).to_contain_text("Write the reason above the table first")
    expect(weak).to_have_text(derived)
    give_reason(page, "measured on site")
    write(page, weak, "1")
    expect(weak.locator(".cw-overridden")).to_have_text("1")
    content = "e => getComputedStyle(e.querySelector('.cw-overridden'), '::after').content"
    assert "✎" in weak.evaluate(content)
    expect(weak).to_have_attribute("title", re.compile(rf"measured on site \(was {derived}\)"))
    expect(needs.get_by_role("alert")).to_have_count(0)
    expect(needs.get_by_role("region", name="Overrides")).to_contain_text("measured on site")
    expect(needs.get_by_role("region", name="What users care")).to_contain_text(f"was {derived}")
    expect(verdict).not_to_have_text(re.compile(re.escape(before)))
    choice = page.get_by_role("combobox", name="Override")
    choice.select_option(label="Indonesia · Smoothness on weak networks")
    page.get_by_role("button", name="Back to the derived level").click()
    expect(weak).to_have_text(derived)
    expect(weak.locator(".cw-overridden")).to_have_count(0)


def test_a_pasted_block_of_levels_is_undone_as_one(page: Page):
    levels = grid(page, LEVELS)
    give_reason(page, "workshop")
    rows, keys = ("Indonesia", "Saudi Arabia"), ("privacy", "interactivity", "picture_quality")
    before = [cell(levels, row, key).inner_text() for row in rows for key in keys]
    cell(levels, rows[0], keys[0]).click()
    page.evaluate("navigator.clipboard.writeText('1\\t2\\t9\\r\\n4.5\\t2\\t?\\r\\n')")
    page.keyboard.press("Control+v")
    status = panel(page, "needs").locator(".cw-status")
    expect(status).to_contain_text("5 pasted. 1 refused: A level is a number from 1 to 5")
    now = [cell(levels, row, key).inner_text() for row in rows for key in keys]
    assert now[:2] == ["1", "2"] and now[2] == before[2] and now[3:5] == ["4.5", "2"]
    assert "unknown" in now[5]
    cell(levels, rows[0], keys[0]).click()
    page.keyboard.press("Control+z")
    expect(status).to_contain_text("5 changed.")
    expect(cell(levels, rows[1], keys[2])).to_have_text(before[5])
    assert [cell(levels, row, key).inner_text() for row in rows for key in keys] == before
    expect(levels.locator(".cw-overridden")).to_have_count(1)  # the plan's own


def test_what_is_noted_about_a_check_leaves_the_automatic_answer(page: Page):
    answers = grid(page, "Answers to the readiness checks")
    row = "Content review duty"
    automatic = cell(answers, row, "automatic").inner_text()
    write(page, cell(answers, row, "due"), "2026-12-01")
    write(page, cell(answers, row, "owner"), "Lin")
    listed = panel(page, "verdict").get_by_role("row", name=re.compile("Lin"))
    expect(listed).to_contain_text(automatic)
    expect(cell(answers, row, "status")).to_have_text("—")
    cell(answers, row, "status").click()
    for key in ("Enter", "ArrowDown", "Enter"):  # the first of the choices: ready
        page.keyboard.press(key)
    said = panel(page, "readiness").get_by_role("alert")
    expect(said).to_contain_text("Content review duty is met has no evidence")
    expect(cell(answers, row, "status")).to_have_text("—")
    expect(cell(answers, row, "owner")).to_have_text("Lin")
    for key in ("owner", "due"):
        cell(answers, row, key).click()
        page.keyboard.press("Delete")
    expect(listed).to_have_count(0)


def test_by_keyboard_alone_from_the_top_of_the_page(page: Page):
    page.locator(".wb-skip").focus()  # the first thing in the page
    shares = grid(page, WEIGHTS).locator("[tabulator-field='share']:not(.tabulator-col)")
    before = shares.all_inner_texts()
    in_grid = "document.activeElement.closest('.tabulator')?.getAttribute('aria-label')"
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "getComputedStyle(document.activeElement).outlineStyle != 'none'"
            " || document.activeElement.matches('main')"
        )
        if page.evaluate(in_grid) == WEIGHTS:
            break
    assert page.evaluate(in_grid) == WEIGHTS
    for key in ("Home", "ArrowRight", "1", "0", "Enter"):
        page.keyboard.press(key)
    expect(shares.first).not_to_have_text(before[0])
    expect(panel(page, "ranking").locator(".cw-refused")).to_have_count(0)
    assert page.evaluate(in_grid) == WEIGHTS  # the focus has gone to the next row
    for key in ("Escape", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate(in_grid) is None


def test_what_is_typed_anywhere_shows_as_text_and_runs_nowhere(page: Page):
    readiness = grid(page, "Answers to the readiness checks")
    row = "Content review duty"
    give_reason(page, HOSTILE)
    write(page, cell(grid(page, LEVELS), "Indonesia", "privacy"), "2")
    expect(page.get_by_role("region", name="Overrides")).to_contain_text(HOSTILE)
    write(page, cell(grid(page, LEVELS), "Indonesia", "regulation"), HOSTILE)
    status = panel(page, "needs").locator(".cw-status")
    expect(status).to_contain_text("A level is a number")
    for key in ("evidence", "owner"):
        write(page, cell(readiness, row, key), HOSTILE)
        expect(cell(readiness, row, key)).to_have_text(HOSTILE)
    write(page, cell(readiness, row, "due"), HOSTILE)
    expect(panel(page, "readiness").locator(".cw-status")).to_contain_text("is not a date")
    write(page, cell(readiness, row, "status"), "")
    page.keyboard.press("Escape")
    for name in ("Copy in English", "Copy in Chinese"):
        field = page.get_by_role("textbox", name=name)
        field.fill(f"no lag {HOSTILE}")
        field.press("Tab")
    copies = panel(page, "promise").locator(".copy")
    expect(copies.first).to_contain_text(HOSTILE)
    expect(copies.last).to_contain_text(HOSTILE)
    expect(page.locator(".wb-panel img, .wb-panel script, h1 img")).to_have_count(0)
    product = page.get_by_role("combobox", name="Product")
    named = product.locator("option").last.inner_text().replace("\xa0", " ")
    assert "<img src=x" in named  # the plan's file
    assert page.evaluate("window.pwned") is None
    for key in ("owner", "evidence"):
        cell(readiness, row, key).click()
        page.keyboard.press("Delete")
        expect(cell(readiness, row, key)).to_have_text("")
    copy = page.get_by_role("textbox", name="Copy in English")
    copy.fill("Talk")
    copy.press("Tab")


def test_the_address_follows_the_choices(page: Page):
    market, industry = (page.get_by_role("combobox", name=name) for name in ("Market", "Industry"))
    market.select_option(label="Vietnam (VN)")
    expect(page.locator("h2#verdict")).to_have_text("Vietnam")
    industry.select_option(label="Games")
    expect(page).to_have_url(re.compile(r"industry=games&lang=en&market=VN$"))
    industry.select_option(label="Live show")
    market.select_option(label="Indonesia (ID)")
    expect(page).to_have_url(re.compile(r"industry=live_show&lang=en&market=ID$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(page: Page, scheme: str):
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(250)
    assert grave(page) == []
    page.emulate_media(color_scheme="light")


def test_in_chinese_on_a_phone_in_the_dark(go):
    page = go(app("planner", "market=ID"), width=390, scheme="dark")
    assert page.get_attribute("html", "lang") == "zh-CN"
    expect(page.locator("h1:visible")).to_have_text("策略编辑")
    for name in ("市场", "行业", "产品"):
        expect(page.get_by_role("combobox", name=name, exact=True)).to_be_visible()
    assert not scrolls_sideways(page)
    assert grave(page) == []
    weights = grid(page, "指标权重")
    share = cell(weights, "弱网", "share").inner_text()
    place = cell(weights, "弱网", "weight")
    place.scroll_into_view_if_needed()
    write(page, place, "99")
    expect(panel(page, "ranking").locator(".cw-status")).to_contain_text("不能大于 10")
    write(page, place, "9")
    expect(cell(weights, "弱网", "share")).not_to_have_text(share)
    buttons = page.locator(".wb-panel .jupyter-button:visible")
    for button in buttons.all():
        box = button.bounding_box()
        assert 44 <= box["height"] <= 60, json.dumps(box)
    text = page.locator("main").inner_text()
    english = re.findall(r"\b(?:unknown|Undo|Weight|Owner|Due|Market)\b", text)
    assert english == []


@pytest.fixture
def lab(tmp_path) -> Iterator[tuple[str, Path]]:
    """JupyterLab over a copy of the notebooks; its address and the plan file it may write."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    plan_file = tmp_path / "plan.yaml"
    port = find_free_port()
    own = {name: str(tmp_path / name.lower()) for name in LAB_FOLDERS}
    config = tmp_path / "jupyter_config_dir" / "labconfig" / "page_config.json"
    config.parent.mkdir(parents=True)
    asks = {"@jupyterlab/apputils-extension:announcements": True}  # whether to fetch news
    config.write_text(json.dumps({"disabledExtensions": asks}), encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "WORKBENCH_ROLE"},
        **own,
        "WORKBENCH_PLAN": str(plan_file),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    options = [
        "--no-browser",
        f"--port={port}",
        "--IdentityProvider.token=secret",
        f"--ServerApp.root_dir={tmp_path / 'notebooks'}",
        "--ServerApp.allow_root=True",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = tmp_path / "lab.log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    address = f"http://127.0.0.1:{port}/"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"{address}api?token=secret", timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    yield f"{address}lab/tree/apps/planner.ipynb?token=secret", plan_file
    server.terminate()
    server.wait(timeout=30)


def test_in_jupyterlab_all_cells_run_and_an_edit_is_kept(chromium, lab):
    address, plan_file = lab
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
    expect(page.get_by_role("button", name="| Idle")).to_be_visible(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    weights = grid(page, "指标权重")
    expect(weights).to_be_visible(timeout=90_000)
    assert page.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0
    ranking = panel(page, "ranking")
    expect(ranking.locator(".main-svg[role=img]")).to_be_attached(timeout=60_000)
    before = ranking.locator(".main-svg[role=img]").get_attribute("aria-label")
    place = cell(weights, "弱网", "weight")
    place.scroll_into_view_if_needed()
    write(page, place, "10")
    expect(ranking.locator(".main-svg[role=img]")).not_to_have_attribute(
        "aria-label", before, timeout=20_000
    )
    assert "weak_network: 10.0" in plan_file.read_text(encoding="utf-8")
    context.close()
