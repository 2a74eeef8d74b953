"""The preloaded process: ``python -m workbench.kernel.parent``, started by a requester.

It reads what it is to be from its standard input, detaches, imports, and serves. Its ``__main__``
stays small: after a fork it is all that lies below the kernel on the stack.
"""

import fcntl
import json
import os
import signal
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

LOG_BYTES = 256 * 1024
"""The log starts anew when it is longer."""


@dataclass(frozen=True)
class Settings:
    """What a parent preloads and how long it stays.

    Attributes
    ----------
    preload, exercise, watch
        As in :class:`workbench.kernel.provisioner.WarmForkProvisioner`.
    spares
        Children kept in hand.
    idle
        Seconds without kernel and request after which it ends.
    """

    preload: list[str] = field(default_factory=list)
    exercise: list[str] = field(default_factory=list)
    watch: list[str] = field(default_factory=list)
    spares: int = 1
    idle: float = 600.0


@dataclass(frozen=True)
class Orders:
    """What a requester tells the parent that it starts.

    Attributes
    ----------
    key
        Its name.
    folder
        Where its socket, lock and log are.
    lock, ready
        Descriptors: the lock that it holds while it serves; where it says that it does.
    settings
        What it preloads.
    """

    key: str
    folder: str
    lock: int
    ready: int
    settings: Settings

    def text(self) -> str:
        """As it is sent."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> "Orders":
        """Read back."""
        values: dict[str, Any] = json.loads(text)
        return cls(**{**values, "settings": Settings(**values["settings"])})


def main() -> None:
    """Detach, preload, serve; in a child, run a kernel."""
    orders = Orders.of(_standard_input())
    if os.fork():  # so that the requester has no child to wait for
        os._exit(0)
    before = dict(os.environ)
    channel = serve(orders)
    if channel is not None:
        from workbench.kernel import child

        child.run(channel, before)


def serve(orders: Orders) -> socket.socket | None:
    """Be the parent until there is nothing left to do; in a child, the channel to the parent."""
    if sys.path and (sys.path[0] == "" or Path(sys.path[0]) == Path.cwd()):
        del sys.path[0]  # as ipykernel_launcher does
    from workbench.kernel.fingerprint import Fingerprint
    from workbench.kernel.place import Place
    from workbench.kernel.preload import exercise, preload
    from workbench.kernel.server import Forked, Server

    settings = orders.settings
    began = time.monotonic()
    fingerprint = Fingerprint(settings.watch)
    preload(settings.preload, log)
    fingerprint.add_modules()
    place = Place(Path(orders.folder))

    def retire() -> None:
        place.clear(orders.key)
        fcntl.flock(orders.lock, fcntl.LOCK_UN)

    place.sweep()
    listening = place.listen(orders.key)

    def chore(name: str) -> None:
        exercise(name, log)
        fingerprint.add_modules()

    chores = [partial(chore, name) for name in settings.exercise]
    server = Server(listening, fingerprint, chores, settings.spares, settings.idle, retire, log)
    log(f"serves: preloaded in {time.monotonic() - began:.1f} s")
    os.write(orders.ready, b"ready")
    os.close(orders.ready)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.serve()
    except Forked as forked:
        place.close()
        os.close(orders.lock)
        channel: socket.socket = forked.args[0]
        return channel
    except BaseException:
        server.close()
        raise
    log("ends")
    return None


def log(line: str) -> None:
    """Write a line to the log, which is the standard error of the parent."""
    if os.fstat(2).st_size > LOG_BYTES:
        os.ftruncate(2, 0)
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    os.write(2, f"{now} {os.getpid()} {line}\n".encode(errors="backslashreplace"))


def _standard_input() -> str:
    """All of it; afterwards there is none."""
    data = b"".join(iter(lambda: os.read(0, 65536), b""))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return data.decode()


if __name__ == "__main__":
    main()
