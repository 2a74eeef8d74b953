"""The static twin: what a viewer sees at once, and how the live page takes its place."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from app_pages import app, grave, wait_until_drawn
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser

TOPS = """id => [...document.querySelectorAll(`#${id} .wb-panel`)]
    .map(panel => Math.round(panel.getBoundingClientRect().top + scrollY))"""
TEXTS = """id => [...document.querySelectorAll(`#${id} .wb-panel :is(h2, td, th)`)]
    .map(node => node.textContent.trim()).filter(Boolean)"""


@contextmanager
def twin_of(page: Page, address: str) -> Iterator[None]:
    """Open a page whose kernel isn't met before the end: the script that meets it is held back."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/live.js*", hold)
    page.goto(address, wait_until="commit")
    page.wait_for_selector("#wb-cells", state="attached")  # stands behind the whole twin
    yield
    assert page.locator("html[data-ready]").count() == 0
    for route in held:
        route.continue_()


@pytest.mark.parametrize("name", ["portfolio", "market", "programme", "measurement"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_live_page_takes_the_place_of_its_twin_without_a_jump(
    page: Page, workbench_site, name, width
):
    page.set_viewport_size({"width": width, "height": 800})
    with twin_of(page, workbench_site.url + app(name)):
        expect(page.locator("#wb-cells")).to_be_hidden()
        tops, texts = page.evaluate(TOPS, "wb-twin"), page.evaluate(TEXTS, "wb-twin")
        assert grave(page) == []
    wait_until_drawn(page)
    assert page.locator("#wb-twin").count() == 0
    live = page.evaluate(TOPS, "wb-cells")
    assert len(live) == len(tops) > 3
    assert abs(live[0] - tops[0]) <= 4  # what stands in the window does not move
    assert page.evaluate(TEXTS, "wb-cells") == texts


def test_whoever_has_scrolled_meanwhile_keeps_the_place(page: Page, workbench_site):
    third = "document.querySelectorAll('.wb-panel:not(#wb-cells .wb-panel)')[2]"
    with twin_of(page, workbench_site.url + app("portfolio")):
        page.evaluate(f"scrollTo(0, {third}.getBoundingClientRect().top + scrollY - 100)")
        top = page.evaluate(f"{third}.getBoundingClientRect().top")
    wait_until_drawn(page)
    now = page.evaluate("document.querySelectorAll('.wb-panel')[2].getBoundingClientRect().top")
    assert abs(now - top) <= 4


def test_the_figures_can_be_read_without_any_script(chromium: Browser, workbench_site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(workbench_site.url + app("market", "lang=zh&market=SA"))
    expect(page.locator("#wb-twin h1")).to_contain_text("市场")
    expect(page.locator("#wb-twin .verdict").first).to_be_visible()
    context.close()


def test_a_twin_shows_nothing_where_the_page_has_an_error_to_say(page: Page, workbench_site):
    page.goto(workbench_site.url + app("portfolio", "lang=en&industry=nothing"))
    assert page.locator("#wb-twin").count() == 0
    expect(page.locator(".wb-error")).to_contain_text("nothing")
