"""What a log must obey beyond its hashes, and the triggers that keep it from being rewritten.

Hashes show that rows were changed. They do not show that a command was allowed: whoever can write
to the database can append one with a proper hash. These are the rules that
:class:`workbench.store.workspace.Workspace` keeps, held against the log once more.
"""

import hashlib
from collections.abc import Callable

from sqlalchemy import Connection, text

from workbench.domain.changes import Change
from workbench.domain.text import T_, Text
from workbench.store import log, stacks
from workbench.store.log import KINDS, Command
from workbench.store.scenarios import Scenario
from workbench.store.schema import GUARDED
from workbench.store.stacks import STACKED, Tops


class Rules:
    """The commands so far, as far as the next ones depend on them.

    Parameters
    ----------
    command
        Gives a command of the log by its number.
    """

    def __init__(self, command: Callable[[int], Command]) -> None:
        self._command = command
        self._tops: dict[tuple[int, str], Tops] = {}
        self._below: dict[int, int | None] = {}
        self._backs: dict[int, bytes] = {}
        """Edit or undo -> the digest of what takes it back."""
        self._undone: dict[int, int] = {}

    def broken_by(self, command: Command, scenario: Scenario | None) -> Text | None:
        """The rule that a command breaks; None: none.

        Parameters
        ----------
        scenario
            As it stood before the command; None: it did not exist.
        """
        seq, kind, begins = command.seq, command.kind, command.kind in ("create", "branch")
        wanted = scenario.revision + 1 if scenario else 0
        stacked = self._stacked(command) if kind in STACKED and scenario else True
        for broken, rule in (
            (
                kind not in KINDS,
                T_("Command {seq} is of the unknown kind {kind!r}.", seq=seq, kind=kind),
            ),
            (begins != (scenario is None), T_("Command {seq} does not fit its scenario.", seq=seq)),
            (
                scenario and scenario.frozen,
                T_("Command {seq} changes an approved scenario.", seq=seq),
            ),
            (command.revision != wanted, T_("Command {seq} skips a revision.", seq=seq)),
            (not stacked, T_("Command {seq} does not follow from the undo history.", seq=seq)),
            (
                kind not in (*STACKED, "create") and command.decisions,
                T_("Command {seq} changes cells, which its kind never does.", seq=seq),
            ),
        ):
            if broken:
                return rule
        return None

    def _stacked(self, command: Command) -> bool:
        person = (command.scenario, command.who)
        tops, node, seq = self._tops.get(person, Tops()), command.node, command.seq
        fits = True
        if command.kind == "edit":
            fits = node == stacks.after_edit(seq, tops)
            self._backs[seq] = _digest(stacks.back(command.decisions))
        elif command.kind == "undo":
            edit = tops.undo
            fits = (
                edit is not None
                and node == stacks.after_undo(seq, tops, self._below[edit])
                and self._takes_back(command, edit)
            )
            if edit is not None:
                self._undone[seq] = edit
            self._backs[seq] = _digest(stacks.back(command.decisions))
        else:
            undo = tops.redo
            fits = (
                undo is not None
                and node == stacks.after_redo(tops, self._undone[undo], self._below[undo])
                and self._takes_back(command, undo)
            )
        self._tops[person], self._below[seq] = node.tops, node.below
        return fits

    def _takes_back(self, command: Command, other: int) -> bool:
        """Whether a command takes back all of another one, but for the cells that it names."""
        left = command.details.get(stacks.LEFT)
        if left is None:
            return _digest(command.decisions) == self._backs[other]
        whole = stacks.back(self._command(other).decisions)
        kept = tuple(one for one in whole if list(one.cell) not in left)
        return kept == command.decisions


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
