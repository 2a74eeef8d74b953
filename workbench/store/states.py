"""What stands in a scenario's cells: now, after any revision, and is it what one expects?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, Connection, func, insert, literal, select, tuple_

from workbench.domain.changes import Cell, Cells, Change
from workbench.domain.errors import ConflictError, InputError
from workbench.store import log, schema
from workbench.store.scenarios import Scenario
from workbench.store.stacks import Tops

_FEW = 500
"""Cells that are looked up by name in one statement."""


class Made(NamedTuple):
    """A revision's command: its number in the log and when it was accepted."""

    seq: int
    at: datetime


def command_at(connection: Connection, scenario: Scenario, revision: int) -> Made:
    """The command that made a revision; raises :class:`InputError` if there is no such one."""
    table = schema.command
    row = connection.execute(
        select(table.c.seq, table.c.at).where(
            table.c.scenario == scenario.id, table.c.revision == revision
        )
    ).one_or_none()
    if row is None:
        raise InputError(
            "Scenario {name!r} has no revision {revision}; its revisions are 0 to {last}.",
            name=scenario.name,
            revision=revision,
            last=scenario.revision,
        )
    return Made(row.seq, datetime.fromisoformat(row.at))


def lineage(scenario: int, revision: int) -> CTE:
    """A scenario and those it was branched from, for a query to join.

    Columns ``scenario`` and ``last``: the number of its last command that counts. Whatever a
    scenario inherits was accepted before it was branched, so the log's order is the order of time
    along the line.
    """
    table, command = schema.scenario, schema.command
    line = (
        select(table.c.id, table.c.parent, table.c.parent_revision, literal(revision).label("upto"))
        .where(table.c.id == scenario)
        .cte("line", recursive=True)
    )
    line = line.union_all(
        select(table.c.id, table.c.parent, table.c.parent_revision, line.c.parent_revision).join(
            line, table.c.id == line.c.parent
        )
    )
    made = (command.c.scenario == line.c.id) & (command.c.revision == line.c.upto)
    return (
        select(line.c.id.label("scenario"), command.c.seq.label("last"))
        .join(command, made)
        .cte("lineage")
    )


def counted(line: CTE) -> Any:
    """The condition that a change was made on a :func:`lineage`."""
    table = schema.change
    return (table.c.scenario == line.c.scenario) & (table.c.seq <= line.c.last)


def cells(connection: Connection, scenario: int) -> Cells:
    """What stands in the cells of a scenario now."""
    table = schema.cell
    rows = connection.execute(
        select(table.c.table, table.c.key, table.c.value).where(table.c.scenario == scenario)
    )
    return {Cell(row.table, row.key): log.value_of(row.value) for row in rows}


def cells_at(connection: Connection, scenario: Scenario, revision: int) -> Cells:
    """What stood in the cells of a scenario after a revision."""
    if revision == scenario.revision:
        return cells(connection, scenario.id)
    rows = _rows_at(connection, scenario.id, revision)
    return {cell: log.value_of(row.after) for cell, row in rows.items()}


def replayed(connection: Connection, scenario: int, revision: int) -> dict[Cell, tuple[str, int]]:
    """Cell -> JSON text and command, worked out from the log alone."""
    rows = _rows_at(connection, scenario, revision)
    return {cell: (row.after, row.seq) for cell, row in rows.items()}


def copy(connection: Connection, source: int, revision: int, target: int) -> None:
    """Give a new scenario the cells of another one after a revision."""
    rows = [
        {"scenario": target, "table": cell.table, "key": cell.key, "value": text, "seq": seq}
        for cell, (text, seq) in replayed(connection, source, revision).items()
    ]
    if rows:
        connection.execute(insert(schema.cell), rows)


def _rows_at(connection: Connection, scenario: int, revision: int) -> dict[Cell, Any]:
    table, line = schema.change, lineage(scenario, revision)
    latest = (  # for each scenario of the line on its own: so the index has them in order
        select(table.c.scenario, table.c.table, table.c.key, func.max(table.c.seq).label("seq"))
        .join(line, counted(line))
        .group_by(table.c.scenario, table.c.table, table.c.key)
        .subquery()
    )
    rows = connection.execute(
        select(table.c.table, table.c.key, table.c.after, table.c.seq)
        .join(
            latest,
            (table.c.scenario == latest.c.scenario)
            & (table.c.table == latest.c.table)
            & (table.c.key == latest.c.key)
            & (table.c.seq == latest.c.seq),
        )
        .order_by(table.c.seq)
    )
    found = {Cell(row.table, row.key): row for row in rows}
    return {cell: row for cell, row in found.items() if row.after is not None}


def tops(connection: Connection, scenario: int, who: str) -> Tops:
    """The tops of one person's undo and redo stacks in a scenario."""
    table = schema.command
    row = connection.execute(
        select(table.c.undo_top, table.c.redo_top)
        .where(table.c.scenario == scenario, table.c.who == who, table.c.kind.in_(_STACKED))
        .order_by(table.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return Tops(row.undo_top, row.redo_top) if row else Tops()


_STACKED = ("edit", "undo", "redo")
"""Kinds of command that move the stacks."""


def expect(connection: Connection, scenario: Scenario, changes: Sequence[Change]) -> None:
    """See that every cell holds what its change expects.

    Raises
    ------
    ConflictError
        Naming the cell, what it holds, who put it there and when.
    """
    table = schema.cell
    query = select(table).where(table.c.scenario == scenario.id)
    if len(changes) <= _FEW:  # else it is quicker to look at all cells
        named = [tuple(one.cell) for one in changes]
        query = query.where(tuple_(table.c.table, table.c.key).in_(named))
    rows = {Cell(row.table, row.key): row for row in connection.execute(query)}
    for change in changes:
        row = rows.get(change.cell)
        if (log.value_of(row.value) if row else None) == change.before:
            continue
        last = _last(connection, scenario, change.cell)
        raise ConflictError(
            "{cell} was changed meanwhile by {who} at {time}: it holds {found}, not {expected}. "
            "Nothing was saved; reload, then make your change again.",
            cell=change.cell,
            who=last.who if last else "—",
            time=f"{last.at:%Y-%m-%d %H:%M} UTC" if last else "—",
            found=row.value if row else "—",
            expected="—" if change.before is None else log.to_json(change.before),
        )


def _last(connection: Connection, scenario: Scenario, cell: Cell) -> log.Command | None:
    """The latest command that touched a cell, in the scenario or before it was branched."""
    table, line = schema.change, lineage(scenario.id, scenario.revision)
    seq = connection.execute(
        select(func.max(table.c.seq))
        .join(line, counted(line))
        .where(table.c.table == cell.table, table.c.key == cell.key)
    ).scalar()
    return log.read(connection, [seq])[0] if seq is not None else None
