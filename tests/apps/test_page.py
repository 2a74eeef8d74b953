"""A page whose kernel starts while its head is sent, and one whose kernel never comes."""

import asyncio
import urllib.request

import pytest
from servers import Running, aside, write_notebook

from workbench.apps import _kernels, _page
from workbench.apps._kernels import Beginning, Kernels

# ---- Without a server ----


class Fleet:
    """Stands for the server's kernels: one starts when it is told to, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.log = Kernels().log
        self.error, self.told, self.lives = error, asyncio.Event(), True
        self.asked: dict = {}

    async def make_room(self) -> None:
        pass

    def new_kernel_id(self, **_more: object) -> str:
        return "k1"

    async def start_reserved(self, **more: object) -> str:
        self.asked = more
        await self.told.wait()
        if self.error:
            raise self.error
        return str(more["kernel_id"])

    def get_kernel(self, kernel: str) -> "Fleet":
        assert kernel == "k1"
        return self

    async def is_alive(self) -> bool:
        return self.lives


def test_the_id_is_known_before_the_kernel_is_there():
    async def whole():
        fleet = Fleet()
        beginning = Beginning(fleet)
        kernel = await beginning.start_kernel(kernel_name="python3", env={"A": "1"})
        manager = asyncio.ensure_future(beginning.get_kernel(kernel))
        await asyncio.sleep(0)
        assert not manager.done()
        fleet.told.set()
        assert await manager is fleet
        assert fleet.asked == {"kernel_id": "k1", "kernel_name": "python3", "env": {"A": "1"}}
        assert not beginning.failed.done()
        beginning.close()

    aside(whole)


def test_a_kernel_that_ends_is_noticed(monkeypatch):
    monkeypatch.setattr(_kernels, "LOOK_SECONDS", 0.01)

    async def whole():
        fleet = Fleet()
        fleet.told.set()
        beginning = Beginning(fleet)
        await beginning.get_kernel(await beginning.start_kernel())
        await asyncio.sleep(0.05)
        assert not beginning.failed.done()
        fleet.lives = False
        await asyncio.wait_for(beginning.failed, 10)
        beginning.close()

    aside(whole)


async def never():
    yield "head"
    await asyncio.Event().wait()
    yield "never"


class Half(_page.Page):
    """A page without a request."""

    def __init__(self, beginning: Beginning) -> None:
        self._beginning = beginning

    def render_template(self, name: str, **_more: object) -> str:
        return f"<{name}>"


def parts_of(fleet: Fleet, parts) -> list[str]:
    async def whole():
        beginning = Beginning(fleet)
        kernel = await beginning.start_kernel()
        fleet.told.set()
        found = asyncio.ensure_future(beginning.get_kernel(kernel))
        try:
            return [part async for part in Half(beginning)._parts(parts)]
        finally:
            beginning.close()
            await asyncio.wait({found})

    return aside(whole)


def test_a_page_without_a_kernel_ends_and_says_so(monkeypatch):
    monkeypatch.setattr(_page, "GRACE_SECONDS", 0.05)
    failed = parts_of(Fleet(RuntimeError("no memory")), never())
    assert failed == ["head", "<unfinished.html>"]


def test_a_page_that_says_so_itself_is_left_to_it(monkeypatch):
    """The cell that was running is told by Voilà, a moment after the kernel has ended."""
    monkeypatch.setattr(_page, "GRACE_SECONDS", 60)

    async def late():
        yield "head"
        await asyncio.sleep(0.05)
        yield "error card"

    assert parts_of(Fleet(RuntimeError("gone")), late()) == ["head", "error card"]


# ---- With one ----


@pytest.mark.server
def test_a_kernel_killed_in_the_middle_of_a_page(tmp_path):
    """The page ends, in the reader's language; the next page gets another kernel."""
    write_notebook(tmp_path / "slow.ipynb", "import time\ntime.sleep(600)")
    server = Running(tmp_path)
    try:
        for lang, told in (
            ("zh", "此页面未能完整计算"),
            ("en", "could not be computed completely"),
        ):
            address = f"{server.url}voila/render/slow.ipynb?lang={lang}"
            with urllib.request.urlopen(address, timeout=120) as page:
                text = b""
                while b"wbPage.started()" not in text:
                    text += page.read1()
                (kernel,) = server.kernels()
                kernel.kill()
                text += page.read()
            assert told in text.decode()
            assert text.decode().rstrip().endswith("</html>")
            assert "Traceback" not in text.decode()
    finally:
        server.stop()
