"""What tests of several folders share; each is made once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory) -> Iterator[Path]:
    """Where plans and workspaces are kept that no test names: never the user's own."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(folder))
        patch.delenv("WORKBENCH_DATABASE", raising=False)
        yield folder


@pytest.fixture(scope="session")
def kernel() -> Iterator[object]:
    """One kernel for every notebook that the tests run, as in a batch."""
    from workbench.reports.engine import shared_kernel

    with shared_kernel() as shared:
        yield shared


@dataclass(frozen=True)
class Published:
    """A finished batch: folder with the briefs, the plan file it was made from, the jobs."""

    folder: Path
    plan_file: Path
    plan: object
    jobs: list


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Published:
    """The example plan over four contrasting markets in both languages, on a fixed day.

    Indonesia and Saudi Arabia are the source's; "NA" is Namibia; of Svalbard (SJ) hardly anything
    is known.
    """
    from workbench.reports import batch
    from workbench.sources.paths import data_folder
    from workbench.sources.plans import dump_plan, load_plan

    folder = tmp_path_factory.mktemp("published")
    plan = load_plan(data_folder() / "examples" / "plan.yaml").but(
        markets=("ID", "SA", "NA", "SJ"), as_of="2026-11-20", samples=2000
    )
    plan_file = folder / "given.yaml"
    plan_file.write_text(dump_plan(plan, ".yaml"), encoding="utf-8")
    jobs = batch.run(plan, folder / "out", ("zh", "en"))
    return Published(folder / "out", plan_file, plan, jobs)
