"""Who asks the parent for something, and the kernels that they get."""

import socket
from dataclasses import dataclass, field
from typing import Any

from workbench.kernel import protocol
from workbench.kernel.protocol import VERSION, ProtocolError

PATIENCE = 10.0
"""Seconds that a request may take to arrive whole, and an answer to be taken."""


@dataclass(eq=False)
class Kernel:
    """A child: a spare while ``connection`` was never set, then somebody's kernel."""

    pid: int
    pidfd: int
    channel: socket.socket
    connection: socket.socket | None = None
    ended: bool = False


@dataclass(eq=False)
class Caller:
    """A connection, what has come over it so far, and the kernel it got and said to have."""

    connection: socket.socket
    since: float
    data: bytearray = field(default_factory=bytearray)
    fds: list[int] = field(default_factory=list)
    kernel: Kernel | None = None
    kept: bool = False

    def message(self) -> dict[str, Any] | None:
        """The request, once it is there whole.

        Raises
        ------
        ProtocolError
            If it is none, or more than one.
        """
        start = protocol.HEADER.size
        if len(self.data) < start:
            return None
        end = start + protocol.length(bytes(self.data[:start]))
        if len(self.data) > end:
            raise ProtocolError("More than one message.")
        return protocol.decode(bytes(self.data[start:])) if len(self.data) == end else None

    def tell(self, fds: tuple[int, ...] = (), **values: Any) -> None:
        """Answer."""
        tell(self.connection, fds, **values)


def tell(connection: socket.socket, fds: tuple[int, ...] = (), **values: Any) -> None:
    """Send a message over a connection that is not waited for otherwise.

    Raises
    ------
    OSError
        If nobody takes it.
    """
    connection.settimeout(PATIENCE)
    protocol.send(connection, {"version": VERSION, **values}, fds)
    connection.setblocking(False)
