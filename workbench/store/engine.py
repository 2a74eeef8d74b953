"""Connections: SQLite embedded or PostgreSQL by URL, to write or to read only."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from workbench.domain.errors import InputError, StoreError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

BUSY_SECONDS = 60
"""How long a writer waits for the others before it gives up."""


def open_engine(url: str, readonly: bool = False) -> Engine:
    """An engine whose every transaction is whole or not at all.

    Parameters
    ----------
    url
        ``sqlite:///path/of/file.db`` or ``postgresql://user:password@host/database``.
    readonly
        The database itself refuses to write: SQLite opens the file read-only, PostgreSQL runs
        read-only transactions.

    Raises
    ------
    InputError
        For an address that is neither.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    kind = parsed.get_backend_name() if parsed else ""
    if parsed and kind == "sqlite" and parsed.database and parsed.database != ":memory:":
        return _sqlite(Path(parsed.database), readonly)
    if parsed and kind == "postgresql":
        return _postgresql(parsed.set(drivername="postgresql+pg8000"), readonly)
    raise InputError(
        "The database {url!r} can't be used; give sqlite:///path/of/file.db or "
        "postgresql://user:password@host/database.",
        url=_without_password(url),
    )


def _sqlite(path: Path, readonly: bool) -> Engine:
    if readonly and not path.exists():
        raise StoreError("There is no workspace at {place} yet.", place=path)
    if not readonly:
        path.parent.mkdir(parents=True, exist_ok=True)
    address = f"file:{quote(str(path.resolve()))}?mode={'ro' if readonly else 'rwc'}"

    def connect() -> sqlite3.Connection:
        # Transactions are begun by us (below), not by the driver at its own discretion.
        return sqlite3.connect(
            address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )

    engine = create_engine(URL.create("sqlite", database=str(path.resolve())), creator=connect)

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        if readonly:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A plain BEGIN takes the write lock only at the first write, and fails there if someone
        # else has written since: 700 of 800 concurrent updates, in our measurement.
        reading = readonly or connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL, readonly: bool) -> Engine:
    engine = create_engine(url, pool_pre_ping=True)
    if readonly:
        engine = engine.execution_options(postgresql_readonly=True)
    return engine


@contextmanager
def transaction(engine: Engine, reading: bool = False) -> Iterator[Connection]:
    """One transaction: whole or not at all; a reading one sees one state from first to last.

    Raises
    ------
    StoreError
        If the database refuses; see :func:`explained`.
    """
    turn = nullcontext() if reading else _turn(engine)
    with turn, explained(), engine.connect() as connection:
        if reading:
            connection.execution_options(reading=True)
            if engine.dialect.name == "postgresql":
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
        with connection.begin():
            yield connection


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait for one's turn to write to an SQLite file.

    SQLite's own waiting sleeps up to 100 ms at a time: eight writers side by side came to 37 edits
    a second, where one alone makes 400. A lock on a file beside it wakes the next one at once, and
    the system releases it when its process dies.
    """
    if engine.dialect.name != "sqlite" or fcntl is None:
        yield
        return
    with Path(place_of(engine) + "-turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def explained() -> Iterator[None]:
    """Turn what a database driver raises into an error that says what happened and what to do."""
    try:
        yield
    except DBAPIError as error:
        raise _story(str(error.orig)) from error


def place_of(engine: Engine) -> str:
    """Where the workspace is, without a password."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.render_as_string(hide_password=True)


def _story(reason: str) -> StoreError:
    low = reason.lower()

    def said(*words: str) -> bool:
        return any(word in low for word in words)

    if said("disk is full", "disk i/o error", "no space left", "could not extend file"):
        return StoreError(
            "The disk is full, or the file can't grow; nothing was saved. Make room, then make "
            "the change again. ({reason})",
            reason=reason,
        )
    if said("malformed", "not a database", "checksum", "invalid page"):
        return StoreError(
            "The workspace is damaged; nothing was saved. Run workbench db check, then "
            "workbench db restore with the last backup. ({reason})",
            reason=reason,
        )
    if said("locked", "busy", "deadlock", "could not serialize", "lock timeout"):
        return StoreError(
            "Others are writing to the workspace and did not finish in time; nothing was saved. "
            "Make the change again. ({reason})",
            reason=reason,
        )
    if said("readonly", "read-only", "permission denied"):
        return StoreError(
            "The workspace is open to read only; nothing was saved. ({reason})", reason=reason
        )
    if said("append-only"):
        return StoreError(
            "The log of the workspace only grows; nothing was changed. ({reason})", reason=reason
        )
    return StoreError(
        "The workspace can't be used: {reason}. Check the address of the database and that it "
        "is running.",
        reason=reason,
    )


def _without_password(url: str) -> str:
    before, at, after = url.rpartition("@")
    return f"…@{after}" if at and ":" in before else url
