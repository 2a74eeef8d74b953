"""The requester's side: find the parent or start it, and have a kernel forked."""

import asyncio
import contextlib
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_runtime_dir

from workbench.kernel import protocol
from workbench.kernel.errors import ParentGoneError, UnavailableError
from workbench.kernel.key import key, limits
from workbench.kernel.parent import Orders, Settings
from workbench.kernel.place import Place
from workbench.kernel.process import ForkedProcess
from workbench.kernel.protocol import VERSION, Launch
from workbench.kernel.streams import Streams

ANSWER_SECONDS = 30.0
"""How long a running parent may take to fork; it may just be exercising what it was told to."""
LISTEN_SECONDS = 5.0
"""How long a kernel is waited for to bind its sockets. A client that comes before finds nobody, and
tries again only after a tenth of a second."""
_LOOK_SECONDS = 0.02
_ATTEMPTS = 3


@dataclass(frozen=True)
class Parent:
    """The parent of certain kernels, running or not.

    Attributes
    ----------
    executable, options
        Python and what is given to it.
    env
        Its environment.
    settings
        What it preloads.
    start_seconds
        How long it may take to be there.
    folder
        Where it listens; default :func:`default_folder`.
    """

    executable: str
    options: list[str]
    env: Mapping[str, str]
    settings: Settings
    start_seconds: float = 60.0
    folder: Path | None = None

    @property
    def key(self) -> str:
        """Its name."""
        config = {**vars(self.settings)}
        return key(self.executable, self.options, self.env, config)

    async def launch(self, launch: Launch, cwd: str | None, streams: Streams) -> ForkedProcess:
        """Have a kernel forked, by a new parent if need be; return once clients can connect to it.

        Raises
        ------
        UnavailableError
            If there is no parent, it can't be started, or it refuses.
        OSError
            If the folder of the kernel can't be entered.
        """
        for _ in range(_ATTEMPTS):
            connection = await self.reach()
            try:
                return await _launch(connection, launch, cwd, streams)
            except ParentGoneError:
                connection.close()
            except BaseException:
                connection.close()
                raise
        raise UnavailableError(f"{_ATTEMPTS} parents ended before they answered")

    async def reach(self) -> socket.socket:
        """A connection to it; it is started if it does not run.

        Raises
        ------
        UnavailableError
            If it can't be started, or is not there in time.
        """
        name = self.key
        until = time.monotonic() + self.start_seconds
        place = Place(self.folder or default_folder())
        try:
            while True:
                connection = place.connect(name, ANSWER_SECONDS)
                if connection is not None:
                    return _trusted(connection)
                lock = place.lock(name)
                if lock is not None:
                    await self._start(place, name, lock, until)
                elif time.monotonic() > until:
                    raise UnavailableError(
                        f"the preloaded process was not there after {self.start_seconds:g} s"
                    )
                else:
                    await asyncio.sleep(_LOOK_SECONDS)
        except OSError as error:
            raise UnavailableError(f"no way to the preloaded process: {error}") from error
        finally:
            place.close()

    async def _start(self, place: Place, name: str, lock: int, until: float) -> None:
        """Start it, give it the lock, and wait until it serves or has ended."""
        with contextlib.ExitStack() as theirs:
            theirs.callback(os.close, lock)
            ready, process, orders = self._spawn(place, name, lock, theirs)
        with contextlib.suppress(BrokenPipeError):
            process.communicate(orders.text().encode())
        try:
            await readable(ready, until - time.monotonic())
            said = os.read(ready, 16)
        except TimeoutError as error:
            raise UnavailableError(
                f"the preloaded process took more than {self.start_seconds:g} s"
            ) from error
        finally:
            os.close(ready)
        if not said:
            raise UnavailableError(
                f"the preloaded process did not start: see {place.folder / name}.log"
            )

    def _spawn(
        self, place: Place, name: str, lock: int, theirs: contextlib.ExitStack
    ) -> tuple[int, "subprocess.Popen[bytes]", Orders]:
        """Begin it; what to read its word from, the process, its orders.

        ``theirs`` closes the descriptors that are only for it, whatever happens.
        """
        ready, its_end = os.pipe()
        theirs.callback(os.close, its_end)
        try:
            log = place.log(name)
            theirs.callback(os.close, log)
            orders = Orders(name, str(place.folder.absolute()), lock, its_end, self.settings)
            process = subprocess.Popen(
                [self.executable, *self.options, "-m", "workbench.kernel.parent"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                env=dict(self.env),
                pass_fds=(lock, its_end),
                start_new_session=True,
            )
        except BaseException:
            os.close(ready)
            raise
        return ready, process, orders


def default_folder() -> Path:
    """Where parents listen: ``warm-kernels`` in Jupyter's runtime folder."""
    return Path(jupyter_runtime_dir()) / "warm-kernels"


def running(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """The parents that listen, by key, each with ``pid`` and the ``kernels`` and ``spares`` it has.

    ``chores`` is how many functions it still has to exercise.

    Parameters
    ----------
    folder
        Default :func:`default_folder`.
    """
    return _ask_all("status", folder)


def retire(folder: Path | None = None) -> list[str]:
    """Tell all parents to take no more requests, and to end with their last kernel.

    What killed ones left is removed.

    Returns
    -------
    list of str
        The keys of those that were told.
    """
    told = list(_ask_all("retire", folder))
    place = Place(folder or default_folder())
    place.sweep()
    place.close()
    return told


def _ask_all(request: str, folder: Path | None) -> dict[str, dict[str, Any]]:
    answers = {}
    place = Place(folder or default_folder())
    try:
        for file in sorted(place.folder.glob("*.sock")):
            connection = place.connect(file.stem, ANSWER_SECONDS)
            if connection is None:
                continue
            with _trusted(connection), contextlib.suppress(EOFError, OSError):
                protocol.send(connection, {"version": VERSION, "request": request})
                answers[file.stem] = protocol.receive(connection)[0]
    finally:
        place.close()
    return answers


def inherited(argv: list[str], env: dict[str, str], watched: bool) -> Launch:
    """A launch that takes from this process what a child would inherit."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (umask,) = (line.split()[1] for line in status.splitlines() if line.startswith("Umask:"))
    return Launch(
        argv=argv,
        env=env,
        watched=watched,
        umask=int(umask, 8),
        limits={str(number): resource.getrlimit(number)[0] for number in limits()},
        processors=sorted(os.sched_getaffinity(0)),
        ignored=[
            int(number)
            for number in signal.valid_signals()
            if signal.getsignal(number) == signal.SIG_IGN
        ],
        blocked=[int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, ())],
    )


def _trusted(connection: socket.socket) -> socket.socket:
    pid, uid = protocol.peer(connection)
    if uid != os.geteuid():
        connection.close()
        raise UnavailableError(f"the preloaded process {pid} belongs to user {uid}")
    return connection


def _end_stuck(connection: socket.socket) -> None:
    """End a parent that doesn't answer, or all would wait for it again; its kernels go on."""
    pid, uid = protocol.peer(connection)
    if uid == os.geteuid():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def _launch(
    connection: socket.socket, launch: Launch, cwd: str | None, streams: Streams
) -> ForkedProcess:
    folder = os.open(cwd or ".", os.O_PATH | os.O_DIRECTORY)
    own = os.pidfd_open(os.getpid())
    bound, listens = os.pipe()
    try:
        try:
            protocol.send(connection, launch.message(), (folder, *streams.fds, own, listens))
        finally:
            os.close(listens)
        await readable(connection.fileno(), ANSWER_SECONDS)
        answer, fds = protocol.receive(connection, 1)
        try:
            await readable(bound, LISTEN_SECONDS)
        except TimeoutError:
            pass  # slow is no error: clients wait too
        except BaseException:
            protocol.close(fds)
            raise
    except TimeoutError as error:
        _end_stuck(connection)
        raise UnavailableError("the preloaded process did not answer") from error
    except (EOFError, ConnectionError) as error:
        raise ParentGoneError(str(error)) from error
    except protocol.ProtocolError as error:
        raise UnavailableError(f"the preloaded process answered oddly: {error}") from error
    finally:
        os.close(folder)
        os.close(own)
        os.close(bound)
    if "stale" in answer:
        raise ParentGoneError(f"{answer['stale']} changed")
    if "refused" in answer or len(fds) != 1:
        protocol.close(fds)
        raise UnavailableError(str(answer.get("refused", "an odd answer")))
    with contextlib.suppress(ConnectionError):  # it ended since; the kernel is there
        connection.sendall(protocol.KEPT)
    return ForkedProcess(answer["pid"], fds[0], connection, streams.stdout, streams.stderr)


async def readable(fd: int, seconds: float) -> None:
    """Wait until there is something to read, or the end of it.

    Raises
    ------
    TimeoutError
        After that many seconds.
    """
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(fd, readable.set)
    try:
        await asyncio.wait_for(readable.wait(), seconds)
    finally:
        loop.remove_reader(fd)
