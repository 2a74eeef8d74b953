"""Bring a database's schema up to date, and tell whether it is."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from workbench.domain.errors import StoreError
from workbench.store.engine import place_of, transaction
from workbench.store.schema import SCHEMA_VERSION

MIGRATIONS = Path(__file__).with_name("migrations")


def version_of(connection: Connection) -> str:
    """The database's schema version; empty for a database without a workspace."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")


def upgrade(engine: Engine) -> tuple[str, str]:
    """Run the migrations that are missing, in one transaction.

    Returns
    -------
    tuple of str
        Version before (empty: a new database) and after.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with transaction(engine) as connection:
        if engine.dialect.name == "postgresql":  # SQLite lets one writer in anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(4072301)"))
        before = version_of(connection)
        _refuse_newer(engine, before)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return before, version_of(connection)


def require_current(engine: Engine) -> None:
    """See that the schema is the one this code knows.

    Raises
    ------
    StoreError
        If there is no workspace, or it is older or newer.
    """
    with transaction(engine, reading=True) as connection:
        found = version_of(connection)
    if not found:
        raise StoreError(
            "There is no workspace at {place} yet; workbench db upgrade makes one.",
            place=place_of(engine),
        )
    _refuse_newer(engine, found)
    if found != SCHEMA_VERSION:
        raise StoreError(
            "The workspace at {place} has schema {found}, this version needs {wanted}; make a "
            "backup with workbench db backup, then run workbench db upgrade.",
            place=place_of(engine),
            found=found,
            wanted=SCHEMA_VERSION,
        )


def _refuse_newer(engine: Engine, found: str) -> None:
    if found > SCHEMA_VERSION:
        raise StoreError(
            "The workspace at {place} has schema {found}, newer than this version's {wanted}; "
            "install a newer workbench.",
            place=place_of(engine),
            found=found,
            wanted=SCHEMA_VERSION,
        )
