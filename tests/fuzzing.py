"""Throws bytes at the importers. By hand, with atheris: ``python -m tests.fuzzing CORPUS_FOLDER``.

Atheris is no dependency: it is installed when it is used (``pip install atheris``).
"""

import sys
import tempfile
from pathlib import Path

from workbench.domain.errors import WorkbenchError
from workbench.events.dataset import Dataset
from workbench.events.loading import Merged
from workbench.locale import translator
from workbench.sources.exports.importing import import_file
from workbench.sources.exports.mapping import Mapping, known_mappings


def try_bytes(content: bytes, export: str, folder: Path) -> None:
    """A dry run over bytes ends with counts that add up, or with an error of ours.

    What has rows is loaded too: then the folder holds them, and a second load changes nothing.
    """
    path = folder / "fuzzed"
    path.write_bytes(content)
    mappings = {export: known_mappings()[export]}
    loaded = 0
    for lang in ("zh", "en"):
        try:
            found = import_file(path, mappings, None, translator(lang))
        except WorkbenchError as error:
            assert translator(lang).error(error)
        else:
            for one in found:
                assert one.loaded + one.quarantined + one.others == one.read
                assert len(one.wrong) > 0 or one.quarantined == 0
            loaded = sum(one.loaded for one in found)
    if loaded:
        with tempfile.TemporaryDirectory(dir=folder) as events:
            for merged in _loaded_twice(path, mappings, Dataset(Path(events))):
                assert merged.rows == merged.unchanged + merged.repeated


def _loaded_twice(path: Path, mappings: dict[str, Mapping], dataset: Dataset) -> list[Merged]:
    """What became of the rows of a file at its second load."""
    import_file(path, mappings, dataset, translator("en"))
    again = import_file(path, mappings, dataset, translator("en"))
    return [merged for one in again for merged in one.merged.values()]


def main() -> None:
    """Let atheris make up the bytes; the first says which export."""
    import atheris

    for name, module in list(sys.modules.items()):
        if name.startswith("workbench.sources.exports."):
            for thing in vars(module).values():
                if getattr(thing, "__module__", "") == name and hasattr(thing, "__code__"):
                    thing.__code__ = atheris.instrument_func(thing).__code__
    exports = sorted(known_mappings())
    with tempfile.TemporaryDirectory() as folder:
        atheris.Setup(
            sys.argv,
            lambda data: try_bytes(
                data[1:], exports[(data[0] if data else 0) % len(exports)], Path(folder)
            ),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
