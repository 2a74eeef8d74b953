"""A brief or index as PDF: the very page, printed by Chromium on A4.

The page's own style for print decides how it looks; here it is only laid out at paper width, waited
for until its charts are drawn, and printed.
"""

import base64
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workbench.domain.text import T_
from workbench.reports.exporters._chromium import Chromium
from workbench.reports.exporters._finish import finished
from workbench.reports.exporters.errors import ExportError

SECONDS = 120.0
"""For one page, from Chromium's start on; it takes 2 to 5."""
PAPER = {"auto": (8.27, 11.69), "wide": (11.69, 8.27)}
"""What the style calls the page -> width and height in inches: A4, upright or on its side."""
MARGIN = 12 / 25.4
"""Left and right, in inches, as ``page.css`` has it."""
SCALE = 0.7
"""Of paper to screen: text of 15 px becomes 7.9 pt, and a table of a screen's width fits."""
_CHUNK = 1 << 20
_UNDRAWN = """
document.fonts.ready.then(() => Array.from(document.querySelectorAll("[data-chart]"))
  .filter((place) => !place.querySelector("svg.main-svg"))
  .map((place) => place.dataset.chart).join(", "))
"""


def print_page(page: Path, day: date, seconds: float = SECONDS) -> bytes:
    """Print a page that a batch wrote.

    Parameters
    ----------
    page
        The HTML file; the folder ``assets`` stands beside it, or it is a standalone one.
    day
        What the file says it was made on, so that the same page gives the same bytes.
    seconds
        How long Chromium may take.

    Raises
    ------
    ExportError
        If there is no such page, or a chart in it isn't drawn.
    BrowserError
        If Chromium is missing, fails or takes too long.
    """
    if not page.is_file():
        raise ExportError.saying(
            T_("There is no page {page} to print; write the HTML first.", page=page)
        )
    with Chromium(seconds) as browser:
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = _Tab(browser, session)
        tab.open(page)
        undrawn = tab.value(_UNDRAWN)
        if undrawn:
            raise ExportError.saying(
                T_(
                    "Charts of {page} are not drawn: {charts}. The folder assets must stand beside "
                    "the page, as the batch writes it.",
                    page=page,
                    charts=undrawn,
                )
            )
        content = tab.printed()
    return finished(content, day)


@dataclass(frozen=True)
class _Tab:
    """A page of the browser."""

    browser: Chromium
    session: str

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **parameters)

    def value(self, script: str) -> str:
        found = self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        return str(found["result"].get("value", ""))

    def open(self, page: Path) -> None:
        """Load the page as paper sees it: light, and as wide."""
        self.ask("Page.enable")
        light = [{"name": "prefers-color-scheme", "value": "light"}]
        self.ask("Emulation.setEmulatedMedia", media="print", features=light)
        self._as_wide_as("auto")
        went = self.ask("Page.navigate", url=page.resolve().as_uri())
        if went.get("errorText"):
            raise ExportError.saying(
                T_(
                    "Chromium can't open the page {page}: {why}. Write it anew, or move the folder "
                    "to where Chromium may read.",
                    page=page,
                    why=went["errorText"],
                )
            )
        self.browser.wait_for("Page.loadEventFired", self.session)
        paper = self.value("getComputedStyle(document.body).page")
        if paper != "auto":  # charts take the width that they find when they are drawn
            self._as_wide_as(paper)
            self.ask("Page.reload")
            self.browser.wait_for("Page.loadEventFired", self.session)

    def _as_wide_as(self, paper: str) -> None:
        width, height = PAPER[paper]
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=int((width - 2 * MARGIN) * 96 / SCALE),
            height=int(height * 96 / SCALE),
            deviceScaleFactor=1,
            mobile=False,
        )

    def printed(self) -> bytes:
        stream = self.ask(
            "Page.printToPDF",
            scale=SCALE,
            preferCSSPageSize=True,
            printBackground=True,
            displayHeaderFooter=False,
            generateTaggedPDF=True,
            generateDocumentOutline=True,
            transferMode="ReturnAsStream",
        )["stream"]
        parts, last = [], False
        while not last:
            part = self.ask("IO.read", handle=stream, size=_CHUNK)
            data, last = part["data"], part["eof"]
            parts.append(base64.b64decode(data) if part.get("base64Encoded") else data.encode())
        return b"".join(parts)
