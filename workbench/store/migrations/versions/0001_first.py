"""The log, and what follows from it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

GENESIS = "0" * 64


def upgrade() -> None:
    """Create the tables, the empty head of the log, and the triggers that let it only grow."""
    seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("parent", sa.Integer),
        sa.Column("parent_revision", sa.Integer),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("frozen_by", sa.Text),
        sa.Column("frozen_at", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_scenario"),
        sa.UniqueConstraint("name", name="uq_scenario_name"),
        sa.ForeignKeyConstraint(["parent"], ["scenario.id"], name="fk_scenario_parent"),
    )
    op.create_table(
        "command",
        sa.Column("seq", seq, autoincrement=False, nullable=False),
        sa.Column("scenario", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("refers", seq),
        sa.Column("below", seq),
        sa.Column("undo_top", seq),
        sa.Column("redo_top", seq),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_command"),
        sa.UniqueConstraint("scenario", "revision", name="uq_command_scenario"),
        sa.ForeignKeyConstraint(["scenario"], ["scenario.id"], name="fk_command_scenario"),
    )
    op.create_index("ix_command_stack", "command", ["scenario", "who", "seq"])
    op.create_table(
        "change",
        sa.Column("seq", seq, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("scenario", sa.Integer, nullable=False),
        sa.Column("table", sa.String(40), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.PrimaryKeyConstraint("seq", "place", name="pk_change"),
        sa.ForeignKeyConstraint(["seq"], ["command.seq"], name="fk_change_seq"),
        sa.ForeignKeyConstraint(["scenario"], ["scenario.id"], name="fk_change_scenario"),
    )
    op.create_index("ix_change_cell", "change", ["scenario", "table", "key", "seq"])
    op.create_table(
        "cell",
        sa.Column("scenario", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("table", sa.String(40), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("seq", seq, nullable=False),
        sa.PrimaryKeyConstraint("scenario", "table", "key", name="pk_cell"),
        sa.ForeignKeyConstraint(["scenario"], ["scenario.id"], name="fk_cell_scenario"),
        sa.ForeignKeyConstraint(["seq"], ["command.seq"], name="fk_cell_seq"),
    )
    head = op.create_table(
        "head",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("seq", seq, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
        sa.CheckConstraint("id = 1", name="ck_head_one_row"),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": GENESIS}])
    _guard()


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ("command", "change"):
            for verb in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER only_grows_{table}_{verb} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'append-only log'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append-only log'; END $$"
    )
    for table in ("command", "change"):
        op.execute(
            f"CREATE TRIGGER only_grows_{table} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION only_grows()"
        )
