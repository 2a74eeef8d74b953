"""Has anything changed on disk that this process was made from?"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

Mark = tuple[int, int, int] | None
"""Modification time in ns, size, inode of a file; None if there is none."""


class Fingerprint:
    """The files behind this process as they were when it was made.

    Make it before anything is imported for others, and :meth:`add_modules` afterwards: a package
    that changes in between is seen by its metadata.

    Parameters
    ----------
    watch
        Further files, and folders with every file in them (hidden ones and bytecode left out).
    """

    def __init__(self, watch: Iterable[str] = ()) -> None:
        self._watch = [Path(path) for path in watch]
        self._metadata = self._installed()
        self._files = {path: mark(path) for path in (sys.executable, *self._watched())}

    def add_modules(self) -> None:
        """Take in the files of all modules that are loaded now."""
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str):
                self._files.setdefault(file, mark(file))

    def change(self) -> str | None:
        """The first file or package that is not as it was; None if all are."""
        installed = self._installed()
        if installed != self._metadata:
            return sorted(set(installed.items()) ^ set(self._metadata.items()))[0][0]
        if not self._watched() <= self._files.keys():
            return sorted(self._watched() - self._files.keys())[0]
        return next((path for path, old in self._files.items() if mark(path) != old), None)

    def _installed(self) -> dict[str, Mark]:
        """Metadata folders of packages, and path files, wherever modules are found."""
        found = {}
        for folder in sys.path:
            try:
                with os.scandir(folder or ".") as entries:
                    for entry in entries:
                        if entry.name.endswith((".dist-info", ".egg-info", ".pth")):
                            found[entry.path] = mark(entry.path)
            except OSError:  # an archive, or a folder that is not there
                found[folder] = mark(folder)
        return found

    def _watched(self) -> set[str]:
        files = set()
        for top in self._watch:
            if not top.is_dir():
                files.add(str(top))
                continue
            for folder, inner, names in os.walk(top):
                inner[:] = [name for name in inner if name[0] != "." and name != "__pycache__"]
                files |= {str(Path(folder, name)) for name in names if name[0] != "."}
        return files


def mark(path: str) -> Mark:
    """What tells one version of a file from the next."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
