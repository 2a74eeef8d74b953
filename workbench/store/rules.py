"""What a log must obey beyond its hashes, and the triggers that keep it from being rewritten.

Hashes show that rows were changed. They do not show that a command was allowed: whoever can write
to the database can append one with a proper hash. These are the rules that
:class:`workbench.store.workspace.Workspace` keeps, held against the log once more.
"""

import hashlib

from sqlalchemy import Connection, text

from workbench.domain.changes import Change
from workbench.domain.text import T_, Text
from workbench.store import log, stacks
from workbench.store.log import KINDS, Command
from workbench.store.scenarios import Scenario
from workbench.store.schema import GUARDED
from workbench.store.stacks import Tops


class Rules:
    """The commands so far, as far as the next ones depend on them."""

    def __init__(self) -> None:
        self._tops: dict[tuple[int, str], Tops] = {}
        self._below: dict[int, int | None] = {}
        self._edits: dict[int, tuple[int, bytes, bytes]] = {}
        """Edit -> its scenario, the digest of its changes, and of what takes them back."""
        self._undone: dict[int, int] = {}

    def broken_by(self, command: Command, scenario: Scenario | None) -> Text | None:
        """The rule that a command breaks; None: none.

        Parameters
        ----------
        scenario
            As it stood before the command; None: it did not exist.
        """
        seq, begins = command.seq, command.kind in ("create", "branch")
        if command.kind not in KINDS:
            return T_("Command {seq} is of the unknown kind {kind!r}.", seq=seq, kind=command.kind)
        if begins != (scenario is None):
            return T_("Command {seq} does not fit its scenario.", seq=seq)
        if scenario and scenario.frozen:
            return T_("Command {seq} changes an approved scenario.", seq=seq)
        if command.revision != (scenario.revision + 1 if scenario else 0):
            return T_("Command {seq} skips a revision.", seq=seq)
        if command.kind in ("edit", "undo", "redo") and not self._stacked(command):
            return T_("Command {seq} does not follow from the undo history.", seq=seq)
        return None

    def _stacked(self, command: Command) -> bool:
        person = (command.scenario, command.who)
        tops, node = self._tops.get(person, Tops()), command.node
        if command.kind == "edit":
            fits = node == stacks.after_edit(command.seq, tops)
            back = tuple(one.reversed() for one in reversed(command.changes))
            self._edits[command.seq] = command.scenario, _digest(command.changes), _digest(back)
        elif command.kind == "undo":
            edit = tops.undo
            fits = edit is not None and (
                node == stacks.after_undo(command.seq, tops, self._below[edit])
                and _digest(command.changes) == self._edits[edit][2]
            )
            if edit is not None:
                self._undone[command.seq] = edit
        else:
            undo = tops.redo
            fits = undo is not None and (
                node == stacks.after_redo(tops, self._undone[undo], self._below[undo])
                and _digest(command.changes) == self._edits[self._undone[undo]][1]
            )
        self._tops[person], self._below[command.seq] = node.tops, node.below
        return fits


def _digest(changes: tuple[Change, ...]) -> bytes:
    content = [[*one.cell, one.before, one.after] for one in changes]
    return hashlib.blake2b(log.to_json(content).encode("utf-8"), digest_size=16).digest()


def guards(connection: Connection) -> list[Text]:
    """Triggers that are missing, switched off, or not ours."""
    if connection.dialect.name == "sqlite":
        wanted = {
            f"only_grows_{table}_{verb}" for table in GUARDED for verb in ("update", "delete")
        }
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        wanted = {f"only_grows_{table}" for table in GUARDED}
        query = (
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' "
            "AND c.relnamespace = current_schema()::regnamespace"
        )
    found = set(connection.execute(text(query)).scalars())
    return [
        *(T_("The trigger {name} is missing.", name=name) for name in sorted(wanted - found)),
        *(T_("The trigger {name} is not ours.", name=name) for name in sorted(found - wanted)),
    ]
