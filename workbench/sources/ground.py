"""Which events are measured: those imported, else invented ones; light, to be asked any time."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.events.manifest import MANIFEST
from workbench.sources.paths import data_folder, own_events


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
    """

    folder: Path | None
    stamp: int = 0
    size: int = 0
    beside: int = 0

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
        for file in sorted(self.programme.glob("*/*")):
            whole.update(f"{file.parent.name}/{file.name}\0".encode() + file.read_bytes())
        return whole.hexdigest()

    @property
    def source(self) -> Text:
        """Where the events come from."""
        if self.folder is None:
            return T_(
                "Invented events of an invented programme, to show what the page does. Your own "
                "come in by the command workbench import."
            )
        return T_("Imported events, folder {folder}", folder=self.folder.name)


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
        return Ground(None)
    size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    here = Ground(folder, found.st_mtime_ns, size)
    beside = [one.stat() for one in sorted(here.programme.glob("*/*"))]
    return replace(here, beside=hash(tuple((one.st_mtime_ns, one.st_size) for one in beside)))
