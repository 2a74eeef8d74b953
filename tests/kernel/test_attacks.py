"""Whatever arrives at the socket, the parent goes on serving."""

import contextlib
import json
import os
import select
import socket
import stat
import struct
import subprocess
import sys

import pytest
from lacking import lacking

from tests.kernel.conftest import SECONDS, stage_warm, started
from tests.kernel.test_life import parent_of
from workbench.kernel import client, protocol, server
from workbench.kernel.place import Place
from workbench.kernel.protocol import VERSION, Launch, ProtocolError

LAUNCH = client.inherited(["python", "-m", "ipykernel_launcher"], {}, True).message()


def framed(message: object) -> bytes:
    body = json.dumps(message).encode()
    return struct.pack("!I", len(body)) + body


@pytest.fixture
def attacked(stage):
    """A parent with a kernel, and a way to connect to it; at the end both are as before."""
    stage_warm(stage, "attacked")
    place = Place(client.default_folder())
    with started("attacked") as kernel:
        parent = parent_of(kernel)
        (key,) = [key for key, told in client.running().items() if told["pid"] == parent]
        yield lambda: place.connect(key, SECONDS)
        assert kernel.value("1") == 1
        with started("attacked") as other:
            assert parent_of(other) == parent
        assert len(list(os.scandir(f"/proc/{parent}/fd"))) < 30
    place.close()


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0" * 100,
        struct.pack("!I", 2**32 - 1),
        struct.pack("!I", protocol.LONGEST + 1) + b"x",
        framed([]),
        framed({}),
        framed({"version": VERSION + 1, "request": "status"}),
        framed({"version": VERSION}),
        framed({"version": VERSION, "request": "launch"}),
        framed({"version": VERSION, "request": ["launch"]}),
        framed({**LAUNCH, "argv": "python"}),
        framed({**LAUNCH, "argv": ["python", "-m"]}),
        framed({**LAUNCH, "env": {"A": 1}}),
        framed({**LAUNCH, "limits": {"x": 1}}),
        framed({**LAUNCH, "umask": None}),
        framed(LAUNCH),  # without descriptors
        framed({"version": VERSION, "request": "status"}) * 2,
        b"[" * 100_000,
        struct.pack("!I", 100_000) + b"[" * 100_000,
        struct.pack("!I", 4) + b"\xff\xfe\0\0",
    ],
    ids=lambda data: repr(data[:40]),
)
def test_garbage_closes_the_connection(attacked, data) -> None:
    with attacked() as connection:
        connection.sendall(data)
        connection.settimeout(SECONDS)
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b""


def test_descriptors_are_counted_and_closed(attacked) -> None:
    read, write = os.pipe()
    with attacked() as connection:
        socket.send_fds(connection, [framed(LAUNCH)[:10]], [write] * 9)
        os.close(write)
        assert connection.recv(1) == b""
    assert os.read(read, 1) == b""  # so the other side has closed them
    os.close(read)


def test_a_request_in_small_pieces_is_a_request(attacked) -> None:
    with attacked() as connection:
        for byte in framed({"version": VERSION, "request": "status"}):
            connection.sendall(bytes([byte]))
        assert protocol.receive(connection)[0]["pid"] > 0


def test_connections_that_say_nothing_are_no_obstacle(attacked) -> None:
    silent = [attacked() for _ in range(5)]
    with attacked() as connection:
        connection.sendall(framed({"version": VERSION, "request": "status"}))
        assert len(protocol.receive(connection)[0]["kernels"]) == 1
    for connection in silent:
        connection.close()


def test_a_kernel_that_nobody_keeps_is_ended(attacked) -> None:
    """Its requester asked and went away before it could know of the kernel."""
    null = os.open(os.devnull, os.O_RDWR)
    here = os.open("/", os.O_RDONLY)
    own = os.pidfd_open(os.getpid())
    with attacked() as connection:
        protocol.send(connection, LAUNCH, (here, null, null, null, own, null))
        answer, (pidfd,) = protocol.receive(connection, 1)
        assert answer["pid"] > 0
    assert select.select([pidfd], [], [], SECONDS)[0]
    for fd in (null, here, own, pidfd):
        os.close(fd)


def test_another_user_is_refused_whatever_the_modes(stage) -> None:
    """The credentials come from the operating system, so modes are not all that protects."""
    if os.geteuid() != 0:
        lacking("only root can be somebody else")
    stage_warm(stage, "theirs")
    with started("theirs") as kernel:
        parent = parent_of(kernel)
        (key,) = [key for key, told in client.running().items() if told["pid"] == parent]
        file = client.default_folder() / f"{key}.sock"
        opened = {path: path.stat().st_mode for path in (file, *file.parents[:3])}
        script = (
            "import os, socket, sys\n"
            "os.setresuid(12345, 12345, 12345)\n"
            "connection = socket.socket(socket.AF_UNIX)\n"
            "connection.connect(sys.argv[1])\n"
            "print(connection.recv(1))\n"
        )
        command = [sys.executable, "-c", script, str(file)]
        shut = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "Permission denied" in shut.stderr
        for path in opened:
            path.chmod(0o777)
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        for path, mode in opened.items():
            path.chmod(stat.S_IMODE(mode))
        assert told.stdout == "b''\n", told.stderr
        log = file.with_suffix(".log").read_text(encoding="utf-8")
        assert log.rstrip().endswith("of user 12345")
        assert kernel.value("1") == 1


def test_a_peer_is_known_by_the_operating_system() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert protocol.peer(ours) == (os.getpid(), os.geteuid())


def test_a_slow_caller_is_dropped(monkeypatch, tmp_path) -> None:
    """Without a process: time is what the test says it is."""
    now = [0.0]
    monkeypatch.setattr(server.time, "monotonic", lambda: now[0])
    place = Place(tmp_path / "warm")
    lines: list[str] = []
    loop = server.Server(place.listen("key"), None, [], 0, 600.0, lambda: None, lines.append)
    with place.connect("key", SECONDS) as connection:
        loop._accept()
        now[0] = server.PATIENCE / 2
        loop._drop_slow_callers()
        assert not lines
        now[0] = server.PATIENCE * 1.01
        loop._drop_slow_callers()
        assert lines == ["refused: a request that did not arrive whole"]
        assert connection.recv(1) == b""
    loop.close()
    place.close()


def test_messages_survive_the_way() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        env = {"A": "\udcff", "B": "中文 \n"}
        sent = client.inherited(["python", "-m", "module"], env, False)
        protocol.send(ours, sent.message(), (0,))
        message, fds = protocol.receive(theirs, 1)
        assert Launch.of(message) == sent
        assert os.fstat(fds[0]).st_ino == os.fstat(0).st_ino
        assert not os.get_inheritable(fds[0])
        protocol.close(fds)
        ours.sendall(struct.pack("!I", 10) + b"abc")
        ours.close()
        with pytest.raises(EOFError):
            protocol.receive(theirs)
    with pytest.raises(ProtocolError, match="8388608 is the most"):
        protocol.length(struct.pack("!I", protocol.LONGEST + 1))
