"""Papermill on one kernel for a whole batch.

Starting a kernel and importing pandas costs seconds; the cells of a brief cost a fraction of
one. The batch therefore keeps one kernel and clears its names before each notebook. A kernel
that died is replaced, so that one bad market can't take the others with it.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import papermill
from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "workbench-shared-kernel"
CELL_SECONDS = 300
START_SECONDS = 120
LONGEST_SOCKET = 90
"""Characters of a path that surely fit into the address of a local socket."""
CLEAR = (
    "[get_ipython().user_ns.pop(name)"
    " for name in set(get_ipython().user_ns) - set(get_ipython().user_ns_hidden)]"
)
"""What ``%reset`` does to the names, without its walk over all objects (0.3 s with pandas)."""


class SharedKernelEngine(NBClientEngine):
    """Papermill's own engine, on a kernel and channels that it is given and leaves open."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        km: AsyncKernelManager,
        kc: AsyncKernelClient,
        **kwargs: Any,
    ) -> None:
        """Run the notebook's cells on ``km`` through ``kc``; other arguments are papermill's."""
        client = PapermillNotebookClient(
            nb_man, km=km, kernel_name=kernel_name, timeout=CELL_SECONDS
        )
        client.kc = kc
        client.execute()


class SharedKernel:
    """A kernel that runs one notebook after the other."""

    def __init__(self) -> None:
        self._manager: AsyncKernelManager | None = None
        self._client: AsyncKernelClient | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def run(self, notebook: str, parameters: dict[str, Any]) -> NotebookNode:
        """The executed notebook; names of the run before are cleared first.

        Raises
        ------
        papermill.exceptions.PapermillExecutionError
            If a cell raised.
        RuntimeError
            If the kernel died; the next run gets a new one.
        """
        if self._manager is None or not run_sync(self._manager.is_alive)():
            self._start()
        assert self._client is not None
        # No need to wait: the kernel answers in order, so this is done before the first cell.
        self._client.execute(CLEAR, silent=True)
        try:
            return papermill.execute_notebook(
                notebook,
                None,
                parameters=parameters,
                engine_name=ENGINE,
                kernel_name="python3",
                progress_bar=False,
                km=self._manager,
                kc=self._client,
            )
        except papermill.exceptions.PapermillExecutionError:
            raise
        except BaseException:  # it hangs, died or was interrupted: what it still does is unknown
            self.close()
            raise

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
        for attempt in (1, 2):
            self.close()
            # Sockets in a folder of ours can't be taken by another process, as free ports can.
            self._folder = tempfile.TemporaryDirectory(prefix="workbench-")
            address = str(Path(self._folder.name) / "kernel")
            local = os.name == "posix" and len(address) < LONGEST_SOCKET
            where = {"transport": "ipc", "ip": address} if local else {}
            self._manager = AsyncKernelManager(kernel_name="python3", **where)
            try:
                run_sync(self._manager.start_kernel)()
                self._client = self._manager.client()
                self._client.start_channels()
                run_sync(self._client.wait_for_ready)(timeout=START_SECONDS)
                return
            except RuntimeError:
                if attempt == 2:
                    self.close()
                    raise


@contextmanager
def shared_kernel() -> Iterator[SharedKernel]:
    """A kernel for a batch; it is ended with the block, whatever happens in it."""
    papermill_engines.register(ENGINE, SharedKernelEngine)
    kernel = SharedKernel()
    try:
        yield kernel
    finally:
        kernel.close()
