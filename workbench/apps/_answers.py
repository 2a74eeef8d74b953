"""What every answer bears, whichever handler gives it: our headers, and no version banner."""

from tornado.httputil import HTTPHeaders
from tornado.web import OutputTransform

# Widgets are modules and styles made at run time, so scripts and styles are allowed inline; nothing
# may be loaded from, or sent to, another host.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob: data:; worker-src 'self' blob:; frame-ancestors 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # An address holds market and scenario; other hosts need not learn them from a link.
    "Referrer-Policy": "same-origin",
}
"""Where a handler sets one of them itself, its own stands."""


class Complete(OutputTransform):
    """Completes the headers of an answer.

    Tornado applies it to all that it sends: pages, files, redirects, errors, websocket handshakes.
    Jupyter sets the headers in its own handlers only, and some of voila's routes have others.
    """

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The answer with the headers that it lacks."""
        headers.pop("Server", None)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        return status_code, headers, chunk
