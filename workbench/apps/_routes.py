"""Which requests get as far as a route, and routes of our own in place of voila's."""

import re
from typing import Any
from urllib.parse import unquote_to_bytes

import tornado.web
from jupyter_server.base.handlers import Template404
from tornado.httputil import HTTPServerRequest
from voila.static_file_handler import TemplateStaticFileHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from workbench.apps._wire import Channels

LONGEST = 2_000
"""Characters of a path."""
ODD = re.compile(r"[\x00-\x1f\x7f\\]|(^|/)\.\.?(/|$)")
"""Control characters, Windows' separator, steps to this folder or upwards."""
READING = ("GET", "HEAD")
CLOSING = "voila/api/shutdown/"
"""The only route to which a page sends anything: its closing message."""


def refused(request: HTTPServerRequest, base: str = "/") -> type[tornado.web.RequestHandler] | None:
    """What answers a request that gets as far as no route; None: it may go on.

    No route needs more than this, so that one which a package adds is behind it too: reading, but
    for a page's closing message, and paths without steps upwards or characters that mean something
    to a file system.
    """
    method = request.method or ""
    closing = method == "POST" and request.path.startswith(base + CLOSING)
    if method not in READING and not closing:
        return NotThisWay
    return Template404 if _odd(request.path) else None


def _odd(path: str) -> bool:
    if len(path) > LONGEST or not path.startswith("/"):
        return True
    try:
        plain = unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        return True
    return ODD.search(plain) is not None


class NotThisWay(tornado.web.RequestHandler):
    """Answers a method that no route has."""

    def prepare(self) -> None:
        """Refuse it, also one that HTTP doesn't know."""
        raise tornado.web.HTTPError(405)

    def write_error(self, status_code: int, **_more: Any) -> None:
        """No page: nobody who reads one sends such a request."""
        self.set_header("Allow", ", ".join(READING))
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}\n")


class TemplateFiles(TemplateStaticFileHandler):
    """The files of our own template, and of no other that is installed."""

    def parse_url_path(self, url_path: str) -> str:
        """The file's path; every other path is not found, where voila would stumble."""
        if not url_path.startswith("workbench/static/"):
            raise tornado.web.HTTPError(404)
        return str(super().parse_url_path(url_path))


OURS: dict[Any, Any] = {
    TemplateStaticFileHandler: TemplateFiles,
    VoilaKernelWebsocketHandler: Channels,
}
"""Handler of voila -> ours in its place."""
