"""What all tests share."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _own_plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests, and the kernels they start, away from the user's own plan file."""
    before = os.environ.get("WORKBENCH_PLAN")
    os.environ["WORKBENCH_PLAN"] = str(tmp_path_factory.mktemp("own") / "plan.yaml")
    yield
    os.environ.pop("WORKBENCH_PLAN")
    if before is not None:
        os.environ["WORKBENCH_PLAN"] = before
