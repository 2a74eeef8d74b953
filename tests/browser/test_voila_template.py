"""The template of the app pages in a real browser, on a real server with real kernels."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"wide": (1280, 900), "tablet": (768, 1000), "phone": (390, 844)}

TABLE = """
from IPython.display import HTML
cells = "".join(f"<td class='n'>{i}</td>" for i in range(12))
HTML(f"<div class='wbs'><h1>Portfolio</h1><div class='card wide'><table>"
     f"<thead><tr><th>Market</th></tr></thead>"
     f"<tbody><tr><th scope='row'>Indonesia</th>{cells}</tr></tbody></table></div></div>")
"""
WIDGETS = """
import os
import ipywidgets as w
market = w.Dropdown(options=["Indonesia", "Vietnam"], description="Market")
weight = w.IntSlider(value=3, min=1, max=5, description="Privacy weight")
reason = w.Text(description="Reason", placeholder="why")
save = w.Button(description="Save", button_style="primary")
only = w.Checkbox(value=True, description="Open markets only")
chosen = w.HTML("<p>Indonesia chosen</p>")
market.observe(lambda c: setattr(chosen, "value", f"<p>{c.new} chosen</p>"), "value")
shown = w.Output()
@shown.capture()
def fail(_):
    raise RuntimeError("SECRET-CALLBACK")
save.on_click(fail)
tabs = w.Tab([chosen, w.Label("none")], titles=["Needs", "Channels"])
pid = w.HTML(f"<p id='pid'>{os.getpid()}</p>")
w.VBox([w.HBox([market, reason, save]), weight, only, tabs, shown, pid])
"""
NOTEBOOKS = {
    "portfolio": [TABLE, WIDGETS],
    "market": [
        "print('before the error')",
        "from workbench.domain.errors import InputError\n"
        "raise InputError('Market {m} is not known: choose ID or VN.', m='XX')",
        "print('after the error')",
    ],
    "planner": ["x = 1"],
    "broken": ["raise KeyError('SECRET-CELL')"],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "notebooks" / "apps"
    folder.mkdir(parents=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for name, cells in NOTEBOOKS.items():
        notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
        if name == "planner":
            notebook.metadata["title"] = "计划"
            notebook.metadata["title_en"] = "The plan"
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(notebook, folder / f"{name}.ipynb")
    code = (
        "import sys; from pathlib import Path; from workbench.apps.serve import serve; "
        "sys.exit(serve(port=0, notebooks=Path(sys.argv[1])))"
    )
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    line = process.stdout.readline()
    assert line.startswith("Serving on "), line
    yield line.split()[-1]
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def visit(chromium, site):
    """A function that opens a page and waits until it is ready; it also watches every request."""
    contexts, outside = [], []

    def open_page(path, size="wide", scheme="light", ready=True):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()

        def check(url):
            parts = urlsplit(url)
            if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(site).netloc:
                outside.append(url)

        page.on("request", lambda request: check(request.url))
        page.on("websocket", lambda socket: check(socket.url))
        page.goto(site + path, wait_until="commit")
        if ready:
            page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert outside == []


def app(name, query="lang=en"):
    return f"voila/render/{name}.ipynb?{query}"


def grave(page):
    """What axe calls serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


def has_landmarks(page):
    for role in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1, role
    return True


def scrolls_sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "lang", "heading"),
    [("", "zh-CN", "渠道策略工作台"), ("lang=en", "en", "Channel Workbench")],
)
@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("phone", "dark")])
def test_landing_page(visit, query, lang, heading, size, scheme):
    page = visit(f"?market=ID&{query}", size, scheme, ready=False)
    page.wait_for_load_state()
    assert page.get_attribute("html", "lang") == lang
    assert page.inner_text("h1") == heading
    assert has_landmarks(page)
    assert page.locator(".wb-cards li").count() == len(NOTEBOOKS)
    assert not scrolls_sideways(page)
    assert grave(page) == []
    page.click(".wb-lang")
    page.wait_for_selector(f"html:not([lang={lang}])", state="attached")
    assert parse_qs(urlsplit(page.url).query)["market"] == ["ID"]


@pytest.mark.browser
def test_app_page_in_chinese(visit):
    page = visit(app("portfolio", "market=ID"), ready=False)
    page.wait_for_selector("#wb-progress")
    assert page.get_attribute("main", "aria-busy") == "true"
    assert page.get_attribute("html", "lang") == "zh-CN"
    page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
    assert page.get_attribute("main", "aria-busy") == "false"
    assert page.locator("#wb-progress").count() == 0
    assert page.title() == "市场组合 · 渠道策略工作台"
    assert has_landmarks(page)
    assert page.locator("h1:visible").all_inner_texts() == ["Portfolio"]
    assert page.get_by_role("slider", name="Privacy weight").count() == 1
    assert grave(page) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "wb-skip"

    # ui -> kernel -> ui
    page.select_option("select", "Vietnam")
    page.wait_for_selector("text=Vietnam chosen")
    # a callback's exception shows a plain sentence
    page.click("text=Save")
    page.wait_for_selector(".jp-OutputArea-output[data-mime-type*=error], [data-mime-type*=stderr]")
    assert "SECRET-CALLBACK" not in page.inner_text("body")

    # links follow what the page has written into the address bar since it was loaded
    page.evaluate("history.replaceState(null, '', '?market=VN&lang=zh')")
    page.hover("nav >> text=策略编辑")
    page.click("nav >> text=策略编辑")
    page.wait_for_url(re.compile("planner"))
    assert parse_qs(urlsplit(page.url).query) == {"market": ["VN"], "lang": ["zh"]}


@pytest.mark.browser
@pytest.mark.parametrize("size", ["phone", "tablet"])
def test_app_page_fits_small_screens(visit, size):
    page = visit(app("portfolio"), size, "dark")
    assert page.get_attribute("html", "lang") == "en"
    assert not scrolls_sideways(page)
    assert grave(page) == []
    if size == "phone":
        controls = "main :is(select, input[type=text], button, .lm-TabBar-tab), nav a, .wb-lang"
        for control in page.locator(controls).all():
            assert control.bounding_box()["height"] >= 44, control.evaluate("n => n.outerHTML")
    for label in page.locator(".widget-label:visible").all():
        assert label.evaluate("n => n.scrollWidth <= n.clientWidth + 1")


@pytest.mark.browser
def test_printed_page_has_no_controls_and_dark_ink(visit):
    page = visit(app("portfolio"), scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("h1:visible").count() == 1
    for hidden in ("nav", ".wb-lang", "select", "main button", ".widget-slider"):
        assert page.locator(f"{hidden}:visible").count() == 0, hidden
    ink, paper = page.evaluate(
        "[getComputedStyle(document.querySelector('h1')).color,"
        " getComputedStyle(document.body).backgroundColor]"
    )
    assert (ink, paper) == ("rgb(23, 33, 43)", "rgb(255, 255, 255)")


@pytest.mark.browser
def test_our_error_is_a_card_with_its_text(visit):
    page = visit(app("market", "market=XX&lang=en"))
    card = page.locator(".wb-error")
    assert card.count() == 1
    assert "Market XX is not known: choose ID or VN." in card.inner_text()
    for word in ("Step 2", "log", "Reload"):  # the reader can mend it, and needs no maintainer
        assert word not in card.inner_text()
    link = card.get_by_role("link", name="Open the page as the plan has it")
    assert link.get_attribute("href") == "/voila/render/market.ipynb?lang=en"
    assert page.locator("text=before the error").count() == 1
    assert page.locator("text=after the error").count() == 0
    assert "Traceback" not in page.content()
    assert grave(page) == []


@pytest.mark.browser
def test_our_error_without_parameters_offers_to_load_the_page_again(visit):
    card = visit(app("market")).locator(".wb-error")
    assert card.locator("a").count() == 0
    assert card.get_by_role("button", name="Reload").count() == 1


@pytest.mark.browser
def test_other_errors_show_neither_text_nor_traceback(visit):
    page = visit(app("broken", "lang=zh"))
    assert "此页面未能完整计算" in page.inner_text(".wb-error")
    assert "第 1 步出错" in page.inner_text(".wb-error")
    assert "服务日志" in page.inner_text(".wb-error")
    content = page.content()
    for word in ("SECRET-CELL", "KeyError", "Traceback", "show_tracebacks"):
        assert word not in content


@pytest.mark.browser
def test_empty_page_says_what_to_do(visit):
    page = visit(app("planner"))
    assert page.title().startswith("The plan")
    assert "Nothing to show" in page.inner_text("#wb-empty")
    assert page.locator("#wb-empty a").get_attribute("href") == "/?lang=en"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "said", "button"),
    [("zh", "后台计算已中断", "重新加载"), ("en", "has stopped", "Reload")],
)
def test_killed_kernel_is_announced(visit, lang, said, button):
    page = visit(app("portfolio", f"lang={lang}"))
    page.wait_for_selector("#pid")
    first = int(page.inner_text("#pid"))
    assert page.locator("#wb-lost:visible").count() == 0
    os.kill(first, signal.SIGKILL)
    page.wait_for_selector("#wb-lost button", timeout=20_000)
    alert = page.get_by_role("alert").filter(has_text=said)
    assert alert.count() == 1
    assert page.locator("main select").is_disabled()
    assert grave(page) == []
    alert.get_by_role("button", name=button).click()
    page.wait_for_selector("html[data-ready]:not([data-connection])", state="attached")
    page.wait_for_selector("#pid", timeout=60_000)
    assert int(page.inner_text("#pid")) != first


@pytest.mark.browser
def test_lost_connection_is_announced_until_it_is_back(chromium, site):
    page = chromium.new_page()
    sockets, refuse = [], []

    def relay(socket):
        if refuse:
            socket.close()
        else:
            socket.connect_to_server()
            sockets.append(socket)

    page.route_web_socket(re.compile("/channels"), relay)
    page.goto(site + app("portfolio"))
    page.wait_for_selector("html[data-connection=ok], html[data-ready]", state="attached")
    page.wait_for_selector("#pid")
    refuse.append(True)
    sockets[-1].close()
    page.wait_for_selector("html[data-connection=offline]", state="attached", timeout=10_000)
    assert "connection to the server is lost" in page.inner_text("#wb-lost")
    refuse.clear()
    page.wait_for_selector("html[data-connection=ok]", state="attached", timeout=30_000)
    assert page.locator("#wb-lost:visible").count() == 0
    page.close()
