"""What tests share that drive the planner's page over a workspace."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app_pages import rest
from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(folder: Path, *words: str, **environment: str) -> Iterator[str]:
    """`workbench serve` with these words; its address. What it keeps is in ``folder``."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    inherited = {name: value for name, value in os.environ.items() if name != "WORKBENCH_PLAN"}
    own = {"PYTHONPATH": path, "WORKBENCH_HOME": str(folder)}
    log = folder / "served.log"
    with log.open("ab") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "workbench.cli", "serve", "--port=0", *words],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=inherited | own | environment,
        )
    try:
        line = server.stdout.readline()
        assert line.startswith("Serving on "), log.read_text()
        yield line.split()[-1]
    finally:
        server.terminate()
        server.wait(timeout=30)
        server.stdout.close()


def panel(page: Page, topic: str) -> Locator:
    """The panel of a topic."""
    return page.locator(".wb-panel", has=page.locator(f"h2#{topic}"))


def status(page: Page) -> Locator:
    """The line that says what was saved last, when and by whom."""
    return panel(page, "workspace").locator(".saved")


def button(page: Page, name: str) -> Locator:
    """A button by its whole name."""
    return page.get_by_role("button", name=name, exact=True)


def weight(page: Page, name: str) -> Locator:
    """The weight of a criterion in the table that can be edited."""
    grid = page.get_by_role("grid", name="Weights of the criteria")
    return grid.locator(".tabulator-row", has_text=name).locator("[tabulator-field='weight']")


def write(page: Page, place: Locator, value: str) -> None:
    """Type into a cell of a table and wait until the page has answered."""
    rest(page)  # what is being redrawn would take the typing with it
    place.click()
    page.keyboard.type(value)
    page.keyboard.press("Enter")
    rest(page)


def revision(page: Page) -> int:
    """The scenario's revision, as the status line has it."""
    return int(re.search(r"revision (\d+)", status(page).inner_text())[1])
