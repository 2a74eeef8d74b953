"""Voilà with our pages: its handlers, what it says and what it keeps to itself."""

import logging
import re
import socket
import ssl
import threading
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import tornado.web
import typer
from jupyter_server.base.call_context import CallContext
from jupyter_server.base.handlers import AuthenticatedFileHandler
from tornado.httpclient import AsyncHTTPClient, HTTPError, HTTPRequest
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.log import gen_log
from voila.app import Voila
from voila.handler import BaseVoilaHandler
from voila.tornado.handler import TornadoVoilaHandler

from workbench.apps._access import Access
from workbench.apps._answers import Complete
from workbench.apps._bounded import Bounded, most_connections
from workbench.apps._guard import Guard
from workbench.apps._kernels import AWAY_SECONDS
from workbench.apps._memory import give_back
from workbench.apps._page import Page
from workbench.apps._pages import APPS, app_names, page_context
from workbench.apps._routes import OURS
from workbench.apps._templates import keep_compiled
from workbench.apps._twin import WITH_TWIN, twin
from workbench.kernel.errors import UnavailableError
from workbench.kernel.prepare import prepare

PAGE_KERNEL = "python3"
"""The kernelspec that the notebooks name; the server puts the warm kernel in its place."""
TIDY_SECONDS = 20
MOST_SENT = 100_000
"""Bytes of a request's body: a token or a page's closing message. Widgets use websockets."""
BODY_SECONDS, HEADER_SECONDS = 20, 120
"""How long a request may take to arrive, and a connection may lie idle, before it is closed."""
NOISE = re.compile(
    # our notebooks hold no outputs, so that there is nothing to trust
    r"Notebook .* is not trusted"
    # Jupyter hands tornado milliseconds where it takes seconds; it mends that itself
    r"|The websocket_ping_timeout "
)
"""Warnings about which nobody who opens a page can do anything."""

EVERYWHERE = ("0.0.0.0", "::", "")
"""Hosts that stand for every address of this computer."""


def _heard(record: logging.LogRecord) -> bool:
    return not NOISE.match(record.getMessage())


def address(app: str) -> str:
    """Where the page of a notebook is, after the host: the known apps have a short address."""
    return app if app in APPS else f"voila/render/{app}.ipynb"


class _Landing(BaseVoilaHandler):
    """The page at ``/``; it starts no kernel."""

    @tornado.web.authenticated
    async def get(self) -> None:
        self.write(self.render_template("tree.html"))


class _Reports(AuthenticatedFileHandler):
    """Published briefs: the kinds of file a reader opens, nothing else."""

    KINDS = re.compile(r"(.*/)?([^/.][^/]*\.(html|css|js|svg|png|woff2|pdf|xlsx|pptx))?", re.I)

    def check_xsrf_cookie(self) -> None:
        """Reading a brief from a bookmark has no referrer; `set_headers` keeps other sites out."""

    def set_headers(self) -> None:
        super().set_headers()
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        if not cls.KINDS.fullmatch(path):
            raise tornado.web.HTTPError(404)
        return str(super().get_absolute_path(root, path))


class Server(Voila):
    """Voilà with our landing page, without its file and folder listings, on a bound socket."""

    host: str
    sockets: list[socket.socket]
    access: Access
    tls: ssl.SSLContext | None = None
    edit = False
    show = False
    _alive = 0

    def initialize(self, argv: list[str] | None = None) -> None:
        super().initialize(argv)
        keep_compiled()
        self.drawing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="twins")
        self.port = self.sockets[0].getsockname()[1]
        self.ioloop = IOLoop.current()
        self.voila_configuration.prelaunch_hook = self.prepare_page
        for logger in (self.log, gen_log):
            logger.addFilter(_heard)

    def context(self, query: str, app: str = "") -> dict[str, Any]:
        """The page context for a request with ``query``."""
        folder = Path(self.root_dir)
        reports = (self.reports / "index.html").is_file()
        return page_context(query, app=app, edit=self.edit, apps=app_names(folder), reports=reports)

    @property
    def reports(self) -> Path:
        """Folder of the generated briefs: beside ``notebooks``, else in the working directory."""
        folder = Path(self.root_dir)
        beside = folder.parent.name == "notebooks"
        return (folder.parents[1] if beside else Path.cwd()) / "reports"

    def prepare_page(self, handler: Any, notebook: Any, cwd: str) -> None:
        """Give the template its context, and the page the cookie its closing message needs."""
        _ = handler.xsrf_token  # reading it sets the cookie
        name = Path(handler.request.path).stem
        page = self.context(handler.request.query, name) | {"twin": getattr(handler, "twin", "")}
        notebook.metadata["workbench_page"] = page

    def init_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().init_settings()
        environment = settings["voila_jinja2_env"]

        def current() -> dict[str, Any]:
            request = CallContext.get(CallContext.JUPYTER_HANDLER).request
            return self.context(request.query) | {"landing": request.path == self.base_url}

        environment.globals["wb_context"] = current
        settings["jinja2_env"] = environment  # error pages of every handler
        settings["workbench_server"] = self
        settings["workbench_static"] = Path(self.template_paths[0]) / "static"
        return settings

    def init_handlers(self) -> list[Any]:
        dropped = (
            *("/voila/files", "/voila/tree", "/voila/api/contents", "/voila/api/themes"),
            "/logout",  # there is nobody whom Jupyter logged in
        )
        base = self.base_url
        ours: list[Any] = [
            (base, _Landing, {"voila_configuration": self.voila_configuration}),
            (
                rf"{base}reports/(.*)",
                _Reports,
                {"path": self.reports, "default_filename": "index.html"},
            ),
            (
                rf"{base}({'|'.join(APPS)})/?",
                tornado.web.RedirectHandler,
                {"url": f"{base}voila/render/{{0}}.ipynb", "permanent": False},
            ),
        ]
        kept = [
            h
            for h in super().init_handlers()
            if h[0] != base and not h[0].removeprefix(base.rstrip("/")).startswith(dropped)
        ]
        replaced = OURS | {TornadoVoilaHandler: Page}
        return ours + [(h[0], replaced.get(h[1], h[1]), *h[2:]) for h in kept]

    def listen(self) -> None:
        for app in WITH_TWIN:  # imports, tables and ranking, once for all
            for lang in ("zh", "en"):
                self.drawing.submit(twin, app, f"lang={lang}")
        self.app.add_transform(Complete)
        server = Bounded(
            Guard(self.app, self.access),
            ssl_options=self.tls,
            max_body_size=MOST_SENT,
            body_timeout=BODY_SECONDS,
            idle_connection_timeout=HEADER_SECONDS,
        )
        server.most = most_connections()
        server.add_sockets(self.sockets)
        self.ioloop.spawn_callback(self.announce)
        self.ioloop.spawn_callback(self.warm)
        PeriodicCallback(self.tidy, TIDY_SECONDS * 1000).start()
        try:
            self.ioloop.start()
        finally:
            self.kernel_manager.ending = True
            self.stop()
            self.drawing.shutdown(wait=False, cancel_futures=True)
            for logger in (self.log, gen_log):
                logger.removeFilter(_heard)

    async def warm(self) -> None:
        """Have what kernels are forked from ready before the first page asks for one."""
        try:
            await prepare(PAGE_KERNEL)
        except UnavailableError as reason:
            self.log.info("Kernels start the ordinary way: %s", reason)

    async def tidy(self) -> None:
        """End what closed pages have left, and give its memory back."""
        await self.kernel_manager.end_left(AWAY_SECONDS)
        alive = len(self.kernel_manager.list_kernel_ids())
        if alive < self._alive:
            give_back()
        self._alive = alive

    async def announce(self) -> None:
        """Say where the pages are, once the landing page has really been answered."""
        url = self.address_of(self.host)
        request = HTTPRequest(
            # A server that listens everywhere is asked on loopback.
            self.address_of("127.0.0.1" if self.host in EVERYWHERE else self.host),
            headers={"Authorization": f"token {self.access.token}"} if self.access.token else {},
            validate_cert=False,  # the certificate names the host that others use
        )
        if not self.access.header:  # only the proxy would be answered
            try:
                await AsyncHTTPClient().fetch(request)
            except (HTTPError, OSError) as error:
                self.log.error("The landing page does not answer: %s", error)
                return
        lines = [f"Serving on {url}"]
        lines += [f"  {url}{address(app)}" for app in app_names(Path(self.root_dir))]
        typer.echo("\n".join([*lines, "Stop with Ctrl-C · 按 Ctrl-C 停止"]))
        if self.show:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    def address_of(self, host: str) -> str:
        """The landing page's address under a host's name."""
        name = f"[{host}]" if ":" in host else host
        return f"http{'s' if self.tls else ''}://{name}:{self.port}{self.base_url}"
