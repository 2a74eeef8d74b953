"""Our pages beside other frameworks, viewer by viewer: ``python -m bench.viewers [NAME...]``.

The same small view in each (``bench/views``): a drop-down, a heat map, a bar chart and a table, out
of the same computation and the same Plotly figures. Without names, all are measured.
"""

import contextlib
import importlib.metadata
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from bench.__main__ import say
from bench.serve import CHROMIUM
from bench.views.frameworks import FRAMEWORKS, LOOPBACK, OURS, Framework, UndrawnError
from bench.views.servers import Server, running
from bench.views.visits import OTHERS, Viewer

VISITS, OPEN = 5, 5
SETTLE_SECONDS = 4
"""Between the last page's opening and the look at the memory: kernels kept in hand are there."""


@dataclass
class Found:
    """What was measured of a framework: seconds of each visit, bytes, hosts asked."""

    cold: list[tuple[float, float]] = field(default_factory=list)
    again: list[tuple[float, float]] = field(default_factory=list)
    each: float = 0.0
    outside: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def medians(self) -> dict[str, float]:
        """What is compared: seconds to interactive, megabytes of a further viewer."""
        return {
            "time of a new visitor": median(used for _, used in self.cold),
            "time of one who returns": median(used for _, used in self.again),
            "memory of a viewer": self.each / 1e6,
        }


def open_together(server: Server, browser: Browser) -> Found:
    """The first visit of all, and what four further open pages add to the server's memory.

    Raises
    ------
    UndrawnError
        If the first visitor does not see the view.
    """
    found = Found()
    viewers = [Viewer(browser, server)]
    try:
        first = viewers[0].visit(OTHERS[0])
        say(f"{server.framework.name}: first visit of all: drawn, interactive", _seconds(first))
        time.sleep(SETTLE_SECONDS)
        before = server.own_bytes()
        for other in OTHERS[1:OPEN]:
            viewers.append(Viewer(browser, server))
            try:
                viewers[-1].visit(other)
            except UndrawnError as error:  # the page is open, its memory is taken
                found.failed.append(str(error))
        time.sleep(SETTLE_SECONDS)
        found.each = (server.own_bytes() - before) / (OPEN - 1)
    finally:
        for viewer in viewers:
            viewer.leave()
            viewer.context.close()
    found.outside = [host for viewer in viewers for host in viewer.outside]
    return found


def visit_twice(server: Server, browser: Browser, other: str, found: Found) -> None:
    """A visitor whose caches are empty, and the same one again."""
    viewer = Viewer(browser, server)
    try:
        for visits in (found.cold, found.again):
            visits.append(viewer.visit(other))
            viewer.leave()
    except UndrawnError as error:  # counted, the others are visited all the same
        found.failed.append(str(error))
    viewer.context.close()
    found.outside += viewer.outside


def report(framework: Framework, found: Found) -> None:
    """A framework's lines."""
    name = framework.name
    if found.failed:
        say(f"{name}: visits that failed", f"{len(found.failed)}; {found.failed[0]}")
    if found.cold:
        say(f"{name}: new visitor: drawn, interactive", _seconds(*found.cold))
    if found.again:
        say(f"{name}: the same visitor again, caches filled", _seconds(*found.again))
    say(f"{name}: own memory of each further viewer", f"{found.each / 1e6:.1f} MB")
    hosts = " ".join(sorted(set(found.outside)))
    say(f"{name}: requests to other hosts", f"{len(found.outside)} {hosts}".strip())


def _seconds(*visits: tuple[float, float]) -> str:
    return ", ".join(f"{median(values):.2f} s" for values in zip(*visits, strict=True))


def compare(found: dict[str, Found]) -> None:
    """Each framework's figures as multiples of ours."""
    if OURS not in found:
        return
    ours = found[OURS].medians()
    for name in (one for one in found if one != OURS):
        for what, value in found[name].medians().items():
            say(f"{name} / ours: {what}", f"{value / ours[what]:.2f}")


def _start(frameworks: list[Framework], folder: Path, stack: contextlib.ExitStack) -> list[Server]:
    servers = []
    for framework in frameworks:
        try:
            say(f"{framework.name}:", framework.versions())
            servers.append(stack.enter_context(running(framework, folder)))
        except importlib.metadata.PackageNotFoundError as error:
            say(f"{framework.name}: not measured", f"{error.name} is not installed: make bench")
        except UndrawnError as error:
            say(f"{framework.name}: not measured", str(error))
    return servers


def side_by_side(frameworks: list[Framework], folder: Path, browser: Browser) -> None:
    """All servers run at once and are visited in turn, so that each has the same machine."""
    found: dict[str, Found] = {}
    with contextlib.ExitStack() as stack:
        servers = _start(frameworks, folder, stack)
        for server in list(servers):
            try:
                found[server.framework.name] = open_together(server, browser)
            except UndrawnError as error:
                say(f"{server.framework.name}: not measured", str(error))
                servers.remove(server)
        for other in OTHERS[:VISITS]:
            for server in servers:
                visit_twice(server, browser, other, found[server.framework.name])
        say("new visitor: caches empty; each line below", f"medians of {VISITS} visits in turn")
        for server in servers:
            report(server.framework, found[server.framework.name])
            _say_if_cold(server)
    compare({name: one for name, one in found.items() if one.cold and one.again})


def _say_if_cold(server: Server) -> None:
    """Ours without its warm kernels is another thing; its log says why."""
    text = server.log.read_text(errors="replace")
    cold = next((line for line in text.splitlines() if "not forked" in line), "")
    if cold:
        say(f"{server.framework.name}: without warm kernels", cold.partition("| ")[2] or cold)


def main(names: list[str]) -> None:
    """Print every figure."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended."))  # servers are ended then too
    chosen = [one for one in FRAMEWORKS if not names or one.name in names]
    with TemporaryDirectory(prefix="wb-") as root, sync_playwright() as play:
        os.environ |= {
            "WORKBENCH_HOME": root,
            "WORKBENCH_ROLE": "viewer",
            "JUPYTER_RUNTIME_DIR": root,
        }
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                # What lies outside fails at once and for all alike, instead of hanging for some.
                f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}",
            ],
        )
        side_by_side(chosen, Path(root), browser)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
