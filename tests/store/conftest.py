"""A database of each kind for the tests of the workspace: SQLite, a real PostgreSQL server."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import change, new_postgresql

from workbench.store import Workspace, open_workspace


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
        reason = "PostgreSQL is not installed: its programs initdb and pg_ctl are missing"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="wb-pg-"))
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
