"""Where no kernel can be forked, an ordinary one starts, and one line says why."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernel.conftest import SECONDS, rested, stage_warm, started
from workbench.kernel import client
from workbench.kernel.spec import kernel_spec, stage_spec


@pytest.fixture
def lines(caplog):
    """What jupyter_client's log says of ways to start."""
    caplog.set_level(logging.WARNING)
    return lambda: [
        record.getMessage() for record in caplog.records if "ordinary way" in record.getMessage()
    ]


def ordinary(name: str, **options: object) -> None:
    """Start a kernel and find that it is one of Popen's."""
    with started(name, **options) as kernel:
        assert isinstance(kernel.process, subprocess.Popen)
        assert kernel.value("1 + 1") == 2


@pytest.mark.parametrize(
    ("home", "lacking"), [("os", "fork"), ("os", "pidfd_open"), ("socket", "SO_PEERCRED")]
)
def test_a_system_that_lacks_something(stage, monkeypatch, lines, home, lacking) -> None:
    import workbench.kernel.provisioner as module

    class Lacking:
        def __getattr__(self, name: str) -> object:
            if name == lacking:
                raise AttributeError(name)
            return getattr(__import__(home), name)

    monkeypatch.setattr(module, home, Lacking())
    ordinary("warm")
    (line,) = lines()
    assert line.endswith(f"not forked: this system lacks {lacking}.")


def test_a_parent_that_fails(stage, lines, tmp_path) -> None:
    (tmp_path / "wb_fatal.py").write_text("import os; os._exit(3)\n", encoding="utf-8")
    stage_warm(stage, "fatal", preload=["wb_fatal"])
    ordinary("fatal", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    (line,) = lines()
    assert "the preloaded process did not start: see" in line


def test_a_parent_that_takes_too_long(stage, lines, tmp_path) -> None:
    (tmp_path / "wb_slow.py").write_text("import time; time.sleep(3)\n", encoding="utf-8")
    stage_warm(stage, "slow", preload=["wb_slow"], start_seconds=0.5, idle_seconds=0.1)
    ordinary("slow", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    (line,) = lines()
    assert "took more than 0.5 s" in line


def test_a_preloaded_module_with_a_thread(stage, lines, tmp_path) -> None:
    code = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    (tmp_path / "wb_thread.py").write_text(code, encoding="utf-8")
    stage_warm(stage, "threads", preload=["wb_thread"])
    ordinary("threads", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    ordinary("threads", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert [line[line.index("the preloaded") :] for line in lines()] == [
        "the preloaded process has 2 threads, not 1."
    ] * 2


def test_modules_and_functions_that_fail_are_left_to_the_kernel(stage, lines, tmp_path) -> None:
    code = "def works():\n    global done\n    done = True\ndef fails():\n    raise OSError('no')\n"
    (tmp_path / "wb_sample.py").write_text(code, encoding="utf-8")
    exercise = ["wb_sample:works", "wb_sample:fails", "wb_sample:missing", "nothing"]
    stage_warm(stage, "partly", preload=["wb_missing", "wb_sample"], exercise=exercise)
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with started("partly", env=env) as kernel:
        parent = kernel.value("__import__('os').getppid()")
        rested(parent)
    with started("partly", env=env) as kernel:
        assert kernel.value("__import__('wb_sample').done") is True
        assert kernel.value("__import__('os').getppid()") == parent
        log = Path(f"/proc/{parent}/fd/2").readlink().read_text(encoding="utf-8")
    assert "not preloaded: wb_missing: ModuleNotFoundError" in log
    assert "not exercised: wb_sample:fails: OSError('no')" in log
    assert "not exercised: wb_sample:missing: AttributeError" in log
    assert "not exercised: nothing: " in log
    assert lines() == []


def test_a_folder_that_is_open_to_others(stage, lines, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "warm-kernels").mkdir()
    (tmp_path / "warm-kernels").chmod(0o755)
    ordinary("warm")
    (line,) = lines()
    assert "open to nobody else (chmod 700)" in line


def test_a_runtime_folder_that_can_not_be_made(stage, lines, tmp_path, monkeypatch) -> None:
    (tmp_path / "file").touch()  # also root can't make a folder in it
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "file" / "runtime"))
    ordinary("warm")
    (line,) = lines()
    assert f"{tmp_path}/file/runtime/warm-kernels can't be made: " in line


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"env": {**os.environ, "PYTHONPATH": "here"}}, "PYTHONPATH has the relative entry 'here'"),
        ({"umask": 0o77}, "these arguments of Popen can't be handed over: umask"),
    ],
)
def test_what_cannot_be_handed_over(stage, lines, options, reason) -> None:
    ordinary("warm", **options)
    (line,) = lines()
    assert reason in line


def test_another_command(stage, lines) -> None:
    stage_warm(stage, "other")
    spec = kernel_spec()
    spec["argv"] = ["python", "-c", "from ipykernel import kernelapp; kernelapp.main()", "-f"]
    spec["argv"].append("{connection_file}")
    stage_spec(stage, spec, "other")
    ordinary("other")
    (line,) = lines()
    assert "is no `python -m ipykernel_launcher`" in line


@pytest.mark.parametrize("name", ["ordinary", "warm"])
def test_a_folder_that_is_not_there_is_the_same_error(stage, tmp_path, name, lines) -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        ordinary(name, cwd=str(tmp_path / "missing"))


def test_a_parent_that_does_not_answer_is_ended_and_its_kernels_go_on(
    stage, lines, monkeypatch
) -> None:
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.3)
    stage_warm(stage, "stuck")
    with started("stuck") as kernel:
        parent = kernel.value("__import__('os').getppid()")
        os.kill(parent, signal.SIGSTOP)
        ordinary("stuck")
        (line,) = lines()
        assert "the preloaded process did not answer" in line
        monkeypatch.undo()
        assert kernel.value("6 * 7") == 42
        with started("stuck") as next_one:  # by a new parent, at once
            assert next_one.value("__import__('os').getppid()") not in (parent, os.getpid())


def test_a_parent_that_can_not_be_begun_keeps_nobody_from_the_next(
    stage, lines, monkeypatch
) -> None:
    """The log can't be made, as with a full disk: the right to be the parent is given back."""
    stage_warm(stage, "unlucky")

    def full(_place, _key):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(client.Place, "log", full)
    ordinary("unlucky")
    assert any("No space left" in line for line in lines())
    monkeypatch.undo()
    with started("unlucky") as kernel:
        assert kernel.value("__import__('os').getppid()") != os.getpid()


TWO = """
import sys
from jupyter_client import KernelManager
if len(sys.argv) > 1:
    import logging
    logging.basicConfig(format="heard %(message)s")
for _ in range(2):
    manager = KernelManager(kernel_name="warm")
    manager.start_kernel()
    manager.shutdown_kernel(now=True)
"""


@pytest.mark.parametrize(("words", "begin", "count"), [((), "Kernel", 1), (("log",), "heard", 2)])
def test_a_program_without_a_log_says_it_once(stage, tmp_path, words, begin, count) -> None:
    (tmp_path / "warm-kernels").mkdir()
    (tmp_path / "warm-kernels").chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", TWO, *words],
        env={**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path)},
        capture_output=True, text=True, check=True, timeout=SECONDS,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "ordinary way" in line]
    assert len(said) == count
    assert all(line.startswith(begin) and line.endswith("(chmod 700).") for line in said)
