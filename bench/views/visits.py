"""A visit in Chromium: until the view is drawn, and until its drop-down has done its work."""

import contextlib
import time
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Response
from playwright.sync_api import TimeoutError as Late

from bench.views import shared
from bench.views.frameworks import LOOPBACK, UndrawnError
from bench.views.servers import Server, last_line

SECONDS = 120
"""How long a view may take to be drawn, several times what the slowest takes."""
FIRST, *OTHERS = shared.options()

SEEN = """
const seen = (selector) => {
  const found = [];
  const walk = (root) => {
    found.push(...root.querySelectorAll(selector));
    for (const node of root.querySelectorAll("*")) if (node.shadowRoot) walk(node.shadowRoot);
  };
  walk(document);
  return found.filter((node) => node.checkVisibility() && node.getBoundingClientRect().width > 0);
};
globalThis.benchDrawn = (numbers) =>
  seen(".heatmaplayer image").length > 0 &&
  seen("table, [data-testid=stDataFrame] canvas").length > 0 &&
  seen(".barlayer text").map((node) => node.textContent).join(" ") === numbers;
"""
"""Whether all of the view can be seen, the bars with these numbers. Panel draws in shadow roots."""


def _first_line(error: Error) -> str:
    return error.message.splitlines()[0]


def numbers(market: str) -> str:
    """What the bars of a market say, in the order in which they are drawn."""
    return " ".join(shared.bars(shared.options()[market]).data[0].text)


class Viewer:
    """A browser context without anything in its caches, and what its pages ask for."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.server = server
        self.context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 800})
        self.context.add_init_script(SEEN)
        self.outside: list[str] = []
        self.said: list[str] = []
        self.context.on("request", lambda request: self._asked(request.url))
        self.context.on("weberror", lambda error: self.said.append(str(error.error)))
        self.context.on("response", self._answered)

    def _asked(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != LOOPBACK:
            self.outside.append(address.hostname or url)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.said.append(f"{response.status} for {response.url}")

    def visit(self, other: str) -> tuple[float, float]:
        """Open the view and choose another market.

        Returns
        -------
        tuple of float
            Seconds from the navigation until all is drawn, and until the bars show the other
            market: the way through the server works.

        Raises
        ------
        UndrawnError
            If either does not happen.
        """
        page = self.context.new_page()
        page.on("websocket", lambda socket: self._asked(socket.url))
        start = time.perf_counter()
        page.goto(self.server.page, wait_until="commit")
        self._until(page, FIRST)
        drawn = time.perf_counter() - start
        try:
            self.server.framework.choose(page, other)
        except Error as error:
            raise UndrawnError(f"{other} can't be chosen: {_first_line(error)}") from error
        self._until(page, other)
        return drawn, time.perf_counter() - start

    def leave(self) -> None:
        """Go away as a visitor would, so that the page can tell its server."""
        for page in self.context.pages:
            with contextlib.suppress(Error):  # one that hangs can't say anything
                page.goto("about:blank")
            page.close()

    def _until(self, page: Page, market: str) -> None:
        try:
            page.wait_for_function(
                "numbers => globalThis.benchDrawn(numbers)",
                arg=numbers(market),
                polling=30,
                timeout=SECONDS * 1000,
            )
        except Late:
            heard = self.said[0] if self.said else f"no error; log: {last_line(self.server.log)}"
            raise UndrawnError(
                f"{market} not drawn within {SECONDS} s; the page said: {heard[:300]}"
            ) from None
