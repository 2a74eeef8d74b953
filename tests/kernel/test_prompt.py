"""A kernel listens once it has been started, and a client of it waits no longer than need be."""

import time

import psutil
import pytest
from jupyter_client import AsyncKernelManager
from servers import aside

from tests.kernel.conftest import SECONDS
from workbench.kernel.prompt import PromptKernelClient


def run(name: str, what, **options):
    """A kernel on local sockets and a prompt client, for a coroutine."""

    async def whole():
        manager = AsyncKernelManager(
            kernel_name=name, client_factory=PromptKernelClient, transport="ipc", **options
        )
        await manager.start_kernel()
        talk = manager.client()
        try:
            return await what(manager, talk)
        finally:
            talk.stop_channels()
            await manager.shutdown_kernel(now=True)

    return aside(whole)


def test_a_started_kernel_has_bound_its_sockets(stage, tmp_path) -> None:
    async def look(manager, _talk):
        return sorted(path.name for path in tmp_path.iterdir())

    found = run("warm", look, ip=str(tmp_path / "k"))
    assert found == [f"k-{number}" for number in range(1, 6)]


@pytest.mark.parametrize("name", ["warm", "ordinary"])
def test_ready_means_that_nothing_of_what_follows_is_missed(stage, tmp_path, name) -> None:
    """The ordinary kernel is not there yet when its client asks."""

    async def talk_to_it(_manager, talk):
        talk.start_channels()
        await talk.wait_for_ready(timeout=SECONDS)
        seen = []
        for number in range(3):
            await talk.execute_interactive(
                f"print({number})",
                timeout=SECONDS,
                output_hook=lambda message: seen.append(
                    message["content"].get("text") or message["content"].get("execution_state")
                ),
            )
        return seen

    found = run(name, talk_to_it, ip=str(tmp_path / "k"))
    assert [one for one in found if one] == [
        part for number in range(3) for part in ("busy", f"{number}\n", "idle")
    ]


def test_nothing_older_is_taken_for_the_answer(stage, tmp_path) -> None:
    """Another question of the same client, asked before, has its own answer and its own end."""

    async def ask_first(_manager, talk):
        talk.start_channels()
        talk.execute("print('old')")
        await talk.wait_for_ready(timeout=SECONDS)
        asked = talk.execute("1")
        while True:
            message = await talk.get_iopub_msg(timeout=SECONDS)
            if message["content"].get("execution_state") == "idle":
                return message["parent_header"]["msg_id"] == asked

    assert run("warm", ask_first, ip=str(tmp_path / "k"))


def test_a_kernel_that_ends_is_no_reason_to_wait(stage, tmp_path) -> None:
    async def end_it(manager, talk):
        await manager.provisioner.kill()
        talk.start_channels()
        with pytest.raises(RuntimeError, match="died before replying"):
            await talk.wait_for_ready(timeout=SECONDS)

    run("warm", end_it, ip=str(tmp_path / "k"))


def test_a_kernel_that_does_not_answer_is_given_up_in_time(stage, tmp_path) -> None:
    async def stop_it(manager, talk):
        psutil.Process(manager.provisioner.pid).suspend()
        talk.start_channels()
        start = time.monotonic()
        with pytest.raises(RuntimeError, match="respond in 2 seconds"):
            await talk.wait_for_ready(timeout=2)
        assert time.monotonic() - start >= 2

    run("warm", stop_it, ip=str(tmp_path / "k"))


def test_a_killed_kernel_is_gone(stage, tmp_path) -> None:
    async def kill_it(manager, _talk):
        await manager.provisioner.kill()
        return await manager.is_alive()

    assert run("warm", kill_it, ip=str(tmp_path / "k")) is False
