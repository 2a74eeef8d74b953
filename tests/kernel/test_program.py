"""A program in a fork of the parent looks and ends like one of ``python -m``."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import psutil
import pytest

from tests.kernel.conftest import SECONDS, ended, stage_warm
from workbench.kernel import client

PROBE = """
import json, os, resource, signal, sys, threading, time

def told():
    return {
        "name": __name__,
        "file": __file__,
        "argv": sys.argv,
        "orig": sys.orig_argv[1:],
        "cwd": os.getcwd(),
        "env": dict(sorted(os.environ.items())),
        "umask": os.umask(0),
        "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "input": sys.stdin.read(),
        "streams": [
            (s.isatty(), s.encoding, s.errors, s.line_buffering, s.write_through)
            for s in (sys.stdin, sys.stdout, sys.stderr)
        ],
        "descriptors": sorted(os.listdir("/proc/self/fd"))[:3],
        "signals": {int(n): str(signal.getsignal(n)) for n in signal.valid_signals()},
        "main": sys.modules["__main__"].__dict__ is globals(),
        "hook": sys.excepthook is sys.__excepthook__,
        "shell": "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None,
    }

what = sys.argv[1]
if what == "tell":
    print(json.dumps(told()))
    print("中文", file=sys.stderr)
    sys.exit(7)
if what == "fail":
    print("before")
    raise ValueError("so it is")
if what == "interrupted":
    raise KeyboardInterrupt
if what == "wait":
    try:
        print(os.getpid(), flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        print("stopped", flush=True)
        sys.exit(130)
if what == "soon":
    print(os.getpid(), flush=True)
    sys.stdin.read()
    print("done", flush=True)
"""
AROUND = """
import os, signal, time
if os.environ.get("STOP"):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(600)
"""
"""What is imported before the first line of the program within it."""
FRONT = """
import sys
from workbench.kernel import program
sys.exit(program.run("probe", sys.argv[1:], "program"))
"""


@pytest.fixture(scope="module")
def place(stage: Path) -> Path:
    """A folder that Python searches, with the probe in it, and a kernelspec for its parent."""
    folder = stage / "modules"
    folder.mkdir()
    (folder / "probe.py").write_text(PROBE, encoding="utf-8")
    (folder / "around").mkdir()
    (folder / "around" / "__init__.py").write_text(AROUND, encoding="utf-8")
    (folder / "around" / "probe.py").write_text(PROBE, encoding="utf-8")
    stage_warm(stage, "program")
    return folder


def front(place: Path, *words: str, **options) -> subprocess.Popen:
    env = {**os.environ, "PYTHONPATH": str(place), **options.pop("env", {})}
    given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, *options.pop("call", ("-c", FRONT)), *words],
        **{**given, **options},
        env=env,
        text=True,
        encoding="utf-8",
    )


def test_it_is_like_a_child_of_the_one_who_asked(place, tmp_path) -> None:
    """Python itself, running the same module, is what it must be like."""
    found = []
    for call, unbuffered in product((("-c", FRONT), ("-m", "probe")), ("", "1")):
        asked = front(
            place,
            *("tell", "two words", "中文"),
            call=call,
            cwd=tmp_path,
            umask=0o027,
            env={"GIVEN": "a\nb", "PYTHONUNBUFFERED": unbuffered},
            preexec_fn=lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
        )
        out, err = asked.communicate("line\n中文", timeout=SECONDS)
        assert (asked.returncode, err) == (7, "中文\n"), err
        found.append(json.loads(out))
    assert found[:2] == found[2:]
    forked = found[0]
    assert forked["input"] == "line\n中文" and forked["umask"] == 0o027
    assert forked["cwd"] == str(tmp_path) and forked["env"]["GIVEN"] == "a\nb"


def test_an_error_ends_it_as_it_ends_python(place) -> None:
    asked = front(place, "fail")
    out, err = asked.communicate(timeout=SECONDS)
    assert (asked.returncode, out) == (1, "before\n")
    assert err.endswith("ValueError: so it is\n")


def begun(place: Path, what: str, **options) -> tuple[subprocess.Popen, psutil.Process]:
    asked = front(place, what, **options)
    program = psutil.Process(int(asked.stdout.readline()))
    assert program.pid not in {
        asked.pid,
        *(child.pid for child in psutil.Process(asked.pid).children()),
    }
    return asked, program


def test_ctrl_c_reaches_it_and_its_status_comes_back(place) -> None:
    asked, _ = begun(place, "wait")
    asked.send_signal(signal.SIGINT)
    assert asked.communicate(timeout=SECONDS)[0] == "stopped\n"
    assert asked.returncode == 130


EARLY = """
import asyncio, os, signal, sys
from workbench.kernel import program
forked = program._forked
async def and_then(*given):
    process = await forked(*given)
    sys.stdin.readline()  # it runs, but the one who asked doesn't know yet
    os.kill(os.getpid(), signal.SIGINT)
    return process
program._forked = and_then
sys.exit(program.run("probe", sys.argv[1:], "program"))
"""


def test_ctrl_c_reaches_it_from_the_moment_it_is_there(place) -> None:
    asked, program = begun(place, "wait", call=("-c", EARLY))
    assert asked.communicate("\n", timeout=SECONDS)[0] == "stopped\n"
    assert asked.returncode == 130
    assert ended(program.pid)


NONE = """
import os, signal, sys
from workbench.kernel import errors, program
async def none(*given):
    os.kill(os.getpid(), signal.SIGINT)
    raise errors.UnavailableError("nothing to fork from")
program._forked = none
sys.exit(program.run("probe", sys.argv[1:], "program"))
"""


def test_ctrl_c_ends_the_one_who_asked_where_nothing_can_be_forked(place) -> None:
    """A signal is never lost: whoever would go on the ordinary way is stopped instead."""
    asked = front(place, "wait", call=("-c", NONE))
    _, err = asked.communicate(timeout=SECONDS)
    assert asked.returncode == -signal.SIGINT and err.rstrip().endswith("KeyboardInterrupt")


def test_ctrl_c_before_its_first_line_ends_it_without_a_word(place) -> None:
    call = ("-c", FRONT.replace('"probe"', '"around.probe"'))
    asked = front(place, "tell", call=call, env={"STOP": "1"})
    assert asked.communicate(timeout=SECONDS) == ("", "")
    assert asked.returncode == 130


def test_an_interrupt_of_its_own_ends_it_as_it_ends_python(place) -> None:
    asked = front(place, "interrupted")
    _, err = asked.communicate(timeout=SECONDS)
    assert asked.returncode == -signal.SIGINT and err.rstrip().endswith("KeyboardInterrupt")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_it_ends_the_one_who_asked(place, number) -> None:
    asked, program = begun(place, "wait")
    asked.send_signal(number)
    assert asked.wait(timeout=SECONDS) == -number
    assert ended(program.pid)


def test_it_ends_when_the_one_who_asked_is_killed(place) -> None:
    asked, program = begun(place, "wait")
    asked.kill()
    assert ended(program.pid)


def test_it_stops_and_goes_on_together_with_the_one_who_asked(place) -> None:
    asked, program = begun(place, "soon", start_new_session=True)
    asked.send_signal(signal.SIGTSTP)
    both = (psutil.Process(asked.pid), program)
    until = time.monotonic() + SECONDS
    while [one.status() for one in both] != ["stopped"] * 2 and time.monotonic() < until:
        time.sleep(0.02)
    assert [one.status() for one in both] == ["stopped"] * 2
    asked.send_signal(signal.SIGCONT)
    assert asked.communicate("", timeout=SECONDS)[0] == "done\n"
    assert asked.returncode == 0


def test_it_goes_on_when_the_parent_is_killed_but_nobody_knows_how_it_ended(place) -> None:
    asked, program = begun(place, "soon")
    (parent,) = [
        told["pid"] for told in client.running().values() if program.pid in told["kernels"]
    ]
    os.kill(parent, signal.SIGKILL)
    assert ended(parent)
    assert program.is_running()
    assert asked.communicate("", timeout=SECONDS)[0] == "done\n"
    assert asked.returncode == 255


def test_who_is_no_kernel_of_ours_gets_none(place) -> None:
    call = ("-c", FRONT.replace('"program"', '"ordinary"'))
    asked = front(place, "tell", call=call)
    assert "kernels 'ordinary' are not forked" in asked.communicate(timeout=SECONDS)[1]


CHORE = """
import os, time
from pathlib import Path

def wait():
    here = Path(__file__).parent
    (here / "begun").touch()
    while not (here / "go").exists():
        time.sleep(0.02)
"""


def test_its_status_comes_back_while_the_parent_does_a_chore(place, stage, monkeypatch) -> None:
    (place / "wb_chore.py").write_text(CHORE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(place))
    stage_warm(stage, "program-chore", exercise=["wb_chore:wait"])
    asked = front(place, "tell", call=("-c", FRONT.replace('"program"', '"program-chore"')))
    until = time.monotonic() + SECONDS
    while not (place / "begun").exists() and time.monotonic() < until:
        time.sleep(0.02)
    try:
        _, err = asked.communicate("", timeout=SECONDS)
        assert (asked.returncode, err) == (7, "中文\n")
    finally:
        (place / "go").touch()
