"""Serve the app notebooks as pages on this machine.

Voilà runs **in this process**: its hooks (page context, error text) are plain functions, the port
is bound before anything else starts, so that a taken port is an error and not another port, and
there is no second server process to outlive this one. Kernels are child processes of this one; they
end with it, and watch for its death should it be killed.
"""

import contextlib
import errno
import os
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tornado.netutil import bind_sockets

from workbench.apps._access import Access, access_for
from workbench.apps._pages import STATIC_ADDRESS, stage_template
from workbench.apps._server import PAGE_KERNEL, Server
from workbench.apps._settings import settings
from workbench.domain.errors import InputError
from workbench.environment import environment
from workbench.kernel.spec import kernel_spec, stage_spec
from workbench.reports.engine import NO_HISTORY
from workbench.scratch import Scratch
from workbench.sources.shared_answers import sharing
from workbench.store.identity import USER_FROM, header_variable
from workbench.widgets._esm import SERVED

PAGES = "workbench.apps._warming:warm"
SERVED_PLAN = "workbench.apps._warming:warm_served"
"""What the pages' parent process calls once more than every warm kernel's."""


def serve(
    *,
    port: int,
    host: str = "127.0.0.1",
    access: Access | None = None,
    tls: ssl.SSLContext | None = None,
    most: int | None = None,
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
        Name or address to listen on; ``0.0.0.0``: every one of this computer.
    access
        Who may open the pages (:func:`workbench.apps._access.access_for`); None: everybody on
        this computer, and an address that others can reach is refused.
    tls
        Certificate and key; None: plain HTTP.
    most
        The most kernels alive at a time; None: as many as this machine has room for.
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
    access = access or access_for(host, None, None)
    folder = _notebook_folder(notebooks)
    sockets = _bind(port, host)
    with contextlib.ExitStack() as stack:
        for bound in sockets:
            stack.callback(bound.close)
        root = Path(stack.enter_context(Scratch("pages")))
        stage_template(root)
        stage_kernel(root)
        search = os.pathsep.join(filter(None, [str(root), os.environ.get("JUPYTER_PATH")]))
        role = "editor" if edit else "viewer"
        named = {USER_FROM: header_variable(access.header)} if access.header else {}
        named |= {SERVED: STATIC_ADDRESS}
        stack.enter_context(environment(JUPYTER_PATH=search, WORKBENCH_ROLE=role, **named))
        stack.enter_context(sharing())
        server = Server(
            config=settings(access, root, most),
            config_file_paths=[],
            root_dir=str(folder),
            open_browser=False,
        )
        server.host, server.sockets, server.edit, server.show = host, sockets, edit, open_browser
        server.access, server.tls = access, tls
        server.initialize([])
        with _stop_on(server, signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", None)):
            server.start()
    return 0


def stage_kernel(root: Path) -> Path:
    """Put the kernel of the pages under ``root``, where notebooks look for ``python3``.

    It is the warm one (:mod:`workbench.kernel`), of this environment, with the plan that is served
    opened ahead. It keeps its own warnings to itself: they go to whoever runs the server, who can
    do nothing about the transport that Jupyter chose or about a page that was closed. Errors still
    appear.

    Returns
    -------
    Path
        The file of the kernel's specification.
    """
    spec = kernel_spec()
    spec["argv"][0] = sys.executable
    spec["argv"] += [NO_HISTORY, "--IPKernelApp.log_level=ERROR"]
    # Nobody makes briefs on them, so what else is exercised would only take time and room.
    spec["metadata"]["kernel_provisioner"]["config"]["exercise"] = [PAGES, SERVED_PLAN]
    return stage_spec(root, spec, PAGE_KERNEL)


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
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise InputError(
                "{host} is no address of this computer; give one, or 0.0.0.0 for all of them.",
                host=host,
            ) from error
        if error.errno == errno.EACCES:
            raise InputError(
                "Port {port} may not be used by this account: choose one above 1023.", port=port
            ) from error
        raise


@contextlib.contextmanager
def _stop_on(server: Server, *signals: signal.Signals | None) -> Iterator[None]:
    """Stop the server in order at these signals; put the handlers back afterwards."""
    before = {}

    def stop(number: int, frame: Any) -> None:
        server.ioloop.add_callback_from_signal(server.ioloop.stop)

    for number in filter(None, signals):
        nohup = number == getattr(signal, "SIGHUP", None)
        if not (nohup and signal.getsignal(number) == signal.SIG_IGN):
            before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
