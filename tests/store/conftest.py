"""A database of each kind for the tests of the workspace: SQLite, a real PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import change, new_postgresql

from workbench.store import Workspace, open_workspace


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'workspace.db'}"
    return new_postgresql(request.getfixturevalue("postgresql_server"))


@pytest.fixture
def workspace(database: str) -> Iterator[Workspace]:
    """A workspace of user ``li`` with the scenario ``base``, whose cell weights/privacy is 2."""
    found = open_workspace(database, who="li")
    found.create("base", [change("weights", "privacy", None, 2.0)])
    yield found
    found.engine.dispose()
