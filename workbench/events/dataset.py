"""The folder of imported events: Parquet files, and a manifest that names the current ones.

A reader opens what the manifest names. A load writes new files beside the old ones and then
replaces the manifest, so that whoever reads, and whatever is killed, sees a load whole or not at
all. Files of the state before the last one are kept for readers that have just opened them.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.domain.errors import ConflictError, InputError, StoreError
from workbench.domain.events import EVENT_TABLES
from workbench.events.loading import Load
from workbench.events.manifest import MANIFEST

LOCK = ".lock"
VERSION = 1


class Dataset:
    """Imported events in a folder.

    Parameters
    ----------
    folder
        Made by the first load.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self, table: str) -> list[Path]:
        """Parquet files of a table; none before anything was loaded into it.

        Raises
        ------
        InputError
            If the folder holds no imported events, or those of a newer version.
        """
        return self.state()[table]

    def state(self) -> dict[str, list[Path]]:
        """Parquet files of every table, all of the same moment: see :meth:`files`."""
        held = self._manifest()["tables"]
        return {
            table: [self.folder / name for name in held.get(table, [])] for table in EVENT_TABLES
        }

    def current(self) -> list[Path]:
        """Files of all tables; none before anything was loaded."""
        return [path for files in self.state().values() for path in files] if self.exists else []

    def rows(self) -> dict[str, int]:
        """Name of each table that has rows -> how many."""
        return dict(self._manifest()["rows"])

    @contextlib.contextmanager
    def loading(self, memory: str = "400MB") -> Iterator[Load]:
        """A load: rows are added, then committed together; without a commit nothing changes.

        Parameters
        ----------
        memory
            What the merge may hold in memory before it spills to disk.

        Raises
        ------
        ConflictError
            If another process is loading into the folder.
        StoreError
            If the folder can't be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / LOCK).open("a")
        except OSError as error:
            raise self._unwritable(error) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise ConflictError(
                    "Another import into {folder} is running; try again when it has ended.",
                    folder=self.folder,
                ) from error
            with self._staging() as staging:
                yield Load(self, staging, memory)

    @contextlib.contextmanager
    def _staging(self) -> Iterator[Path]:
        """A folder of a load's own, on the same disk."""
        try:
            self._tidy()
            staging = tempfile.TemporaryDirectory(dir=self.folder, prefix=".load-")
        except OSError as error:
            raise self._unwritable(error) from error
        with staging as path:
            yield Path(path)

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            "The folder {folder} can't be written: {why}.",
            folder=self.folder,
            why=error.strerror or "",
        )

    def publish(self, files: dict[str, str], rows: dict[str, int]) -> None:
        """Make files the current ones of their tables; only a load may do so."""
        before = self._manifest() if self.exists else _nothing()
        after = {
            "version": VERSION,
            "tables": {**before["tables"], **{name: [file] for name, file in files.items()}},
            "rows": {**before["rows"], **rows},
            "before": before["tables"],
        }
        aside = self.folder / f".{MANIFEST}"
        with aside.open("w", encoding="utf-8") as file:
            json.dump(after, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / MANIFEST)
        _fsync(self.folder)

    @property
    def exists(self) -> bool:
        """Whether anything was ever loaded."""
        return (self.folder / MANIFEST).is_file()

    def _manifest(self) -> dict[str, Any]:
        try:
            found = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise InputError(
                "The folder {folder} holds no imported events; bring some with `workbench import`.",
                folder=self.folder,
            ) from error
        except (OSError, ValueError) as error:
            raise StoreError(
                "The manifest of {folder} can't be read: {why}. Import the exports anew, into "
                "another folder.",
                folder=self.folder,
                why=str(error),
            ) from error
        if found.get("version") != VERSION:
            raise InputError(
                "The events in {folder} are of version {found}, and this program reads {known}; "
                "use the newer program.",
                folder=self.folder,
                found=found.get("version"),
                known=VERSION,
            )
        return found

    def _tidy(self) -> None:
        """Remove what killed loads left, and files of states before the last one."""
        kept: set[str] = set()
        if self.exists:
            held = self._manifest()
            for state in (held["tables"], held["before"]):
                kept.update(name for names in state.values() for name in names)
        for name in EVENT_TABLES:
            for file in self.folder.glob(f"{name}-*.parquet"):
                if file.name not in kept:
                    file.unlink()
        for left in self.folder.glob(".load-*"):
            shutil.rmtree(left)


def _nothing() -> dict[str, Any]:
    return {"tables": {}, "rows": {}}


def _fsync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
