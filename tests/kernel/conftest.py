"""Parents of our own in a folder of our own; at the end neither process nor socket is left."""

import contextlib
import json
import os
import select
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client import KernelManager
from jupyter_client.blocking import BlockingKernelClient

from workbench.kernel import client
from workbench.kernel.spec import kernel_spec, stage_spec

SECONDS = 120.0
"""How long anything may take before a test fails; nothing is expected to take a fraction of it."""


@pytest.fixture(scope="package")
def stage() -> Iterator[Path]:
    """A JUPYTER_PATH with ``ordinary`` and ``warm``, and folders that no other test uses.

    It goes with this package: tests of others would start their own processes in it.
    """
    root = Path(tempfile.mkdtemp(prefix="wb-kernel-"))
    stage_warm(root, "warm", preload=["numpy.random", "ipywidgets", "plotly.io", "json.tool"])
    ordinary = kernel_spec()
    del ordinary["metadata"]["kernel_provisioner"]
    stage_spec(root, ordinary, "ordinary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(root))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(root / "runtime"))
        patch.setenv("IPYTHONDIR", str(root / "ipython"))  # marks the processes, see processes()
        patch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        yield root
        client.retire()
        until = time.monotonic() + SECONDS
        while processes(root) and time.monotonic() < until:
            time.sleep(0.05)
        left = processes(root)
        told = list(map(described, left))
        sockets = [path.name for path in client.default_folder().glob("*.sock")]
        for process in left:
            process.kill()
    shutil.rmtree(root, ignore_errors=True)
    assert told == []
    assert sockets == []


def described(process: psutil.Process) -> str:
    """Which it is and what it does, for whoever finds it left behind."""
    try:
        return f"{process} {process.cmdline()} {process.cpu_times()}"
    except psutil.Error as error:  # a zombie has no command line
        return f"{process}: {error}"


def processes(root: Path) -> list[psutil.Process]:
    """Parents, spares and kernels of these tests."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            ours = process.environ().get("IPYTHONDIR") == str(root / "ipython")
            if ours and process.pid != os.getpid() and "kernel" in " ".join(process.cmdline()):
                found.append(process)
    return found


def stage_warm(root: Path, name: str, **config: Any) -> Path:
    """A kernelspec with a parent of its own, since it watches a file of its own."""
    spec = kernel_spec()
    mark = root / f"{name}.mark"
    mark.touch()
    defaults = {"watch": [str(mark)], "spares": 1, "idle_seconds": 600}
    spec["metadata"]["kernel_provisioner"]["config"] = {**defaults, **config}
    return stage_spec(root, spec, name)


class Kernel:
    """A kernel with its manager and client."""

    def __init__(self, manager: KernelManager, talk: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = talk

    @property
    def process(self) -> Any:
        """Popen, or what stands for it."""
        return self.manager.provisioner.process

    def run(self, code: str) -> str:
        """What the code prints; an exception in it is one here."""
        printed = []

        def take(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(code, output_hook=take, timeout=SECONDS)
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed)

    def begin(self, code: str) -> str:
        """Have code executed that does not end by itself; returns the request once it runs.

        Its error ends it alone: else what is asked right after it is refused for a moment.
        """
        asked = self.client.execute(f"print('runs', flush=True)\n{code}", stop_on_error=False)
        while self.client.get_iopub_msg(timeout=SECONDS)["msg_type"] != "stream":
            pass
        return asked

    def value(self, code: str) -> Any:
        """The value of an expression, by way of JSON."""
        return json.loads(self.run(f"import json; print(json.dumps({code}))"))


@contextlib.contextmanager
def started(name: str, **options: Any) -> Iterator[Kernel]:
    """A kernel that is ready, and ended with the block."""
    manager = KernelManager(kernel_name=name)
    manager.start_kernel(**options)
    talk = manager.client()
    try:
        talk.start_channels()
        talk.wait_for_ready(timeout=SECONDS)
        yield Kernel(manager, talk)
    finally:
        talk.stop_channels()
        manager.shutdown_kernel(now=True)


def ended(pid: int) -> bool:
    """Wait for a process to end; false if it still runs after all that time."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([fd], [], [], SECONDS)[0])
    finally:
        os.close(fd)


def eventually(found: Any, wanted: Any) -> None:
    """Wait until a function returns what it should."""
    until = time.monotonic() + SECONDS
    while found() != wanted and time.monotonic() < until:
        time.sleep(0.02)
    assert found() == wanted


def rested(parent: int) -> None:
    """Wait until a parent has called everything that it is to exercise."""
    until = time.monotonic() + SECONDS
    while any(one["pid"] == parent and one["chores"] for one in client.running().values()):
        assert time.monotonic() < until
        time.sleep(0.05)
