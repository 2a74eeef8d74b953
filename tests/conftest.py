"""What tests of several folders share; each is made once."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from lacking import lacking

# How long an example may take says more of the machine than of the code.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory) -> Iterator[Path]:
    """Where plans and workspaces are kept that no test names: never the user's own."""
    from workbench.kernel.client import retire

    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as runtime:
        patch.setenv("WORKBENCH_HOME", str(folder))
        patch.delenv("WORKBENCH_DATABASE", raising=False)
        patch.delenv("WORKBENCH_EVENTS", raising=False)
        patch.setenv("JUPYTER_RUNTIME_DIR", runtime)  # warm kernels of the tests' own
        yield folder
        retire()


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


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server of our own, without a database at its end."""
    programs = _programs()
    if programs is None:
        lacking("PostgreSQL is not installed: its programs initdb and pg_ctl are missing")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="wb-pg-"))
    import pwd  # Unix only, as this way of starting a server is

    root = os.getuid() == 0  # the server refuses to run as root
    account = pwd.getpwnam("postgres") if root else None
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)

    def run(*words: str) -> None:
        as_user = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
        subprocess.run(
            words, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120, **as_user
        )

    data = str(folder / "data")
    run(str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "wb", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    log = str(folder / "log")
    run(str(programs / "pg_ctl"), "-D", data, "-o", options, "-l", log, "-w", "start")
    yield f"postgresql://wb@127.0.0.1:{port}"
    run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter) -> None:
    """Which tests failed, one line each, last of all: in CI pytest's own list repeats whole
    comparisons, and whoever keeps only the end of the output doesn't see a name."""
    for kind in ("failed", "error"):
        for report in terminalreporter.stats.get(kind, ()):
            terminalreporter.write_line(f"{kind.upper()} {report.nodeid}")
