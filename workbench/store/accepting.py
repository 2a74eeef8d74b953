"""Accept a command: its row in the log and its effect on what follows from the log, together.

Edits, branches, approvals and restored backups all come through here, so that the derived tables
can't depend on the way by which a command came.
"""

from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from workbench.store import log, schema, states
from workbench.store.log import Command


def accept(connection: Connection, command: Command, previous: str) -> str:
    """Write a command and its effect; return its hash.

    The caller holds the end of the log (:func:`workbench.store.log.lock_head`) and has checked
    that the command is allowed.

    Raises
    ------
    InputError
        If one of the databases could not keep it; see :func:`workbench.store.log.require_storable`.
    """
    log.require_storable(command)
    if command.kind in ("create", "branch"):
        _begin(connection, command)
    digest = log.write(connection, command, previous)
    if command.kind == "branch":
        states.copy(
            connection, command.details["parent"], command.details["revision"], command.scenario
        )
    if command.changes:
        _put(connection, command)
    _move_on(connection, command)
    return digest


def _begin(connection: Connection, command: Command) -> None:
    connection.execute(
        insert(schema.scenario).values(
            id=command.scenario,
            name=command.details["name"],
            parent=command.details.get("parent"),
            parent_revision=command.details.get("revision"),
            revision=command.revision,
        )
    )


def _move_on(connection: Connection, command: Command) -> None:
    table = schema.scenario
    values: dict[str, Any] = {"revision": command.revision}
    if command.kind == "approve":
        values |= {"frozen_by": command.who, "frozen_at": command.at.isoformat()}
    connection.execute(update(table).where(table.c.id == command.scenario).values(**values))


def _put(connection: Connection, command: Command) -> None:
    """The effect on the cells, in two statements however many there are.

    A change says what stood in its cell, and that was checked: where something stood, a row is.
    """
    cell, own = schema.cell, {"scenario": command.scenario}
    gone = [
        {"own": command.scenario, "in_table": one.table, "named": one.key}
        for one in command.changes
        if one.before is not None
    ]
    if gone:
        connection.execute(
            cell.delete().where(
                (cell.c.scenario == bindparam("own"))
                & (cell.c.table == bindparam("in_table"))
                & (cell.c.key == bindparam("named"))
            ),
            gone,
        )
    come = [
        {
            **own,
            "table": one.table,
            "key": one.key,
            "value": log.to_json(one.after),
            "seq": command.seq,
        }
        for one in command.changes
        if one.after is not None
    ]
    if come:
        connection.execute(insert(cell), come)
