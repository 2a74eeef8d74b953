"""The market page by deep link: right page, right language, nothing to edit, errors that help."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from app_pages import HOSTILE, app, grave, scrolls_sideways, wait_until_drawn
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.fixture(scope="module")
def page(go) -> Page:
    return go(app("market", "market=ID&lang=en"))


def test_a_deep_link_opens_its_market_in_its_language(page: Page):
    assert page.get_attribute("html", "lang") == "en"
    expect(page.locator("h2#verdict")).to_have_text("Indonesia")
    expect(page.get_by_role("combobox", name="Market")).to_have_value("Indonesia (ID)")
    for topic in ("value", "needs", "channels", "readiness", "promise", "ranking", "alike"):
        expect(page.locator(f"h2#{topic}")).to_have_count(1)
    drawn = page.locator(".cw-chart .main-svg[role=img]")
    assert drawn.count() >= 5
    labels = drawn.evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert all(labels)


def test_nothing_but_the_market_can_be_chosen(page: Page):
    controls = page.locator("main :is(select, input, textarea, [role=grid])")
    expect(controls).to_have_count(1)
    expect(
        page.get_by_role("button", name=re.compile("Back to|Undo|Download the plan"))
    ).to_have_count(0)


def test_text_from_the_plan_shows_as_text(page: Page):
    expect(page.locator("h1:visible + .sub")).to_contain_text(HOSTILE)  # the scenario
    expect(page.locator("main img, main .wbs script")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(page: Page, scheme: str):
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(500)
    assert grave(page) == []


def test_the_address_follows_the_choice_and_the_language_link_keeps_it(page: Page):
    page.get_by_role("combobox", name="Market").select_option(label="Namibia (NA)")
    expect(page.locator("h2#verdict")).to_have_text("Namibia")
    page.wait_for_function("location.search.includes('market=NA')")
    assert query(page)["lang"] == ["en"]
    page.get_by_role("link", name="中文").click()
    page.wait_for_selector("html[lang=zh-CN]", state="attached")
    wait_until_drawn(page)
    expect(page.locator("h2#verdict")).to_have_text("纳米比亚")
    assert query(page)["market"] == ["NA"] and query(page)["lang"] == ["zh"]
    page.go_back()
    page.wait_for_selector("html[lang=en]", state="attached")
    wait_until_drawn(page)
    expect(page.locator("h2#verdict")).to_have_text("Namibia")


def test_on_a_phone_in_the_dark(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    assert not scrolls_sideways(page)
    assert grave(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize(
    ("asked", "lang", "said"),
    [
        ("market=XX", "zh", "XX"),
        ("markte=ID", "en", "Unknown parameter 'markte' (did you mean 'market'?)"),
    ],
)
def test_a_link_that_asks_for_nonsense_gets_a_card_in_its_language(go, asked, lang, said):
    page = go(app("market", f"{asked}&lang={lang}"))
    card = page.locator(".wb-error")
    expect(card).to_have_count(1)
    expect(card).to_contain_text(said)
    own = card.locator(".wb-say").inner_text()
    assert bool(re.search("[\u4e00-\u9fff]", own)) == (lang == "zh"), own
    assert "Traceback" not in page.content()
    assert grave(page) == []
