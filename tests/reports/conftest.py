"""What tests of several files here share."""

from pathlib import Path

import pytest

from workbench.reports.batch import hashing, lines

from .batches import Trial


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    """A batch over a notebook that works; a test may put another in its place."""
    for module in (lines, hashing):
        monkeypatch.setattr(module, "notebook_folder", lambda: tmp_path)
    found = Trial(tmp_path)
    found.notebook()
    return found
