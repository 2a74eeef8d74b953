"""Serve the app notebooks as pages on this machine.

Voilà runs **in this process**: its hooks (page context, error text) are plain functions, the port
is bound before anything else starts, so that a taken port is an error and not another port, and
there is no second server process to outlive this one. Kernels are child processes of this one; they
end with it, and watch for its death should it be killed.
"""

import contextlib
import errno
import ipaddress
import os
import re
import shutil
import signal
import socket
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import tornado.web
import typer
from jupyter_server.base.call_context import CallContext
from jupyter_server.base.handlers import AuthenticatedFileHandler, Template404
from tornado.httpclient import AsyncHTTPClient, HTTPError
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from traitlets.config import Config
from voila.app import Voila
from voila.handler import BaseVoilaHandler

from workbench.domain.errors import InputError, WorkbenchError

ASSETS = Path(__file__).resolve().parents[1] / "assets"
FONT = Path(__file__).resolve().parents[1] / "widgets" / "static" / "fonts" / "inter-latin.woff2"
APPS = ("portfolio", "market", "planner")  # the order of the navigation; others follow by name
IDLE_SECONDS = 600  # a kernel without a page ends after this; the worst page load seen is 16 s

EXTENSIONS = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
]
"""What draws widgets. Plotly's own extension, 4.8 MB, is not among them: charts bring their own."""

# Widgets are modules and styles made at run time, so scripts and styles are allowed inline; nothing
# may be loaded from, or sent to, another host.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob: data:; worker-src 'self' blob:; frame-ancestors 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)


def serve(
    *,
    port: int,
    host: str = "127.0.0.1",
    edit: bool = False,
    open_browser: bool = False,
    notebooks: Path | None = None,
) -> int:
    """Serve the app notebooks until Ctrl-C or SIGTERM, then end every kernel.

    Parameters
    ----------
    port
        TCP port, 0 to 65535; 0 takes a free one. A taken port is an error.
    host
        Loopback name or address; others are refused, since the pages ask for no password.
    edit
        Kernels get ``WORKBENCH_ROLE=editor`` instead of ``viewer``.
    open_browser
        Open the landing page in the default browser once it answers.
    notebooks
        Folder with the app notebooks; default ``notebooks/apps`` of the repository.

    Returns
    -------
    int
        0 after an orderly stop.
    """
    folder = _notebook_folder(notebooks)
    sockets = _bind(port, host)
    with contextlib.ExitStack() as stack:
        for bound in sockets:
            stack.callback(bound.close)
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="workbench-pages-")))
        stage_template(root)
        search = os.pathsep.join(filter(None, [str(root), os.environ.get("JUPYTER_PATH")]))
        role = "editor" if edit else "viewer"
        stack.enter_context(_environment(JUPYTER_PATH=search, WORKBENCH_ROLE=role))
        server = _Server(
            config=_config(), config_file_paths=[], root_dir=str(folder), open_browser=False
        )
        server.host, server.sockets, server.edit, server.show = host, sockets, edit, open_browser
        server.initialize([])
        with _stop_on(server, signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", None)):
            server.start()
    return 0


def stage_template(root: Path) -> Path:
    """Put the template ``workbench``, complete with its styles, under ``root`` for Jupyter to find.

    The styles live once, in ``workbench/assets``; this copies them beside the template, and derives
    the light palette for print, so that a page printed in dark mode is dark ink on white.

    Returns
    -------
    Path
        The folder of the template.
    """
    target = root / "voila" / "templates" / "workbench"
    shutil.copytree(ASSETS / "voila" / "workbench", target, dirs_exist_ok=True)
    static = target / "static"
    tokens = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    (static / "tokens.css").write_text(tokens, encoding="utf-8")
    (static / "print-tokens.css").write_text(tokens.split("@media", 1)[0], encoding="utf-8")
    for name in ("app.css", "sections.css"):
        shutil.copyfile(ASSETS / name, static / name)
    shutil.copyfile(ASSETS / "page.js", static / "sections.js")  # sorts tables, as in a brief
    if FONT.is_file():
        shutil.copyfile(FONT, static / FONT.name)
    return target


def page_context(query: str, *, app: str = "", edit: bool = False, **found: Any) -> dict[str, Any]:
    """What the template needs to know of a request; see ``_shell.html.j2``.

    Parameters
    ----------
    query
        The query string as sent; ``lang`` is taken out of it (zh unless it starts with ``en``).
    app
        Name of the notebook, empty on other pages.
    edit
        Whether the kernels may write.
    found
        ``apps`` (names of notebooks) and ``reports`` (whether there are briefs).
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    lang = next((value for key, value in pairs if key == "lang"), "zh")
    return {
        "lang": "en" if lang.lower().split("-")[0] == "en" else "zh",
        "query": urlencode([pair for pair in pairs if pair[0] != "lang"]),
        "app": app,
        "edit": edit,
        "apps": found.get("apps", []),
        "reports": found.get("reports", False),
    }


def app_names(folder: Path) -> list[str]:
    """Names of the notebooks in ``folder``: the known apps in order, then the others."""
    names = {path.stem for path in folder.glob("*.ipynb") if not path.name.startswith(".")}
    return [name for name in APPS if name in names] + sorted(names - set(APPS))


def _notebook_folder(given: Path | None) -> Path:
    here = Path(__file__).resolve().parents
    choices = (
        [given] if given else [here[2] / "notebooks" / "apps", here[1] / "_notebooks" / "apps"]
    )
    folder = next((path for path in choices if path.is_dir()), None)
    if folder is None:
        raise InputError(
            "There is no notebook folder {path}: give the folder that holds the app notebooks.",
            path=choices[0],
        )
    # The folder is the kernels' working directory, so a module in it would shadow a dependency.
    stray = sorted(path.name for path in folder.glob("*.py"))
    if stray:
        raise InputError(
            "The notebook folder {path} holds the module {name}, which every kernel would import "
            "before an installed one of that name: move it elsewhere.",
            path=folder,
            name=stray[0],
        )
    return folder.resolve()


def _bind(port: int, host: str) -> list[socket.socket]:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise InputError(
            "Cannot serve on {host}: the pages ask for no password, so only this computer may open "
            "them. Use 127.0.0.1, and a tunnel or an authenticating proxy for others.",
            host=host,
        )
    if not 0 <= port <= 65535:
        raise InputError("Port {port} is not between 0 and 65535.", port=port)
    try:
        return bind_sockets(port, host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                "Port {port} is already in use: stop the program that uses it, or choose another "
                "port, for example {other}.",
                port=port,
                other=port + 1 if port < 65535 else 8866,
            ) from error
        if error.errno == errno.EACCES:
            raise InputError(
                "Port {port} may not be used by this account: choose one above 1023.", port=port
            ) from error
        raise


def _config() -> Config:
    settings: dict[str, dict[str, Any]] = {
        "Voila": {
            "log_level": "WARN",
            "tornado_settings": {
                "headers": {"Content-Security-Policy": POLICY},
                "allow_remote_access": False,  # no other name may lead to us through DNS
                "default_handler_class": Template404,
            },
        },
        "VoilaConfiguration": {
            "template": "workbench",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "show_tracebacks": False,
            "file_allowlist": [],
            "extension_allowlist": EXTENSIONS,
        },
        "VoilaExecutor": {"on_cell_error": _keep_message},
        "MappingKernelManager": {
            "cull_idle_timeout": IDLE_SECONDS,
            "cull_interval": 60,
            "cull_connected": False,
        },
        # A dead kernel stays dead: a restarted one is empty, and the page would not know.
        "KernelRestarter": {"restart_limit": 0},
    }
    return Config(settings)


def _keep_message(*, cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
    """Let the text of our own errors through to the page; of others it shows none."""
    content = execute_reply["content"]
    kinds, names = [WorkbenchError], set()
    while kinds:
        kind = kinds.pop()
        names.add(kind.__name__)
        kinds.extend(kind.__subclasses__())
    if content.get("ename") in names:
        cell["metadata"]["workbench_error"] = content.get("evalue", "")


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


class _Server(Voila):
    """Voilà with our landing page, without its file and folder listings, on a bound socket."""

    host: str
    sockets: list[socket.socket]
    edit = False
    show = False

    def initialize(self, argv: list[str] | None = None) -> None:
        super().initialize(argv)
        self.port = self.sockets[0].getsockname()[1]
        self.ioloop = IOLoop.current()
        self.voila_configuration.prelaunch_hook = self.prepare_page

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
        notebook.metadata["workbench_page"] = self.context(handler.request.query, name)

    def init_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().init_settings()
        environment = settings["voila_jinja2_env"]

        def current() -> dict[str, Any]:
            request = CallContext.get(CallContext.JUPYTER_HANDLER).request
            return self.context(request.query) | {"landing": request.path == self.base_url}

        environment.globals["wb_context"] = current
        settings["jinja2_env"] = environment  # error pages of every handler
        return settings

    def init_handlers(self) -> list[Any]:
        dropped = ("/voila/files", "/voila/tree", "/voila/api/contents", "/voila/api/themes")
        ours: list[Any] = [
            (r"/", _Landing, {"voila_configuration": self.voila_configuration}),
            (r"/reports/(.*)", _Reports, {"path": self.reports, "default_filename": "index.html"}),
            (
                rf"/({'|'.join(APPS)})/?",
                tornado.web.RedirectHandler,
                {"url": "/voila/render/{0}.ipynb", "permanent": False},
            ),
        ]
        kept = [h for h in super().init_handlers() if h[0] != "/" and not h[0].startswith(dropped)]
        return ours + kept

    def listen(self) -> None:
        HTTPServer(self.app).add_sockets(self.sockets)
        self.ioloop.spawn_callback(self.announce)
        try:
            self.ioloop.start()
        finally:
            self.stop()

    async def announce(self) -> None:
        """Say where the pages are, once the landing page has really been answered."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        url = f"http://{name}:{self.port}/"
        try:
            await AsyncHTTPClient().fetch(url)
        except (HTTPError, OSError) as error:
            self.log.error("The landing page does not answer: %s", error)
            return
        lines = [f"Serving on {url}"]
        lines += [f"  {url}voila/render/{app}.ipynb" for app in app_names(Path(self.root_dir))]
        typer.echo("\n".join(lines))
        if self.show:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Environment variables for Jupyter's searches and for kernels, put back afterwards."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _stop_on(server: _Server, *signals: signal.Signals | None) -> Iterator[None]:
    """Stop the server in order at these signals; put the handlers back afterwards."""
    before = {}

    def stop(number: int, frame: Any) -> None:
        server.ioloop.add_callback_from_signal(server.ioloop.stop)

    for number in filter(None, signals):
        before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
