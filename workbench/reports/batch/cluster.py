"""A Dask cluster: the connection to it, and which of its workers make the pages that we would."""

import asyncio
import logging
import re
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.reports.batch.hashing import made_with

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10.0
"""How long the scheduler has to answer, and how long a lost connection is tried again."""
WORKER_SECONDS = 30.0
"""How long a cluster without workers is waited for, at the start and in the middle."""
ANSWER_SECONDS = 30.0
"""How long a worker has to say what it makes pages with; it imports the program for that."""
LOOK_SECONDS = 1.0
"""How often the workers are looked through."""
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]@]+):([0-9]{1,5})")


def check_address(address: str) -> None:
    """Raise InputError if that can't be a scheduler's address."""
    found = _ADDRESS.fullmatch(address)
    if not found or not 0 < int(found[3]) < 1 << 16:
        raise InputError(
            "--scheduler: {value!r} is not the address of a Dask scheduler; give tcp://host:port, "
            "or tls://host:port, as the scheduler prints it when it starts.",
            value=address,
        )


class Cluster:
    """A cluster that we are connected to.

    A worker is *hired* once it has said that what it makes pages with is what we make them with.
    The workers are looked through all the time: one that joins is asked, one that is gone is let
    go. What is looked at from other threads is replaced, never changed.

    Attributes
    ----------
    made_with
        What pages are made with, here and on every worker that is hired.
    batch
        What the keys of our tasks begin with.
    threads
        Address -> threads, of the workers that are hired and there.
    unlike
        Address -> how it differs, of the workers that would make other pages.
    gone
        Whether the scheduler is given up on.
    failure
        What went wrong in looking; None: nothing.
    """

    def __init__(self, address: str, client: "Client") -> None:
        from workbench.reports.batch.remote import NAME

        self.address, self.client = address, client
        self.batch = f"{NAME}-{uuid.uuid4().hex[:12]}"
        self.threads: Mapping[str, int] = {}
        self.unlike: Mapping[str, str] = {}
        self.gone = False
        self.failure: BaseException | None = None
        self.changed = threading.Event()
        """Set when the workers are others than before."""
        self.made_with = made_with()
        self._heard = time.monotonic()
        self._over = threading.Event()

    def look(self) -> None:
        """Bring the list of workers up to date; a scheduler that stays silent is given up on."""
        before = self.threads, self.gone
        try:
            there = self.client.sync(self._there, callback_timeout=CONNECT_SECONDS)
            self._heard = time.monotonic()
        except OSError:  # a TimeoutError is one
            there = None
        if there is None:
            silent = time.monotonic() - self._heard > 3 * CONNECT_SECONDS
            self.gone = silent or self.client.status == "closed"
        else:
            unlike = {name: how for name, how in self.unlike.items() if name in there}
            new = [name for name in there if name not in self.threads and name not in unlike]
            hired = {name: there[name] for name in self.threads if name in there}
            for name, found in self._asked(new).items():
                if isinstance(found, Mapping) and found == self.made_with:
                    hired[name] = there[name]
                elif not isinstance(found, OSError):  # those are asked once more
                    unlike[name] = self._difference(found)
            self.threads, self.unlike = hired, unlike
        if before != (self.threads, self.gone):
            self.changed.set()

    def give_up(self) -> None:
        """Take the scheduler for gone."""
        self.gone = True
        self.changed.set()

    def dismiss(self) -> None:
        """Have the workers end what they do for us, and their kernels."""
        from workbench.reports.batch.remote import END_SECONDS, rest

        if self.threads and not self.gone:
            with suppress(OSError):  # they end by themselves after a minute
                self._run(rest, self.batch, workers=list(self.threads), seconds=2 * END_SECONDS)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look through the workers again and again, in a thread, until the block is left."""

        def watch() -> None:
            try:
                while not self._over.wait(LOOK_SECONDS) and not self.gone:
                    self.look()
            except BaseException as error:  # told to who makes briefs, which raises it
                self.failure = error
                self.changed.set()

        thread = threading.Thread(target=watch, name="workers", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join(CONNECT_SECONDS)

    async def _there(self) -> Mapping[str, int] | None:
        scheduler = self.client.scheduler
        if self.client.status != "running" or scheduler is None:
            return None
        found: Mapping[str, int] = await scheduler.ncores(workers=None)
        return found

    def _asked(self, workers: list[str]) -> Mapping[str, Any]:
        """Worker -> what it makes pages with, or the error that came of asking."""
        from workbench.reports.batch.remote import hire

        async def ask(worker: str) -> Any:
            asking = self.client.run(hire, workers=[worker], on_error="return")
            try:
                return (await asyncio.wait_for(asking, ANSWER_SECONDS))[worker]
            except OSError as error:
                return error

        async def every() -> list[Any]:
            return await asyncio.gather(*map(ask, workers))

        return dict(zip(workers, self.client.sync(every), strict=True)) if workers else {}

    def _run(
        self, function: Callable[..., Any], *args: Any, workers: list[str], seconds: float
    ) -> None:
        self.client.sync(
            self.client.run, function, *args,
            workers=workers, on_error="ignore", callback_timeout=seconds,
        )  # fmt: skip

    def _difference(self, found: Any) -> str:
        if not isinstance(found, Mapping):
            return f"{type(found).__name__}: {found}"
        parts = [
            part
            for part in (*self.made_with, *found)
            if found.get(part) != self.made_with.get(part)
        ]
        return ", ".join(
            f"{part} {found.get(part, '-')[:12]} ≠ {self.made_with.get(part, '-')[:12]}"
            for part in dict.fromkeys(parts)
        )


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """A cluster with at least one worker, all of which make the pages that we would.

    Raises
    ------
    InputError
        If the address is none, Dask is not installed, the scheduler does not answer, there is no
        worker, or one would make other pages; nothing takes longer than a minute and a half.
    """
    check_address(address)
    with _client(address) as client:
        cluster = Cluster(address, client)
        end = time.monotonic() + WORKER_SECONDS
        cluster.look()
        while not cluster.threads and not cluster.unlike and time.monotonic() < end:
            time.sleep(min(LOOK_SECONDS, WORKER_SECONDS) / 2)
            cluster.look()
        for worker, how in cluster.unlike.items():
            raise InputError(
                "The worker {worker} would make other pages than this program (there ≠ here: "
                "{how}); install the same channel-workbench there, let WORKBENCH_EVENTS name the "
                "same imported events if there are any, and restart the worker.",
                worker=worker,
                how=how,
            )
        if not cluster.threads:
            raise InputError(
                "The scheduler {scheduler} has had no worker for {seconds} s; start one with "
                "dask worker {scheduler}.",
                scheduler=address,
                seconds=f"{WORKER_SECONDS:g}",
            )
        yield cluster


def why_none(cluster: Cluster) -> Text:
    """Why nothing more is made on a cluster that has no worker for us."""
    if cluster.gone:
        return T_(
            "the scheduler {scheduler} does not answer any more; start the cluster, then run the "
            "report again",
            scheduler=cluster.address,
        )
    for worker, how in cluster.unlike.items():
        return T_(
            "the only workers left would make other pages (there ≠ here: {worker}: {how}); "
            "restart them with the same channel-workbench, then run the report again",
            worker=worker,
            how=how,
        )
    return T_(
        "the scheduler {scheduler} has had no worker for {seconds} s; start one, then run the "
        "report again",
        scheduler=cluster.address,
        seconds=f"{WORKER_SECONDS:g}",
    )


@contextmanager
def _client(address: str) -> Iterator["Client"]:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            "--scheduler needs Dask, which is not installed; install it with: "
            'pip install "channel-workbench[distributed]".'
        ) from error
    with _quiet():
        _greet(address)
        client = Client(
            address, timeout=CONNECT_SECONDS, name="workbench-report", set_as_default=False
        )
        try:
            yield client
        finally:
            with suppress(OSError):  # nobody waits for its good-bye
                client.close(timeout=CONNECT_SECONDS)


def _greet(address: str) -> None:
    """See that a scheduler answers; Dask's client waits for ever for one that says nothing.

    Raises
    ------
    InputError
        If none does in time, or Dask's settings don't allow to ask.
    """
    from distributed import Security, rpc

    async def identity() -> Any:
        settings = Security().get_connection_args("client")
        async with rpc(address, connection_args=settings, timeout=CONNECT_SECONDS) as scheduler:
            return await asyncio.wait_for(scheduler.identity(), CONNECT_SECONDS)

    try:
        with ThreadPoolExecutor(1) as pool:  # this thread may have a loop that runs
            found = pool.submit(asyncio.run, identity()).result()
    except OSError as error:
        raise InputError(
            "The scheduler {scheduler} did not answer within {seconds} s; check that it runs, "
            "that the address is right, and whether it is tcp or tls.",
            scheduler=address,
            seconds=f"{CONNECT_SECONDS:g}",
        ) from error
    except Exception as error:  # what Dask says of its settings, certificates mostly
        raise InputError(
            "The scheduler {scheduler} can't be connected to: {why}; see Dask's settings under "
            "distributed.comm.",
            scheduler=address,
            why=f"{type(error).__name__}: {error}",
        ) from error
    if found["type"] != "Scheduler":
        raise InputError(
            "At {address} there is no Dask scheduler but a {kind}; give the address that "
            "dask scheduler prints when it starts.",
            address=address,
            kind=found["type"],
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own log says at length what our errors say in a sentence."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"distributed\b")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
