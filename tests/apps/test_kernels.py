"""Which kernels the server ends by itself: those that a page has left."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from servers import aside

from workbench.apps import _kernels
from workbench.apps._kernels import Kernels


class _Few(Kernels):
    """Kernels by name that are only noted down; what is ended is remembered."""

    def __init__(self, **active: tuple[float, str]) -> None:
        super().__init__()
        now = datetime.now(UTC)
        self.few = {
            name: SimpleNamespace(last_activity=now - timedelta(seconds=idle), execution_state=does)
            for name, (idle, does) in active.items()
        }
        self._kernel_connections = dict.fromkeys(self.few, 0)
        self.ended: set[str] = set()

    def list_kernel_ids(self):
        return list(self.few)

    def get_kernel(self, kernel_id):
        return self.few[kernel_id]

    async def shutdown_kernel(self, kernel_id, now=False, restart=False):
        self.ended.add(kernel_id)


@pytest.fixture
def clock(monkeypatch):
    """The seconds that the server believes to have passed."""
    told = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(_kernels, "monotonic", lambda: told.now)
    return told


def test_a_kernel_that_nobody_came_for_ends_once_it_is_idle_for_long():
    few = _Few(fresh=(30, "idle"), old=(91, "idle"))
    aside(lambda: few.end_left(90))
    assert few.ended == {"old"}


def test_a_kernel_with_a_page_stays_however_long_it_is_idle():
    few = _Few(open=(9999, "idle"))
    few.notify_connect("open")
    aside(lambda: few.end_left(90))
    assert not few.ended


def test_a_page_that_is_cut_off_has_time_to_come_back(clock):
    few = _Few(cut=(9999, "idle"))
    few.notify_connect("cut")
    few.notify_disconnect("cut")
    clock.now += 89
    aside(lambda: few.end_left(90))
    assert not few.ended
    clock.now += 1
    aside(lambda: few.end_left(90))
    assert few.ended == {"cut"}


def test_a_kernel_that_still_makes_its_page_stays():
    few = _Few(making=(9999, "busy"))
    aside(lambda: few.end_left(90))
    assert not few.ended


def test_a_kernel_that_works_for_a_page_that_left_ends(clock):
    few = _Few(making=(9999, "busy"))
    few.notify_connect("making")
    few.notify_disconnect("making")
    clock.now += 90
    aside(lambda: few.end_left(90))
    assert few.ended == {"making"}
