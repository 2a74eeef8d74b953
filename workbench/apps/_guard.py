"""The rule of access, held against every request before it is routed, websockets included.

A route that some package adds is behind it too.
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import tornado.web
from jupyter_server.base.handlers import Template404
from tornado.httputil import HTTPConnection, HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import Router

from workbench.apps._access import Access, is_loopback
from workbench.apps._routes import refused

COOKIE = "workbench-access"
DAYS = 7
"""How long a browser need not show the token again."""
LOGIN = "/login"


class Guard(Router):
    """The application, behind the rule."""

    def __init__(self, app: tornado.web.Application, access: Access) -> None:
        self.app, self.access = app, access

    def start_request(
        self, server_conn: object, request_conn: HTTPConnection
    ) -> HTTPMessageDelegate:
        """A request; behind a hub it waits until the hub has said whose it is."""
        routed = super().start_request(server_conn, request_conn)
        if self.access.hub is None:
            return routed
        return self.access.hub.asking(self.app.settings["cookie_secret"], request_conn, routed)

    def find_handler(self, request: HTTPServerRequest, **more: Any) -> Any:
        """The application's own handler for a request that may go on, else the way in."""
        way_in = self._way_in(request)
        if way_in:
            return self.app.get_handler_delegate(request, *way_in)
        hidden = (
            self._anothers(request) or self._under_another_name(request) or _from_elsewhere(request)
        )
        refusing = Template404 if hidden else refused(request, self.access.base)
        if refusing:
            return self.app.get_handler_delegate(request, refusing)
        return self.app.find_handler(request, **more)

    def _way_in(
        self, request: HTTPServerRequest
    ) -> tuple[type[tornado.web.RequestHandler], dict[str, Any]] | None:
        """What answers a request that shows too little; None: it shows what it has to."""
        hub = self.access.hub
        if hub and request.path == hub.callback:
            return hub.logged_in, {}
        login = (hub.login, {}) if hub else (Login, {"access": self.access})
        if self.access.token and request.path == LOGIN:
            return login
        return None if self.access.granted(request, _cookie(self.app, request)) else login

    def _under_another_name(self, request: HTTPServerRequest) -> bool:
        """Whether DNS led another site's name here, where nothing is asked for; Jupyter says so."""
        return self.access == Access() and not is_loopback(request.host_name.strip("[]"))

    def _anothers(self, request: HTTPServerRequest) -> bool:
        """Whether a path names the kernel of another user's page: for this one there is none.

        Where no proxy names users, all have the same rights, and a kernel's id, which nothing
        lists, is known to the page that it was started for.
        """
        user = request.headers.get(self.access.header, "") if self.access.header else ""
        path = unquote(request.path)
        users: dict[str, str] = self.app.settings["kernel_manager"].users
        return any(user != owner and kernel in path for kernel, owner in users.items())


def _from_elsewhere(request: HTTPServerRequest) -> bool:
    """Whether another site's page asks for something without its reader going there.

    A page costs a kernel; an image of another site whose address is a page of ours is no reader.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    mode = request.headers.get("Sec-Fetch-Mode", "")
    return site == "cross-site" and (
        mode != "navigate" or request.headers.get("Sec-Fetch-Dest", "document") != "document"
    )


def _cookie(app: tornado.web.Application, request: HTTPServerRequest) -> str | None:
    morsel = request.cookies.get(COOKIE)
    secret = app.settings["cookie_secret"]
    value = tornado.web.decode_signed_value(
        secret, COOKIE, morsel.value if morsel else None, max_age_days=DAYS
    )
    return value.decode("utf-8", "replace") if value else None


class Login(tornado.web.RequestHandler):
    """Asks for the token; every other request that shows none is told so and gets nothing."""

    def initialize(self, access: Access) -> None:
        self.access = access

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")  # the address may hold the token
        policy = self.settings.get("headers", {}).get("Content-Security-Policy")
        if policy:
            self.set_header("Content-Security-Policy", policy)

    def prepare(self) -> None:
        """Whatever isn't a page that somebody wants to see gets a status and no more."""
        if self.access.header:
            raise tornado.web.HTTPError(403)
        wants_page = "text/html" in self.request.headers.get("Accept", "")
        if self.request.path != LOGIN and (self.request.method != "GET" or not wants_page):
            raise tornado.web.HTTPError(403)

    def get(self) -> None:
        """The form; or, with the token in the address, the page that was asked for."""
        shown = self.get_query_argument("token", "")
        if shown and self.access.holds(shown):
            self._grant(self._asked())
            return
        self._form(wrong=bool(shown))

    def post(self) -> None:
        """The token as it was typed."""
        if not self.access.holds(self.get_body_argument("token", "")):
            self._form(wrong=True)
            return
        self._grant(_local(self.get_body_argument("next", "/")))

    def write_error(self, status_code: int, **_more: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}\n")

    def _grant(self, page: str) -> None:
        self.set_signed_cookie(
            COOKIE,
            "granted",
            expires_days=DAYS,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )
        self.redirect(page)

    def _asked(self) -> str:
        """The address that was asked for, without the token."""
        if self.request.path == LOGIN:
            return _local(self.get_query_argument("next", "/"))
        pairs = parse_qsl(self.request.query, keep_blank_values=True)
        query = urlencode([pair for pair in pairs if pair[0] != "token"])
        return _local(self.request.path + (f"?{query}" if query else ""))

    def _form(self, wrong: bool) -> None:
        self.set_status(401)
        static = Path(self.settings["workbench_static"])
        styles = "".join(
            (static / name).read_text(encoding="utf-8") for name in ("tokens.css", "app.css")
        )
        template = self.settings["voila_jinja2_env"].get_template("login.html")
        lang = self.get_query_argument("lang", "zh")
        asked = self._asked()
        self.finish(
            template.render(
                lang="en" if lang.lower().startswith("en") else "zh",
                styles=styles,
                next=asked,
                wrong=wrong,
            )
        )


def _local(path: str) -> str:
    """A path of ours; one that leads elsewhere (``//host``) becomes the landing page."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and path.isprintable() and not path.startswith(LOGIN) else "/"
