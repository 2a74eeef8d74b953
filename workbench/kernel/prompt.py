"""A kernel client that is ready as soon as its kernel is.

Jupyter's own listens for another 0.2 s after the kernel has answered, to throw away what comes; as
a rule that is nothing. Name this one as ``KernelManager.client_class``.
"""

import time
from queue import Empty
from typing import Any

from jupyter_client import AsyncKernelClient

LISTEN_SECONDS = 0.2
"""How long to listen for what the kernel publishes, before it is asked again."""
_LOOK_SECONDS = 1.0


class PromptKernelClient(AsyncKernelClient):
    """Jupyter's client, but what its own question has brought is all that it takes off the line."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return once the kernel answers and what it publishes arrives.

        Raises
        ------
        RuntimeError
            If the kernel ended, or did not answer in ``timeout`` seconds.
        """
        until = time.monotonic() + timeout if timeout is not None else float("inf")
        while True:
            asked = self.kernel_info()
            answer = await self._answer(asked)
            if answer is not None and await self._heard(asked):
                self._handle_kernel_info_reply(answer)
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    async def _answer(self, asked: str) -> dict[str, Any] | None:
        try:
            while True:
                found: dict[str, Any] = await self.get_shell_msg(timeout=_LOOK_SECONDS)
                if found["parent_header"].get("msg_id") == asked:
                    return found
        except Empty:
            return None

    async def _heard(self, asked: str) -> bool:
        """Take what was published up to the end of the answer; False if nothing came of it."""
        try:
            while True:
                found = await self.get_iopub_msg(timeout=LISTEN_SECONDS)
                ours = found["parent_header"].get("msg_id") == asked
                if ours and found["content"].get("execution_state") == "idle":
                    return True
        except Empty:
            return False
