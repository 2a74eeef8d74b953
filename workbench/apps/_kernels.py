"""The kernels behind the pages: no more than the machine can hold."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import psutil
import tornado.web
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop
from traitlets import Integer, default

from workbench.apps._wire import MOST_UNREAD
from workbench.store.identity import USER_FROM

LEFT_SECONDS = 60
"""A kernel to which no page is connected for so long belongs to a page that was left. The worst
page load seen, on a busy machine and without warm kernels, took 16 s."""
AWAY_SECONDS = 90
"""So long a page may be cut off, by a network that fails or a laptop that sleeps, and finds its
kernel again; after that the page says that the kernel is lost, and one button brings it back."""
LOOK_SECONDS = 1.0
"""How often a page that is being made looks whether its kernel is still alive."""
SHARE, EACH = 0.6, 60_000_000
"""Of the memory that is free at the start this share is for kernels, each with so many bytes of its
own; ``bench/serve.py`` prints what one really takes."""


def room() -> int:
    """How many kernels this machine has room for: 4 to 200."""
    return max(4, min(200, int(psutil.virtual_memory().available * SHARE / EACH)))


class _Unread(list[tuple[str, list[bytes]]]):
    """Messages that are kept for a page; calls ``full`` once when they are too many."""

    def __init__(self, full: Callable[[], None]) -> None:
        super().__init__()
        self._full, self._size = full, 0

    def append(self, message: tuple[str, list[bytes]]) -> None:
        """Keep one more message, or none at all any longer."""
        if self._size <= MOST_UNREAD:
            super().append(message)
            self._size += sum(len(part) for part in message[1])
            if self._size > MOST_UNREAD:
                self.clear()
                self._full()


class Kernels(AsyncMappingKernelManager):
    """Jupyter's own kernel manager with a limit.

    Raises
    ------
    tornado.web.HTTPError
        503 on starting a kernel, where as many as may are alive and used.
    """

    most = Integer(config=True)
    """The most kernels alive at a time, 1 or more; default: :func:`room`."""

    ending = False
    """Whether all kernels are to go, because the server stops."""
    _starting = 0

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.users: dict[str, str] = {}
        """Kernel -> the user for whose page it was started, as the proxy named them; else empty."""
        self._left: dict[str, float] = {}

    @default("most")
    def _room(self) -> int:
        return room()

    async def start_kernel(self, *args: Any, **more: Any) -> str:  # type: ignore[override]
        """Start a kernel if there is room, else where a page was left without a word."""
        await self.make_room()
        return await self.start_reserved(*args, **more)

    def start_reserved(self, *args: Any, **more: Any) -> Coroutine[Any, Any, str]:
        """Start a kernel for which :meth:`make_room` has just found room; it is taken at once."""
        self._starting += 1
        return self._start_reserved(*args, **more)

    async def _start_reserved(self, *args: Any, **more: Any) -> str:
        try:
            kernel = str(await super().start_kernel(*args, **more))
            env = more.get("env") or {}
            self.users = {one: user for one, user in self.users.items() if one in self}
            self.users[kernel] = env.get(env.get(USER_FROM, ""), "")
            return kernel
        finally:
            self._starting -= 1

    async def make_room(self) -> None:
        """End kernels of pages that were left, if need be; raises where there is no room then."""
        if self._taken() >= self.most:
            await self.end_left(LEFT_SECONDS)
        if self._taken() >= self.most:
            raise tornado.web.HTTPError(503, log_message=f"{self.most} kernels are alive: no room")

    def start_buffering(self, kernel_id: str, session_key: str, channels: dict[str, Any]) -> None:
        """Keep what a kernel says while its page is away, up to a limit; beyond it the kernel ends.

        A page that comes back later learns that its kernel is lost, as after any other end.
        """
        super().start_buffering(kernel_id, session_key, channels)

        def end() -> None:
            self.log.warning("Ending kernel %s, which goes on talking to nobody", kernel_id)
            IOLoop.current().add_callback(self.shutdown_kernel, kernel_id, now=True)

        self._kernel_buffers[kernel_id]["buffer"] = _Unread(end)

    def _taken(self) -> int:
        return len(self.list_kernel_ids()) + self._starting

    async def _async_shutdown_kernel(self, kernel_id: str, *args: Any, **more: Any) -> Any:
        """End a kernel; at the end of all, that it has just ended by itself is what was wanted."""
        try:
            return await super()._async_shutdown_kernel(kernel_id, *args, **more)
        except tornado.web.HTTPError as error:
            if error.status_code != 404 or not self.ending:
                raise
            self.log.debug("Kernel %s had ended already", kernel_id)

    shutdown_kernel = _async_shutdown_kernel  # type: ignore[assignment]

    def notify_disconnect(self, kernel_id: str) -> None:
        """Notice that a page is gone, for now or for good."""
        super().notify_disconnect(kernel_id)
        self._left[kernel_id] = monotonic()

    async def end_left(self, seconds: float) -> None:
        """End each kernel that has had no page, and nothing to do, for so long.

        Tabs can't be relied on to say that they close, least of all in a crowd.
        """
        alive = self.list_kernel_ids()
        self._left = {kernel: since for kernel, since in self._left.items() if kernel in alive}
        ended = [kernel for kernel in alive if self._without_page(kernel) >= seconds]
        await asyncio.gather(*(self.shutdown_kernel(kernel, now=True) for kernel in ended))

    def _without_page(self, kernel: str) -> float:
        """For how many seconds it has had no page and nothing to do; 0 with a page to come."""
        manager = self.get_kernel(kernel)
        awaited = kernel not in self._left and getattr(manager, "execution_state", "") == "busy"
        if awaited or self._kernel_connections.get(kernel):
            return 0.0
        active = getattr(manager, "last_activity", None)
        idle = (datetime.now(UTC) - active).total_seconds() if active is not None else 0.0
        return min(idle, monotonic() - self._left.get(kernel, 0.0))


class Beginning:
    """A kernel manager for one page: its kernel starts while what stands before it is sent.

    It takes the place of :class:`Kernels` in the making of a page, which asks nothing else of it.

    Attributes
    ----------
    failed
        Done once the kernel can't be had, or has ended by itself.
    """

    def __init__(self, kernels: Kernels) -> None:
        self._kernels = kernels
        self._started: asyncio.Task[Any] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._closed = False
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start_kernel(self, **more: Any) -> str:
        """The id of a kernel that is being started; see :meth:`Kernels.start_kernel`."""
        await self._kernels.make_room()
        kernel = str(self._kernels.new_kernel_id(**more))
        starting = self._kernels.start_reserved(kernel_id=kernel, **more)
        self._started = asyncio.create_task(self._start(kernel, starting))
        return kernel

    async def get_kernel(self, _kernel: str) -> Any:
        """Its manager, once it has been started."""
        assert self._started is not None
        return await self._started

    async def _start(self, kernel: str, starting: Coroutine[Any, Any, str]) -> Any:
        try:
            await starting
            manager = self._kernels.get_kernel(kernel)
        except Exception as error:
            self._kernels.log.error("The kernel of a page can't be started", exc_info=error)
            self.failed.set_result(None)
            raise asyncio.CancelledError from error  # the page ends without it
        if not self._closed:
            self._watch = asyncio.create_task(self._until_end(manager))
        return manager

    async def _until_end(self, manager: Any) -> None:
        while await manager.is_alive():
            await asyncio.sleep(LOOK_SECONDS)
        if not self.failed.done():
            self.failed.set_result(None)

    def close(self) -> None:
        """Look no longer: the page is there, or given up; a kernel without one ends by itself."""
        self._closed = True
        if self._watch is not None:
            self._watch.cancel()
