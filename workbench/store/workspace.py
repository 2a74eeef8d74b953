"""The workspace: scenarios made of cells, every change kept with who, when and why (W6)."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from workbench.domain.changes import (
    INPUTS,
    NOTHING,
    Cell,
    Cells,
    Change,
    Evidence,
    applied,
    differences,
)
from workbench.domain.errors import InputError, ReadOnlyError
from workbench.store import log, schema, stacks, states
from workbench.store.accepting import accept
from workbench.store.engine import transaction
from workbench.store.log import Command
from workbench.store.reading import Reader
from workbench.store.scenarios import (
    Scenario,
    find_scenario,
    new_number,
    open_scenario,
)

Check = Callable[[Cells], Cells]
"""Called with all cells as they would stand. What it raises refuses the change; what it returns is
what the plan rests on then, recorded with the change in the table ``inputs``."""


def _require_settable(changes: Sequence[Change]) -> None:
    if not changes:
        raise InputError("There is nothing to change.")
    seen = set()
    for one in changes:
        if one.table == INPUTS:
            raise InputError(
                "{cell} can't be set: the workbench records there which files a scenario rests "
                "on. Change the file, or name another one in settings.",
                cell=one.cell,
            )
        if one.cell in seen:
            raise InputError("{cell} is set twice; keep one.", cell=one.cell)
        seen.add(one.cell)


def _recorded(cells: Cells, check: Check) -> tuple[Change, ...]:
    """The changes of the table ``inputs`` that make it what ``check`` returns for these cells."""
    now = {cell: value for cell, value in cells.items() if cell.table == INPUTS}
    return differences(now, check(cells))


class Workspace(Reader):
    """Scenarios in a database, to read and to change.

    Every call is one transaction. Whatever returns was stored; whatever raises changed nothing.

    Parameters
    ----------
    engine
        From :func:`workbench.store.engine.open_engine`; its schema is up to date.
    who
        Whose changes these are; None: the handle can only read.
    clock
        Gives the time; for tests.
    """

    def __init__(
        self,
        engine: Engine,
        who: str | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(engine, who)
        self._clock = clock

    @property
    def author(self) -> str:
        """Whose changes these are; raises :class:`ReadOnlyError` for a handle that only reads."""
        if self.who is None:
            raise ReadOnlyError("This handle can only read the workspace; nothing was saved.")
        return self.who

    def create(
        self, name: str, changes: Iterable[Change] = (), reason: str = "", **details: Any
    ) -> Command:
        """Begin a scenario from nothing, with its first cells."""
        first = tuple(changes)
        applied({}, first)  # each has to expect nothing
        with self._writing() as connection:
            last, previous = log.lock_head(connection)
            number = new_number(connection, name)
            command = replace(
                self._command(last + 1, number, 0, "create"),
                reason=reason,
                details={"name": name, **details},
                changes=first,
            )
            accept(connection, command, previous)
            return command

    def branch(
        self, source: str, name: str, revision: int | None = None, reason: str = ""
    ) -> Command:
        """Begin a scenario from another one, as it stands or as it stood after a revision."""
        with self._writing() as connection:
            last, previous = log.lock_head(connection)
            parent = find_scenario(connection, source)
            at = parent.revision if revision is None else revision
            states.command_at(connection, parent, at)
            number = new_number(connection, name)
            command = replace(
                self._command(last + 1, number, 0, "branch"),
                reason=reason,
                details={"name": name, "parent": parent.id, "revision": at},
            )
            accept(connection, command, previous)
            return command

    def apply(
        self,
        name: str,
        changes: Iterable[Change],
        reason: str = "",
        evidence: Evidence = NOTHING,
        check: Check | None = None,
        **details: Any,
    ) -> Command:
        """Change cells of a scenario, all of them or none.

        Parameters
        ----------
        changes
            Each names what it expects to find, so that nobody's change is overwritten unseen.
        check
            Called with all cells as they would stand; what it raises refuses the change.
        details
            Kept with the command, such as the name of an imported file.

        Raises
        ------
        ConflictError
            If a cell holds something else: who changed it, when, and to what.
        InputError
            If there is no such scenario, it is frozen, or there is nothing to change.
        """
        wanted = tuple(changes)
        _require_settable(wanted)
        log.require_storable(
            Command(0, 0, 0, "edit", datetime.min, self.author, reason, evidence, details, wanted)
        )

        def edit(connection: Connection, own: Scenario, command: Command) -> Command:
            node = stacks.after_edit(command.seq, states.tops(connection, own.id, command.who))
            return replace(
                command,
                reason=reason,
                evidence=evidence,
                details=details,
                changes=self._expected(connection, own, wanted, check),
                node=node,
            )

        return self._accept(name, "edit", edit)

    def undo(self, name: str, check: Check | None = None, skip: bool = False) -> Command:
        """Take back this user's last change that is not taken back yet; ``check`` as for an edit.

        Parameters
        ----------
        skip
            Leave alone the cells that somebody changed since, and take back the others.

        Raises
        ------
        ConflictError
            If one of its cells was changed again meanwhile, unless ``skip``.
        InputError
            If there is nothing to undo.
        """

        def take_back(connection: Connection, own: Scenario, command: Command) -> Command:
            tops = states.tops(connection, own.id, command.who)
            if tops.undo is None:
                raise InputError("There is nothing to undo.")
            (edit,) = log.read(connection, [tops.undo])
            node = stacks.after_undo(command.seq, tops, edit.node.below)
            changes = stacks.back(edit.decisions)
            return self._again(connection, own, replace(command, node=node), changes, check, skip)

        return self._accept(name, "undo", take_back)

    def redo(self, name: str, check: Check | None = None, skip: bool = False) -> Command:
        """Make the change again that this user took back last; as :meth:`undo` otherwise."""

        def make_again(connection: Connection, own: Scenario, command: Command) -> Command:
            tops = states.tops(connection, own.id, command.who)
            if tops.redo is None:
                raise InputError("There is nothing to redo.")
            (undo,) = log.read(connection, [tops.redo])
            node = stacks.after_redo(tops, undo.node.refers or 0, undo.node.below)
            changes = stacks.back(undo.decisions)
            return self._again(connection, own, replace(command, node=node), changes, check, skip)

        return self._accept(name, "redo", make_again)

    def restore(
        self, name: str, cell: Cell, seq: int, reason: str = "", check: Check | None = None
    ) -> Command:
        """Put back what stood in a cell after the command numbered ``seq``; an edit like any other.

        Raises
        ------
        InputError
            If that command didn't touch the cell, or its value stands there already.
        """
        table = schema.change
        with self._reading() as connection:
            own = find_scenario(connection, name)
            line = states.lineage(own.id, own.revision)
            row = connection.execute(
                select(table.c.after)
                .join(line, states.counted(line))
                .where(table.c.seq == seq, table.c.table == cell.table, table.c.key == cell.key)
            ).one_or_none()
            now = states.cells(connection, own.id)
        if row is None:
            raise InputError(
                "Command {seq} did not change {cell}; workbench history shows those that did.",
                seq=seq,
                cell=cell,
            )
        change = Change(*cell, now.get(cell), log.value_of(row.after))
        return self.apply(
            name,
            [] if change.before == change.after else [change],
            reason,
            check=check,
            restored=seq,
        )

    def approve(self, name: str, reason: str = "", check: Check | None = None) -> Command:
        """Approve a scenario: from now on it can't change; branch from it to go on."""

        def freeze(connection: Connection, own: Scenario, command: Command) -> Command:
            changes = self._expected(connection, own, (), check)
            return replace(command, reason=reason, changes=changes)

        return self._accept(name, "approve", freeze)

    def record(self, name: str, check: Check) -> Command | None:
        """Record what a scenario rests on, as ``check`` returns it; None: that stands already."""
        with self._reading() as connection:
            now = states.cells(connection, find_scenario(connection, name).id)
        if not _recorded(now, check):
            return None

        def recorded(connection: Connection, own: Scenario, command: Command) -> Command:
            return replace(command, changes=self._expected(connection, own, (), check))

        return self._accept(name, "record", recorded)

    # how

    @staticmethod
    def _expected(
        connection: Connection, own: Scenario, changes: tuple[Change, ...], check: Check | None
    ) -> tuple[Change, ...]:
        """The changes, seen to fit what stands, with what is recorded beside them."""
        states.expect(connection, own, changes)
        if check is None:
            return changes
        return changes + _recorded(applied(states.cells(connection, own.id), changes), check)

    def _again(
        self,
        connection: Connection,
        own: Scenario,
        command: Command,
        changes: tuple[Change, ...],
        check: Check | None,
        skip: bool,
    ) -> Command:
        """An undo or redo with its changes; with ``skip`` without those that no longer fit."""
        if skip:
            now = states.cells(connection, own.id)
            left = [one.cell for one in changes if now.get(one.cell) != one.before]
            if left:
                changes = tuple(one for one in changes if one.cell not in left)
                command = replace(command, details={stacks.LEFT: [list(cell) for cell in left]})
        return replace(command, changes=self._expected(connection, own, changes, check))

    def _accept(
        self,
        name: str,
        kind: str,
        complete: Callable[[Connection, Scenario, Command], Command],
    ) -> Command:
        """Write a command on a scenario that can change, in one transaction.

        ``complete`` fills in what the command does; what it raises refuses the command.
        """
        with self._writing() as connection:
            last, previous = log.lock_head(connection)
            own = open_scenario(connection, name)
            blank = self._command(last + 1, own.id, own.revision + 1, kind)
            command = complete(connection, own, blank)
            accept(connection, command, previous)
            return command

    def _command(self, seq: int, scenario: int, revision: int, kind: str) -> Command:
        return Command(seq, scenario, revision, kind, self._clock(), self.author)

    def _writing(self) -> AbstractContextManager[Connection]:
        _ = self.author  # refuses before anything is begun
        return transaction(self.engine)
