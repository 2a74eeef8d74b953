"""Imports of small files, with what became of them."""

from pathlib import Path
from typing import Any

import pytest

from workbench.events.dataset import Dataset
from workbench.events.opening import open_events
from workbench.locale import translator
from workbench.sources.exports.importing import Options, Report, import_file
from workbench.sources.exports.mapping import mappings_of


class Desk:
    """Where files are written, imported, and looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dataset = Dataset(folder / "events")

    def file(self, content: str | bytes, name: str = "export.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(
        self, export: str, content: str | bytes | Path, name: str = "export.csv", **options: Any
    ) -> Report:
        """The report on the one file; ``dry=True`` loads nothing."""
        dry = options.pop("dry", False)
        path = content if isinstance(content, Path) else self.file(content, name)
        target = None if dry else self.dataset
        (found,) = import_file(
            path, mappings_of(export), target, translator("en"), Options(**options)
        )
        assert found.loaded + found.quarantined + found.others == found.read
        return found

    def rows(self, table: str, *columns: str) -> list[tuple]:
        """The rows that are held, sorted, as tuples of these columns."""
        with open_events(self.dataset.folder) as events:
            held = getattr(events, table).to_pyarrow()
        found = zip(*(held[column].to_pylist() for column in columns), strict=True)
        return sorted(found, key=str)


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)
