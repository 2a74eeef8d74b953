"""The loop of the parent: takes requests, forks kernels, reports how they ended."""

import contextlib
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from workbench.kernel import protocol, threads
from workbench.kernel.callers import PATIENCE, Caller, Kernel, tell
from workbench.kernel.fingerprint import Fingerprint
from workbench.kernel.protocol import FDS, Launch, ProtocolError

REST = 0.5
"""Seconds after a launch before a chore is done or a spare is made, so that neither disturbs it."""


class Forked(BaseException):
    """Raised in a new child, to leave the loop of the parent; its argument is the channel."""


class Server:
    """Serves until it is idle, outdated or told to stop.

    Parameters
    ----------
    listening
        The socket to take requests from.
    fingerprint
        What to compare with before each fork.
    chores
        What to do once, one after the other, while nobody asks for a kernel; spares come after.
    spares
        Children to keep in hand.
    idle
        Seconds without kernel and request after which it ends.
    retire
        Called once it takes no more requests: a successor may start.
    log
        Takes a line.
    """

    def __init__(
        self,
        listening: socket.socket,
        fingerprint: Fingerprint,
        chores: Sequence[Callable[[], None]],
        spares: int,
        idle: float,
        retire: Callable[[], None],
        log: Callable[[str], None],
    ) -> None:
        self._listening: socket.socket | None = listening
        self._fingerprint = fingerprint
        self._chores = list(chores)
        self._wanted = spares
        self._idle = idle
        self._retire = retire
        self._log = log
        self._spares: list[Kernel] = []
        self._kernels: set[Kernel] = set()
        self._callers: set[Caller] = set()
        self._active = self._launched = time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._selector.register(listening, selectors.EVENT_READ, self._accept)

    def serve(self) -> None:
        """Serve; returns when there is nothing left to do.

        Raises
        ------
        Forked
            In each child.
        """
        while not self._done():
            events = self._selector.select(self._pause())
            for selected, _ in events:
                if self._selector.get_map().get(selected.fd) is selected:  # not closed meanwhile
                    selected.data()
            self._drop_slow_callers()
            if self._rest() == 0.0:
                self._use_rest()
        self.close()

    def close(self) -> None:
        """Let go of everything; spares end by that, kernels go on."""
        self._stop_listening()
        self._selector.close()
        for caller in self._callers:
            caller.connection.close()
            protocol.close(caller.fds)
        for kernel in (*self._spares, *self._kernels):
            kernel.channel.close()
            os.close(kernel.pidfd)
        self._spares.clear()
        self._kernels.clear()
        self._callers.clear()

    # ---- When to go on, and for how long to wait ----

    def _live(self) -> bool:
        return any(not kernel.ended for kernel in self._kernels)

    def _done(self) -> bool:
        if self._live() or any(caller.kernel is None for caller in self._callers):
            return False
        if self._listening is None:
            return True
        return time.monotonic() - self._active >= self._idle

    def _pause(self) -> float | None:
        waits = []
        if (rest := self._rest()) is not None:
            waits.append(rest)
        if any(caller.kernel is None for caller in self._callers):
            waits.append(PATIENCE)
        if self._listening is not None and not self._live():
            waits.append(max(0.0, self._active + self._idle - time.monotonic()))
        return min(waits, default=None)

    def _rest(self) -> float | None:
        """Seconds until the next chore or spare; None if there is none to come."""
        if self._listening is None:
            return None
        if not self._chores and len(self._spares) >= self._wanted:
            return None
        return max(0.0, self._launched + REST - time.monotonic())

    def _use_rest(self) -> None:
        if self._chores:
            with self._telling_of_ends():
                self._chores.pop(0)()
        else:
            self._fork_spare()

    @contextlib.contextmanager
    def _telling_of_ends(self) -> Iterator[None]:
        """Meanwhile say at once how kernels end: a chore takes seconds, and somebody may wait."""

        def look(_number: int, _frame: object) -> None:
            for selected, _ in self._selector.select(0):
                if selected.fd in {kernel.pidfd for kernel in self._kernels}:
                    selected.data()

        before = signal.signal(signal.SIGCHLD, look)
        look(0, None)  # one may have ended before the signal was heard
        try:
            yield
        finally:
            signal.signal(signal.SIGCHLD, before)

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._selector.unregister(self._listening)
            self._listening.close()
            self._listening = None
            self._retire()

    # ---- Callers ----

    def _accept(self) -> None:
        assert self._listening is not None
        try:
            connection, _ = self._listening.accept()
        except OSError as error:  # it is gone already, or there are too many files open
            self._log(f"refused: {error}")
            time.sleep(0.05)
            return
        connection.setblocking(False)
        pid, uid = protocol.peer(connection)
        if uid != os.geteuid():
            self._log(f"refused: process {pid} of user {uid}")
            connection.close()
            return
        caller = Caller(connection, time.monotonic())
        self._callers.add(caller)
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._read(caller))

    def _drop_slow_callers(self) -> None:
        for caller in list(self._callers):
            if caller.kernel is None and time.monotonic() - caller.since > PATIENCE:
                self._log("refused: a request that did not arrive whole")
                self._drop(caller)

    def _drop(self, caller: Caller) -> None:
        self._callers.discard(caller)
        self._selector.unregister(caller.connection)
        caller.connection.close()
        protocol.close(caller.fds)
        if caller.kernel is not None:
            caller.kernel.connection = None
            if caller.kernel.ended:
                self._reap(caller.kernel)
            elif not caller.kept:  # nobody knows of it
                os.kill(caller.kernel.pid, signal.SIGKILL)

    def _read(self, caller: Caller) -> None:
        try:
            data = protocol.take(caller.connection, protocol.CHUNK, caller.fds, len(FDS))
        except BlockingIOError:
            return None
        except ProtocolError as error:
            self._log(f"refused: {error}")
            return self._drop(caller)
        except OSError:
            data = b""
        if data == protocol.KEPT and caller.kernel is not None and not caller.kept:
            caller.kept = True
            return None
        caller.data += data
        if not data or caller.kernel is not None:
            return self._drop(caller)
        try:
            message = caller.message()
            if message is not None:
                self._answer(caller, message)
        except (ProtocolError, OSError) as error:
            self._log(f"refused: {error}")
            self._drop(caller)
        return None

    def _answer(self, caller: Caller, message: dict[str, Any]) -> None:
        caller.data.clear()
        self._active = time.monotonic()
        request = message.get("request")
        if request == "launch":
            self._launch(caller, message)
        elif request == "status":
            caller.tell(**self._status())
            self._drop(caller)
        elif request == "retire":
            self._log("told to retire")
            self._stop()
            caller.tell()
            self._drop(caller)
        else:
            raise ProtocolError(f"No request {request!r}.")

    def _status(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "kernels": sorted(kernel.pid for kernel in self._kernels if not kernel.ended),
            "spares": sorted(kernel.pid for kernel in self._spares),
            "chores": len(self._chores),
        }

    def _stop(self) -> None:
        """Take no more requests; kernels are waited for, spares end."""
        self._stop_listening()
        self._wanted = 0
        for kernel in self._spares:
            kernel.channel.close()

    # ---- Kernels ----

    def _launch(self, caller: Caller, message: dict[str, Any]) -> None:
        Launch.of(message)
        if len(caller.fds) != len(FDS):
            raise ProtocolError(f"{len(caller.fds)} descriptors, not {len(FDS)}.")
        changed = self._fingerprint.change()
        if changed is not None:
            self._log(f"retires: {changed} changed")
            self._stop()
            caller.tell(stale=changed)
            return self._drop(caller)
        if (threads_now := threads.count()) > 1:
            caller.tell(refused=f"the preloaded process has {threads_now} threads, not 1")
            return self._drop(caller)
        kernel = self._spares.pop(0) if self._spares else self._fork()
        try:
            kernel.channel.settimeout(PATIENCE)
            protocol.send(kernel.channel, message, tuple(caller.fds))
            caller.tell((kernel.pidfd,), pid=kernel.pid)
        except OSError:  # it or its requester is gone
            os.kill(kernel.pid, signal.SIGKILL)
            self._kernels.add(kernel)
            raise
        kernel.channel.close()
        self._launched = time.monotonic()
        kernel.connection = caller.connection
        caller.kernel = kernel
        self._kernels.add(kernel)
        protocol.close(caller.fds)
        return None

    def _fork_spare(self) -> None:
        try:
            if threads.count() == 1:
                self._spares.append(self._fork())
            else:
                self._wanted = 0
        except OSError as error:
            self._log(f"no more spares: {error}")
            self._wanted = 0

    def _fork(self) -> Kernel:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._forget()
            raise Forked(theirs)
        theirs.close()
        kernel = Kernel(pid, os.pidfd_open(pid), ours)
        self._selector.register(kernel.pidfd, selectors.EVENT_READ, lambda: self._ended(kernel))
        return kernel

    def _forget(self) -> None:
        """In a child: close what is the parent's, and nothing of it on disk."""
        self._retire = lambda: None
        self._listening, listening = None, self._listening
        if listening is not None:
            listening.close()
        self.close()

    def _ended(self, kernel: Kernel) -> None:
        """Report how a child ended. Its process id stays taken until the requester knows."""
        self._selector.unregister(kernel.pidfd)
        kernel.ended = True
        if kernel in self._spares:
            self._spares.remove(kernel)
            self._launched = time.monotonic()
        else:
            self._active = time.monotonic()
        if kernel.connection is None:
            return self._reap(kernel)
        found = os.waitid(os.P_PID, kernel.pid, os.WEXITED | os.WNOWAIT)
        assert found is not None
        killed = found.si_code != os.CLD_EXITED
        with contextlib.suppress(OSError):  # the requester is gone too, which is seen on its own
            tell(kernel.connection, exit=-found.si_status if killed else found.si_status)
        return None

    def _reap(self, kernel: Kernel) -> None:
        os.waitpid(kernel.pid, 0)
        os.close(kernel.pidfd)
        kernel.channel.close()
        self._kernels.discard(kernel)
