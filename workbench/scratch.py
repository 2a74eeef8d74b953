"""Temporary folders that a killed process doesn't leave for ever.

Each holds a lock for as long as a process, or a fork of it, has it open. Whoever makes the next
one of a kind removes those of this user whose lock nobody holds any more.
"""

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: nothing is locked, and nothing swept
    fcntl = None  # type: ignore[assignment]

LOCK = ".in-use"
YOUNG = 60.0
"""Seconds that a folder is left alone: the lock of a new one is taken a moment after it is made."""


class Scratch(tempfile.TemporaryDirectory[str]):
    """A temporary folder of one kind, for this user alone.

    Parameters
    ----------
    kind
        Letters, for its name: ``workbench-kind-…``.
    """

    def __init__(self, kind: str) -> None:
        prefix = f"workbench-{kind}-"
        sweep(prefix)
        super().__init__(prefix=prefix, ignore_cleanup_errors=True)
        self._lock = _held(Path(self.name))

    def cleanup(self) -> None:
        """Remove it with all that is in it."""
        super().cleanup()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def sweep(prefix: str) -> None:
    """Remove this user's folders of a kind that no process has any more."""
    if fcntl is None:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):  # somebody else sweeps too, or it isn't ours
            seen = folder.lstat()
            lock = folder / LOCK
            aged = time.time() - max(seen.st_mtime, lock.lstat().st_mtime) > YOUNG
            if seen.st_uid == os.getuid() and folder.is_dir() and aged and _let_go(lock):
                shutil.rmtree(folder, ignore_errors=True)


def _let_go(lock: Path) -> bool:
    file = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True


def _held(folder: Path) -> int | None:
    """The lock's descriptor, which goes to forks and ends with the last of them."""
    if fcntl is None:
        return None
    file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file
