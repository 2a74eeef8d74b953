"""Briefs spread over the workers of a cluster, none of them lost with a worker that is.

Dask carries the parcels and sees when a worker is gone. Which worker makes what is decided here: it
would hand several jobs to a worker ahead, and count all of them as suspicious when that one dies.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from workbench.locale import translator
from workbench.reports.batch import cluster as clusters
from workbench.reports.batch.cluster import Cluster, why_none
from workbench.reports.batch.making import Made
from workbench.reports.batch.parcel import Parcel
from workbench.reports.batch.reasons import reason

if TYPE_CHECKING:
    from distributed import Future

Key = TypeVar("Key")
MOST_LOST = 3
"""How often a brief is begun whose worker ends in the middle."""
FETCH_SECONDS = 30.0
"""How long a page may take from its worker to us; after that it is made again."""
_STEP = 0.5


@dataclass
class Order(Generic[Key]):
    """A brief that is wanted, and how often its worker has ended in the middle of it."""

    key: Key
    parcel: Parcel
    number: int
    lost: int = 0
    worker: str = ""
    begun: float = 0.0


def made_on_cluster(
    cluster: Cluster,
    tasks: Sequence[tuple[Key, Parcel]],
    most: int | None,
    began: Callable[[Key], None],
) -> Iterator[tuple[Key, Made]]:
    """Make briefs on a cluster; each is yielded once it is made.

    A worker has as many at a time as it has threads. What a worker that ends has not finished is
    begun again on another one, and then has its worker for itself, so that a brief which ends its
    workers takes no other with it; after :data:`MOST_LOST` times it is given up. When the caller
    stops early, for Ctrl-C or an error of its own, the kernels on the workers are killed.

    Parameters
    ----------
    tasks
        Key and parcel, in the order in which they are begun.
    most
        How many at a time at most; None: as many as the workers have threads.
    began
        Called with the key of each brief that is begun.
    """
    spread = _Spread(cluster, tasks, most or len(tasks), began)
    with cluster.watched():
        try:
            while spread.unfinished():
                yield from spread.step()
        finally:
            spread.cancel()
            cluster.dismiss()


class _Spread(Generic[Key]):
    def __init__(
        self,
        cluster: Cluster,
        tasks: Sequence[tuple[Key, Parcel]],
        most: int,
        began: Callable[[Key], None],
    ) -> None:
        self._cluster, self._most, self._began = cluster, most, began
        self._waiting = deque(Order(*task, number) for number, task in enumerate(tasks))
        self._suspects: deque[Order[Key]] = deque()
        self._running: dict[Future, Order[Key]] = {}
        self._changed = cluster.changed
        self._last_worker = time.monotonic()

    def unfinished(self) -> bool:
        """Whether anything is still to be made."""
        return bool(self._waiting or self._suspects or self._running)

    def step(self) -> Iterator[tuple[Key, Made]]:
        """Begin what there is room for, wait for something to happen, yield what has ended."""
        if self._cluster.failure is not None:
            raise self._cluster.failure
        if self._cluster.threads:
            self._last_worker = time.monotonic()
        silence = time.monotonic() - self._last_worker
        if self._cluster.gone or silence > clusters.WORKER_SECONDS:
            yield from self._given_up()
            return
        while self._cluster.client.status == "running" and (place := self._place()) is not None:
            self._begin(*place)
        self._changed.wait(_STEP)
        self._changed.clear()
        for future in list(self._running):
            order = self._running[future]
            if future.status != "pending":
                made = self._fetched(future, order)
            elif order.worker not in self._cluster.threads:
                made = self._lost(future, order)
            else:
                continue
            if made is not None:
                yield order.key, made

    def cancel(self) -> None:
        """Tell the cluster that nothing more is wanted."""
        from distributed.client import ClosedClientError

        if self._running and not self._cluster.gone:
            with suppress(OSError, ClosedClientError):  # then the connection's end tells it
                self._cluster.client.sync(
                    self._cluster.client.cancel, list(self._running), callback_timeout=FETCH_SECONDS
                )

    def _place(self) -> tuple[str, Order[Key]] | None:
        """The next order and the worker with the most room for it; None: it has to wait."""
        if len(self._running) >= self._most:
            return None
        busy = Counter(order.worker for order in self._running.values())
        alone = {order.worker for order in self._running.values() if order.lost}
        room = {
            worker: threads - busy[worker]
            for worker, threads in self._cluster.threads.items()
            if worker not in alone and threads > busy[worker]
        }
        if self._waiting and room:
            return max(room, key=room.__getitem__), self._waiting.popleft()
        idle = [worker for worker in room if not busy[worker]]
        return (idle[0], self._suspects.popleft()) if self._suspects and idle else None

    def _begin(self, worker: str, order: Order[Key]) -> None:
        from distributed.client import ClosedClientError

        from workbench.reports.batch.remote import make_there

        order.worker, order.begun = worker, time.perf_counter()
        name = f"{self._cluster.batch}-{order.number}-{order.lost}"
        try:
            future = self._cluster.client.submit(
                make_there, name, order.parcel, self._cluster.made_with,
                key=name, workers=[worker], allow_other_workers=False, pure=False,
            )  # fmt: skip
        except ClosedClientError:  # just now
            self._waiting.appendleft(order)
            self._cluster.give_up()
            return
        self._running[future] = order
        self._began(order.key)
        future.add_done_callback(lambda _: self._changed.set())

    def _fetched(self, future: "Future", order: Order[Key]) -> Made | None:
        """What became of a task that has ended; None: it is to be begun again."""
        from distributed import KilledWorker

        from workbench.reports.batch.remote import UnfitError

        if future.status == "error":
            error = future.exception(timeout=FETCH_SECONDS)
            if isinstance(error, KilledWorker | UnfitError):
                return self._lost(future, order)
            t = translator(order.parcel.task.lang)
            text = t(
                "on the worker {worker}: {why}", worker=order.worker, why=reason(error, t.lang)
            )
            return self._ended(future, order, "failed", text)
        if future.status != "finished":  # the connection was lost, and all tasks with it
            return self._lost(future, order)
        try:
            made: Made = future.result(timeout=FETCH_SECONDS)
        except OSError:  # a TimeoutError is one: the worker was lost with the page
            return self._lost(future, order)
        del self._running[future]
        return replace(made, attempts=made.attempts + order.lost)

    def _lost(self, future: "Future", order: Order[Key]) -> Made | None:
        """Have a brief begun again whose worker is gone; the reason, once that was too often."""
        order.lost += 1
        if order.lost < MOST_LOST:
            del self._running[future]
            future.release()
            self._suspects.append(order)
            return None
        text = translator(order.parcel.task.lang).n(
            "the worker that makes it ended in the middle, {count} time; see the worker's log",
            "the worker that makes it ended in the middle, {count} times; see the worker's log",
            order.lost,
        )
        return self._ended(future, order, "died", text)

    def _ended(self, future: "Future", order: Order[Key], state: str, error: str) -> Made:
        del self._running[future]
        future.release()
        attempts = order.lost if state == "died" else order.lost + 1
        return Made(state, attempts, time.perf_counter() - order.begun, error=error)

    def _given_up(self) -> Iterator[tuple[Key, Made]]:
        """All that is not done, without a worker to do it."""
        why = why_none(self._cluster)
        begun = list(self._running.values())
        self._running.clear()
        while left := begun or self._waiting or self._suspects:
            order = left.pop()
            attempts = order.lost + (left is begun)
            text = translator(order.parcel.task.lang).text(why)
            yield order.key, Made("failed", attempts, 0.0, error=text)
