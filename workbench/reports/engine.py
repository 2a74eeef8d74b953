"""Papermill on one kernel for a whole batch.

Starting a kernel and importing pandas costs seconds; the cells of a brief cost a fraction of
one. The batch therefore keeps one kernel and clears its names before each notebook. A kernel
that died is replaced, so that one bad market can't take the others with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import papermill
from jupyter_client.manager import KernelManager
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "workbench-shared-kernel"
CELL_SECONDS = 300
START_SECONDS = 120


class SharedKernelEngine(NBClientEngine):
    """Papermill's own engine, on a kernel that it is given and leaves running."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, km: KernelManager, **kwargs: Any
    ) -> None:
        """Run the notebook's cells on ``km``; the other arguments are papermill's."""
        client = PapermillNotebookClient(
            nb_man, km=km, kernel_name=kernel_name, timeout=CELL_SECONDS,
            startup_timeout=START_SECONDS)
        try:
            client.execute()
        finally:
            if client.kc is not None:
                client.kc.stop_channels()


class SharedKernel:
    """A kernel that runs one notebook after the other."""

    def __init__(self) -> None:
        self._manager: KernelManager | None = None

    def run(self, notebook: str, parameters: dict[str, Any]) -> NotebookNode:
        """The executed notebook; names of the run before are cleared first.

        Raises
        ------
        papermill.exceptions.PapermillExecutionError
            If a cell raised.
        """
        manager = self._ready()
        return papermill.execute_notebook(
            notebook, None, parameters=parameters, engine_name=ENGINE, kernel_name="python3",
            progress_bar=False, km=manager)

    def close(self) -> None:
        """End the kernel."""
        if self._manager is not None:
            self._manager.shutdown_kernel(now=True)
            self._manager = None

    def _ready(self) -> KernelManager:
        if self._manager is not None and not self._manager.is_alive():
            self.close()
        if self._manager is None:
            self._manager = KernelManager(kernel_name="python3")
            self._manager.start_kernel()
            return self._manager
        client = self._manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=START_SECONDS)
            client.execute_interactive("%reset -f", silent=True, timeout=START_SECONDS)
        finally:
            client.stop_channels()
        return self._manager


@contextmanager
def shared_kernel() -> Iterator[SharedKernel]:
    """A kernel for a batch; it is ended with the block, whatever happens in it."""
    papermill_engines.register(ENGINE, SharedKernelEngine)
    kernel = SharedKernel()
    try:
        yield kernel
    finally:
        kernel.close()
