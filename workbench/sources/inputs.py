"""What a scenario rests on beside itself, for the workspace to keep: own files, the program (W6).

The product file and the competitor register are the strategist's own files. They change, move, or
lie on one machine of a team, while the scenario that names them is read by all, for years. Their
text is recorded with each command that finds it changed, so that a revision can be shown again as
it was, and so that a colleague without the file sees the same.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from workbench import __version__
from workbench.domain.changes import INPUTS, Cell, Cells, decisions, plan_of
from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.sources.files import Fingerprint, fingerprint, read_text, write_text
from workbench.sources.opening import usable
from workbench.sources.paths import data_folder, own_workspace

PROGRAM = Cell(INPUTS, "program")
LARGEST = 1_000_000
"""Characters of a file whose text is kept; of a larger one only the hash is."""


def own_files(cells: Cells) -> dict[Cell, Path]:
    """Where it is recorded -> file, for each file of the strategist's own that a plan names."""
    named = ((name, cells.get(Cell("settings", name))) for name in ("product", "competitors"))
    return {
        Cell(INPUTS, name): Path(value)
        for name, value in named
        if isinstance(value, str) and not value.isidentifier()
    }


class OwnFiles:
    """The strategist's files as they lie on this machine; see :class:`workbench.store.Inputs`."""

    def check(self, cells: Cells) -> Cells:
        """What the plan of these cells rests on now.

        A file that isn't there is not forgotten: what was recorded of it stays.

        Raises
        ------
        InputError
            If the cells make no plan, or one that can't be used.
        """
        plan = plan_of(decisions(cells))
        usable(plan, self.copies(cells))
        found = {PROGRAM: program()}
        for cell, path in own_files(cells).items():
            if path.is_file():
                found[cell] = _record(str(path), read_text(path))
            elif cell in cells:
                found[cell] = cells[cell]
        return found

    def copies(self, cells: Cells, exact: bool = False) -> Mapping[str, str]:
        """Path in the plan -> path of the recorded copy to read in its place.

        Parameters
        ----------
        exact
            Also in place of files that are there and differ from what was recorded: for a revision
            of before, and for an approved scenario.

        Raises
        ------
        InputError
            If only the hash of a file was kept, which is too large, and the file differs now; or if
            the copy can't be written.
        """
        found = {}
        for cell, path in own_files(cells).items():
            kept = cells.get(cell)
            if kept is None or kept["path"] != str(path):
                continue
            if path.is_file() and (not exact or _hash(read_text(path)) == kept["sha256"]):
                continue
            found[kept["path"]] = _copy(kept)
        return found


def made_elsewhere(cells: Cells) -> Text | None:
    """What to say of a revision that another version of the program or its tables made."""
    kept, now = cells.get(PROGRAM), program()
    if kept is None or kept == now:
        return None
    return T_(
        "This revision was made with version {then} (tables {then_tables}), this is version {now} "
        "(tables {now_tables}): figures may differ from those of then.",
        then=kept["version"],
        then_tables=kept["tables"],
        now=now["version"],
        now_tables=now["tables"],
    )


def program() -> dict[str, str]:
    """The version of the program, and what its tables hold, as 12 digits of a SHA-256."""
    files = sorted(path for path in data_folder().rglob("*") if path.suffix in (".csv", ".yaml"))
    return {"version": __version__, "tables": _content(fingerprint(*files))}


@lru_cache(maxsize=1)
def _content(files: Fingerprint) -> str:
    whole = hashlib.sha256()
    for path, *_ in files:
        whole.update(f"{Path(path).name}\n{_hash(read_text(Path(path)))}\n".encode())
    return whole.hexdigest()[:12]


def _record(path: str, text: str) -> dict[str, Any]:
    kept = text if len(text) <= LARGEST else None
    return {"path": path, "sha256": _hash(text), "text": kept}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _copy(kept: Mapping[str, Any]) -> str:
    """A file with the recorded text; the same text is always in the same file."""
    if kept["text"] is None:
        raise InputError(
            "The file {path} is not what it was (SHA-256 {hash}), and it was too large for the "
            "workspace to keep; put the old one back.",
            path=kept["path"],
            hash=kept["sha256"][:12],
        )
    name = Path(kept["path"].replace("\\", "/")).name
    place = own_workspace().parent.resolve() / ".inputs" / kept["sha256"][:16] / name
    if not place.is_file() or _hash(read_text(place)) != kept["sha256"]:
        write_text(place, kept["text"])
    return str(place)
