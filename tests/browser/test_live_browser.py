"""Who draws the live page: our script where it can, voila's where it has to."""

import pytest
from app_pages import app, wait_until_drawn
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["portfolio", "market", "planner"])
def test_our_pages_need_none_of_voilas_scripts(page: Page, workbench_site, name):
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: said.type == "error" and problems.append(said.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(workbench_site.url + app(name), wait_until="commit")
    wait_until_drawn(page)
    expect(page.locator(".widget-dropdown select:visible").first).to_be_enabled()
    assert [url for url in asked if "/voila/static/" in url or "labextensions" in url] == []
    # each script once, under an address that changes with its content
    scripts = [url.rsplit("/", 1)[-1] for url in asked if ".js?v=" in url]
    assert sorted(scripts) == sorted(set(scripts)) and len(scripts) >= 5
    assert problems == []


def test_without_our_script_voilas_draws_the_page(page: Page, workbench_site):
    page.route("**/live.js*", lambda route: route.abort())
    page.goto(workbench_site.url + app("market"), wait_until="commit")
    wait_until_drawn(page)
    page.locator(".widget-dropdown select").first.select_option(
        label="Vietnam\N{NO-BREAK SPACE}(VN)"
    )
    expect(page.locator("#wb-cells h2:visible").first).to_have_text("Vietnam")
