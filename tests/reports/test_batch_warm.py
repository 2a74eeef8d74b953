"""``workbench report`` as it is really called: in a fork of the process that kernels come from."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.reports.batches import alive, until
from workbench.commands.warm import run_warm
from workbench.kernel import client

PROGRAM = Path(sys.executable).with_name("workbench")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")


def call(*start: object) -> list[str]:
    return [*map(str, start), "report", "--as-of", "2026-11-20", "--samples", "200"]


def without_rates(text: str) -> str:
    return re.sub(r" · [^\n]*", "", text)


def asked(command: list[str], folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout, without_rates(done.stderr)


def test_the_fork_does_what_the_command_line_does(tmp_path):
    """Same pages byte for byte, same words, same exit code, as by ``python -m``."""
    cold, warm = tmp_path / "cold", tmp_path / "warm"
    words = ("--market", "ID", "--market", "NA", "--lang", "zh", "--lang", "en", "--jobs", "1")
    found = []
    for folder, start in ((cold, (sys.executable, "-m", "workbench.cli")), (warm, (PROGRAM,))):
        folder.mkdir()
        found.append(asked([*call(*start), *words], folder))
    assert found[0] == found[1]
    assert found[1][0] == 0 and "reports/index.html" in found[1][1]
    pages = [path.relative_to(cold) for path in sorted(cold.rglob("*.html"))]
    assert len(pages) == 7
    for page in pages:
        assert (cold / page).read_bytes() == (warm / page).read_bytes(), page


@pytest.mark.parametrize(
    "words",
    [("--market", "XX"), ("--jobs", "0", "--market", "ID"), ("--nothing",), ("--lang", "en")],
)
def test_what_is_refused_is_refused_in_the_same_words(tmp_path, words):
    cold = asked([*call(sys.executable, "-m", "workbench.cli"), *words], tmp_path)
    warm = asked([*call(PROGRAM), *words], tmp_path)
    assert warm == cold and warm[0] == 2 and warm[2].startswith("workbench: ")


def test_an_account_without_a_folder_to_write_to_gets_its_briefs(tmp_path, monkeypatch):
    """As in a container whose home is read-only: neither kernels nor the command are forked."""
    (tmp_path / "home").touch()  # nobody, not even root, can make a folder in it
    for name, place in (("HOME", ""), ("JUPYTER_DATA_DIR", "/data"), ("IPYTHONDIR", "/ipython")):
        monkeypatch.setenv(name, f"{tmp_path}/home{place}")
    monkeypatch.delenv("JUPYTER_RUNTIME_DIR")
    code, out, said = asked([*call(PROGRAM), "--market", "SJ", "--lang", "en"], tmp_path)
    assert (code, out) == (0, "1 written, 0 failed: reports/index.html\n"), said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("lang", "begin"), [("en", "Kernels start the ordinary way"), ("zh", "内核以普通方式启动")]
)
def test_it_says_once_why_it_is_slow(tmp_path, monkeypatch, lang, begin):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    (tmp_path / "warm-kernels").mkdir()
    (tmp_path / "warm-kernels").chmod(0o755)
    words = ("--market", "SJ", "--market", "NA", "--jobs", "2", "--lang", lang)
    code, _, said = asked([*call(PROGRAM), *words], tmp_path)
    assert code == 0
    first, *others = said.splitlines()
    assert first.startswith(begin) and f"{tmp_path}/warm-kernels" in first
    assert "chmod 700" in first and [line[:4] for line in others] == ["[1/2", "[2/2"]


def test_the_fork_goes_on_without_a_reader(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    command = [*call(PROGRAM), "--market", "SJ", "--market", "NA", "--jobs", "1", "--lang", "en"]
    try:
        done = subprocess.run(
            command, cwd=tmp_path, stdout=writing, stderr=writing, timeout=300, check=False
        )
    finally:
        os.close(writing)
    assert done.returncode == 0
    assert json.loads((tmp_path / "reports" / "run.json").read_text())["state"] == "finished"


def kernels() -> set[int]:
    return {pid for told in client.running().values() for pid in told["kernels"]}


@pytest.fixture
def begun(tmp_path):
    """A batch that is making briefs, and the processes that were forked for it."""
    before = kernels()
    command = [*call(PROGRAM), "--all", "--jobs", "2", "--lang", "en", "--out", "out"]
    front = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until(lambda: len(list(tmp_path.glob("out/??.en.html"))) >= 2, front)
    forked = kernels() - before
    assert len(forked) == 3, "the command itself, and two kernels"
    assert psutil.Process(front.pid).children() == []
    yield front, forked
    front.kill()
    front.communicate()


def test_ctrl_c_ends_all_of_it_and_says_where_it_stands(begun, tmp_path):
    front, forked = begun
    front.send_signal(signal.SIGINT)
    _, told = front.communicate(timeout=120)
    assert front.returncode == 130
    there = len(list(tmp_path.glob("out/??.en.html")))
    counted = re.search(r"Stopped; (\d+) files? (?:is|are) in place", told)
    # A page may just have been put in place when it was stopped, and not been counted yet.
    assert counted and int(counted[1]) in (there - 1, there), told[-300:]
    until(lambda: not any(map(alive, forked)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_service_s_stop_or_a_closed_terminal_ends_it_in_order(begun, tmp_path, number):
    front, forked = begun
    front.send_signal(number)
    _, told = front.communicate(timeout=120)
    assert front.returncode == 128 + number
    assert "The same command goes on" in told
    states = {job["state"] for job in json.loads((tmp_path / "out/run.json").read_text())["jobs"]}
    assert "running" not in states and states - {"done"}
    until(lambda: not any(map(alive, forked)))


def test_killed_it_takes_everything_with_it(begun):
    front, forked = begun
    front.kill()
    front.communicate(timeout=120)
    assert front.returncode == -signal.SIGKILL
    until(lambda: not any(map(alive, forked)))


def test_only_the_making_of_briefs_is_worth_a_process(monkeypatch):
    """The others answer before a process that has it all could be started."""
    for words in ([], ["needs", "-m", "ID"], ["report", "--help"], ["--help"]):
        assert run_warm(words) is None
    monkeypatch.setattr(sys, "orig_argv", ["python", "-X", "importtime", "workbench", "report"])
    monkeypatch.setattr(sys, "argv", ["workbench", "report"])
    assert run_warm(["report"]) is None  # somebody wants to look into it
