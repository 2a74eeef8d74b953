"""Attribution of any number of touchpoints: rows in order, piece by piece, then credits."""

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from workbench.domain.attribution import Attribution, Sums, attribute, merge, partial_sums
from workbench.events.engine import Engine
from workbench.events.journeys import ORDER, Collision, paths, stream, whole_journeys


@dataclass(frozen=True)
class Credited:
    """Credits and whose they are.

    Attributes
    ----------
    names
        Shape (members,): names in ascending order; None, at the end, for touches without one.
    found
        Credits, by member in that order.
    """

    names: tuple[str | None, ...]
    found: Attribution


def credit(
    engine: Engine,
    touches: ir.Table,
    conversions: ir.Table,
    by: str = "partner",
    lookback: float | None = None,
    order: int = 1,
) -> Credited:
    """Credits by every model in one pass over the touchpoints.

    Parameters
    ----------
    touches
        Columns ``journey, timestamp`` and ``by``.
    conversions
        Columns ``journey, timestamp, value``, in one currency; those without a journey belong to
        no path and are left out.
    lookback
        Seconds; None for no window.
    order
        Highest Markov order, 1 to 3; 0 for none.
    """
    try:
        names, parts = _parts(engine, touches, conversions, by, lookback, order, exact=False)
    except Collision:
        names, parts = _parts(engine, touches, conversions, by, lookback, order, exact=True)
    return Credited(names, attribute(merge(parts, len(names), order)))


def _parts(
    engine: Engine,
    touches: ir.Table,
    conversions: ir.Table,
    by: str,
    lookback: float | None,
    order: int,
    exact: bool,
) -> tuple[tuple[str | None, ...], list[Sums]]:
    rows = stream(engine, touches, conversions, by, exact)
    work = partial(sums_of, members=len(rows.names), lookback=lookback, order=order)
    found = engine.fold(rows.rows, ORDER, work)
    return rows.names, [pickle.loads(part) for part in found]


def sums_of(
    batches: Iterator[pa.RecordBatch],
    threads: int,
    members: int,
    lookback: float | None,
    order: int,
) -> Iterable[bytes]:
    """The sums of one sorted stream, as one pickle; runs in any worker."""

    def of_some(rows: dict[str, np.ndarray]) -> Sums:
        return partial_sums(paths(rows, lookback), members, order)

    yield pickle.dumps(merge(_side_by_side(of_some, batches, threads), members, order))


def _side_by_side(
    of_some: Callable[[dict[str, np.ndarray]], Sums], batches: Iterator[pa.RecordBatch], most: int
) -> Iterator[Sums]:
    """Results in turn; while the next rows come, ``most`` threads count: NumPy lets them."""
    pending: deque[Future[Sums]] = deque()
    with ThreadPoolExecutor(most) as pool:
        for rows in whole_journeys(batches):
            pending.append(pool.submit(of_some, rows))
            if len(pending) > most:  # no more rows in memory than are worked on
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
