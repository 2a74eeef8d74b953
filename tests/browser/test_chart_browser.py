"""Charts, the address and the download in a real page."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CODE = """
import plotly.graph_objects as go
from ipywidgets import Button, VBox
from workbench.widgets.chart import Chart
from workbench.widgets.download import Download
from workbench.widgets.url import Query

layout = {"paper_bgcolor": "#ffffff", "font": {"color": "#17212b"}}
def bar(values):
    return go.Figure(go.Bar(x=["a", "b"], y=values, marker={"color": "#1c5c9f"}), layout=layout)
one = Chart(bar([1, 2]), label="b is twice a", lang="en")
two = Chart({"data": [{"type": "heatmap", "z": [[1, 2], [3, 4]]}]}, label="Heat", height=200)
broken = Chart(label="Broken", lang="en")
broken.figure = "{"
query = Query(query={"market": "SA", "lang": "zh"})
save = Download(label="Save", filename="plan.csv", content="a,b\\n中,2\\n", mime="text/csv")
show, move, lock = (Button(description=d) for d in ("show", "move", "lock"))
show.on_click(lambda _: one.show(bar([5, 1]), label="a leads"))
move.on_click(lambda _: setattr(query, "query", {"market": "EG"}))
lock.on_click(lambda _: setattr(save, "disabled", True))
VBox([one, two, broken, query, save, show, move, lock])
"""


@pytest.fixture(scope="module")
def address(serve) -> str:
    return serve(CODE)


def bars(page: Page) -> list[float]:
    return page.eval_on_selector_all(
        ".bars path", "paths => paths.map(p => Math.round(p.getBBox().height))"
    )


def test_charts_share_one_plotly_are_named_and_are_redrawn_in_place(page: Page, address: str):
    frames: list[int] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda f: frames.append(len(f))))
    page.goto(address)
    picture = page.get_by_role("img", name="b is twice a")
    expect(picture).to_be_visible(timeout=60_000)
    expect(page.get_by_role("img", name="Heat")).to_be_visible()
    assert 1_400_000 < sum(frames) < 2_400_000  # Plotly once, not once per chart
    expect(page.locator(".cw-failed")).to_have_text(re.compile("could not be drawn"))
    page.locator(".cw-chart").first.evaluate("e => (e.mine = true)")
    low, high = bars(page)
    assert low < high
    titles = page.locator(".modebar-btn").evaluate_all("all => all.map(e => e.dataset.title)")
    assert set(titles) <= {
        *("Download plot as a PNG", "Zoom", "Pan", "Reset axes"),
        *("下载为 PNG 图片", "框选放大", "平移", "还原坐标轴"),
    }  # and nothing that sends the figure away
    page.get_by_role("button", name="show").click()
    expect(page.get_by_role("img", name="a leads")).to_be_visible()
    page.wait_for_timeout(800)
    high, low = bars(page)
    assert low < high
    assert page.locator(".cw-chart").first.evaluate("e => e.mine")
    violations = Axe().run(page, context=".cw-chart").response["violations"]
    assert [v["id"] for v in violations] == []


def test_a_chart_follows_theme_and_width(page: Page, address: str):
    page.goto(address)
    bar = page.locator(".bars path").first
    expect(bar).to_have_css("fill", "rgb(28, 92, 159)", timeout=60_000)
    page.emulate_media(color_scheme="dark")
    expect(bar).to_have_css("fill", "rgb(156, 203, 245)")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    expect(bar).to_have_css("fill", "rgb(28, 92, 159)")
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator(".cw-chart .main-svg").first).to_have_attribute(
        "width", re.compile(r"^3[0-9]{2}(\.\d+)?$")
    )


def test_the_address_holds_the_query_and_nothing_else(page: Page, address: str):
    page.goto(f"{address}?stranger=1#here")
    expect(page).to_have_url(f"{address}?lang=zh&market=SA#here", timeout=60_000)
    page.get_by_role("button", name="move").click()
    expect(page).to_have_url(f"{address}?market=EG#here")


def test_a_download_is_made_in_the_page(page: Page, address: str):
    page.goto(address)
    button = page.get_by_role("button", name="Save")
    expect(button).to_be_visible(timeout=60_000)
    with page.expect_download() as started:
        button.focus()
        page.keyboard.press("Enter")
    assert started.value.suggested_filename == "plan.csv"
    saved = Path(started.value.path()).read_bytes()
    assert saved == "\ufeffa,b\n中,2\n".encode()
    page.get_by_role("button", name="lock").click()
    expect(button).to_be_disabled()
