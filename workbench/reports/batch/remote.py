"""The far end of a batch on a Dask cluster: what a worker does, and what it keeps warm.

Dask runs a task in a thread of its own, which it neither tells that it is to end nor lets us
interrupt. A kernel belongs to a thread that ends it, so briefs are made in threads of ours: a
*hand* is one, with its kernel, and Dask's thread waits for it.
"""

import asyncio
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from distributed import Status, Worker, WorkerPlugin, get_worker, sync

from workbench.reports.batch.hashing import made_with
from workbench.reports.batch.making import Made, Task, make_brief
from workbench.reports.batch.parcel import Parcel
from workbench.reports.engine import SharedKernel, end_thread, kernel_of_thread

NAME = "channel-workbench"
"""Of what we add to a worker; also the folder within the worker's own."""
IDLE_SECONDS = 60.0
"""How long a kernel waits for a next brief; it matters where nobody says that a batch is over."""
END_SECONDS = 20.0
"""How long the end of a batch waits for kernels that are being killed."""
_STEP = 0.2


class UnfitError(RuntimeError):
    """This worker can't make the page that was asked for; another one may."""


class Hand:
    """A thread that makes one brief after the other on a kernel of its own.

    Parameters
    ----------
    leave
        Asked after :data:`IDLE_SECONDS` without a brief whether it may end.
    """

    def __init__(self, leave: Callable[["Hand"], bool]) -> None:
        self._asked: Queue[tuple[Task, Future[Made]] | None] = Queue()
        self._leave = leave
        self._kernel: SharedKernel | None = None
        # A daemon: a worker's process that ends anyhow takes its kernels with it.
        self._thread = threading.Thread(target=self._work, name="brief", daemon=True)
        self._thread.start()

    def make(self, task: Task, stopped: Callable[[], bool]) -> Made:
        """Make a brief; once it is ``stopped`` its kernel is killed, and that becomes its state."""
        answer: Future[Made] = Future()
        self._asked.put((task, answer))
        while True:
            try:
                return answer.result(timeout=_STEP)
            except TimeoutError:
                if stopped() and self._kernel is not None:
                    self._kernel.kill()  # again and again: one may just be starting

    def end(self) -> None:
        """End the kernel and the thread, which has nothing to do."""
        self._asked.put(None)
        self._thread.join(END_SECONDS)

    def _work(self) -> None:
        self._kernel = kernel_of_thread()
        try:
            while True:
                try:
                    asked = self._asked.get(timeout=IDLE_SECONDS)
                except Empty:
                    if self._leave(self):
                        break
                    continue
                if asked is None:
                    break
                task, answer = asked
                try:
                    answer.set_result(make_brief(task))
                except BaseException as error:  # told to the thread that waits
                    answer.set_exception(error)
                    raise
        finally:
            end_thread()


class WarmKernels(WorkerPlugin):
    """As many hands as a worker has threads at work; ended with the batch and with the worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: list[Hand] = []
        self._stops: dict[str, threading.Event] = {}
        self._busy: set[str] = set()
        self._worker: Worker | None = None

    def setup(self, worker: Worker) -> None:
        """Dask's: it was added to a worker."""
        self._worker = worker

    def transition(self, key: Any, start: str, finish: str, **_others: Any) -> None:
        """Dask's: a task changed its state; a brief that nobody wants any more is stopped.

        That is so after Ctrl-C, and when the process that asked for it is gone.
        """
        if isinstance(key, str) and key.startswith(NAME):
            if finish == "executing":
                self._stops[key] = threading.Event()
            elif (start, finish) == ("executing", "released"):
                self._stop(key)

    async def teardown(self, worker: Worker) -> None:
        """Dask's: the worker closes, and has waited for its tasks."""
        await asyncio.to_thread(self.rest, NAME)

    def make(self, key: str, parcel: Parcel) -> Made:
        """Make a brief; called in a thread of Dask's."""
        stop = self._stops.setdefault(key, threading.Event())
        self._busy.add(key)
        try:
            with self._lock:
                if self._closing():
                    raise UnfitError("it is closing")
                task, folder = parcel.unpacked(self._own(self._place() / batch_of(key)))
                hand = self._free.pop() if self._free else Hand(self._left)
            try:
                made = hand.make(task, lambda: stop.is_set() or self._closing())
                if made.state == "died" and self._closing():  # we have killed its kernel
                    raise UnfitError("it is closing")
                return parcel.told(made, folder)
            finally:
                with self._lock:
                    self._free.append(hand)
        finally:
            self._busy.discard(key)
            self._stops.pop(key, None)

    def rest(self, batch: str) -> None:
        """Stop what is made for a batch, end the kernels that are free, remove the batch's files.

        Parameters
        ----------
        batch
            What the keys of its tasks begin with.
        """
        end = time.monotonic() + END_SECONDS
        for key in [key for key in list(self._stops) if key.startswith(batch)]:
            self._stop(key)
        while any(key.startswith(batch) for key in list(self._busy)) and time.monotonic() < end:
            time.sleep(_STEP / 4)
        with self._lock:
            free, self._free = self._free, []
        for hand in free:
            hand.end()
        folder = self._place() if batch == NAME else self._place() / batch
        shutil.rmtree(folder, ignore_errors=True)

    def _place(self) -> Path:
        """A folder for our files in the worker's own, which Dask removes, if late, in any case."""
        assert self._worker is not None, "it is on a worker"
        return Path(self._worker.local_directory) / NAME

    def _closing(self) -> bool:
        """Whether the worker closes; Dask waits for its tasks first, then tells plugins."""
        return self._worker is None or self._worker.status in (Status.closing, Status.closed)

    def _stop(self, key: str) -> None:
        self._stops.setdefault(key, threading.Event()).set()

    def _left(self, hand: Hand) -> bool:
        """Whether a hand is free, and if so no longer: it ends."""
        with self._lock:
            free = hand in self._free
            if free:
                self._free.remove(hand)
            return free

    @staticmethod
    def _own(folder: Path) -> Path:
        """A folder that only this user may look into: plans are nobody else's business."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        return folder


def batch_of(key: str) -> str:
    """The batch of a task: its key without the number of the job and that of the attempt."""
    return key.rsplit("-", 2)[0]


async def hire(dask_worker: Worker) -> dict[str, str]:
    """Make a worker ready for briefs, and say what it makes pages with; run on it by name."""
    found = await asyncio.to_thread(made_with)
    if _kernels_of(dask_worker) is None:
        await dask_worker.plugin_add(plugin=WarmKernels(), name=NAME)
    return found


async def rest(batch: str, dask_worker: Worker) -> None:
    """End what a worker has of a batch; run on it by name."""
    kernels = _kernels_of(dask_worker)
    if kernels is not None:
        await asyncio.to_thread(kernels.rest, batch)


def make_there(key: str, parcel: Parcel, wanted: dict[str, str]) -> Made:
    """Make a brief on the worker that runs this task.

    Parameters
    ----------
    wanted
        What it has to be made with.

    Raises
    ------
    UnfitError
        If the worker is closing, or is another process than the one that was hired at this
        address, and would make another page.
    """
    worker = get_worker()
    # None: it was started anew at once, at the same address.
    if _kernels_of(worker) is None and sync(worker.loop, hire, worker) != wanted:
        raise UnfitError("it would make another page")
    kernels = _kernels_of(worker)
    if kernels is None:
        raise UnfitError("it is closing")
    return kernels.make(key, parcel)


def _kernels_of(worker: Worker) -> WarmKernels | None:
    found = worker.plugins.get(NAME)
    return found if isinstance(found, WarmKernels) else None
