"""What requester and parent say to each other: length-prefixed JSON over a local stream socket.

A launch carries the file descriptors :data:`FDS`; the answer carries one, the kernel's pidfd. After
that the requester says :data:`KEPT` and keeps the connection, over which the parent reports the
exit status; closing it releases the process id.
"""

import array
import json
import os
import socket
import struct
from dataclasses import asdict, dataclass, fields
from typing import Any

VERSION = 2
LONGEST = 8 * 2**20
"""Bytes of a message; the environment of a process is at most 2 MiB on Linux by default."""
HEADER = struct.Struct("!I")
FDS = ("cwd", "stdin", "stdout", "stderr", "requester", "listens")
"""The descriptors of a launch, in their order: ``requester`` is a pidfd of the requester,
``listens`` the end of a pipe that is closed once the kernel has bound its sockets, or has ended."""
KEPT = b"\x06"
"""What a requester says once it has its kernel; one that nobody keeps is ended."""
CHUNK = 65536
"""Bytes that are read or sent at once."""
_FD = array.array("i")


class ProtocolError(ValueError):
    """What arrived is no message of this protocol."""


@dataclass(frozen=True)
class Launch:
    """What a kernel or program takes over from the process that asked for it.

    Attributes
    ----------
    argv
        The whole command, ``python -m module …``: a kernel's, or that of a program.
    env
        The whole environment.
    watched
        Whether it ends with its requester.
    umask
        File mode creation mask, 0 to 0o777.
    limits
        Soft limits by number of the resource (``resource.RLIMIT_*``).
    processors
        Numbers of the processors that it may run on.
    ignored, blocked
        Numbers of the signals that it ignores, that its main thread blocks.
    """

    argv: list[str]
    env: dict[str, str]
    watched: bool
    umask: int
    limits: dict[str, int]
    processors: list[int]
    ignored: list[int]
    blocked: list[int]

    def message(self) -> dict[str, Any]:
        """As it is sent."""
        return {"version": VERSION, "request": "launch", **asdict(self)}

    @classmethod
    def of(cls, message: dict[str, Any]) -> "Launch":
        """Read from a message.

        Raises
        ------
        ProtocolError
            If a field is missing or of another type.
        """
        values = {field.name: message.get(field.name) for field in fields(cls)}
        sound = (
            _all(values["argv"], str)
            and "-m" in list(values["argv"] or ())[:-1]
            and isinstance(values["env"], dict)
            and _all([*values["env"], *values["env"].values()], str)
            and isinstance(values["limits"], dict)
            and _all(list(values["limits"].values()), int)
            and all(number.isdecimal() for number in values["limits"])
            and all(_all(values[name], int) for name in ("processors", "ignored", "blocked"))
            and isinstance(values["watched"], bool)
            and isinstance(values["umask"], int)
        )
        if not sound:
            raise ProtocolError("A launch lacks a field, or a field has another type.")
        return cls(**values)  # type: ignore[arg-type]


def _all(values: Any, kind: type) -> bool:
    return isinstance(values, list) and all(type(value) is kind for value in values)


def encode(message: dict[str, Any]) -> bytes:
    """A message as it travels; names that are no Unicode survive as lone surrogates."""
    body = json.dumps(message).encode("ascii")
    return HEADER.pack(len(body)) + body


def decode(body: bytes) -> dict[str, Any]:
    """The message in a body.

    Raises
    ------
    ProtocolError
        If it is no JSON object of this version.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"No JSON: {error}") from error
    if not isinstance(message, dict) or message.get("version") != VERSION:
        raise ProtocolError(f"No message of version {VERSION}.")
    return message


def length(header: bytes) -> int:
    """Bytes of the body that follows a header.

    Raises
    ------
    ProtocolError
        If it is longer than :data:`LONGEST`.
    """
    size: int = HEADER.unpack(header)[0]
    if size > LONGEST:
        raise ProtocolError(f"A message of {size} bytes; {LONGEST} is the most.")
    return size


def send(connection: socket.socket, message: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
    """Send a message whole; descriptors go with its first byte."""
    data = encode(message)
    sent = socket.send_fds(connection, [data[:CHUNK]], list(fds)) if fds else 0
    if sent < len(data):
        connection.sendall(data[sent:])


def receive(connection: socket.socket, descriptors: int = 0) -> tuple[dict[str, Any], list[int]]:
    """Wait for one message and at most ``descriptors`` descriptors (closed on exec).

    Raises
    ------
    ProtocolError
        If it is none of this protocol.
    EOFError
        If the connection ends before the message does.
    TimeoutError
        If the connection has a timeout and it passes.
    """
    fds: list[int] = []
    try:
        header = _exactly(connection, HEADER.size, fds, descriptors)
        return decode(_exactly(connection, length(header), fds, descriptors)), fds
    except BaseException:
        close(fds)
        raise


def _exactly(connection: socket.socket, size: int, fds: list[int], descriptors: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = take(connection, min(size - len(data), CHUNK), fds, descriptors)
        if not part:
            raise EOFError("The other side closed the connection.")
        data += part
    return bytes(data)


def take(connection: socket.socket, size: int, fds: list[int], descriptors: int) -> bytes:
    """What has arrived, at most ``size`` bytes; descriptors are added to ``fds``, closed on exec.

    Raises
    ------
    ProtocolError
        If there are more than ``descriptors`` of them.
    """
    # socket.recv_fds would do, did it not lose its flags.
    room = socket.CMSG_SPACE(descriptors * _FD.itemsize) if descriptors else 0
    data, extra, flags, _ = connection.recvmsg(size, room, socket.MSG_CMSG_CLOEXEC)
    for level, kind, content in extra:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            whole = len(content) - len(content) % _FD.itemsize
            fds += array.array("i", content[:whole])
    if flags & socket.MSG_CTRUNC or len(fds) > descriptors:
        raise ProtocolError(f"More than {descriptors} descriptors.")
    return data


def close(fds: list[int]) -> None:
    """Close descriptors that were received, and forget them."""
    while fds:
        os.close(fds.pop())


def peer(connection: socket.socket) -> tuple[int, int]:
    """Process and user id of the other side, as the kernel of the operating system knows them."""
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, _ = struct.unpack("3i", data)
    return pid, uid
