"""Killed writers, full disks, many writers at once: what was acknowledged is there."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from databases import change

from workbench.store import open_workspace
from workbench.store.checking import check

WRITER = """
import sys
from workbench.domain.changes import Change
from workbench.store import open_workspace
store = open_workspace(sys.argv[1], who=sys.argv[2])
n = 0
for n in range(int(sys.argv[3])):
    key = f"{sys.argv[2]}-{n}"
    store.apply("base", [Change("advert", key, None, "x" * 100), Change("floors", key, None, 1.0)])
    print(key, flush=True)
"""


def start(url: str, who: str, edits: int, **options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, who, str(edits)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        **options,
    )


def keys(store, table: str) -> set[str]:
    return {cell.key for cell in store.snapshot("base").cells if cell.table == table}


def test_a_killed_writer_loses_nothing_that_it_was_told_is_stored(workspace, database):
    acknowledged: set[str] = set()
    for n in range(6):
        writer = start(database, f"w{n}", 10_000)
        assert writer.stdout
        for _ in range(1 + 4 * n):
            acknowledged.add(writer.stdout.readline().strip())
        writer.send_signal(signal.SIGKILL)
        acknowledged |= set(writer.stdout.read().split())  # not communicate(): it skips a buffer
        writer.wait()
    assert "" not in acknowledged
    stored = keys(workspace, "advert")
    assert acknowledged <= stored
    assert len(stored - acknowledged) <= 6  # stored, but killed before it could say so
    assert stored == keys(workspace, "floors")  # both cells of an edit or none
    assert check(workspace.engine).faults == ()


def test_writers_side_by_side_lose_nothing_and_never_hear_of_a_lock(workspace, database):
    writers = [start(database, f"w{n}", 40) for n in range(4)]
    told = set()
    for writer in writers:
        out, errors = writer.communicate(timeout=300)
        assert (writer.returncode, errors) == (0, "")
        told |= set(out.split())
    assert len(told) == 160
    assert keys(workspace, "advert") == told
    assert workspace.scenario("base").revision == 160
    assert check(workspace.engine).faults == ()


@pytest.mark.skipif(sys.platform == "win32", reason="file-size limits are a Unix thing")
def test_on_a_full_disk_the_writer_is_told_and_nothing_is_torn(tmp_path):
    url = f"sqlite:///{tmp_path / 'w.db'}"
    store = open_workspace(url, who="li")
    store.create("base")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    writer = start(url, "w", 10_000, preexec_fn=limit)
    out, errors = writer.communicate(timeout=120)
    assert writer.returncode == 1
    assert "StoreError: The disk is full, or the file can't grow; nothing was saved." in errors
    told = set(out.split())
    assert 0 < len(told) < 10_000
    assert keys(store, "advert") == keys(store, "floors") == told
    assert check(store.engine).faults == ()
    store.apply("base", [change("weights", "privacy", None, 1.0)])  # with room it goes on
