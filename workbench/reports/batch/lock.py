"""One batch a folder at a time; the right to it ends with the process that has it."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.sources._reasons import system_reason

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

HIDDEN = ".batch"
"""Folder beside the pages for what only batches read."""
LOCK = f"{HIDDEN}/lock"
_FAR = 1 << 30
"""Windows locks bytes, and locked ones can't be read: one beyond what the file holds."""


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Be the only batch that writes to a folder, which is made if it is missing.

    Raises
    ------
    InputError
        If another one does, naming it; or if the folder can't be written.
    """
    place = out / LOCK
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        # A link here could make this overwrite a file of somebody else's.
        plain = getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(place, os.O_RDWR | os.O_CREAT | plain, 0o644)
    except OSError as error:
        raise InputError(
            "The folder {path} can't be written: {why}.", path=out, why=system_reason(error)
        ) from error
    with os.fdopen(handle, "r+", encoding="utf-8") as file:
        if not _taken(file.fileno()):
            raise InputError(
                "Another batch is writing to {path} ({who}); wait until it is done, or name "
                "another folder with --out.",
                path=out,
                who=_holder(place),
            )
        file.truncate()
        since = datetime.now(UTC).isoformat(timespec="seconds")
        json.dump({"pid": os.getpid(), "since": since}, file)
        file.flush()
        yield


def _taken(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _holder(place: Path) -> Text:
    """Who has the lock, as far as it has said so already."""
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
        return T_("process {pid}, since {since}", pid=found["pid"], since=found["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return T_("it has just begun")
