"""Chromium, and notebooks served by voila, for the tests that look at real pages."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("WORKBENCH_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ROOT = Path(__file__).parents[2]


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nobody listens on."""
    return find_free_port()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session; each test opens its own context."""
    if not Path(CHROMIUM).exists():
        message = "Chromium is missing: install Debian's chromium, or set WORKBENCH_CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
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
