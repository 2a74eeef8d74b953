"""The answer to a page: its twin at once, then the live page as its kernel gets on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import tornado.web
from tornado.ioloop import IOLoop
from voila.tornado.handler import TornadoVoilaHandler

from workbench.apps._kernels import Beginning
from workbench.apps._pages import app_names
from workbench.apps._twin import twin
from workbench.domain.errors import WorkbenchError

GRACE_SECONDS = 5.0
"""How long a page whose kernel has ended may take to say so itself."""


class Page(TornadoVoilaHandler):
    """An app's page, with its twin ahead of it.

    Voilà waits for the kernel before it sends anything, and for ever if there is none.
    """

    twin = ""
    _gone = False
    _beginning: Beginning

    @property
    def kernel_manager(self) -> Beginning:
        """What Voilà takes this page's kernel from."""
        return self._beginning

    @tornado.web.authenticated
    async def get(self, path: str | None = None) -> None:
        """Send the page, part by part."""
        name = Path(path or "").stem
        server = self.settings["workbench_server"]
        if path not in {f"{app}.ipynb" for app in app_names(Path(server.root_dir))}:
            raise tornado.web.HTTPError(404)
        try:
            self.twin = await IOLoop.current().run_in_executor(
                server.drawing, self._twin, name, self.request.query
            )
        except WorkbenchError:
            pass  # the live page says what is wrong, and where
        except Exception:
            server.log.exception("The twin of %s can't be drawn", name)
        if self._gone:
            return
        self._beginning = Beginning(super().kernel_manager)
        try:
            async for html in self._parts(self.get_generator(path=path)):
                self.write(html)
                self.flush()
        finally:
            self._beginning.close()

    def on_connection_close(self) -> None:
        """Whoever asked has left: nothing more is made for them."""
        self._gone = True
        super().on_connection_close()

    def _twin(self, name: str, query: str) -> str:
        """The twin, unless nobody waits for it any more; others do."""
        return "" if self._gone else twin(name, query)

    async def _parts(self, parts: AsyncIterator[str]) -> AsyncIterator[str]:
        """The parts of the page; without a kernel there is soon a last one."""
        failed = self._beginning.failed
        while True:
            part = asyncio.ensure_future(anext(parts, None))
            either: set[asyncio.Future[Any]] = {part, failed}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not part.done():
                await asyncio.wait({part}, timeout=GRACE_SECONDS)
            if not part.done():
                part.cancel()
                yield self.render_template("unfinished.html")
                return
            html = part.result()
            if html is None:
                return
            yield html
