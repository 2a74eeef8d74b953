"""Briefs and their index as files, with the network off: drawn, sortable, printable."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_pages import grave, scrolls_sideways
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A page without a network; it may ask for files only."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert {url.split(":")[0] for url in asked} <= {"file", "data", "blob"}
    assert errors == []


@pytest.fixture
def folder(published) -> Path:
    return published.folder


def open_brief(page: Page, path: Path) -> None:
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(path.as_uri())


def brief(folder: Path, market: str, lang: str) -> Path:
    return next(folder.glob(f"**/*{market}*{lang}*.html"))


@pytest.mark.parametrize(("market", "lang"), [("ID", "en"), ("SJ", "zh")])
def test_a_brief_is_drawn_with_a_name_for_every_chart(page: Page, folder: Path, market, lang):
    open_brief(page, brief(folder, market, lang))
    assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[lang]
    places = page.locator("[data-chart]")
    assert places.count() >= 3
    for place in places.all():
        expect(place.locator(".main-svg").first).to_be_attached()
        assert place.get_attribute("aria-label")
    figures = page.locator("script[type='application/json']").all_text_contents()
    assert len(figures) == places.count() and all(json.loads(text)["data"] for text in figures)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "needs the folder assets"), ("zh", "assets 文件夹")]
)
def test_a_brief_sent_alone_has_notes_where_charts_would_be(page, folder, tmp_path, lang, words):
    alone = tmp_path / f"ID.{lang}.html"
    shutil.copy(brief(folder, "ID", lang), alone)
    open_brief(page, alone)
    places = page.locator("[data-chart]")
    assert places.count() >= 3
    for place in places.all():
        expect(place).to_be_visible()
        expect(place).to_contain_text(words)
        assert place.bounding_box()["height"] < 60  # no white box
    open_brief(page, brief(folder, "ID", lang))
    expect(page.locator("[data-chart] .main-svg").first).to_be_attached()
    expect(page.locator(".undrawn")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_in_a_brief_and_the_index(page: Page, folder: Path, scheme):
    for path in (brief(folder, "SA", "en"), folder / "index.html"):
        open_brief(page, path)
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(300)
        assert grave(page) == [], path.name


def test_charts_follow_the_theme(page: Page, folder: Path):
    open_brief(page, brief(folder, "ID", "en"))
    bar = page.locator("#needs .point path").first
    light = bar.evaluate("e => getComputedStyle(e).fill")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "old => getComputedStyle(document.querySelector('#needs .point path')).fill != old",
        arg=light,
    )


def test_the_index_sorts_and_leads_to_the_briefs_and_back(page: Page, folder: Path):
    open_brief(page, folder / "index.html")
    table = page.locator("table.sortable").first
    heads = table.locator("thead th")
    for place in range(heads.count()):
        heads.nth(place).get_by_role("button").click()
        expect(heads.nth(place)).to_have_attribute("aria-sort", "ascending")
        expect(table.locator("th[aria-sort]")).to_have_count(1)
    name = re.compile("Rank|排名")
    button = table.get_by_role("button", name=name).first
    head = table.get_by_role("columnheader", name=name).first
    for up in (True, False):
        button.click()
        expect(head).to_have_attribute("aria-sort", "ascending" if up else "descending")
        ranks = table.locator("tbody tr").evaluate_all(
            "(rows, c) => rows.map(r => r.cells[c].dataset.sort)",
            head.evaluate("e => e.cellIndex"),
        )
        known = [int(rank) for rank in ranks if rank]
        assert known == sorted(known, reverse=not up)
        assert ranks[len(known) :] == [""] * (len(ranks) - len(known))  # unranked: always last
    link = table.locator("tbody a").first
    market = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_contain_text(market)
    page.go_back()
    expect(table).to_be_visible()


def test_printed_a_brief_has_no_navigation_and_hides_nothing(page: Page, folder: Path):
    open_brief(page, brief(folder, "ID", "en"))
    closed = page.locator("details:not([open])")
    assert closed.count() > 0
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in ("nav", ".skip", "summary"):
        expect(page.locator(f"{hidden}:visible")).to_have_count(0)
    assert page.locator("details").evaluate_all(
        "all => all.every(e => [...e.children].every("
        "c => c.tagName == 'SUMMARY' || c.checkVisibility() && c.getBoundingClientRect().height))"
    )
    ink, paper = page.evaluate(
        "[getComputedStyle(document.querySelector('h1')).color,"
        " getComputedStyle(document.body).backgroundColor]"
    )
    assert ink == "rgb(23, 33, 43)" and paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_on_a_phone_only_tables_are_wider_than_the_screen(page: Page, folder: Path):
    for path in (brief(folder, "ID", "zh"), folder / "index.html"):
        open_brief(page, path)
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(300)
        assert not scrolls_sideways(page), path.name
