"""Prove that a workspace is whole: the file, the chain of hashes, and what follows from the log."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from workbench.domain.changes import Cell, applied
from workbench.domain.errors import ConflictError, StoreError
from workbench.domain.text import T_, Text
from workbench.store import log, schema
from workbench.store.engine import transaction
from workbench.store.log import GENESIS, Command
from workbench.store.rules import Rules, guards
from workbench.store.scenarios import Scenario, all_scenarios
from workbench.store.states import replayed

_AT_ONCE = 5_000


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes
    ----------
    commands, scenarios, cells
        How many were looked at.
    faults
        What is wrong, each with its place; empty: the workspace is whole.
    hash
        Of the last command. Kept elsewhere, it shows later whether the end was cut off.
    """

    commands: int
    scenarios: int
    cells: int
    faults: tuple[Text, ...]
    hash: str


def check(engine: Engine, known: str = "") -> Checked:
    """Read all of the workspace, change nothing.

    The database's own check of its file (SQLite), the triggers that guard the log, the hash of
    every command, what each command does against what stood before it, and the derived tables
    against the log.

    Parameters
    ----------
    known
        A hash that an earlier check printed; the log must still hold the command that bears it.
    """
    with transaction(engine, reading=True) as connection:
        if engine.dialect.name == "sqlite":
            found = connection.execute(text("PRAGMA integrity_check(5)")).scalars().all()
            if found != ["ok"]:
                said = "; ".join(map(str, found))
                return Checked(0, 0, 0, (T_("The file is damaged: {what}.", what=said),), "")
        return examined(connection, known)


def examined(connection: Connection, known: str = "") -> Checked:
    """:func:`check` within a transaction, the database's check of its own file left out."""
    faults: list[Text] = []
    replay = _Replay(connection, known)
    cells = 0
    try:
        replay.run(faults)
        cells = 0 if faults else replay.compare(faults)
    except StoreError as error:  # raised where a row is decoded
        faults.append(_unreadable(replay.seq, Text(error.msgid, error.values)))
    except (ValueError, KeyError, TypeError) as error:
        faults.append(_unreadable(replay.seq, str(error)))
    faults += [*_strays(connection), *guards(connection)]
    return Checked(replay.seq, len(replay.scenarios), cells, tuple(faults), replay.hash)


def _unreadable(seq: int, why: Text | str) -> Text:
    return T_("After command {seq} the log can't be read: {why}.", seq=seq, why=why)


def all_commands(connection: Connection) -> Iterator[tuple[Command, str]]:
    """Every command with its stored hash, in the order of the log."""
    table, last = schema.command, 0
    while True:
        rows = connection.execute(
            select(table).where(table.c.seq > last).order_by(table.c.seq).limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        for row, command in zip(rows, log.commands(connection, rows), strict=True):
            yield command, row.hash
        last = rows[-1].seq


def _strays(connection: Connection) -> list[Text]:
    """Rows that no command of their own scenario stands behind."""
    change, command, cell = schema.change, schema.command, schema.cell
    own = (command.c.seq == change.c.seq) & (command.c.scenario == change.c.scenario)
    changes = (
        select(func.count())
        .select_from(change.outerjoin(command, own))
        .where(command.c.seq.is_(None))
    )
    cells = select(func.count()).where(cell.c.scenario.not_in(select(schema.scenario.c.id)))
    return [
        T_("{count} rows of {table} belong to no command.", count=count, table=table)
        for table, query in (("change", changes), ("cell", cells))
        if (count := connection.execute(query).scalar_one())
    ]


class _Replay:
    """The log read from the first command to the last, and what follows from it."""

    def __init__(self, connection: Connection, known: str) -> None:
        self.connection = connection
        self.known, self.met = known, not known
        self.seq, self.hash = 0, GENESIS
        self.scenarios: dict[int, Scenario] = {}
        self.cells: dict[int, dict[Cell, Any]] = {}
        self.rules = Rules(lambda seq: log.read(connection, [seq])[0])

    def run(self, faults: list[Text]) -> None:
        """Follow the log; stop at the first fault, since nothing after it can be relied on."""
        for command, stored in all_commands(self.connection):
            if command.seq != self.seq + 1:
                faults.append(
                    T_("Command {seq} follows on {last}.", seq=command.seq, last=self.seq)
                )
                return
            if command.digest(self.hash) != stored:
                faults.append(
                    T_("Command {seq} does not have the hash of its content.", seq=command.seq)
                )
                return
            self.seq, self.hash = command.seq, stored
            self.met = self.met or stored == self.known
            broken = self.rules.broken_by(command, self.scenarios.get(command.scenario))
            if broken is not None:
                faults.append(broken)
                return
            try:
                self._follow(command)
            except ConflictError as error:
                faults.append(
                    T_(
                        "Command {seq} does not fit what stood before it: {why}",
                        seq=command.seq,
                        why=Text(error.msgid, error.values),
                    )
                )
                return
        if not self.met:
            faults.append(T_("No command bears the hash {hash}.", hash=self.known))
        end = self.connection.execute(select(schema.head)).one_or_none()
        if end is None:
            faults.append(T_("The end of the log is not recorded."))
        elif (end.seq, end.hash) != (self.seq, self.hash):
            faults.append(
                T_(
                    "The log ends at command {found}, it should end at {wanted}.",
                    found=self.seq,
                    wanted=end.seq,
                )
            )

    def _follow(self, command: Command) -> None:
        number, details = command.scenario, command.details
        if command.kind in ("create", "branch"):
            parent = self.scenarios[details["parent"]] if command.kind == "branch" else None
            at = int(details["revision"]) if parent else None
            self.scenarios[number] = Scenario(
                number, details["name"], 0, parent.name if parent else None, at, "", ""
            )
            self.cells[number] = (
                {
                    cell: log.value_of(value)
                    for cell, (value, _) in replayed(self.connection, parent.id, at or 0).items()
                }
                if parent
                else {}
            )
        if command.kind == "approve":
            self.scenarios[number] = replace(
                self.scenarios[number], frozen_by=command.who, frozen_at=command.at.isoformat()
            )
        self.scenarios[number] = replace(self.scenarios[number], revision=command.revision)
        self.cells[number] = applied(self.cells[number], command.changes)

    def compare(self, faults: list[Text]) -> int:
        """Hold the derived tables against what follows; return the number of cells."""
        stand = {one.id: one for one in all_scenarios(self.connection)}
        for number in sorted({*stand, *self.scenarios}):
            if stand.get(number) != self.scenarios.get(number):
                faults.append(
                    T_("Scenario {number} is not what the log says of it.", number=number)
                )
        table, count = schema.cell, 0
        for one in self.scenarios.values():
            rows = self.connection.execute(select(table).where(table.c.scenario == one.id)).all()
            count += len(rows)
            found = {Cell(row.table, row.key): (row.value, row.seq) for row in rows}
            wanted = replayed(self.connection, one.id, one.revision)
            for cell in sorted({*found, *wanted}):
                if found.get(cell) != wanted.get(cell):
                    faults.append(
                        T_(
                            "Scenario {name!r}, {cell}: it holds {found}, the log says {wanted}.",
                            name=one.name,
                            cell=str(cell),
                            found=found.get(cell, ("—",))[0],
                            wanted=wanted.get(cell, ("—",))[0],
                        )
                    )
        return count
