"""A framework's server as a process of its own, and what it takes of the memory."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.views.frameworks import LOOPBACK, OURS, VIEWS, Framework, UndrawnError
from workbench.kernel import client

SECONDS = 120
"""How long a server may take to answer."""


@dataclass
class Server:
    """A framework's server that answers."""

    framework: Framework
    address: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def page(self) -> str:
        """The address of the view."""
        return self.address + self.framework.page

    def processes(self) -> set[psutil.Process]:
        """All that serve viewers: the server, its children, and what kernels are forked from."""
        tops = [self.process.pid]
        if self.framework.name == OURS:
            tops += [parent["pid"] for parent in client.running().values()]
        found = set()
        for pid in tops:
            with contextlib.suppress(psutil.NoSuchProcess):
                top = psutil.Process(pid)
                found |= {top, *top.children(recursive=True)}
        return found

    def own_bytes(self) -> int:
        """What the processes have each for itself, summed."""
        total = 0
        for one in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += one.memory_full_info().uss
        return total


@contextlib.contextmanager
def running(framework: Framework, folder: Path) -> Iterator[Server]:
    """The framework's server on a free port, ended with all of its processes whatever happens."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    log = folder / f"{framework.name}.log"
    command = [part.replace("{port}", str(port)) for part in framework.command]
    # Kernels run in other folders; the views are found all the same.
    env = os.environ | {"PYTHONPATH": str(VIEWS.parents[1])} | framework.env
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], stdout=out, stderr=out, env=env, cwd=folder
        )
    server = Server(framework, f"http://{LOOPBACK}:{port}/", process, log)
    try:
        _wait(server)
        yield server
    finally:
        _end(server)


def _wait(server: Server) -> None:
    """Until the server answers, and the process that kernels are forked from is there."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(server.address, timeout=SECONDS).close()
            if server.framework.name != OURS or client.running():
                return
        time.sleep(0.1)
    raise UndrawnError(f"the server does not answer: {last_line(server.log)}")


def _end(server: Server) -> None:
    every = server.processes()
    server.process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.process.wait(timeout=20)
    if server.framework.name == OURS:
        client.retire()
    _, left = psutil.wait_procs(every, timeout=5)
    for one in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


def last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:200] if lines else "its log is empty"
