"""Attribution of any number of touchpoints: rows in order, piece by piece, then credits."""

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from workbench.domain.answer import Answer
from workbench.domain.attribution import Sums, attribute, merge, partial_sums
from workbench.domain.credited import Calibration, Credited, LiftTest
from workbench.domain.errors import InputError
from workbench.domain.question import Question
from workbench.events.countable import countable, start, until
from workbench.events.engine import Engine
from workbench.events.journeys import ORDER, CollisionError, paths, stream, whole_journeys


def answer(
    engine: Engine,
    touches: ir.Table,
    conversions: ir.Table,
    question: Question,
    lifts: Sequence[LiftTest] = (),
) -> Answer:
    """Credits by every model, cost and lift tests.

    Parameters
    ----------
    touches
        Columns ``journey, timestamp`` and the question's ``by``; perhaps ``cost``.
    conversions
        Columns ``journey, timestamp, value``; perhaps ``status``, ``currency``, ``commission``
        and the question's ``by``.

    Raises
    ------
    InputError
        If the column ``by`` is missing, touches have no journey or time, or see
        :func:`~workbench.events.countable.countable`.
    """
    _check(touches, question)
    touches, conversions = in_market(touches, conversions, question.market)
    rows, counted = countable(conversions, question)
    credited = credit(engine, touches, rows, question)
    calibrations = tuple(
        _calibration(engine, touches, conversions, question, test)
        if test.name in credited.names
        else Calibration(test, 0.0)
        for test in lifts
    )
    cost, foreign = _cost(touches, rows, question, counted.currency)
    return Answer(
        question,
        credited,
        replace(counted, foreign_costs=foreign),
        cost,
        calibrations,
        dict(_commission(rows.filter(rows.value.isnull()), question)),
    )


def in_market(
    touches: ir.Table, conversions: ir.Table, market: str | None
) -> tuple[ir.Table, ir.Table]:
    """Conversions of a country and touches of no other; None: all.

    Raises
    ------
    InputError
        If one of them has no column ``country``.
    """
    if market is None:
        return touches, conversions
    for name, table in (("touchpoints", touches), ("conversions", conversions)):
        if "country" not in table.columns:
            raise InputError(
                "The {table} have no column country, so one market's can't be told; leave the "
                "market out.",
                table=name,
            )
    here = touches.country.isnull() | (touches.country == market)
    return touches.filter(here), conversions.filter(conversions.country == market)


def credit(
    engine: Engine, touches: ir.Table, conversions: ir.Table, question: Question
) -> Credited:
    """Credits by every model in one pass over the touchpoints; all conversions count as given.

    Parameters
    ----------
    touches, conversions
        As for :func:`answer`, with conversions in one currency; those without a journey belong
        to no path and are left out.
    """
    try:
        names, parts = _parts(engine, touches, conversions, question, exact=False)
    except CollisionError:
        names, parts = _parts(engine, touches, conversions, question, exact=True)
    return Credited(names, attribute(merge(parts, len(names), question.order)))


def _parts(
    engine: Engine, touches: ir.Table, conversions: ir.Table, question: Question, exact: bool
) -> tuple[tuple[str | None, ...], list[Sums]]:
    seen = until(touches, question.until)
    rows = stream(engine, seen, conversions, question.by, exact)
    work = partial(
        sums_of,
        members=len(rows.names),
        lookback=question.lookback,
        since=None if question.since is None else _seconds(question),
        order=question.order,
    )
    found = engine.fold(rows.rows, ORDER, work)
    return rows.names, [pickle.loads(part) for part in found]


def _seconds(question: Question) -> float:
    assert question.since is not None
    return datetime.combine(question.since, time(), UTC).timestamp()


def sums_of(
    batches: Iterator[pa.RecordBatch],
    threads: int,
    members: int,
    lookback: float | None,
    since: float | None,
    order: int,
) -> Iterable[bytes]:
    """The sums of one sorted stream, as one pickle; runs in any worker."""

    def of_some(rows: dict[str, np.ndarray]) -> Sums:
        return partial_sums(paths(rows, lookback, since), members, order)

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


def _check(touches: ir.Table, question: Question) -> None:
    if question.by not in touches.columns:
        raise InputError(
            "The touchpoints have no column {column}; their columns are: {found}.",
            column=question.by,
            found=", ".join(touches.columns),
        )
    found = touches.aggregate(
        lost=touches.journey.isnull().sum(), timeless=touches.timestamp.isnull().sum()
    ).to_pyarrow()
    for column, name in (("journey", "lost"), ("timestamp", "timeless")):
        if count := found[name][0].as_py():
            raise InputError(
                "{count} touchpoints have no {column}; mend them, or leave them out "
                "(`workbench import generic` sets them aside and lists them).",
                count=count,
                column=column,
            )


def _cost(
    touches: ir.Table, conversions: ir.Table, question: Question, currency: str | None
) -> tuple[dict[str | None, float], int]:
    """What was paid by name, commission of the conversions counted and cost of touches; and the
    touches whose cost is in another currency, whose names are left out.
    """
    cost: dict[str | None, float] = dict(_commission(conversions, question))
    if "cost" not in touches.columns:
        return cost, 0
    rows = _since(until(touches, question.until), question)
    rows = rows.filter(rows.cost.notnull())
    foreign: dict[str | None, int] = {}
    if "currency" in rows.columns:
        other = _in_another(rows, currency)
        foreign = dict(_by_name(rows.filter(other), question.by, lambda each: each.count()))
    for name, paid in _by_name(rows, question.by, lambda each: each.cost.sum()):
        cost[name] = cost.get(name, 0.0) + paid
    return {name: one for name, one in cost.items() if name not in foreign}, sum(foreign.values())


def _commission(conversions: ir.Table, question: Question) -> Iterator[tuple[str | None, float]]:
    """What was paid for conversions of a journey, by name; the others are left out."""
    if {"commission", question.by} <= set(conversions.columns):
        rows = _since(conversions.filter(conversions.journey.notnull()), question)
        rows = rows.filter(rows.commission.notnull())
        yield from _by_name(rows, question.by, lambda each: each.commission.sum())


def _since(rows: ir.Table, question: Question) -> ir.Table:
    return rows if question.since is None else rows.filter(rows.timestamp >= start(question.since))


def _by_name(
    rows: ir.Table, by: str, what: Callable[[ir.Table], ir.Value]
) -> Iterator[tuple[str | None, Any]]:
    found = rows.group_by(by).aggregate(found=what(rows)).to_pyarrow()
    return zip(found[by].to_pylist(), found["found"].to_pylist(), strict=True)


def _in_another(rows: ir.Table, currency: str | None) -> ir.Value:
    """Whether a cost is in another currency than the values; where these name none, than the
    other costs.
    """
    if currency is None:
        named = rows.filter(rows.currency.notnull()).select("currency").distinct()
        found = named.to_pyarrow()["currency"].to_pylist()
        if len(found) > 1:
            return rows.currency.notnull()
        currency = found[0] if found else None
    return ibis.literal(False) if currency is None else (rows.currency != currency).fill_null(False)


def _calibration(
    engine: Engine, touches: ir.Table, conversions: ir.Table, question: Question, test: LiftTest
) -> Calibration:
    during = question.but(since=test.start, until=test.end)
    rows, _ = countable(conversions, during)
    found = credit(engine, touches, rows, during)
    if test.name not in found.names:  # not in these days
        return Calibration(test, 0.0)
    place = found.names.index(test.name)
    return Calibration(test, float(found.found.conversions[found.found.row(question.model), place]))
