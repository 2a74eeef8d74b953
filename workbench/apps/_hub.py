"""Served as a service of a JupyterHub: the hub says who the user is, and who is let in.

The hub's proxy puts no name into a request. A service asks the hub itself, by OAuth: whoever comes
without a name is sent to the hub's login and comes back with a token, kept in a signed cookie; for
the token the hub tells the name. It stands in a header from then on, as from any other proxy.
"""

import ipaddress
import os
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit

import tornado.web
from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler, HubOAuthenticated
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)

from workbench.apps._access import Access
from workbench.domain.errors import InputError

HEADER = "X-Workbench-User"
"""Holds the name; one that a visitor sends is taken away."""
ANYWHERE = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
PREFIX, URL, TOKEN = (
    f"JUPYTERHUB_{name}" for name in ("SERVICE_PREFIX", "SERVICE_URL", "API_TOKEN")
)
"""Variables that a hub gives to its services."""


def hub_access() -> Access:
    """What a service of the hub that started this process asks for.

    The hub's token for the service leaves the environment, so that no kernel gets it.

    Raises
    ------
    InputError
        If no hub started this process.
    """
    for name in (PREFIX, TOKEN):
        if not os.environ.get(name):
            raise InputError(
                "--hub is for a service that a JupyterHub starts, which would set {name}; see "
                "docs/serving.md.",
                name=name,
            )
    hub = Hub()
    for name in (TOKEN, "JPY_API_TOKEN"):
        os.environ.pop(name, None)
    return Access(header=HEADER, proxies=ANYWHERE, hub=hub)


def place(host: str, port: int) -> tuple[str, int]:
    """Where the hub expects its service, else what is given."""
    url = urlsplit(os.environ.get(URL, ""))
    return url.hostname or host, url.port or port


class Hub:
    """The hub, as its service knows it; see :class:`workbench.apps._access.Hub`."""

    logged_in: type[tornado.web.RequestHandler] = HubOAuthCallbackHandler
    """Answers at :attr:`callback`."""

    def __init__(self) -> None:
        self.auth = HubOAuth.instance(base_url=os.environ[PREFIX])
        self.base = str(self.auth.base_url)
        """The address of the service below the hub's, with a slash at either end."""
        self.callback = f"{self.base}oauth_callback"
        """Where the hub's login leads back to."""
        self.login: type[tornado.web.RequestHandler] = ToTheHub
        """Answers whoever has no name yet."""
        _ = self.auth.api_token, self.auth.access_scopes  # read while the environment has them

    def asking(
        self, secret: Any, connection: HTTPConnection, then: HTTPMessageDelegate
    ) -> HTTPMessageDelegate:
        """A request that goes on to ``then`` with its user's name."""
        return Asking(self, secret, connection, then)

    async def name(self, request: HTTPServerRequest, secret: Any) -> str:
        """Whose a request is; empty if the hub doesn't know, or doesn't let that user in."""
        cookies = request.cookies
        own, session = cookies.get(self.auth.cookie_name), cookies.get("jupyterhub-session-id")
        token = tornado.web.decode_signed_value(
            secret, self.auth.cookie_name, own.value if own else None
        )
        if not token:
            return ""
        try:
            user = await self.auth.user_for_token(
                token.decode("ascii", "replace"),
                session_id=session.value if session else "",
                sync=False,
            )
        except tornado.web.HTTPError:  # the hub is away; it has been logged
            return ""
        let_in = user and self.auth.check_scopes(self.auth.access_scopes, user)
        return str(user["name"]) if let_in and user.get("kind") == "user" else ""


class Asking(HTTPMessageDelegate):
    """A request that is routed once the hub has said whose it is."""

    def __init__(
        self, hub: Hub, secret: Any, connection: HTTPConnection, then: HTTPMessageDelegate
    ) -> None:
        self._hub, self._secret = hub, secret
        self._connection, self._then = connection, then

    async def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        """Put the name into the header; tornado waits for this before it goes on reading."""
        assert isinstance(start_line, RequestStartLine)
        request = HTTPServerRequest(
            connection=self._connection, start_line=start_line, headers=headers
        )
        name = await self._hub.name(request, self._secret)
        headers.pop(HEADER, None)
        if name:  # as a proxy has to write it: headers travel as Latin-1
            headers[HEADER] = name.encode("utf-8").decode("latin-1")
        going_on = self._then.headers_received(start_line, headers)
        if going_on is not None:
            await going_on

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Hand the body on."""
        return self._then.data_received(chunk)

    def finish(self) -> None:
        """Hand the end on."""
        self._then.finish()

    def on_connection_close(self) -> None:
        """Hand it on that the client went away."""
        self._then.on_connection_close()


class ToTheHub(HubOAuthenticated, tornado.web.RequestHandler):
    """Sends whoever wants to see a page to the hub's login; everything else gets nothing."""

    def prepare(self) -> None:
        """Whatever isn't a page that somebody wants to see gets a status and no more."""
        wants_page = "text/html" in self.request.headers.get("Accept", "")
        if self.request.method != "GET" or not wants_page:
            raise tornado.web.HTTPError(403)

    @tornado.web.authenticated
    def get(self) -> None:
        """Whom the hub knows and doesn't let in doesn't get as far as this."""
        raise tornado.web.HTTPError(403)

    def write_error(self, status_code: int, **_more: Any) -> None:
        """No page, since nothing is known of the reader."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}\n")
