"""The leader's page: verdict first, tables that sort, links that lead on and back."""

import re

import pytest
from app_pages import app, grave, rest, scrolls_sideways, wait_until_drawn
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(go) -> Page:
    return go(app("portfolio"))


def comparison(page: Page) -> Locator:
    return page.get_by_role("region", name="Comparison of markets")


def column(table: Locator, title: str) -> list[str]:
    """The sort keys of a column, top to bottom; text where it has none."""
    titles = table.locator("thead th").all_inner_texts()
    place = next(i for i, name in enumerate(titles) if name.startswith(title))
    return table.locator("tbody tr").evaluate_all(
        "(rows, c) => rows.map(r => r.cells[c].dataset.sort ?? r.cells[c].textContent)", place
    )


def test_the_verdict_stands_before_ranking_and_blockers(page: Page):
    tops = [
        page.locator(place).first.bounding_box()["y"]
        for place in (".say", ".kpi", "[aria-label='Comparison of markets']", "h2#ranking",
                      "h2#blockers")
    ]  # fmt: skip
    assert tops == sorted(tops) and tops[2] < 700
    assert len(set(column(comparison(page), "Market"))) == 12
    blockers = page.get_by_role("region", name="What stands in the way")
    expect(blockers).to_contain_text("法务 · 陈")
    expect(blockers).to_contain_text("Dec 20, 2026")


def test_nothing_but_the_industry_can_be_chosen(page: Page):
    expect(page.locator("main :is(select, input, textarea, [role=grid])")).to_have_count(1)


def test_tables_sort_by_mouse_and_keyboard_and_stay_sorted(page: Page):
    table = comparison(page)
    fit = table.get_by_role("button", name="Value fit")
    head = table.get_by_role("columnheader", name="Value fit")
    expect(head).not_to_have_attribute("aria-sort", re.compile("."))
    fit.click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    values = [float(value) for value in column(table, "Value fit")]
    assert values == sorted(values)
    fit.focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    values = [float(value) for value in column(table, "Value fit")]
    assert values == sorted(values, reverse=True)
    expect(fit).to_be_focused()
    # drawn anew, the table is still sorted
    said = page.locator(".say").first.inner_text()
    ranks = column(table, "Rank")
    page.get_by_role("combobox", name="Industry").select_option(label="Games")
    expect(page.locator("h2#portfolio")).to_contain_text("Games")
    expect(head).to_have_attribute("aria-sort", "descending")
    values = [float(value) for value in column(table, "Value fit")]
    assert values == sorted(values, reverse=True)
    assert column(table, "Rank") != ranks
    page.get_by_role("combobox", name="Industry").select_option(label="Live show")
    expect(page.locator(".say").first).to_have_text(said)
    table.get_by_role("button", name="Rank", exact=True).click()
    ranks = [int(rank) for rank in column(table, "Rank")]
    assert ranks == sorted(ranks)


def test_names_and_dates_sort_too(page: Page):
    blockers = page.get_by_role("region", name="What stands in the way")
    blockers.get_by_role("button", name="Due").click()
    due = column(blockers, "Due")
    dated = [day for day in due if day]
    assert dated == sorted(dated) and due[: len(dated)] == dated  # without a date: last
    blockers.get_by_role("button", name="Market").click()
    names = column(blockers, "Market")
    assert names == sorted(names)


def test_a_market_leads_to_its_page_and_back(page: Page):
    comparison(page).get_by_role("link", name="Brazil").click()
    page.wait_for_url(re.compile(r"market\.ipynb\?.*market=BR"))
    wait_until_drawn(page)
    expect(page.locator("h2#verdict")).to_have_text("Brazil")
    assert page.get_attribute("html", "lang") == "en"
    page.go_back()
    page.wait_for_url(re.compile(r"portfolio\.ipynb"))
    wait_until_drawn(page)
    expect(comparison(page)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(page: Page, scheme: str):
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(500)
    assert grave(page) == []


def test_on_a_phone_the_table_scrolls_and_not_the_page(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert not scrolls_sideways(page)
    assert comparison(page).evaluate("e => e.scrollWidth > e.clientWidth")
    assert grave(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})


def test_at_1280_pixels_the_comparison_shows_its_last_column(page: Page):
    assert comparison(page).evaluate("e => e.scrollWidth <= e.clientWidth")
    expect(comparison(page).get_by_role("columnheader", name="Due")).to_be_in_viewport(ratio=1)


def test_on_a_phone_blockers_are_a_list_that_is_still_a_table(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    blockers = page.get_by_role("region", name="What stands in the way")
    assert blockers.evaluate("e => e.scrollWidth <= e.clientWidth")
    row = blockers.get_by_role("row").nth(1)
    expect(row.get_by_role("rowheader")).to_be_visible()
    owner = row.get_by_role("cell").nth(3)
    assert owner.evaluate("e => getComputedStyle(e, '::before').content") == '"Owner"'
    expect(blockers.get_by_role("columnheader")).to_have_count(6)
    button = blockers.get_by_role("button", name="Due")
    button.click()
    due = [day for day in column(blockers, "Due") if day]
    assert due == sorted(due)
    assert blockers.get_by_role("rowheader").first.bounding_box()["width"] > 250
    page.set_viewport_size({"width": 1280, "height": 900})


def test_printed_it_has_no_controls(page: Page):
    page.emulate_media(media="print")
    for hidden in ("nav", "select", ".wb-lang"):
        expect(page.locator(f"{hidden}:visible")).to_have_count(0)
    assert page.locator("main details").evaluate_all(
        "all => all.every(e => e.querySelector(':scope > :not(summary)').checkVisibility())"
    )
    page.emulate_media(media="screen")


def test_in_chinese_every_head_and_verdict_is_chinese(go):
    page = go(app("portfolio", ""), scheme="dark")
    assert page.get_attribute("html", "lang") == "zh-CN"
    expect(page.locator("h1:visible")).to_have_text("市场组合")
    rest(page)
    heads = page.locator(".wbs th[scope=col]").all_text_contents()
    plain = [head for head in heads if not re.search("[\u4e00-\u9fff]", head)]
    assert set(plain) <= {"TOPSIS", "PROMETHEE II"}
    assert "沙特阿拉伯" in page.locator(".say").first.inner_text()


@pytest.mark.parametrize(("lang", "scheme"), [("zh", "light"), ("en", "dark")])
def test_axe_finds_nothing_grave_on_the_landing_page(go, lang: str, scheme: str):
    page = go(f"?lang={lang}", scheme=scheme, width=390, ready=False)
    page.wait_for_load_state()
    assert page.locator(".wb-cards li").count() >= 3
    here = {"zh": "[lang=zh-CN]", "en": "[lang=en]"}[lang]
    page.locator(".wb-lang").click()
    page.wait_for_selector(f"html:not({here})", state="attached")
    page.go_back()
    page.wait_for_selector(f"html{here}", state="attached")
    page.go_forward()
    page.wait_for_selector(f"html:not({here})", state="attached")
    assert not scrolls_sideways(page)
    assert grave(page) == []
