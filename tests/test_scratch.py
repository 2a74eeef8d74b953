"""Temporary folders: gone after use, swept after a kill, left alone while somebody has them."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from workbench import scratch
from workbench.scratch import LOCK, Scratch

pytestmark = pytest.mark.skipif(scratch.fcntl is None, reason="no file locks on this system")
HOLDER = """
import sys, time
from workbench.scratch import Scratch
held = Scratch("test")
print(held.name, flush=True)
time.sleep(600)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder(place):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    folder = Path(process.stdout.readline().strip())
    yield process, folder
    process.kill()
    process.communicate()


def old(folder: Path) -> None:
    for path in (folder / LOCK, folder):
        os.utime(path, (1, 1))


def test_after_use_nothing_is_left(place):
    with Scratch("test") as folder:
        assert Path(folder).stat().st_mode & 0o777 == 0o700
        (Path(folder) / "file").write_text("x")
    assert list(place.iterdir()) == []


def test_what_a_killed_process_has_left_the_next_one_removes(holder):
    process, folder = holder
    (folder / "spill").write_text("gigabytes")
    old(folder)
    with Scratch("test"):
        assert folder.is_dir(), "somebody has it"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with Scratch("other"):
        assert folder.is_dir(), "of another kind"
    with Scratch("test"):
        assert not folder.exists()


def test_a_new_one_is_left_alone_until_its_lock_can_be_there(holder, place):
    process, folder = holder
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with Scratch("test"):
        assert folder.is_dir()


def test_what_is_not_ours_is_never_followed_or_removed(place, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "precious").write_text("x")
    (place / "workbench-test-link").symlink_to(other)
    bare = place / "workbench-test-bare"
    bare.mkdir()
    linked = place / "workbench-test-linked"
    linked.mkdir()
    (linked / LOCK).symlink_to(other / "precious")
    for path in (bare, linked):
        os.utime(path, (1, 1))
    (other / LOCK).touch()
    os.utime(other / LOCK, (1, 1))
    os.utime(other, (1, 1))
    with Scratch("test"):
        pass
    assert (other / "precious").read_text() == "x"
    assert bare.is_dir() and linked.is_dir()
