"""A server of the app pages in a process of its own."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import nbformat
import psutil

from workbench.kernel import client

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
CODE = """
import json, sys
from pathlib import Path
from workbench.apps._access import access_for
from workbench.apps.serve import serve
options = json.loads(sys.argv[2])
shown = options.pop("shown", {})
access = access_for(options.get("host", "127.0.0.1"), *[shown.get(n) for n in ("token", "header")],
                    shown.get("proxies", ["127.0.0.1"]))
sys.exit(serve(port=0, notebooks=Path(sys.argv[1]), access=access, **options))
"""


def find_free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook of code cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(notebook, path)


def aside(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine in a thread of its own: Playwright keeps a loop in the tests' thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result(timeout=120)


class Running:
    """A server over a folder of notebooks.

    Parameters
    ----------
    env
        Variables that it has beside ours, or in their place.
    options
        As for ``serve``; ``shown`` (``token``, ``header``, ``proxies``) makes its ``access``.
    """

    def __init__(self, notebooks: Path, *, env: Mapping[str, str] | None = None, **options):
        self._runtime = tempfile.TemporaryDirectory(prefix="wb-")  # with a parent of its own
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.process = subprocess.Popen(
            [sys.executable, "-c", CODE, str(notebooks), json.dumps(options)],
            stdout=subprocess.PIPE,
            stderr=(notebooks / "log.txt").open("w"),
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "JUPYTER_RUNTIME_DIR": self._runtime.name,
                **(env or {}),
            },
        )
        line = self.process.stdout.readline()
        assert line.startswith("Serving on http"), line
        self.url = line.split()[-1]
        self.log = notebooks / "log.txt"
        self.said: list[str] = []
        self._folder = Path(self._runtime.name) / client.default_folder().name
        while not line.startswith("Stop with Ctrl-C"):
            line = self.process.stdout.readline()
            self.said.append(line.strip())

    def get(self, path: str, **headers: str):
        """Status, headers and text of a page."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read().decode()

    def kernels(self) -> list[psutil.Process]:
        """The kernels that are alive: forked, or children of the server where forking failed."""
        parents = client.running(self._folder).values()
        forked = [psutil.Process(pid) for parent in parents for pid in parent["kernels"]]
        children = psutil.Process(self.process.pid).children(recursive=True)
        return forked + [one for one in children if "ipykernel_launcher" in " ".join(one.cmdline())]

    def stop(self, number: int = 15) -> int:
        """End the server in order; its exit status."""
        self.process.send_signal(number)
        status = self.process.wait(timeout=30)
        client.retire(self._folder)
        self._runtime.cleanup()
        return status
