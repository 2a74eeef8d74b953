"""Which events are measured: those imported, else invented ones; light, to be asked any time."""

import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.events.manifest import MANIFEST
from workbench.sources.paths import EVENTS_VARIABLE, data_folder, other_events, own_events


@dataclass(frozen=True)
class Ground:
    """Which events are measured.

    Attributes
    ----------
    folder
        The folder of imported events; None: the invented ones.
    stamp
        Changes with every import.
    size
        Bytes of all its files.
    beside
        Changes with the files that a team keeps beside the events.
    wanted
        The folder that the environment names, where it holds no events.
    """

    folder: Path | None
    stamp: int = 0
    size: int = 0
    beside: int = 0
    wanted: str = ""

    @property
    def alone(self) -> "Ground":
        """The events without what is kept beside them: the same before and after a view is kept."""
        return replace(self, beside=0)

    @property
    def programme(self) -> Path:
        """Where a team keeps what belongs to its programme: views, lift tests, incentives."""
        if self.folder is None:
            return data_folder() / "examples" / "programme"
        return self.folder.parent / "programme"

    @property
    def mark(self) -> str:
        """The same for the same events and files beside them, wherever they lie; "" without."""
        if self.folder is None:
            return ""
        whole = hashlib.sha256((self.folder / MANIFEST).read_bytes())
        for file, _ in _seen(self.programme, "*/*"):
            with contextlib.suppress(FileNotFoundError):
                whole.update(f"{file.parent.name}/{file.name}\0".encode() + file.read_bytes())
        return whole.hexdigest()

    @property
    def source(self) -> Text:
        """Where the events come from."""
        if self.folder is None and self.wanted:
            return T_(
                "Invented events of an invented programme: the folder {folder}, which "
                "{variable} names, holds no imported events.",
                folder=self.wanted,
                variable=EVENTS_VARIABLE,
            )
        if self.folder is None:
            return T_(
                "Invented events of an invented programme, to show what the page does. Your own "
                "come in by the command workbench import."
            )
        return T_("Imported events, folder {folder}.", folder=self.folder.name)


def ground(named: str | None = None) -> Ground:
    """The events of a folder; None: those imported, if there are any.

    Raises
    ------
    InputError
        If a folder is named that holds no imported events.
    """
    folder = Path(named) if named else own_events()
    manifest = folder / MANIFEST
    try:
        found = manifest.stat()
    except OSError as error:
        if named:
            raise InputError(
                "The folder {folder} holds no imported events; bring some with `workbench import`.",
                folder=folder,
            ) from error
        return Ground(None, wanted=other_events())
    size = sum(seen.st_size for _, seen in _seen(folder, "**/*.parquet"))
    here = Ground(folder, found.st_mtime_ns, size)
    beside = [
        (file.parent.name, file.name, seen.st_mtime_ns, seen.st_size)
        for file, seen in _seen(here.programme, "*/*")
    ]
    told = hashlib.sha256(repr(beside).encode("utf-8", "backslashreplace")).digest()
    return replace(here, beside=int.from_bytes(told[:8]) if beside else 0)


def _seen(folder: Path, pattern: str) -> list[tuple[Path, os.stat_result]]:
    """Files by name, without those that editors hide; one may go while we look."""
    found = []
    for path in sorted(folder.glob(pattern)):
        with contextlib.suppress(OSError):
            seen = path.stat()
            if stat.S_ISREG(seen.st_mode) and not path.name.startswith((".", "~")):
                found.append((path, seen))
    return found
