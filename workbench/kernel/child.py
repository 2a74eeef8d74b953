"""From a fork of the parent to a kernel or a program: take over what the requester sent, run."""

import io
import logging
import os
import resource
import runpy
import select
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import ipykernel_launcher  # type: ignore[import-untyped]
from ipykernel import kernelapp
from traitlets import Integer

from workbench.kernel import modules, protocol, threads
from workbench.kernel.protocol import FDS, Launch

KERNEL = "ipykernel_launcher"
"""The module of a launch that is a kernel; every other one is a program."""
_KEPT_BY_PYTHON = {signal.SIGPIPE, signal.SIGXFSZ}
"""Signals that Python itself ignores from its start."""


class IPKernelApp(kernelapp.IPKernelApp):
    """IPKernelApp that watches its requester by pidfd, since its parent is another process."""

    requester = Integer(-1, help="Descriptor of the process to end with; -1 for none.")
    listens = Integer(-1, help="Descriptor to close once all sockets are bound.")

    def init_poller(self) -> None:
        """Watch the requester, if there is one to watch."""
        watched = self.requester >= 0
        self.poller = RequesterPoller(self.requester, self.log.warning) if watched else None

    def init_heartbeat(self) -> None:
        """Bind the last of the sockets, and let the requester know that clients can connect."""
        super().init_heartbeat()
        os.close(self.listens)

    def init_kernel(self) -> None:
        """Make the kernel, without a look at each module."""
        with modules.noted():
            super().init_kernel()
        logging.getLogger("tornado.general").addFilter(self._has_not_ended)

    def _has_not_ended(self, _record: logging.LogRecord) -> bool:
        """Whether what a socket's callback raises is worth a line.

        Once a kernel has said that it ends, its main thread closes the sockets while the one for
        control messages still wants to say that it is idle; that is a traceback on the terminal of
        whoever shut it down.
        """
        return self.kernel._shutdown_message is None


class RequesterPoller(threading.Thread):
    """Ends this process when its requester has ended, as ipykernel's own poller does."""

    pydev_do_not_trace = is_pydev_daemon_thread = True

    def __init__(self, requester: int, tell: Callable[[str], None] = lambda line: None) -> None:
        super().__init__(name="RequesterPoller", daemon=True)
        self._requester, self._tell = requester, tell

    def run(self) -> None:
        """Wait for the end of the requester."""
        waiting = select.poll()
        waiting.register(self._requester, select.POLLIN)
        while not waiting.poll():
            pass
        self._tell("Parent appears to have exited, shutting down.")
        os._exit(1)


def run(channel: socket.socket, before: Mapping[str, str]) -> None:
    """Wait for a launch, become its kernel or program, and return when that ended.

    The process ends at once if the parent goes away before it sends one, and without a word if it
    is interrupted before the first line of its program: nobody wants to read how it was made.

    Parameters
    ----------
    channel
        Where the parent sends the launch.
    before
        The parent's environment before it imported anything.
    """
    try:
        _become(channel, before)
    except KeyboardInterrupt as error:
        if _began(error):
            raise
        os._exit(128 + signal.SIGINT)


def _began(error: BaseException) -> bool:
    """Whether it was raised in a program's own code, or in what that has called."""
    names = (frame.f_globals.get("__name__") for frame, _ in traceback.walk_tb(error.__traceback__))
    return "__main__" in names


def _become(channel: socket.socket, before: Mapping[str, str]) -> None:
    os.setsid()
    try:
        message, fds = protocol.receive(channel, len(FDS))
    except EOFError:
        os._exit(0)
    channel.close()
    launch = Launch.of(message)
    module, arguments = module_of(launch.argv)
    # A program has not imported what set those variables, nor have the kernels that it starts.
    env = environment(launch.env, before, os.environ) if module == KERNEL else launch.env
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    requester, listens = _take_over(launch, fds)
    if not launch.watched:
        os.close(requester)
    _renew_randomness()
    threads.restore(launch.env, launch.processors)
    sys.orig_argv[:] = launch.argv
    if module != KERNEL:
        os.close(listens)
        if launch.watched:
            RequesterPoller(requester).start()
        _open_streams()
        sys.argv[:] = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    sys.argv[:] = [str(ipykernel_launcher.__file__), *arguments]
    IPKernelApp.launch_instance(
        arguments,
        parent_handle=int(launch.env.get("JPY_PARENT_PID") or 0),
        requester=requester if launch.watched else -1,
        listens=listens,
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


def _take_over(launch: Launch, fds: list[int]) -> tuple[int, int]:
    """Descriptors, folder, limits and signals; returns what is left to use of :data:`FDS`."""
    cwd, *streams, requester, listens = fds
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
    return requester, listens


def _open_streams() -> None:
    """Python's own streams anew: those of the parent know its files, and whether one can seek."""
    for number, name, mode in ((0, "stdin", "rb"), (1, "stdout", "wb"), (2, "stderr", "wb")):
        old = getattr(sys, f"__{name}__")
        through = old.write_through  # as PYTHONUNBUFFERED has it
        raw = open(  # noqa: SIM115 - to the end
            number, mode, buffering=0 if through and mode == "wb" else -1, closefd=False
        )
        stream = io.TextIOWrapper(
            raw,
            encoding=old.encoding,
            errors=old.errors,
            line_buffering=not through and (number == 2 or os.isatty(number)),
            write_through=through,
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


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


def module_of(argv: list[str]) -> tuple[str, list[str]]:
    """The module that ``python … -m module …`` runs, and its arguments."""
    place = argv.index("-m") + 1
    return argv[place], argv[place + 1 :]
