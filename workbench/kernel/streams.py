"""The streams of a kernel as Popen would open them, as descriptors to hand over."""

import os
import subprocess
from collections.abc import Callable
from typing import IO, Any


class Streams:
    """Descriptors for the standard streams of a kernel.

    Parameters
    ----------
    stdin, stdout, stderr
        As for :class:`subprocess.Popen`; no ``stdin`` is the null device, since the kernel asks
        its client for input.

    Attributes
    ----------
    fds
        The three descriptors to hand over.
    stdout, stderr
        Where to read what the kernel writes, if a pipe was asked for.
    """

    def __init__(self, stdin: Any = None, stdout: Any = None, stderr: Any = None) -> None:
        self._opened: list[int] = []
        self.stdout: IO[bytes] | None = None
        self.stderr: IO[bytes] | None = None
        try:
            first = self._open(subprocess.DEVNULL if stdin is None else stdin, 0)
            second = self._open(stdout, 1)
            if second == subprocess.PIPE:
                second, self.stdout = self._pipe()
            third = second if stderr == subprocess.STDOUT else self._open(stderr, 2)
            if third == subprocess.PIPE:
                third, self.stderr = self._pipe()
        except BaseException:
            self.close()
            raise
        self.fds = (first, second, third)

    def close(self) -> None:
        """Close what was opened to be handed over."""
        while self._opened:
            os.close(self._opened.pop())

    def abandon(self) -> None:
        """Close the reading ends too: no kernel writes to them."""
        self.close()
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.close()

    def _open(self, wanted: Any, inherited: int) -> int:
        if wanted == subprocess.PIPE:
            return subprocess.PIPE
        if wanted is None:
            try:
                os.fstat(inherited)
                return inherited
            except OSError:  # closed, as in some services
                wanted = subprocess.DEVNULL
        if wanted == subprocess.DEVNULL:
            return self._keep(os.open(os.devnull, os.O_RDWR))
        if isinstance(wanted, int):
            return wanted
        fileno: Callable[[], int] = wanted.fileno
        return fileno()

    def _pipe(self) -> tuple[int, IO[bytes]]:
        read, write = os.pipe()
        return self._keep(write), os.fdopen(read, "rb")

    def _keep(self, fd: int) -> int:
        self._opened.append(fd)
        return fd
