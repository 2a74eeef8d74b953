"""What there is in the workspace: scenarios, their cells now and before, who put what there."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from workbench.domain.changes import INPUTS, Cell, Cells
from workbench.store import log, schema, states
from workbench.store.engine import transaction
from workbench.store.log import Command
from workbench.store.scenarios import Scenario, all_scenarios, find_scenario
from workbench.store.stacks import Tops


@dataclass(frozen=True)
class Version:
    """What stood in a cell after one command."""

    command: Command
    scenario: str
    value: Any


@dataclass(frozen=True)
class Snapshot:
    """A scenario's cells at one revision."""

    scenario: Scenario
    revision: int
    cells: Cells
    at: datetime
    """When that revision was made."""


class Reader:
    """Scenarios in a database, to read.

    Every call is one transaction, which sees one state from first to last.

    Parameters
    ----------
    engine
        From :func:`workbench.store.engine.open_engine`; its schema is up to date.
    who
        Whose undo and redo :meth:`tops` tells; None: nobody's.
    """

    def __init__(self, engine: Engine, who: str | None) -> None:
        self.engine = engine
        self.who = who

    def scenarios(self) -> list[Scenario]:
        """All scenarios, oldest first."""
        with self._reading() as connection:
            return all_scenarios(connection)

    def scenario(self, name: str) -> Scenario:
        """One scenario by name; raises :class:`InputError` if there is none."""
        with self._reading() as connection:
            return find_scenario(connection, name)

    def snapshot(self, name: str, revision: int | None = None) -> Snapshot:
        """What stands in a scenario now, or stood after one of its revisions.

        Raises
        ------
        InputError
            If there is no such scenario or revision.
        """
        with self._reading() as connection:
            found = find_scenario(connection, name)
            wanted = found.revision if revision is None else revision
            made = states.command_at(connection, found, wanted)
            return Snapshot(found, wanted, states.cells_at(connection, found, wanted), made.at)

    def authors(self, name: str) -> dict[Cell, Command]:
        """Cell -> the command that put its present value there, for all cells that are set."""
        table = schema.cell
        with self._reading() as connection:
            own = find_scenario(connection, name)
            rows = connection.execute(
                select(table.c.table, table.c.key, table.c.seq).where(table.c.scenario == own.id)
            ).all()
            found = {one.seq: one for one in log.read(connection, [row.seq for row in rows])}
        return {Cell(row.table, row.key): found[row.seq] for row in rows}

    def history(self, name: str, cell: Cell, limit: int = 100) -> list[Version]:
        """What stood in one cell, newest first, beyond the scenario's own branching too."""
        table, scenario = schema.change, schema.scenario
        with self._reading() as connection:
            own = find_scenario(connection, name)
            line = states.lineage(own.id, own.revision)
            rows = connection.execute(
                select(table.c.seq, table.c.after, scenario.c.name)
                .join(line, states.counted(line))
                .join(scenario, scenario.c.id == table.c.scenario)
                .where(table.c.table == cell.table, table.c.key == cell.key)
                .order_by(table.c.seq.desc())
                .limit(limit)
            ).all()
            found = {one.seq: one for one in log.read(connection, [row.seq for row in rows])}
        return [Version(found[row.seq], row.name, log.value_of(row.after)) for row in rows]

    def touched(self, name: str) -> set[Cell]:
        """Every cell that was ever set in a scenario, or in those it was branched from."""
        table = schema.change
        with self._reading() as connection:
            own = find_scenario(connection, name)
            line = states.lineage(own.id, own.revision)
            rows = connection.execute(
                select(table.c.table, table.c.key).join(line, states.counted(line)).distinct()
            )
            return {Cell(row.table, row.key) for row in rows if row.table != INPUTS}

    def commands(self, name: str | None = None, limit: int = 50) -> list[Command]:
        """The latest commands of a scenario or of all, newest first."""
        table = schema.command
        with self._reading() as connection:
            query = select(table).limit(limit)
            if name is None:
                query = query.order_by(table.c.seq.desc())
            else:  # the same order, and the index on scenario and revision serves it
                own = find_scenario(connection, name)
                query = query.where(table.c.scenario == own.id).order_by(table.c.revision.desc())
            return log.commands(connection, connection.execute(query).all())

    def tops(self, name: str) -> Tops:
        """What the next undo and redo of this user would find."""
        if self.who is None:
            return Tops()
        with self._reading() as connection:
            return states.tops(connection, find_scenario(connection, name).id, self.who)

    def _reading(self) -> AbstractContextManager[Connection]:
        return transaction(self.engine, reading=True)
