"""Papermill on one kernel for many notebooks.

Starting a kernel and importing pandas costs seconds; the cells of a brief cost a fraction of one.
Whoever makes briefs therefore keeps a kernel and clears its names before each notebook. A kernel
that died or hung is replaced, so that one bad market can't take the others with it.
"""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import papermill
from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_core.utils import ensure_event_loop, run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.execute import raise_for_execution_errors

from workbench.kernel.prompt import PromptKernelClient
from workbench.kernel.spec import NAME as WARM
from workbench.reports.ahead import AheadClient
from workbench.scratch import Scratch

ENGINE = "workbench-shared-kernel"
PLAIN = "python3"
JOB_SECONDS = 300.0
START_SECONDS = 120
NO_HISTORY = "--HistoryManager.enabled=False"
"""Argument of a kernel: what a brief runs has no place in the user's own history of commands."""
NO_NAP = "--IPythonKernel._execute_sleep=0"
"""Argument of a kernel: it need not sleep after each cell for those who don't wait for its outputs;
nbclient does."""
LONGEST_SOCKET = 90
"""Characters of a path that surely fit into the address of a local socket."""
CLEAR = (
    "[get_ipython().user_ns.pop(name)"
    " for name in set(get_ipython().user_ns) - set(get_ipython().user_ns_hidden)]"
)
"""What ``%reset`` does to the names, without its walk over all objects (0.3 s with pandas)."""


class KernelStartError(RuntimeError):
    """The kernel did not start, or did not answer in time."""


class KernelEndedError(RuntimeError):
    """The kernel ended before the notebook did."""


class JobTimeoutError(TimeoutError):
    """The notebook took longer than it may; its kernel was killed."""


def kernel_name() -> str:
    """The kernelspec that briefs run on: the warm kernel's where it is installed."""
    try:
        KernelSpecManager().get_kernel_spec(WARM)
    except NoSuchKernel:
        return PLAIN
    return WARM


class SharedKernelEngine(NBClientEngine):
    """Papermill's own engine, on a kernel and channels that it is given and leaves open."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        km: AsyncKernelManager,
        kc: AsyncKernelClient,
        seconds: float,
        **kwargs: Any,
    ) -> None:
        """Run the notebook's cells on ``km`` through ``kc``, all of them in ``seconds``.

        Other arguments are papermill's.
        """
        end = time.monotonic() + seconds

        def left(cell: NotebookNode) -> float:
            return max(0.01, end - time.monotonic())  # nbclient takes 0 for no bound at all

        client = PapermillNotebookClient(
            nb_man, km=km, kernel_name=kernel_name, timeout=max(1, int(seconds)), timeout_func=left
        )
        client.kc = AheadClient(kc, client)
        client.execute()


class SharedKernel:
    """A kernel that runs one notebook after the other.

    It belongs to the thread that runs notebooks on it; only :meth:`kill` may come from another.
    """

    def __init__(self) -> None:
        papermill_engines.register(ENGINE, SharedKernelEngine)
        self._manager: AsyncKernelManager | None = None
        self._client: AsyncKernelClient | None = None
        self._folder: Scratch | None = None

    def ready(self) -> None:
        """Have a living kernel; a dead one is replaced.

        Raises
        ------
        KernelStartError
            If there is none now; another call tries again.
        """
        if self._manager is not None and run_sync(self._manager.is_alive)():
            return
        self.close()
        try:
            self._start()
        except Exception as error:
            self.close()
            raise KernelStartError(str(error)) from error
        except BaseException:
            self.close()
            raise

    def run(
        self, notebook: str, parameters: dict[str, Any], seconds: float = JOB_SECONDS
    ) -> NotebookNode:
        """The executed notebook; names of the run before are cleared first.

        Raises
        ------
        papermill.exceptions.PapermillExecutionError
            If a cell raised.
        KernelStartError
            If there is no kernel.
        KernelEndedError
            If the kernel died; the next run gets a new one.
        JobTimeoutError
            If it was not done in ``seconds``; the next run gets a new kernel.
        """
        self.ready()
        assert self._client is not None
        # No need to wait: the kernel answers in order, so this is done before the first cell.
        self._client.execute(CLEAR, silent=True)
        kernel_name = PLAIN  # names the language of the parameters; the kernel is there
        try:
            # Papermill's steps one by one: in one call it would write the executed notebook, as
            # text with figures in it, for nobody.
            prepared = papermill.execute_notebook(
                notebook, None, parameters, kernel_name=kernel_name, prepare_only=True
            )
            executed: NotebookNode = papermill_engines.execute_notebook_with_engine(
                ENGINE,
                prepared,
                kernel_name,
                progress_bar=False,
                km=self._manager,
                kc=self._client,
                seconds=seconds,
            )
            raise_for_execution_errors(executed, None)
            return executed
        except papermill.exceptions.PapermillExecutionError:
            raise
        except CellTimeoutError as error:
            self.close()
            raise JobTimeoutError(f"not done in {seconds:g} s") from error
        except DeadKernelError as error:
            self.close()
            raise KernelEndedError(str(error)) from error
        except BaseException:  # interrupted: what it still does is unknown
            self.close()
            raise

    def kill(self) -> None:
        """End the kernel at once, from any thread; who runs a notebook on it finds it dead."""
        manager = self._manager
        process = getattr(getattr(manager, "provisioner", None), "process", None)
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()

    def close(self) -> None:
        """End the kernel."""
        if self._client is not None:
            self._client.stop_channels()
        if self._manager is not None:
            run_sync(self._manager.shutdown_kernel)(now=True)
        if self._folder is not None:
            self._folder.cleanup()
        self._manager = self._client = self._folder = None

    def _start(self) -> None:
        # Sockets in a folder of ours can't be taken by another process, as free ports can; and the
        # file that names them is swept with it, where Jupyter's own would stay after a kill.
        self._folder = Scratch("kernel")
        address = str(Path(self._folder.name) / "kernel")
        local = os.name == "posix" and len(address) < LONGEST_SOCKET
        where = {"transport": "ipc", "ip": address} if local else {}
        self._manager = AsyncKernelManager(
            kernel_name=kernel_name(),
            client_factory=PromptKernelClient,
            connection_file=str(Path(self._folder.name) / "kernel.json"),
            **where,
        )
        run_sync(self._manager.start_kernel)(extra_arguments=[NO_HISTORY, NO_NAP])
        self._client = self._manager.client()
        self._client.start_channels()
        run_sync(self._client.wait_for_ready)(timeout=START_SECONDS)


@contextmanager
def shared_kernel() -> Iterator[SharedKernel]:
    """A kernel for this thread; it is ended with the block, whatever happens in it."""
    kernel = SharedKernel()
    try:
        yield kernel
    finally:
        kernel.close()


_here = threading.local()


def kernel_of_thread() -> SharedKernel:
    """The kernel of the thread that calls, or of the worker process; begun when first used."""
    if not hasattr(_here, "kernel"):
        _here.kernel = SharedKernel()
    kernel: SharedKernel = _here.kernel
    return kernel


def end_thread() -> None:
    """End the kernel of the thread that calls, and the event loop that its channels used."""
    kernel_of_thread().close()
    del _here.kernel
    ensure_event_loop().close()
    asyncio.set_event_loop(None)
