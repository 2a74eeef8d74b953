"""How kernels and their parent start, end and outlive each other."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from jupyter_client import AsyncKernelManager, KernelManager

from tests.kernel.conftest import SECONDS, ended, eventually, processes, stage_warm, started
from workbench.kernel import client
from workbench.kernel.errors import UnavailableError
from workbench.kernel.prepare import prepare
from workbench.kernel.process import PATIENCE

BOTH = pytest.mark.parametrize("name", ["ordinary", "warm"])


def parent_of(kernel) -> int:
    return kernel.value("__import__('os').getppid()")


def spares_of(pid: int) -> list[int]:
    return next((p["spares"] for p in client.running().values() if p["pid"] == pid), [])


@BOTH
@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("__import__('os')._exit(7)", 7),
        ("__import__('os').kill(__import__('os').getpid(), 9)", -9),
        ("__import__('os').abort()", -6),
        ("exit()", 0),
    ],
)
def test_exit_status(stage, name, ending, code) -> None:
    with started(name) as kernel:
        process = kernel.process
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.01)
        kernel.client.execute(ending)
        assert process.wait(timeout=SECONDS) == code
        assert process.poll() == process.returncode == code
        assert not kernel.manager.is_alive()


@BOTH
@pytest.mark.parametrize("now", [True, False])
def test_restart_is_a_new_process_behind_the_same_ports(stage, name, now) -> None:
    with started(name, cwd=str(stage)) as kernel:
        kernel.run("x = 1")
        before = kernel.process.pid, kernel.manager.get_connection_info()
        kernel.manager.restart_kernel(now=now)
        kernel.client.wait_for_ready(timeout=SECONDS)
        assert kernel.value("['x' in globals(), __import__('os').getcwd()]") == [False, str(stage)]
        assert kernel.process.pid != before[0]
        assert kernel.manager.get_connection_info() == before[1]
        assert ended(before[0])


@BOTH
def test_shutdown_ends_it_and_forgets_the_process(stage, name) -> None:
    with started(name) as kernel:
        pid = kernel.process.pid
        kernel.manager.shutdown_kernel()
        assert not kernel.manager.has_kernel
        assert ended(pid)
        assert not Path(kernel.manager.connection_file).exists()


@BOTH
def test_a_kernel_that_hears_nothing_is_killed(stage, name) -> None:
    with started(name) as kernel:
        process = kernel.process
        kernel.manager.shutdown_wait_time = 0.4
        os.kill(process.pid, signal.SIGSTOP)
        until = time.monotonic() + SECONDS
        while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
            assert time.monotonic() < until
            time.sleep(0.02)
        kernel.manager.shutdown_kernel()
        assert process.returncode == -signal.SIGKILL


@BOTH
def test_under_an_event_loop(stage, name) -> None:
    async def use() -> list:
        manager = AsyncKernelManager(kernel_name=name)
        await manager.start_kernel()
        talk = manager.client()
        talk.start_channels()
        try:
            await talk.wait_for_ready(timeout=SECONDS)
            told = await talk.execute_interactive("2 + 2", timeout=SECONDS)
            await manager.restart_kernel()
            await talk.wait_for_ready(timeout=SECONDS)
            alive = await manager.is_alive()
            info = await manager.provisioner.get_provisioner_info()
            return [told["content"]["status"], alive, info["pid"] == info["pgid"]]
        finally:
            talk.stop_channels()
            await manager.shutdown_kernel()

    assert asyncio.run(use()) == ["ok", True, True]


REQUESTER = """
import sys, time
from jupyter_client import KernelManager
manager = KernelManager(kernel_name=sys.argv[1])
manager.start_kernel(independent=sys.argv[2] == "independent")
talk = manager.client(); talk.start_channels(); talk.wait_for_ready(timeout=120)
print(manager.provisioner.process.pid, flush=True)
time.sleep(600)
"""


def killed_requester(name: str, how: str = "watched") -> int:
    """The kernel of a requester that was killed."""
    command = [sys.executable, "-c", REQUESTER, name, how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as requester:
        pid = int(requester.stdout.readline().split()[-1]) if how == "watched" else 0
        while not pid:  # an independent kernel says how to end it, on the same stream
            line = requester.stdout.readline()
            pid = int(line) if line.strip().isdigit() else 0
        requester.kill()
    return pid


@BOTH
def test_a_kernel_ends_with_its_requester(stage, name) -> None:
    assert ended(killed_requester(name))


@BOTH
def test_an_independent_kernel_outlives_its_requester(stage, name) -> None:
    pid = killed_requester(name, "independent")
    time.sleep(1.5)  # longer than ipykernel takes to look
    os.kill(pid, signal.SIGKILL)
    assert ended(pid)


def test_kernels_outlive_their_parent_and_the_next_gets_a_new_one(stage) -> None:
    stage_warm(stage, "orphans")
    with started("orphans") as first:
        parent = parent_of(first)
        first.run("x = 41")
        os.kill(parent, signal.SIGKILL)
        assert ended(parent)
        assert first.value("x + 1") == 42
        assert first.process.poll() is None
        first.manager.interrupt_kernel()
        with started("orphans") as second:
            assert parent_of(second) not in (parent, 1)
            assert first.value("x + 1") == 42
        pid = first.process.pid
        first.manager.restart_kernel(now=True)
        first.client.wait_for_ready(timeout=SECONDS)
        assert ended(pid)
        assert first.value("2") == 2


def test_an_orphan_still_ends_with_its_requester(stage) -> None:
    stage_warm(stage, "both")
    command = [sys.executable, "-c", REQUESTER, "both", "watched"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as requester:
        pid = int(requester.stdout.readline().split()[-1])
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(parent, signal.SIGKILL)
        assert ended(parent)
        os.kill(pid, 0)
        requester.kill()
    assert ended(pid)


def test_the_status_of_an_orphan_is_unknown(stage) -> None:
    stage_warm(stage, "unknown")
    with started("unknown") as kernel:
        process = kernel.process
        os.kill(parent_of(kernel), signal.SIGKILL)
        kernel.client.execute("__import__('os')._exit(7)")
        assert process.wait(timeout=SECONDS) == 255


def test_nobody_is_held_up_by_a_parent_that_hangs(stage) -> None:
    """Who looks whether it lives goes on at once; in the end the status counts as unknown."""
    stage_warm(stage, "hangs")
    with started("hangs") as kernel:
        process, parent = kernel.process, parent_of(kernel)
        os.kill(parent, signal.SIGSTOP)
        try:
            os.kill(process.pid, signal.SIGKILL)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=0.2)
            began = time.monotonic()
            assert process.poll() is None
            assert time.monotonic() - began < PATIENCE / 2
            assert process.wait(timeout=SECONDS) == 255
        finally:
            os.kill(parent, signal.SIGCONT)


def test_spares_are_used_and_replaced(stage) -> None:
    stage_warm(stage, "spares", spares=2)
    with started("spares") as first:
        parent = parent_of(first)
        eventually(lambda: len(spares_of(parent)), 2)
        spare = spares_of(parent)[0]
        with started("spares") as second:
            assert second.process.pid == spare
            eventually(lambda: len(spares_of(parent)), 2)
            assert spare not in spares_of(parent)
        victim = spares_of(parent)[0]
        os.kill(victim, signal.SIGKILL)
        eventually(lambda: victim in spares_of(parent), False)
        eventually(lambda: len(spares_of(parent)), 2)


def test_without_spares_each_is_forked(stage) -> None:
    stage_warm(stage, "none", spares=0)
    with started("none") as first, started("none") as second:
        assert parent_of(first) == parent_of(second)
        assert spares_of(parent_of(first)) == []


def test_an_idle_parent_ends_and_leaves_nothing(stage) -> None:
    stage_warm(stage, "idle", idle_seconds=0.1)
    before = set(client.default_folder().iterdir()) if client.default_folder().exists() else set()
    with started("idle") as kernel:
        parent = parent_of(kernel)
        eventually(lambda: len(spares_of(parent)), 1)
        (spare,) = spares_of(parent)
        time.sleep(0.3)  # longer than its patience: a live kernel keeps it
        assert kernel.value("1") == 1
        assert parent_of(kernel) == parent
    assert ended(parent)
    assert ended(spare)
    assert set(client.default_folder().iterdir()) <= before


def test_a_parent_that_is_told_so_ends_after_its_last_kernel(stage) -> None:
    stage_warm(stage, "told")
    with started("told") as kernel:
        parent = parent_of(kernel)
        (key,) = [key for key, told in client.running().items() if told["pid"] == parent]
        place = client.Place(client.default_folder())
        with place.connect(key, SECONDS) as connection:
            client.protocol.send(connection, {"version": client.VERSION, "request": "retire"})
            client.protocol.receive(connection)
        place.close()
        assert key not in client.running()
        with started("told") as other:
            assert parent_of(other) != parent
        assert kernel.value("1") == 1
        os.kill(parent, 0)
        kernel.client.execute("__import__('os')._exit(3)")
        assert kernel.process.wait(timeout=SECONDS) == 3
    assert ended(parent)


def test_requesters_at_once_share_one_parent(stage) -> None:
    stage_warm(stage, "shared")
    command = [sys.executable, "-c", REQUESTER, "shared", "watched"]
    with contextlib.ExitStack() as stack:
        requesters = [
            stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            for _ in range(3)
        ]
        try:
            pids = [int(requester.stdout.readline().split()[-1]) for requester in requesters]
            stats = [Path(f"/proc/{pid}/stat").read_text() for pid in pids]
            assert len(set(pids)) == 3
            assert len({stat.rpartition(")")[2].split()[1] for stat in stats}) == 1
        finally:
            for requester in requesters:
                requester.kill()
    assert all(ended(pid) for pid in pids)


def test_threads_at_once_get_a_kernel_each(stage) -> None:
    pids = []

    def use() -> None:
        with started("warm") as kernel:
            pids.append(kernel.value("__import__('os').getpid()"))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(pids)) == 4


def test_the_parent_keeps_nothing_of_its_first_requester(stage, tmp_path) -> None:
    """Neither its open files nor its group, so that Ctrl-C there does not reach it."""
    stage_warm(stage, "apart")
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        with started("apart") as kernel:
            parent = parent_of(kernel)
    assert os.getsid(parent) != os.getsid(0)
    held = [str(path.readlink()) for path in Path(f"/proc/{parent}/fd").iterdir()]
    assert str(tmp_path / "open") not in held
    assert Path(f"/proc/{parent}/cwd").readlink() == Path("/")
    assert held.count("/dev/null") == 1
    assert Path(f"/proc/{parent}/fd/2").readlink().suffix == ".log"
    assert [p.pid for p in processes(stage) if p.ppid() == os.getpid()] == []


def test_a_parent_can_be_started_ahead(stage) -> None:
    stage_warm(stage, "ahead")
    before = set(client.running())
    asyncio.run(prepare("ahead"))
    asyncio.run(prepare("ahead"))
    asyncio.run(prepare("ordinary"))
    (key,) = set(client.running()) - before
    with started("ahead", env={**os.environ, "QUERY_STRING": "market=ID"}) as kernel:
        assert parent_of(kernel) == client.running()[key]["pid"]


def test_what_cannot_be_forked_cannot_be_prepared(stage, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "relative")
    with pytest.raises(UnavailableError, match="relative entry"):
        asyncio.run(prepare("warm"))


@BOTH
def test_over_local_sockets(stage, name, tmp_path) -> None:
    manager = KernelManager(kernel_name=name, transport="ipc", ip=str(tmp_path / "k"))
    manager.start_kernel()
    talk = manager.client()
    talk.start_channels()
    try:
        talk.wait_for_ready(timeout=SECONDS)
        assert talk.execute_interactive("1", timeout=SECONDS)["content"]["status"] == "ok"
    finally:
        talk.stop_channels()
        manager.shutdown_kernel(now=True)
    assert list(tmp_path.iterdir()) == []


def test_several_threads_may_look_how_it_ended(stage) -> None:
    """As when a batch is stopped: one ends the kernel, another one waits for it."""
    stage_warm(stage, "looked")
    for _ in range(5):
        with started("looked") as kernel:
            process, found = kernel.process, []

            def look(process=process, found=found) -> None:
                while (code := process.poll()) is None:
                    pass
                found.append(code)

            threads = [threading.Thread(target=look) for _ in range(6)]
            for thread in threads:
                thread.start()
            process.kill()
            for thread in threads:
                thread.join(SECONDS)
            assert found == [-signal.SIGKILL] * 6
