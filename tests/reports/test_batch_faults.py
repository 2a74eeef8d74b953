"""Kernels and batches that are killed, hang, or find the disk full: nothing torn, nothing lost."""

import hashlib
import json
import os
import random
import re
import resource
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from workbench.domain.errors import InputError
from workbench.reports import engine
from workbench.scratch import LOCK

from .batches import Trial, alive, end, until

pytestmark = pytest.mark.notebook
FOUR = ("ID", "SA", "NA", "SJ")


def whole(trial: Trial) -> set[str]:
    """The briefs in the folder; each is whole, and what the table calls done is there as it says.

    Nothing else lies in the folder, hidden files included, but what a batch keeps there.
    """
    pages = {path.name for path in trial.out.glob("*.html")}
    for name in pages:
        assert (trial.out / name).read_text(encoding="utf-8").rstrip().endswith("</html>")
    for job in trial.table()["jobs"]:
        if job["state"] in ("done", "skipped"):
            content = (trial.out / job["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == job["sha256"]
    return {name for name in pages if not name.startswith("index")}


def test_a_kernel_killed_in_the_middle_of_a_cell_costs_one_brief(trial):
    trial.notebook("if market == 'SA': os.kill(os.getpid(), signal.SIGKILL)")
    jobs = trial.run(trial.plan(*FOUR), workers=2)
    assert {job.market: job.state for job in jobs.values()} == {
        "ID": "done",
        "SA": "died",
        "NA": "done",
        "SJ": "done",
    }
    assert jobs["SA.en.html"].error == "the notebook's kernel died; run the report again"
    assert whole(trial) == {"ID.en.html", "NA.en.html", "SJ.en.html"}
    index = (trial.out / "index.html").read_text(encoding="utf-8")
    assert "1 file is missing" in index and "Kernel died" in index and "SA.en.html" not in index
    trial.notebook("pass")  # another notebook: everything is made anew
    assert {job.state for job in trial.run(trial.plan(*FOUR)).values()} == {"done"}
    assert "is missing" not in (trial.out / "index.html").read_text(encoding="utf-8")


def test_the_command_names_what_failed_and_ends_with_exit_code_1(trial):
    trial.notebook("if market == 'SA': os.kill(os.getpid(), signal.SIGKILL)")
    running = trial.start(trial.plan("ID", "SA", "NA"), "--jobs", "1")
    out, said = running.communicate(timeout=120)
    assert (running.returncode, out) == (1, f"2 written, 1 failed: {trial.out / 'index.html'}\n")
    lines = said.splitlines()
    assert [line.split(" ")[1].rstrip(":") for line in lines] == [
        "ID.en.html",
        "SA.en.html",
        "NA.en.html",
    ]
    assert lines[1] == (
        "[2/3] SA.en.html: failed: the notebook's kernel died; run the report again"
    )
    assert re.fullmatch(r"\[1/3\] ID\.en\.html · [\d.]+/s · \d+ s left", lines[0])
    assert re.fullmatch(r"\[3/3\] NA\.en\.html · [\d.]+/s", lines[2])


def test_a_hanging_cell_ends_with_its_kernel_and_costs_one_brief(trial):
    trial.notebook(
        "if market == 'SA': signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(999)"
    )
    jobs = trial.run(trial.plan("ID", "SA", "NA"), workers=1, seconds=20)
    assert [job.state for job in jobs.values()] == ["done", "timed_out", "done"]
    assert jobs["SA.en.html"].error.startswith("the brief took longer than 20 s")
    [first, hung, third] = [pid for _, _, pid in trial.begun()]
    assert first == hung != third
    assert not alive(hung) and not alive(third)


def test_a_stopped_kernel_is_a_hanging_one(trial):
    """SIGSTOP: it answers nothing, not even its heartbeat, and can't be interrupted."""
    trial.notebook("os.kill(os.getpid(), signal.SIGSTOP)")
    jobs = trial.run(trial.plan("SJ"), seconds=10)
    assert jobs["SJ.en.html"].state == "timed_out"
    assert not any(alive(pid) for _, _, pid in trial.begun())


@pytest.mark.parametrize(("starts", "state", "attempts"), [(1, "done", 2), (9, "failed", 2)])
def test_a_kernel_that_does_not_start_is_tried_once_more(
    trial, monkeypatch, starts, state, attempts
):
    """A kernelspec whose program fails the first time, or always."""
    program = trial.folder / "kernel.sh"
    program.write_text(
        f'#!/bin/sh\necho x >> "{trial.folder}/starts"\n'
        f'[ $(wc -l < "{trial.folder}/starts") -gt {starts} ] || exit 3\n'
        f'exec "{sys.executable}" -m ipykernel_launcher -f "$1"\n',
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    spec = trial.folder / "kernels" / "trial" / "kernel.json"
    spec.parent.mkdir(parents=True)
    content = {
        "argv": [str(program), "{connection_file}"],
        "display_name": "T",
        "language": "python",
    }
    spec.write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(trial.folder))
    monkeypatch.setattr(engine, "kernel_name", lambda: "trial")
    [job] = trial.run(trial.plan("SJ")).values()
    assert (job.state, job.attempts) == (state, attempts)
    if state == "failed":
        assert job.error.startswith("the notebook's kernel did not start, twice")
        assert not (trial.out / "index.html").exists()


def test_a_killed_batch_goes_on_with_what_is_missing(trial):
    """kill -9 after the second brief, while the others hang: two are kept, two are made."""
    gate = trial.folder / "gate"
    trial.notebook(
        f"while market in ('NA', 'SJ') and not os.path.exists({str(gate)!r}): time.sleep(.1)"
    )
    first = trial.start(trial.plan(*FOUR), "--jobs", "2")
    # A worker goes on while its last page is being written: wait for what is to be kept, too.
    until(lambda: len(trial.begun()) == 4 and trial.kept() == {"ID", "SA"}, first)
    end(first)
    until(lambda: not any(alive(pid) for _, _, pid in trial.begun()))  # no kernel stays behind
    assert trial.table()["state"] == "running"
    assert whole(trial) == {"ID.en.html", "SA.en.html"}
    gate.touch()
    second = trial.start(trial.plan(*FOUR), "--jobs", "2")
    out, said = second.communicate(timeout=120)
    assert second.returncode == 0, said
    assert out.startswith("2 written, 2 unchanged, 0 failed")
    assert len(trial.begun()) == 6
    assert {market for market, _, _ in trial.begun()[4:]} == {"NA", "SJ"}
    assert trial.states() == {"ID": "skipped", "SA": "skipped", "NA": "done", "SJ": "done"}
    assert len(whole(trial)) == 4


def test_a_killed_batch_leaves_only_folders_that_the_next_one_removes(trial):
    """kill -9 while its kernels run: what they lay in is swept once nobody has it any more."""
    trial.notebook("time.sleep(999)")
    place = trial.folder / "tmp"
    place.mkdir()
    env = {**os.environ, "TMPDIR": str(place)}
    running = trial.start(trial.plan("ID", "SA"), "--jobs", "2", env=env)
    until(lambda: len(trial.begun()) == 2, running)
    end(running)
    until(lambda: not any(alive(pid) for _, _, pid in trial.begun()))
    left = list(place.iterdir())
    assert len([path for path in left if path.name.startswith("workbench-kernel-")]) == 2
    for path in left:
        assert path.is_dir() and path.name.startswith("workbench-"), path
        for each in (path / LOCK, path):
            os.utime(each, (1, 1))
    trial.notebook()
    after = trial.start(trial.plan("ID"), env=env)
    _, said = after.communicate(timeout=120)
    assert after.returncode == 0, said
    assert list(place.iterdir()) == []


def test_killed_at_any_moment_nothing_is_torn_and_the_next_one_completes(trial):
    """As often as it takes: each batch is killed a moment after it has begun; see bench.batch."""
    moments = random.Random(7)
    for _ in range(3):
        begun = len(trial.begun())
        running = trial.start(trial.plan(*FOUR), "--jobs", "2")
        until(
            lambda begun=begun, running=running: len(trial.begun()) > begun or running.poll() == 0
        )
        with suppress(subprocess.TimeoutExpired):
            running.wait(timeout=moments.uniform(0, 0.5))
        end(running)
        whole(trial)
    jobs = trial.run(trial.plan(*FOUR))
    assert {job.state for job in jobs.values()} <= {"done", "skipped"} and len(whole(trial)) == 4
    left = {path.name for path in trial.out.iterdir()}
    assert left == {
        *(f"{code}.en.html" for code in FOUR),
        *("index.html", "index.en.html", "run.json", "plan.yaml", "assets", ".batch"),
    }


def test_ctrl_c_leaves_a_true_table_and_no_process(trial):
    trial.notebook("if market in ('SA', 'NA'): time.sleep(999)")
    running = trial.start(trial.plan(*FOUR), "--jobs", "2", start_new_session=True)
    until(lambda: len(trial.begun()) == 3 and trial.kept() == {"ID"}, running)
    children = psutil.Process(running.pid).children(recursive=True)
    _, said = end(running, signal.SIGINT)
    assert running.returncode == 130
    assert "Stopped; 1 file is in place" in said and "Traceback" not in said
    assert not any(alive(pid) for _, _, pid in trial.begun())
    assert not any(alive(child.pid) for child in children)
    assert trial.table()["state"] == "stopped"
    assert trial.states() == {"ID": "done", "SA": "queued", "NA": "queued", "SJ": "queued"}
    assert whole(trial) == {"ID.en.html"}


@pytest.fixture
def left():
    """The end of a pipe whose reader has left, as ``head -1`` does."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.mark.parametrize(("failing", "status"), [("none", 0), ("SA", 1)])
def test_a_batch_goes_on_without_a_reader(trial, left, failing, status):
    trial.notebook(f"if market == {failing!r}: os.kill(os.getpid(), signal.SIGKILL)")
    running = trial.start(trial.plan(*FOUR), "--jobs", "1", stdout=left, stderr=left)
    running.wait(timeout=120)
    assert running.returncode == status
    assert trial.table()["state"] == "finished"
    assert trial.states() == {code: "died" if code == failing else "done" for code in FOUR}
    whole(trial)


def test_ctrl_c_without_a_reader_ends_in_order_too(trial, left):
    trial.notebook("if market == 'SA': time.sleep(999)")
    running = trial.start(trial.plan("ID", "SA"), "--jobs", "1", stdout=left, stderr=left)
    until(lambda: len(trial.begun()) == 2, running)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=120) == 130
    assert trial.table()["state"] == "stopped"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("buffer", ["", "1"])
def test_how_a_batch_went_is_told_on_stderr_where_stdout_fails(trial, buffer):
    env = {**os.environ, "PYTHONUNBUFFERED": buffer}
    with Path("/dev/full").open("w") as full:
        running = trial.start(trial.plan("SJ"), stdout=full, env=env)
        _, said = running.communicate(timeout=120)
    assert running.returncode == 0, said
    assert said.splitlines()[1:] == [
        f"1 written, 0 failed: {trial.out / 'index.html'} (said here since standard output fails: "
        "the disk is full)"
    ]
    assert trial.table()["state"] == "finished"


def test_a_second_batch_in_the_same_folder_is_refused_by_name(trial):
    gate = trial.folder / "gate"
    trial.notebook(f"while not os.path.exists({str(gate)!r}): time.sleep(.1)")
    first = trial.start(trial.plan("SJ"))
    until(trial.begun, first)
    with pytest.raises(InputError, match=rf"Another batch .*process {first.pid}, since 20"):
        trial.run(trial.plan("NA"))
    second = trial.start(trial.plan("NA"))
    out, said = second.communicate(timeout=120)
    assert (second.returncode, out) == (2, "") and f"process {first.pid}" in said
    gate.touch()
    assert first.communicate(timeout=120)[0].startswith("1 written, 0 failed")
    assert first.returncode == 0 and whole(trial) == {"SJ.en.html"}
    assert trial.run(trial.plan("NA"))["NA.en.html"].state == "done"  # the lock went with it


@pytest.mark.skipif(sys.platform == "win32", reason="file-size limits are a Unix thing")
def test_on_a_full_disk_what_has_no_room_is_named_and_nothing_is_torn(trial):
    """Files may not grow beyond a size between those of the pages."""
    plan = trial.plan(*FOUR)
    trial.run(plan)
    sizes = {code: (trial.out / f"{code}.en.html").stat().st_size for code in FOUR}
    before = {path.name: path.read_bytes() for path in trial.out.glob("*.html")}
    limit = (min(sizes.values()) + max(sizes.values())) // 2
    small = {code for code, size in sizes.items() if size <= limit}
    trial.notebook("pass")

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    running = trial.start(plan, "--jobs", "2", preexec_fn=little_room)
    _, said = running.communicate(timeout=120)
    assert running.returncode in (1, 2) and "can't be written" in said and "Traceback" not in said
    assert 0 < len(small) < 4
    states = {job["market"]: (job["state"], job["error"]) for job in trial.table()["jobs"]}
    for code in FOUR:
        state, error = states[code]
        assert (state == "done") == (code in small) and bool(error) == (code not in small)
    whole(trial)
    after = {path.name: path.read_bytes() for path in trial.out.glob("*.html")}
    assert set(after) == set(before)  # what could not be replaced is still there, whole
    jobs = trial.run(plan)
    assert {job.market for job in jobs.values() if job.state == "done"} == set(FOUR) - small
    assert not list(trial.out.glob(".[A-Z]*"))
