"""One DuckDB for all tests of this folder."""

from collections.abc import Iterator

import pytest

from workbench.events.engine import DuckDB
from workbench.events.engines import engine


@pytest.fixture(scope="session")
def duck() -> Iterator[DuckDB]:
    with engine("duckdb", memory="1GB") as running:
        yield running
