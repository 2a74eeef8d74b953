"""A kernel that is a child of another process, in the shape of :class:`subprocess.Popen`."""

import contextlib
import os
import select
import signal
import socket
import subprocess
from typing import IO

from workbench.kernel import protocol

UNKNOWN = 255
"""Exit status of a kernel whose parent ended before it, as multiprocessing has it."""
_REPORT_SECONDS = 5.0


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

    def __del__(self) -> None:
        if self.returncode is None:
            self._let_go()

    @property
    def pidfd(self) -> int:
        """Its descriptor; closed once its end was learned."""
        return self._pidfd

    def poll(self) -> int | None:
        """Exit status, negative for a signal; None while it runs."""
        return self._outcome(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Exit status, once it has ended.

        Raises
        ------
        subprocess.TimeoutExpired
            If it has not ended after ``timeout`` seconds.
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
        if self.returncode is None:
            waiting = select.poll()
            waiting.register(self._pidfd, select.POLLIN)
            if waiting.poll(None if timeout is None else timeout * 1000):
                self.returncode = self._report()
                self._let_go()
        return self.returncode

    def _report(self) -> int:
        self._connection.settimeout(_REPORT_SECONDS)
        try:
            message, _ = protocol.receive(self._connection)
        except (EOFError, OSError, protocol.ProtocolError):  # the parent is gone
            return UNKNOWN
        code = message.get("exit")
        return code if isinstance(code, int) else UNKNOWN

    def _let_go(self) -> None:
        os.close(self._pidfd)
        self._connection.close()
