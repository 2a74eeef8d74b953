"""The dashboards beside stock Voilà, in one run: ``python -m bench.serve``.

The same notebook over the same plan on both sides; medians. ``--crowd`` instead: three
minutes of 60 viewers by websocket and four browsers.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
from playwright.sync_api import Browser, sync_playwright
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from bench.__main__ import say
from workbench.kernel import client
from workbench.sources.paths import notebook_folder

VISITS, BURST = 5, 10
REST = 1000  # ms
CROWD, BROWSERS, CROWD_SECONDS = 60, 4, 180
CHROMIUM = os.environ.get("WORKBENCH_CHROMIUM") or shutil.which("chromium")
CONTROL = "#wb-twin select, .widget-dropdown select"
"""The industry's selector, the first that a viewer can use; in the twin it asks for a page."""
WIDGET = ".widget-dropdown select"
"""The same one, live."""


@dataclass
class Server:
    """A running server, and the kernels that it has."""

    page: str
    process: subprocess.Popen[str]
    kernels: Callable[[], list[psutil.Process]]

    def all_kernels(self) -> list[psutil.Process]:
        """Those that are alive."""
        return [one for one in self.kernels() if one.is_running()]


def _children(process: subprocess.Popen[str]) -> list[psutil.Process]:
    found = psutil.Process(process.pid).children(recursive=True)
    return [one for one in found if "ipykernel_launcher" in " ".join(one.cmdline())]


def _forked() -> list[psutil.Process]:
    return [psutil.Process(pid) for one in client.running().values() for pid in one["kernels"]]


def _rested() -> bool:
    """Whether a parent of kernels has done what it does ahead, and has a spare in hand."""
    return any(one["spares"] and not one["chores"] for one in client.running().values())


@contextmanager
def stock(folder: Path) -> Iterator[Server]:
    """Voilà as it comes, on the same notebook."""
    port = "8931"
    command = [sys.executable, "-m", "voila", str(notebook_folder() / "apps"), "--no-browser"]
    with (folder / "stock.log").open("w") as log:
        process = subprocess.Popen([*command, f"--port={port}"], stdout=log, stderr=log, text=True)
    url = f"http://127.0.0.1:{port}/"
    for _ in range(600):
        try:
            urllib.request.urlopen(url).close()
            break
        except OSError:
            time.sleep(0.1)
    server = Server(f"{url}voila/render/portfolio.ipynb", process, lambda: _children(process))
    yield server
    process.terminate()
    process.wait(timeout=60)


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """``workbench serve``, once its parent of kernels is there."""
    command = [sys.executable, "-m", "workbench.cli", "serve", "--port=0"]
    with (folder / "ours.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    server = Server(
        f"{url}voila/render/portfolio.ipynb", process, lambda: _forked() or _children(process)
    )
    while not _rested() and process.poll() is None:
        time.sleep(0.1)
    yield server
    process.terminate()
    process.wait(timeout=60)
    client.retire()


def _visit(browser: Browser, page: str) -> tuple[float, float, float]:
    """Seconds until the plan is seen, a control can be used, and the first widget is live.

    The tab is there before, as a reader's is: Chromium starts a process for each new one, on the
    same two cores.
    """
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.wait_for_timeout(REST)
    start = time.perf_counter()
    tab.goto(page, wait_until="commit")
    tab.wait_for_selector("text=Brazil >> visible=true", timeout=120_000)
    seen = time.perf_counter() - start
    tab.wait_for_selector(f":is({CONTROL}):visible", timeout=120_000)
    used = time.perf_counter() - start
    tab.wait_for_selector(f"{WIDGET}:visible", timeout=120_000)
    live = time.perf_counter() - start
    tab.close(run_before_unload=True)  # as a reader closes it: the page says that it goes
    return seen, used, live


def _fetch(page: str) -> float:
    start = time.perf_counter()
    with urllib.request.urlopen(page, timeout=300) as answer:
        answer.read()
    return time.perf_counter() - start


def _own(server: Server) -> tuple[int, int]:
    """How many kernels there are, and the bytes that each has for itself, summed."""
    kernels = server.all_kernels()
    return len(kernels), sum(one.memory_full_info().uss for one in kernels)


def _measure(name: str, server: Server) -> dict[str, float]:
    page = f"{server.page}?lang=en"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        first = _visit(browser, page)
        visits = [_visit(browser, page) for _ in range(VISITS)]
        browser.close()
    before = _own(server)
    with ThreadPoolExecutor(BURST) as pool:
        burst = sorted(pool.map(_fetch, [page] * BURST))
    after = _own(server)
    each = (after[1] - before[1]) / max(1, after[0] - before[0]) / 1e6
    found = {
        "seen": median(seen for seen, _, _ in visits),
        "used": median(used for _, used, _ in visits),
        "live": median(live for _, _, live in visits),
        "burst median": median(burst),
        "burst worst": burst[-1],
        "memory": each,
    }
    times = "seen, usable, live"
    say(f"{name}: first visit, {times}", ", ".join(f"{one:.2f} s" for one in first))
    say(
        f"{name}: later visits, {times} (median of {VISITS})",
        f"{found['seen']:.2f} s, {found['used']:.2f} s, {found['live']:.2f} s",
    )
    say(f"{name}: burst of {BURST}, median and worst",
        f"{found['burst median']:.1f} s, {found['burst worst']:.1f} s")  # fmt: skip
    say(f"{name}: own memory of each further viewer", f"{each:.0f} MB")
    return found


def side_by_side(folder: Path) -> None:
    """Stock Voilà and ours, one after the other."""
    with stock(folder) as server:
        plain = _measure("stock voila", server)
    with ours(folder) as server:
        warm = _measure("workbench serve", server)
    say("first control that can be used, stock / ours", f"{plain['used'] / warm['used']:.1f}")
    say("first live widget, stock / ours (at least 5)", f"{plain['live'] / warm['live']:.1f}")
    say("burst, stock's median / our worst (at least 4)",
        f"{plain['burst median'] / warm['burst worst']:.1f}")  # fmt: skip
    say("first sight, stock / ours", f"{plain['seen'] / warm['seen']:.1f}")
    say("own memory of each further viewer, ours (at most 45)", f"{warm['memory']:.0f} MB")


def crowd(folder: Path) -> None:
    """60 viewers by websocket and four browsers for three minutes, then back to nothing."""
    with ours(folder) as server:
        page, failed = f"{server.page}?lang=en", []
        _fetch(page)
        parent = psutil.Process(server.process.pid)
        time.sleep(3)
        base = len(server.all_kernels()), parent.memory_info().rss
        end = time.monotonic() + CROWD_SECONDS
        visits: list[float] = []
        everybody = [
            *(threading.Thread(target=_viewer, args=(page, end, failed)) for _ in range(CROWD)),
            *(
                threading.Thread(target=_reader, args=(page, end, visits, failed))
                for _ in range(BROWSERS)
            ),
        ]
        for one in everybody:
            one.start()
        time.sleep(max(0.0, end - 5 - time.monotonic()))
        most = len(server.all_kernels())
        for one in everybody:
            one.join()
        for _ in range(120):
            if len(server.all_kernels()) <= base[0]:
                break
            time.sleep(1)
        now = len(server.all_kernels()), parent.memory_info().rss
        say(
            f"crowd of {CROWD} and {BROWSERS} browsers: visits, live after (median), kernels",
            f"{len(visits)}, {median(visits):.1f} s, {most}",
        )
        say("crowd: failed pages", f"{len(failed)} {sorted(set(failed))[:3]}")
        say("crowd: kernels before and after", f"{base[0]}, {now[0]}")
        say("crowd: server's memory, after / before", f"{now[1] / base[1]:.2f}")


def _viewer(page: str, end: float, failed: list[str]) -> None:
    """A viewer without a browser: loads the page, holds its websocket, leaves with a word."""
    try:
        with urllib.request.urlopen(page, timeout=300) as answer:
            text = answer.read().decode()
            cookies = " ".join(answer.headers.get_all("Set-Cookie", []))
            token = re.search(r"_xsrf=([^;]+)", cookies)
        config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', text, re.S)
        kernel = json.loads(config[1])["kernelId"] if config else ""
        host = page.split("/voila/", maxsplit=1)[0]
        IOLoop(make_current=False).run_sync(
            lambda: _hold(f"{host.replace('http', 'ws')}/api/kernels/{kernel}/channels", end),
            timeout=CROWD_SECONDS * 2,
        )
        xsrf = token[1] if token else ""
        leave = urllib.request.Request(
            f"{host}/voila/api/shutdown/{kernel}",
            data=f"_xsrf={xsrf}".encode(),
            headers={"Cookie": f"_xsrf={xsrf}"},
        )
        urllib.request.urlopen(leave, timeout=60).close()
    except Exception as error:  # counted and printed
        failed.append(f"viewer: {type(error).__name__}: {error}"[:80])


def _reader(page: str, end: float, visits: list[float], failed: list[str]) -> None:
    """A browser that opens the page again and again."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        while time.monotonic() < end:
            try:
                visits.append(_visit(browser, page)[2])
            except Exception as error:  # counted and printed, the crowd goes on
                failed.append(f"browser: {type(error).__name__}: {error}"[:80])
        time.sleep(2)  # for the last page's closing message
        browser.close()


async def _hold(url: str, end: float) -> None:
    """Hold a page's connection and read what comes, as a browser does: else it is given up."""
    connection = await websocket_connect(url)
    while (left := end - time.monotonic()) > 0:
        with suppress(TimeoutError):
            if await asyncio.wait_for(connection.read_message(), left) is None:
                raise ConnectionError(f"closed by the server: {connection.close_code}")
    connection.close()


def main() -> None:
    """Print every figure."""
    with TemporaryDirectory() as home, TemporaryDirectory() as runtime:
        os.environ |= {
            "WORKBENCH_HOME": home,
            "WORKBENCH_ROLE": "viewer",
            "JUPYTER_RUNTIME_DIR": runtime,
        }
        if "--crowd" not in sys.argv:
            side_by_side(Path(home))
        else:
            crowd(Path(home))


if __name__ == "__main__":
    main()
