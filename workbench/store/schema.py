"""The tables of the workspace: a log that only grows, and what follows from it.

    command, change   the log: one row per accepted command, one per cell that it changed
    scenario, cell    derived: where each scenario stands now; ``workbench db check`` proves it
    head              derived: the end of the log; its row is what writers wait for

Values are JSON text in one canonical spelling, so that the same log has the same hashes in every
database.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = "0001"
"""The Alembic revision that this code reads and writes."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
_Seq = BigInteger().with_variant(Integer, "sqlite")

scenario = Table(
    "scenario",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(80), nullable=False, unique=True),
    Column("parent", Integer, ForeignKey("scenario.id")),
    Column("parent_revision", Integer),
    Column("revision", Integer, nullable=False),
    Column("frozen_by", Text),
    Column("frozen_at", Text),
)
"""``revision`` counts the scenario's own commands; a frozen scenario has a ``frozen_by``."""

command = Table(
    "command",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("scenario", Integer, ForeignKey("scenario.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("at", String(32), nullable=False),
    Column("who", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("refers", _Seq),
    Column("below", _Seq),
    Column("undo_top", _Seq),
    Column("redo_top", _Seq),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("scenario", "revision"),
    Index("ix_command_stack", "scenario", "who", "seq"),
)
"""One accepted command. ``at`` is UTC in ISO form; ``evidence`` and ``details`` are JSON objects.
``refers``, ``below``, ``undo_top`` and ``redo_top``: see :mod:`workbench.store.stacks`."""

change = Table(
    "change",
    metadata,
    Column("seq", _Seq, ForeignKey("command.seq"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("scenario", Integer, ForeignKey("scenario.id"), nullable=False),
    Column("table", String(40), nullable=False),
    Column("key", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Index("ix_change_cell", "scenario", "table", "key", "seq"),
)
"""What one command did to one cell; JSON, NULL: nothing stood or stands there."""

cell = Table(
    "cell",
    metadata,
    Column("scenario", Integer, ForeignKey("scenario.id"), primary_key=True, autoincrement=False),
    Column("table", String(40), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("seq", _Seq, ForeignKey("command.seq"), nullable=False),
)
"""What stands in a cell now, and the command that put it there."""

head = Table(
    "head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True),
    Column("seq", _Seq, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""The last command's number and hash; one row."""

GUARDED = ("command", "change")
"""Tables whose rows a trigger protects from update and delete."""
