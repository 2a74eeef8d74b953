"""Throws bytes at the importers. By hand, with atheris: ``python -m tests.fuzzing CORPUS_FOLDER``.

Atheris is no dependency: it is installed when it is used (``pip install atheris``).
"""

import sys
import tempfile
from pathlib import Path

from workbench.domain.errors import WorkbenchError
from workbench.locale import translator
from workbench.sources.exports.importing import import_file
from workbench.sources.exports.mapping import known_mappings


def try_bytes(content: bytes, export: str, folder: Path) -> None:
    """A dry run over bytes ends with counts that add up, or with an error of ours."""
    path = folder / "fuzzed"
    path.write_bytes(content)
    mappings = {export: known_mappings()[export]}
    for lang in ("zh", "en"):
        try:
            found = import_file(path, mappings, None, translator(lang))
        except WorkbenchError as error:
            assert translator(lang).error(error)
        else:
            for one in found:
                assert one.loaded + one.quarantined + one.others == one.read
                assert len(one.wrong) > 0 or one.quarantined == 0


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
