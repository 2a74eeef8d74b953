"""Cells sent to a kernel ahead of their turn, so that it works while their outputs are read.

nbclient sends a cell, reads all that comes of it, and only then sends the next: a kernel idles for
as long as the client takes, and both wait for each other's messages. A kernel answers in order,
and refuses what it has been sent once a cell has failed (``stop_on_error``), so all can be sent at
once; who asks for a cell later gets the request that is already under way. What was still on its
way to the kernel when a cell failed may run, and is read by nobody.
"""

from collections import deque
from typing import Any

from jupyter_client import AsyncKernelClient
from nbclient import NotebookClient
from nbformat import NotebookNode


class AheadClient:
    """A kernel client of one run of a notebook; anything but cells is passed on.

    Parameters
    ----------
    client
        With open channels.
    runner
        Who will ask for the cells of its notebook, in their order.
    """

    def __init__(self, client: AsyncKernelClient, runner: NotebookClient) -> None:
        self._client = client
        self._sent: deque[tuple[str, str]] = deque()
        for cell in runner.nb.cells:
            if runs(cell, runner):
                stop = not allows_errors(cell, runner)
                asked = client.execute(cell.source, store_history=True, stop_on_error=stop)
                self._sent.append((cell.source, asked))

    def execute(self, code: str, **asked: Any) -> str:
        """The id of the request for a cell.

        Raises
        ------
        RuntimeError
            If another cell was sent for this turn.
        """
        sent, found = self._sent.popleft() if self._sent else ("", "")
        if sent != code:
            raise RuntimeError(f"The kernel was asked for another cell than {code!r} ahead.")
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def runs(cell: NotebookNode, runner: NotebookClient) -> bool:
    """Whether nbclient sends a cell at all."""
    tags = cell.metadata.get("tags", [])
    return bool(
        cell.cell_type == "code" and cell.source.strip() and runner.skip_cells_with_tag not in tags
    )


def allows_errors(cell: NotebookNode, runner: NotebookClient) -> bool:
    """Whether the cells after one run even if it fails."""
    if runner.force_raise_errors:
        return False
    return bool(runner.allow_errors or "raises-exception" in cell.metadata.get("tags", []))
