"""The programme page in a browser: choices, drilling down by links, a target, a workbook."""

import io
import json
import re

import openpyxl
import pytest
from app_pages import app, grave, rest, scrolls_sideways, wait_until_drawn
from playwright.sync_api import Page, expect

from workbench.sources.example_events import example_events

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(go) -> Page:
    return go(app("programme"))


def test_the_figures_stand_first_and_say_that_they_are_invented(page: Page):
    places = (".kpi", "h2#story", "h2#alerts", "h2#ramp", "h2#basics", "h2#incentives", "h2#saved")
    tops = [page.locator(place).first.bounding_box()["y"] for place in places]
    assert tops == sorted(tops)
    expect(page.locator("main")).to_contain_text("Invented events of an invented programme")
    rows = example_events().conversions.to_pandas()
    counted = int(rows["status"].isin(("pending", "approved", "paid")).sum())
    expect(page.locator(".kpi .card").nth(2)).to_contain_text(f"{counted:,}")


def test_who_fell_silent_is_told_with_a_next_step(page: Page):
    card = page.locator(".card", has_text="Harbour Notes").first
    expect(card).to_contain_text("Next step")
    card.locator("summary").click()
    expect(card.locator("details li").first).to_be_visible()


def test_a_reader_drills_down_and_comes_back(workbench_site, chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(workbench_site.url + app("programme"))
    wait_until_drawn(page)
    table = page.get_by_role("region", name="Figures of the programme")
    table.get_by_role("link", name="Coupon").click()
    wait_until_drawn(page)
    expect(page).to_have_url(re.compile("by=partner"))
    names = table.locator("tbody td:nth-child(2)").all_inner_texts()
    assert sorted(names) == ["CodeHarvest", "SaveLine"]
    page.get_by_role("link", name="Without Partner type").click()
    wait_until_drawn(page)
    assert table.locator("tbody tr").count() == 17
    page.go_back()
    wait_until_drawn(page)
    assert table.locator("tbody tr").count() == 2
    context.close()


def test_choices_and_target_redraw_the_page_and_the_address_holds_them(go):
    page = go(app("programme"))
    page.get_by_role("combobox", name="Market").select_option(label="Indonesia (ID)")
    expect(page).to_have_url(re.compile("market=ID"))
    field = page.get_by_label("Orders of a mature month")
    field.fill("90")
    field.press("Enter")
    expect(page.locator(".wb-panel", has=page.locator("h2#ramp"))).to_contain_text("Logistic ramp")
    expect(page).to_have_url(re.compile("target=90"))
    page.reload()
    wait_until_drawn(page)
    assert page.get_by_label("Orders of a mature month").input_value() == "90"


def test_a_refused_choice_says_why_and_goes_back(go):
    page = go(app("programme"))
    box = page.get_by_role("combobox", name="Against")
    box.select_option(label="as many days before")
    expect(page.locator(".wb-panel").first).to_contain_text("needs the first and the last day")
    expect(box.locator("option:checked")).to_have_text("no comparison")


def test_the_workbook_opens(go):
    page = go(app("programme", "lang=en&by=country"))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as Excel").click()
    assert waiting.value.suggested_filename == "programme.xlsx"
    content = waiting.value.path().read_bytes()
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert any(row[0] == "Indonesia" for row in rows)


def test_a_saved_view_is_a_link(go):
    page = go(app("programme"))
    page.get_by_role("link", name="Coupon and cashback partners by country").click()
    wait_until_drawn(page)
    query = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    assert query["by"] == "country"
    assert json.loads(query["filters"]) == {"type": ["coupon", "cashback"]}


def test_a_leader_can_keep_nothing(go):
    page = go(app("programme"))
    assert page.get_by_role("button", name="Keep this view").count() == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_can_be_used_by_everybody(go, lang, width):
    query = f"lang={lang}&target=400&period=2026-04-01..2026-06-30&against=before"
    page = go(app("programme", query))
    page.set_viewport_size({"width": width, "height": 900})
    rest(page)
    assert not scrolls_sideways(page)
    assert grave(page) == []
    assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[lang]


@pytest.mark.parametrize(("lang", "name"), [("zh", "本页目录"), ("en", "On this page")])
def test_a_long_page_lists_its_topics_and_leads_to_them(go, lang, name):
    page = go(app("programme", f"lang={lang}"), width=390)
    menu = page.get_by_role("navigation", name=name)
    menu.locator("summary").click()
    topics = menu.get_by_role("button")
    expect(topics).to_have_text(page.locator("#wb-cells h2").all_inner_texts())
    ramp = page.locator("h2#ramp")
    topics.get_by_text(ramp.inner_text(), exact=True).click()
    expect(ramp).to_be_focused()
    expect(topics.first).to_be_hidden()
    page.wait_for_function("document.querySelector('h2#ramp').getBoundingClientRect().top < 60")
    assert ramp.bounding_box()["y"] >= 0
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(topics.first).to_be_hidden()
    assert grave(page) == []
