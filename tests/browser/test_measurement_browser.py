"""The measurement page in a browser: what it shows, what can be chosen, links that hold it."""

import re

import pytest
from app_pages import app, grave, rest, scrolls_sideways, wait_until_drawn
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(go) -> Page:
    return go(app("measurement"))


def test_what_was_measured_stands_first_and_says_that_it_is_invented(page: Page):
    tops = [
        page.locator(place).first.bounding_box()["y"]
        for place in (".kpi", "h2#models", "h2#roles", "h2#incremental")
    ]
    assert tops == sorted(tops)
    expect(page.locator("main")).to_contain_text("Invented events of an invented programme")
    expect(page.locator("main")).to_contain_text("Credit, not cause")


def test_every_model_has_a_column_that_adds_up(page: Page):
    table = page.get_by_role("region", name="Conversions credited by each model")
    heads = table.locator("thead th").all_inner_texts()
    assert len(heads) == 1 + 8 + 1
    rows = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(r => [...r.cells].slice(1, -1).map(c => +c.textContent.replace(',', '')))"
    )
    sums = [sum(column) for column in zip(*rows, strict=True)]
    assert max(sums) - min(sums) < 2  # each of seventeen figures is rounded to a tenth


def test_a_choice_redraws_every_panel_and_the_address_holds_it(page: Page):
    page.get_by_role("combobox", name="Credits by").select_option(label="Channel")
    region = page.get_by_role("region", name="Conversions credited by each model")
    expect(region).to_contain_text("affiliate")
    rest(page)
    expect(page).to_have_url(re.compile("by=channel"))
    expect(page.get_by_role("region", name="Incremental list")).not_to_contain_text("CodeHarvest")
    page.get_by_role("combobox", name="Market").select_option(label="Indonesia (ID)")
    expect(page).to_have_url(re.compile("market=ID"))
    page.reload()
    wait_until_drawn(page)
    region = page.get_by_role("region", name="Conversions credited by each model")
    expect(region).to_contain_text("affiliate")
    expect(page.get_by_role("combobox", name="Market")).to_have_value(re.compile("."))


def test_an_address_that_makes_no_sense_ends_with_a_card(workbench_site, chromium):
    """Least of all are single visitors listed."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(workbench_site.url + app("measurement", "lang=en&by=journey"))
    expect(page.locator(".wb-error")).to_contain_text("A page can't show credits by journey")
    assert "visitor-0" not in page.content()
    context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_can_be_used_by_everybody(go, lang, width):
    page = go(app("measurement", f"lang={lang}"))
    page.set_viewport_size({"width": width, "height": 900})
    rest(page)
    assert not scrolls_sideways(page)
    assert grave(page) == []
    assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[lang]
