"""A kernel that is a child of another process, in the shape of :class:`subprocess.Popen`."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import threading
import time
from typing import IO

from workbench.kernel import protocol

UNKNOWN = 255
"""Exit status of a kernel whose parent ended before it, as multiprocessing has it."""
PATIENCE, WAITING = 5.0, 60.0
"""Seconds after its end that its parent may take to say how it ended, before one who looks now and
then takes the status for unknown, and before one who waits for it does."""


class ForkedProcess:
    """Handle of a forked kernel.

    Parameters
    ----------
    pid
        Its process id, which stays taken until its end was learned here.
    pidfd
        Its descriptor; readable once it has ended.
    connection
        Where its parent reports the exit status.
    stdout, stderr
        Reading ends of pipes, if they were asked for.
    """

    stdin: IO[bytes] | None = None

    def __init__(
        self,
        pid: int,
        pidfd: int,
        connection: socket.socket,
        stdout: IO[bytes] | None = None,
        stderr: IO[bytes] | None = None,
    ) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdout = stdout
        self.stderr = stderr
        self._pidfd = pidfd
        self._connection = connection
        self._ended: float | None = None
        self._lock = threading.Lock()  # who ends a kernel and who looks after it are two threads

    def __del__(self) -> None:
        os.close(self._pidfd)
        self._connection.close()

    @property
    def pidfd(self) -> int:
        """Its descriptor, for as long as this object is there."""
        return self._pidfd

    @property
    def report(self) -> int:
        """Descriptor that is readable once its parent has said how it ended, or is gone itself."""
        return self._connection.fileno()

    def poll(self) -> int | None:
        """Exit status, negative for a signal; None while it runs, or its parent is to say more."""
        return self._outcome(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Exit status, once it has ended.

        Raises
        ------
        subprocess.TimeoutExpired
            If it is not known to have ended after ``timeout`` seconds.
        """
        code = self._outcome(timeout)
        if code is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to this very process; nothing if it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.Signals(number))

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _outcome(self, timeout: float | None) -> int | None:
        began = time.monotonic()
        if self.returncode is None and _readable(self._pidfd, timeout):
            now = time.monotonic()
            self._ended = self._ended or now
            patience = WAITING if timeout is None else PATIENCE
            left = max(0.0, self._ended + patience - now)
            wait = left if timeout is None else min(left, max(0.0, began + timeout - now))
            if _readable(self._connection.fileno(), wait) or wait == left:
                with self._lock:
                    if self.returncode is None:
                        self.returncode = self._said()
        return self.returncode

    def _said(self) -> int:
        self._connection.settimeout(0.1)
        try:
            code = protocol.receive(self._connection)[0].get("exit")
        except (EOFError, OSError, protocol.ProtocolError):  # the parent is gone, or hangs
            code = None
        with contextlib.suppress(OSError):  # no longer connected
            self._connection.shutdown(socket.SHUT_RDWR)  # the parent need not keep its number
        return code if isinstance(code, int) else UNKNOWN


def _readable(descriptor: int, seconds: float | None) -> bool:
    """Whether there is something to read, or the end of it, after so many seconds at most."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(None if seconds is None else seconds * 1000))
