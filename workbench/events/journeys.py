"""Touchpoints and conversions as one stream of rows, in journey and time order.

A journey's name may be long; sorting by a 64-bit digest of it is several times quicker than
sorting by the name. A second, independent digest rides along, and a journey whose rows share the
first but not the second stops the run (:class:`CollisionError`), which then goes by name. That two
names share both has a chance below 10^-22 with a hundred million journeys.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from workbench.domain.attribution import Conversions, Paths, Touches, split
from workbench.events.engine import Engine

ORDER = ["journey", "moment", "member"]
"""``moment``: microseconds since 1970 twice, one more for a conversion: at the same instant it
comes after the touches."""
BATCH = 1_000_000
"""Rows that are worked on at a time, journeys whole: 60 MB."""


class CollisionError(Exception):
    """Two journeys have the same digest."""


@dataclass(frozen=True)
class Stream:
    """Rows of ``journey, check, moment, member, value`` and the names behind ``member``.

    ``member`` is -1 for a conversion; ``value`` is 0 for a touch.
    """

    rows: ir.Table
    names: tuple[str | None, ...]


def stream(
    engine: Engine, touches: ir.Table, conversions: ir.Table, by: str, exact: bool = False
) -> Stream:
    """One row for each touch and each conversion that has a journey.

    Parameters
    ----------
    touches, conversions
        Columns ``journey, timestamp`` and ``by``, and ``journey, timestamp, value``.
    by
        Column that names the member: ``partner``, ``channel`` or any other of the touches.
    exact
        Journeys by their names, dense numbers in the order of the names, instead of by digest.
    """
    member = touches[by].cast("string").nullif("")
    found = touches.select(name=member).distinct().to_pyarrow()["name"].to_pylist()
    names = tuple(sorted(found, key=lambda name: (name is None, name)))
    codes = engine.table(
        pa.table(
            {
                "name": pa.array([name or "" for name in names], pa.string()),
                "member": pa.array(range(len(names)), pa.int32()),
            }
        )
    )
    named = touches.select(
        id=touches.journey, moment=engine.micros(touches.timestamp) * 2, name=member.fill_null("")
    )
    coded = named.inner_join(codes, "name")
    zero, none = ibis.literal(0.0), ibis.literal(-1, "int32")
    closing = conversions.filter(conversions.journey.notnull())
    all_rows = coded.select("id", "moment", "member", value=zero).union(
        closing.select(
            id=closing.journey,
            moment=engine.micros(closing.timestamp) * 2 + 1,
            member=none,
            value=closing.value.fill_null(0.0),
        )
    )
    if exact:
        numbered = all_rows.mutate(journey=ibis.dense_rank().over(order_by="id"))
        rows = numbered.select("journey", "moment", "member", "value", check=zero.cast("int64"))
    else:
        journey, check = engine.digests(all_rows.id)
        rows = all_rows.select("moment", "member", "value", journey=journey, check=check)
    return Stream(rows, names)


def whole_journeys(batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, np.ndarray]]:
    """Columns of about :data:`BATCH` rows at a time; a journey is never divided.

    Raises
    ------
    CollisionError
        If rows with the same digest differ in the second.
    """
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        waiting.append(batch)
        size += batch.num_rows
        if size < BATCH:
            continue
        rows = _columns(waiting)
        cut = _last_start(rows["journey"])
        if cut:
            yield _checked({name: column[:cut] for name, column in rows.items()})
        rest = {name: column[cut:] for name, column in rows.items()}
        waiting = [pa.RecordBatch.from_pydict({name: pa.array(c) for name, c in rest.items()})]
        size = len(rest["journey"])
    if waiting:
        yield _checked(_columns(waiting))


def paths(rows: dict[str, np.ndarray], lookback: float | None, since: float | None = None) -> Paths:
    """The paths of whole journeys; see :func:`~workbench.domain.attribution.split`."""
    closing = rows["member"] < 0
    journey, time = rows["journey"], rows["moment"] >> 1
    touched = ~closing
    return split(
        Touches(journey[touched], time[touched], rows["member"][touched]),
        Conversions(journey[closing], time[closing], rows["value"][closing]),
        lookback,
        since,
    )


def _columns(batches: list[pa.RecordBatch]) -> dict[str, np.ndarray]:
    table = pa.Table.from_batches(batches)
    return {name: table[name].to_numpy() for name in table.column_names}


def _last_start(journey: np.ndarray) -> int:
    """Index at which the last journey begins."""
    return int(np.searchsorted(journey, journey[-1], "left"))


def _checked(rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    journey, check = rows["journey"], rows["check"]
    if ((journey[1:] == journey[:-1]) & (check[1:] != check[:-1])).any():
        raise CollisionError
    return rows
