"""A headless Chromium of our own, spoken to through a pipe in the DevTools protocol.

A pipe, not a port: no other user of the machine can reach the browser, and it ends by itself when
this process ends, however that comes about. The profile is a temporary folder, so that neither the
user's own browser nor a second export meets it.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from workbench.domain.text import T_
from workbench.reports.exporters.errors import BrowserError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""Programs looked for on the search path, in this order."""
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""Where macOS keeps them."""
VARIABLE = "WORKBENCH_CHROMIUM"
"""Environment variable that names the program; stands before the search."""
CLOSE_SECONDS = 5.0
LONGEST_PLACE = 40
"""Characters of the folder for temporary files; below it Chromium makes a local socket, whose
address holds 107, and without which it dies."""
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-startup-window",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # 64 MB in a container
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--password-store=basic",
    "--use-mock-keychain",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # a page needs nothing from any host
)


def find_chromium() -> str:
    """The program to run.

    Raises
    ------
    BrowserError
        On Windows, if there is none, or what ``WORKBENCH_CHROMIUM`` names can't be run.
    """
    if os.name != "posix":
        raise BrowserError.saying(
            T_("PDF needs Linux or macOS; print the HTML page from a browser instead.")
        )
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        found = shutil.which(named)
        if found is None:
            raise BrowserError.saying(
                T_(
                    "{variable} names {path!r}, which is no program that can be run; name Chromium "
                    "or Chrome, or unset it.",
                    variable=VARIABLE,
                    path=named,
                )
            )
        return found
    found = next(filter(None, map(shutil.which, (*NAMES, *PLACES))), None)
    if found is None:
        raise BrowserError.saying(
            T_(
                "PDF needs Chromium, and none of {names} is installed; install it (Debian: apt "
                "install chromium; Fedora: dnf install chromium; macOS: brew install --cask "
                "chromium), or name it in {variable}.",
                names=", ".join(NAMES),
                variable=VARIABLE,
            )
        )
    return found


class Chromium:
    """A browser for the length of a ``with`` block.

    Parameters
    ----------
    seconds
        For everything that is asked of it, from its start on.

    Raises
    ------
    BrowserError
        If it is missing, doesn't start, dies, refuses a command, or the time is over.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = 0.0
        self._pid = 0
        self._write = self._read = -1
        self._left = b""
        self._number = 0
        self._events: list[dict[str, Any]] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> "Chromium":
        program = find_chromium()
        self._end = time.monotonic() + self._seconds
        # Left-overs of a browser that was killed must not cost the finished export.
        place = tempfile.gettempdir()
        self._folder = tempfile.TemporaryDirectory(
            prefix="wb-pdf-",
            dir=place if len(place) <= LONGEST_PLACE else "/tmp",
            ignore_cleanup_errors=True,
        )
        try:
            self._start(program, Path(self._folder.name))
        except BaseException:
            self.close(patient=False)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            with contextlib.suppress(BrowserError):  # what was asked for is here already
                self._end = min(self._end, time.monotonic() + CLOSE_SECONDS)
                self.call("Browser.close")
        self.close(patient=error is None)

    def _start(self, program: str, folder: Path) -> None:
        import fcntl  # where there is fork, only

        flags = [*_FLAGS, f"--user-data-dir={folder / 'profile'}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
        theirs_in, self._write = os.pipe()
        self._read, theirs_out = os.pipe()
        # Chromium reads from 3 and writes to 4; moved up first, so that neither covers the other.
        given = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (theirs_in, theirs_out)]
        try:
            self._pid = os.posix_spawn(
                program,
                [program, *flags],
                {**os.environ, "TMPDIR": str(folder)},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (
                        os.POSIX_SPAWN_OPEN,
                        2,
                        str(folder / "log"),
                        os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
                        0o600,
                    ),
                    (os.POSIX_SPAWN_DUP2, given[0], 3),
                    (os.POSIX_SPAWN_DUP2, given[1], 4),
                ],
                setpgroup=0,  # a group of its own, so that all its processes can be ended at once
            )
        except OSError as error:
            raise BrowserError.saying(
                T_(
                    "{program} can't be started: {why}. Name another Chromium in {variable}.",
                    program=program,
                    why=error.strerror or str(error),
                    variable=VARIABLE,
                )
            ) from error
        finally:
            for end in (theirs_in, theirs_out, *given):
                os.close(end)

    def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Ask for something and wait for the answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._send(json.dumps(message).encode() + b"\0")
        while True:
            found = self._message()
            if found.get("id") == self._number:
                if "error" in found:
                    raise BrowserError.saying(
                        T_(
                            "Chromium refuses {method}: {why}. Update Chromium.",
                            method=method,
                            why=found["error"].get("message", ""),
                        )
                    )
                return dict(found["result"])
            if "method" in found:
                self._events.append(found)

    def wait_for(self, method: str, session: str = "") -> Mapping[str, Any]:
        """Wait until an event has come; the ones before it are forgotten."""
        while True:
            while self._events:
                event = self._events.pop(0)
                if event["method"] == method and event.get("sessionId", "") == session:
                    return dict(event.get("params", {}))
            found = self._message()
            if "method" in found:
                self._events.append(found)

    def _send(self, content: bytes) -> None:
        while content:
            self._ready(writing=True)
            try:
                content = content[os.write(self._write, content[: select.PIPE_BUF]) :]
            except BrokenPipeError as error:
                raise self._died() from error

    def _message(self) -> dict[str, Any]:
        parts = [self._left]
        while b"\0" not in parts[-1]:
            self._ready()
            parts.append(os.read(self._read, 1 << 20))
            if not parts[-1]:
                raise self._died()
        text, _, self._left = b"".join(parts).partition(b"\0")
        return dict(json.loads(text))

    def _ready(self, writing: bool = False) -> None:
        rest = max(0.0, self._end - time.monotonic())
        readers, writers = ([], [self._write]) if writing else ([self._read], [])
        if not any(select.select(readers, writers, [], rest)):
            raise BrowserError.saying(
                T_(
                    "Chromium did not answer within {seconds} s and was ended; close other "
                    "programs, or export fewer markets at once, and try again.",
                    seconds=f"{self._seconds:g}",
                )
            )

    def _died(self) -> BrowserError:
        log = Path(self._folder.name) / "log" if self._folder else None
        said = log.read_text(encoding="utf-8", errors="replace").strip() if log else ""
        return BrowserError.saying(
            T_(
                "Chromium ended before it was done: {why}. Try again; if it stays so, run it by "
                "hand and see what is missing, or name another one in {variable}.",
                why=said.splitlines()[-1] if said else "no message",
                variable=VARIABLE,
            )
        )

    def close(self, patient: bool) -> None:
        """End the browser and all its processes, and remove its profile.

        ``patient`` leaves it a moment to end by itself.
        """
        for end in (self._write, self._read):
            if end >= 0:
                os.close(end)
        self._write = self._read = -1
        if self._pid:
            self._end_group(CLOSE_SECONDS if patient else 0.0)
            self._pid = 0
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    def _end_group(self, patience: float) -> None:
        end = time.monotonic() + patience
        ended = False
        while not ended and time.monotonic() < end:
            ended = _has_ended(self._pid, os.WNOHANG)
            time.sleep(0 if ended else 0.02)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)  # its helpers, too
        if not ended:
            _has_ended(self._pid, 0)


def _has_ended(pid: int, options: int) -> bool:
    try:
        return bool(os.waitpid(pid, options)[0])
    except ChildProcessError:  # someone else has collected it
        return True
