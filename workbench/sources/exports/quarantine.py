"""The file of what was set aside, written while the records are read."""

import csv
import os
import re
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import IO, Any

from workbench.domain.errors import StoreError
from workbench.locale import Translator
from workbench.sources.exports.made import Wrong

QUARANTINE = "quarantine"
"""Folder, beside the events, of what was set aside."""
COLUMNS = ("file", "row", "column", "value", "rule")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with: a spreadsheet would run it."""
LONGEST_NAME = 60
LONGEST = 1_000
"""Characters of a value that are shown; what is longer is cut and ends in an ellipsis."""


class Quarantine:
    """A file of the cells that break a rule; none if there are none, or if it isn't kept.

    Parameters
    ----------
    folder
        Of the events.
    name
        Of the file that is read.
    t
        The language of the rules.
    """

    def __init__(self, folder: Path, name: str, t: Translator) -> None:
        self._folder, self._name, self._t = folder / QUARANTINE, name, t
        self._path: Path | None = None
        self._file: IO[str] | None = None
        self._kept = False

    def __enter__(self) -> "Quarantine":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            self._file.close()
        if self._path is not None and not self._kept:
            self._path.unlink(missing_ok=True)

    def write(self, wrong: list[Wrong]) -> None:
        """Add cells that break a rule.

        Raises
        ------
        StoreError
            If the file can't be written.
        """
        if not wrong:
            return
        try:
            file = self._file or self._open()
            rows = csv.writer(file)
            for one in wrong:
                cells = [self._name, one.row, one.column, one.value, self._t.text(one.rule)]
                rows.writerow([_harmless(cell) for cell in cells])
        except OSError as error:
            raise self._unwritable(error) from error

    def finish(self) -> bool:
        """Bring the file down to the disk; whether there is one.

        Raises
        ------
        StoreError
            If it can't be written.
        """
        if self._file is None:
            return False
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unwritable(error) from error
        return True

    def keep(self) -> Path | None:
        """The file, which stays; None if nothing was set aside."""
        self._kept = True
        return self._path

    def _open(self) -> IO[str]:
        """A new file, beside those of earlier loads."""
        self._folder.mkdir(parents=True, exist_ok=True)
        stem = re.sub(r"[^\w.-]+", "_", self._name)[-LONGEST_NAME:]
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
        for number in count(1):
            path = self._folder / f"{stem}-{stamp}{f'-{number}' if number > 1 else ''}.csv"
            try:
                self._file = path.open("x", encoding="utf-8-sig", newline="")
            except FileExistsError:
                continue
            self._path = path
            csv.writer(self._file).writerow(COLUMNS)
            break
        assert self._file is not None
        return self._file

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            "The events can't be written to {folder}: {why}. Nothing was changed.",
            folder=self._folder,
            why=error.strerror or "",
        )


def _harmless(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    shown = cell if len(cell) <= LONGEST else cell[:LONGEST] + "…"
    return f"'{shown}" if shown.startswith(FORMULA) else shown
