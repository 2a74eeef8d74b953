"""Has anything changed on disk that this process was made from?"""

import importlib.util
import os
import sys
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

Mark = tuple[int, int, int] | None
"""Modification time in ns, size, inode of a file; None if there is none."""
_MISSING = (-1, -1, -1)
PACKAGE = "package:"
"""How an entry of the watch list begins that names a package."""


class Fingerprint:
    """The files behind this process as they were when it was made.

    Make it before anything is imported for others, and :meth:`add_modules` afterwards: a package
    that changes in between is seen by its metadata, or, where it is watched, by its files.

    Parameters
    ----------
    watch
        Further files, and folders with every file in them (hidden ones and bytecode left out);
        ``package:name`` is the folder of a package, which isn't imported for it.
    """

    def __init__(self, watch: Iterable[str] = ()) -> None:
        self._watch = [place for name in watch for place in _places(name)]
        self._metadata = self._installed()
        self._seen = _Marks((sys.executable, *self._watched()))
        self._modules = _Marks(())

    def add_modules(self) -> None:
        """Take in the files of all modules that are loaded now."""
        loaded = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        known = {*self._modules.paths(), *self._seen.paths()}
        new = [file for file in loaded if isinstance(file, str) and file not in known]
        self._modules.add(dict.fromkeys(new))

    def change(self) -> str | None:
        """The first file or package that is not as it was; None if all are."""
        installed = self._installed()
        if installed != self._metadata:
            return sorted(set(installed.items()) ^ set(self._metadata.items()))[0][0]
        if new := self._watched().difference(self._seen.paths()):
            return sorted(new)[0]
        return self._seen.change() or self._modules.change()

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
                files.update(f"{folder}{os.sep}{name}" for name in names if name[0] != ".")
        return files


def _places(name: str) -> list[Path]:
    if not name.startswith(PACKAGE):
        return [Path(name)]
    found = importlib.util.find_spec(name.removeprefix(PACKAGE))
    return [Path(folder) for folder in (found and found.submodule_search_locations) or ()]


class _Marks:
    """Files with what each was like, packed.

    A process that forks shares its memory with its children until it writes to it, and to look at
    an object is to write its reference count. The names of modules lie all over the memory: to go
    through them before each fork would part tens of megabytes from every child before. So they are
    copied into two blocks.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._names = b""
        self._marks = array("q")
        self.add(paths)

    def add(self, paths: Iterable[str]) -> None:
        """Take in further files as they are now."""
        for path in paths:
            self._names += os.fsencode(path) + b"\0"
            self._marks.extend(mark(path) or _MISSING)

    def paths(self) -> Iterator[str]:
        """Their names."""
        start = 0
        while (end := self._names.find(b"\0", start)) >= 0:
            yield os.fsdecode(self._names[start:end])
            start = end + 1

    def change(self) -> str | None:
        """The first file that is not as it was; None if all are."""
        for place, path in enumerate(self.paths()):
            if (mark(path) or _MISSING) != tuple(self._marks[3 * place : 3 * place + 3]):
                return path
        return None


def mark(path: str) -> Mark:
    """What tells one version of a file from the next."""
    try:
        found = os.stat(path)  # noqa: PTH116 - of thousands of files before each fork
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
