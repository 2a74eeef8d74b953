"""From a fork of the parent to a kernel: take over what the requester sent, then run ipykernel."""

import io
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

import ipykernel_launcher  # type: ignore[import-untyped]
from ipykernel import kernelapp
from traitlets import Integer

from workbench.kernel import modules, protocol, threads
from workbench.kernel.protocol import FDS, Launch

_KEPT_BY_PYTHON = {signal.SIGPIPE, signal.SIGXFSZ}
"""Signals that Python itself ignores from its start."""


class IPKernelApp(kernelapp.IPKernelApp):
    """IPKernelApp that watches its requester by pidfd, since its parent is another process."""

    requester = Integer(-1, help="Descriptor of the process to end with; -1 for none.")

    def init_poller(self) -> None:
        """Watch the requester, if there is one to watch."""
        self.poller = RequesterPoller(self) if self.requester >= 0 else None

    def init_kernel(self) -> None:
        """Make the kernel, without a look at each module."""
        with modules.noted():
            super().init_kernel()


class RequesterPoller(threading.Thread):
    """Ends the kernel when its requester has ended, as ipykernel's own poller does."""

    pydev_do_not_trace = is_pydev_daemon_thread = True

    def __init__(self, app: IPKernelApp) -> None:
        super().__init__(name="RequesterPoller", daemon=True)
        self._app = app

    def run(self) -> None:
        """Wait for the end of the requester."""
        waiting = select.poll()
        waiting.register(self._app.requester, select.POLLIN)
        while not waiting.poll():
            pass
        self._app.log.warning("Parent appears to have exited, shutting down.")
        os._exit(1)


def run(channel: socket.socket, before: Mapping[str, str]) -> None:
    """Wait for a launch, become its kernel, and return when that ended.

    The process ends at once if the parent goes away before it sends one.

    Parameters
    ----------
    channel
        Where the parent sends the launch.
    before
        The parent's environment before it imported anything.
    """
    os.setsid()
    try:
        message, fds = protocol.receive(channel, len(FDS))
    except EOFError:
        os._exit(0)
    channel.close()
    launch = Launch.of(message)
    env = environment(launch.env, before, os.environ)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    requester = _take_over(launch, fds)
    if not launch.watched:
        os.close(requester)
    _renew_randomness()
    threads.restore(launch.env, launch.processors)
    IPKernelApp.launch_instance(
        _arguments(launch.argv),
        parent_handle=int(launch.env.get("JPY_PARENT_PID") or 0),
        requester=requester if launch.watched else -1,
    )


def environment(
    env: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, str]:
    """A kernel's environment with what the preloaded modules have set in theirs.

    A variable counts if the kernel's was as they found it; else they have not seen its value.
    """
    merged = dict(env)
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name) and env.get(name) == before.get(name):
            if name in after:
                merged[name] = after[name]
            else:
                del merged[name]
    return merged


def _take_over(launch: Launch, fds: list[int]) -> int:
    """Descriptors, folder, limits and signals; returns the requester's pidfd."""
    cwd, *streams, requester = fds
    os.fchdir(cwd)
    os.close(cwd)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if isinstance(sys.__stdout__, io.TextIOWrapper):
        sys.__stdout__.reconfigure(line_buffering=os.isatty(1))
    os.umask(launch.umask)
    if set(launch.processors) != os.sched_getaffinity(0):
        os.sched_setaffinity(0, launch.processors)
    for limit, soft in launch.limits.items():
        now, hard = resource.getrlimit(int(limit))
        if now != soft:
            resource.setrlimit(int(limit), (soft, hard))
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP} - _KEPT_BY_PYTHON:
        _set_signal(number, number in launch.ignored)
    signal.pthread_sigmask(signal.SIG_SETMASK, launch.blocked)
    return requester


def _set_signal(number: int, ignored: bool) -> None:
    handler: Any = signal.SIG_IGN if ignored else signal.SIG_DFL
    if number == signal.SIGINT and not ignored:
        handler = signal.default_int_handler
    if signal.getsignal(number) != handler:
        signal.signal(number, handler)


def _renew_randomness() -> None:
    """Seed what would otherwise go on alike in every fork; ``random`` does so by itself."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def _arguments(argv: list[str]) -> list[str]:
    """Set ``sys.argv`` and ``sys.orig_argv`` as ``python -m ipykernel_launcher`` would."""
    arguments = argv[argv.index("ipykernel_launcher") + 1 :]
    sys.argv[:] = [str(ipykernel_launcher.__file__), *arguments]
    sys.orig_argv[:] = argv
    return arguments
