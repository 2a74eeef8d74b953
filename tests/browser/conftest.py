"""Chromium, and notebooks served by voila, for the tests that look at real pages."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
import yaml
from app_pages import HOSTILE, PATIENCE, wait_until_drawn
from lacking import lacking
from playwright.sync_api import Browser, Page, expect, sync_playwright
from servers import find_free_port

expect.set_options(timeout=PATIENCE)

CHROMIUM = os.environ.get("WORKBENCH_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nobody listens on."""
    return find_free_port()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session; each test opens its own context."""
    if not Path(CHROMIUM).exists():
        lacking("Chromium is missing: install Debian's chromium, or set WORKBENCH_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own, 1280 pixels wide, that may use the clipboard."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800},
        permissions=["clipboard-read", "clipboard-write"],
        color_scheme="light",
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Serve a notebook of one code cell with voila; returns its address. Stopped at the end."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(code: str) -> str:
        folder = tmp_path_factory.mktemp("served")
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(code)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, folder / "page.ipynb")
        port = find_free_port()
        command = ["voila", "page.ipynb", "--no-browser", f"--port={port}"]
        # The tests serve the tree they stand in, installed or not.
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        with (folder / "voila.log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": path},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        servers.append(server)
        address = f"http://localhost:{port}/"
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{address}voila/static/", timeout=5).close()
                return address
            except urllib.error.HTTPError:
                return address
            except OSError:
                assert server.poll() is None, (folder / "voila.log").read_text()
                time.sleep(0.1)
        raise TimeoutError((folder / "voila.log").read_text())

    yield start
    for server in servers:
        server.terminate()
    for server in servers:
        server.wait(timeout=20)


@dataclass
class Site:
    """`workbench serve` as a reader meets it: read-only, with a plan full of hostile text."""

    url: str
    plan_file: Path
    log: Path


@pytest.fixture(scope="session")
def workbench_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all tests of the apps, over a plan file of its own."""
    folder = tmp_path_factory.mktemp("served_plan")
    examples = ROOT / "data" / "examples"
    product = f"{HOSTILE.replace('/', '')}.yaml"
    (folder / product).write_bytes((examples / "live_show.yaml").read_bytes())
    plan = yaml.safe_load((examples / "plan.yaml").read_text(encoding="utf-8"))
    plan |= {"scenario": HOSTILE, "product": product, "competitors": "competitors.csv"}
    (folder / "competitors.csv").write_bytes((examples / "competitors.csv").read_bytes())
    plan_file = folder / "plan.yaml"
    plan_file.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    log = folder.parent / "served.log"
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    with log.open("wb") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "workbench.cli", "serve", "--port=0", f"--plan={plan_file}"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
    line = server.stdout.readline()
    assert line.startswith("Serving on "), log.read_text()
    yield Site(line.split()[-1], plan_file, log)
    server.terminate()
    server.wait(timeout=30)


@pytest.fixture(scope="module")
def go(chromium: Browser, workbench_site: Site) -> Iterator[Callable[..., Page]]:
    """Open a page of the apps and wait until it is drawn.

    Pages stay open until the module's last test; then none may have asked another host for
    anything, nor run a script that came from a text.
    """
    contexts, outside = [], []
    host = urlsplit(workbench_site.url).netloc

    def visit(path: str, width: int = 1280, scheme: str = "light", ready: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",  # the skeleton moves while the kernel needs the processor
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()

        def check(url: str) -> None:
            parts = urlsplit(url)
            if parts.scheme not in ("data", "blob") and parts.netloc != host:
                outside.append(url)

        page.on("request", lambda request: check(request.url))
        page.on("websocket", lambda socket: check(socket.url))
        page.goto(workbench_site.url + path, wait_until="commit")
        if ready:
            wait_until_drawn(page)
        return page

    yield visit
    pwned = [
        page.url
        for context in contexts
        for page in context.pages
        if page.evaluate("window.pwned !== undefined")
    ]
    for context in contexts:
        context.close()
    assert outside == []
    assert pwned == []
