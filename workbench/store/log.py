"""The command log: one row per accepted command, chained by hash."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from workbench.domain.changes import INPUTS, NOTHING, Change, Evidence
from workbench.domain.errors import InputError, StoreError
from workbench.store import schema
from workbench.store.engine import damaged
from workbench.store.stacks import Node, Tops

GENESIS = "0" * 64
"""What the first command is chained to."""
_AT_ONCE = 5_000
MOST_KEY = 500
"""Characters of a key; PostgreSQL indexes at most 2,704 bytes."""
KINDS = ("create", "branch", "edit", "undo", "redo", "approve", "record")


@dataclass(frozen=True)
class Command:
    """One accepted command.

    Attributes
    ----------
    seq, revision
        Its number in the whole log, and in its scenario.
    kind
        One of :data:`KINDS`.
    at
        Moment of acceptance, with time zone.
    details
        For ``create`` and ``branch``: the scenario's name and where it comes from. For an edit:
        how it came about, such as the name of an imported file.
    node
        Its place on the undo and redo stacks.
    """

    seq: int
    scenario: int
    revision: int
    kind: str
    at: datetime
    who: str
    reason: str = ""
    evidence: Evidence = NOTHING
    details: dict[str, Any] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    node: Node = field(default_factory=lambda: Node(None, None, Tops()))

    @property
    def decisions(self) -> tuple[Change, ...]:
        """The changes that somebody made, without what was recorded with them."""
        return tuple(one for one in self.changes if one.table != INPUTS)

    def digest(self, previous: str) -> str:
        """SHA-256 over all of the command and the hash before it, as 64 hexadecimal digits."""
        content = [
            previous,
            self.seq,
            self.scenario,
            self.revision,
            self.kind,
            self.at.isoformat(),
            self.who,
            self.reason,
            vars(self.evidence),
            self.details,
            [[one.table, one.key, one.before, one.after] for one in self.changes],
            [self.node.refers, self.node.below, self.node.tops.undo, self.node.tops.redo],
        ]
        return hashlib.sha256(to_json(content).encode("utf-8")).hexdigest()


def to_json(value: Any) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, letters as they are."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def require_storable(command: Command) -> None:
    """Refuse what one of the databases could not keep, before anything is written.

    Raises
    ------
    InputError
        For half a character (a lone surrogate), the character NUL, or a key that is too long for
        an index.
    """
    texts = [command.who, command.reason, *vars(command.evidence).values()]
    texts += [text for one in command.changes for text in one.cell]
    values = [command.details, *([one.before, one.after] for one in command.changes)]
    for text in (*texts, to_json(values)):
        if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise InputError(
                "The text {text} holds a character that can't be stored (NUL or half a "
                "character); take it out.",
                text=ascii(text[:60]),
            )
    for one in command.changes:
        if len(one.key) > MOST_KEY:
            raise InputError(
                "The key {key!r} … has {count} characters; at most {most} are kept.",
                key=one.key[:40],
                count=len(one.key),
                most=MOST_KEY,
            )


def lock_head(connection: Connection) -> tuple[int, str]:
    """The end of the log, held until the transaction ends: writers take turns here."""
    row = connection.execute(select(schema.head).with_for_update()).one_or_none()
    if row is None:
        raise StoreError(
            "The workspace is damaged: the end of its log is not recorded. Run workbench db "
            "restore with the last backup."
        )
    return int(row.seq), str(row.hash)


def write(connection: Connection, command: Command, previous: str) -> str:
    """Write a command and its changes at the end of the log; return its hash.

    The caller holds the end of the log (:func:`lock_head`), has checked the command, and writes
    its effect: :func:`workbench.store.accepting.accept`.
    """
    digest = command.digest(previous)
    connection.execute(
        insert(schema.command).values(
            seq=command.seq,
            scenario=command.scenario,
            revision=command.revision,
            kind=command.kind,
            at=command.at.isoformat(),
            who=command.who,
            reason=command.reason,
            evidence=to_json(vars(command.evidence)),
            details=to_json(command.details),
            refers=command.node.refers,
            below=command.node.below,
            undo_top=command.node.tops.undo,
            redo_top=command.node.tops.redo,
            hash=digest,
        )
    )
    if command.changes:
        connection.execute(
            insert(schema.change),
            [
                {
                    "seq": command.seq,
                    "place": place,
                    "scenario": command.scenario,
                    "table": one.table,
                    "key": one.key,
                    "before": _text(one.before),
                    "after": _text(one.after),
                }
                for place, one in enumerate(command.changes)
            ],
        )
    connection.execute(update(schema.head).values(seq=command.seq, hash=digest))
    return digest


def read(connection: Connection, numbers: Sequence[int]) -> list[Command]:
    """Commands by their numbers, in the order of the log."""
    table = schema.command
    wanted = sorted(set(numbers))
    rows = [
        row
        for some in _portions(wanted)
        for row in connection.execute(
            select(table).where(table.c.seq.in_(some)).order_by(table.c.seq)
        )
    ]
    return commands(connection, rows)


def commands(connection: Connection, rows: Sequence[Row[Any]]) -> list[Command]:
    """Rows of the command table with their changes."""
    table = schema.change
    found: dict[int, list[Change]] = {}
    for some in _portions([row.seq for row in rows]):
        for row in connection.execute(
            select(table).where(table.c.seq.in_(some)).order_by(table.c.seq, table.c.place)
        ):
            found.setdefault(row.seq, []).append(change_of(row))
    return [command_of(row, found.get(row.seq, ())) for row in rows]


def _portions(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many numbers as fit in one statement; databases allow 32,766."""
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


def command_of(row: Row[Any], changes: Iterable[Change]) -> Command:
    """A command from its row; raises :class:`StoreError` where the row was damaged."""
    try:
        return Command(
            seq=row.seq,
            scenario=row.scenario,
            revision=row.revision,
            kind=row.kind,
            at=datetime.fromisoformat(row.at),
            who=row.who,
            reason=row.reason,
            evidence=Evidence(**json.loads(row.evidence)),
            details=dict(json.loads(row.details)),
            changes=tuple(changes),
            node=Node(row.refers, row.below, Tops(row.undo_top, row.redo_top)),
        )
    except (ValueError, TypeError) as error:
        raise damaged(f"command {row.seq}: {error}") from error


def change_of(row: Row[Any]) -> Change:
    """A change from its row."""
    return Change(row.table, row.key, value_of(row.before), value_of(row.after))


def value_of(text: str | None) -> Any:
    """A JSON value from its column; raises :class:`StoreError` where it was damaged."""
    try:
        return None if text is None else json.loads(text)
    except (ValueError, TypeError) as error:
        raise damaged(f"{str(text)[:60]!r}: {error}") from error


def _text(value: Any) -> str | None:
    return None if value is None else to_json(value)
