"""Connections: SQLite embedded or PostgreSQL by URL, to write or to read only."""

import sqlite3
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from workbench.domain.errors import StoreError
from workbench.store.address import encryption, parsed, shown

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

BUSY_SECONDS = 60
"""How long a writer waits for the others before it gives up; PostgreSQL ends a transaction that
does nothing for twice as long."""


def open_engine(url: str, readonly: bool = False) -> Engine:
    """An engine whose every transaction is whole or not at all.

    Parameters
    ----------
    url
        ``sqlite:///path/of/file.db`` or ``postgresql://user:password@host/database``, the latter
        with ``?sslmode=`` one of :data:`workbench.store.address.SSL_MODES` if need be.
    readonly
        The database itself refuses to write: SQLite opens the file read-only, PostgreSQL runs
        read-only transactions.

    Raises
    ------
    InputError
        For an address that is neither.
    StoreError
        If the folder of an SQLite file can't be made, or there is no file to read.
    """
    address = parsed(url)
    if address.get_backend_name() == "sqlite":
        return open_file(Path(address.database or ""), readonly)
    return _postgresql(address, readonly)


def open_file(path: Path, readonly: bool = False) -> Engine:
    """:func:`open_engine` for an SQLite file."""
    if readonly and not path.exists():
        raise StoreError("There is no workspace at {place} yet.", place=path)
    with usable(path):
        if not readonly:
            path.parent.mkdir(parents=True, exist_ok=True)
        path = path.resolve()
    address = f"file:{quote(str(path))}?mode={'ro' if readonly else 'rwc'}"

    def connect() -> sqlite3.Connection:
        # Transactions are begun by us (below), not by the driver at its own discretion.
        return sqlite3.connect(
            address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )

    engine = create_engine(URL.create("sqlite", database=str(path)), creator=connect)

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


def _postgresql(address: URL, readonly: bool) -> Engine:
    engine = create_engine(
        address.set(drivername="postgresql+pg8000", query={}),
        pool_pre_ping=True,
        connect_args={"ssl_context": encryption(address)},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        # Without these a writer that stalls would hold up all others for ever.
        milliseconds = int(BUSY_SECONDS * 1000)
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {milliseconds}")
        cursor.execute(f"SET idle_in_transaction_session_timeout = {2 * milliseconds}")
        cursor.close()
        connection.commit()  # a rollback would take the settings back

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
    its_turn = nullcontext() if reading else turn(engine)
    with its_turn, explained(), engine.connect() as connection:
        if reading:
            connection.execution_options(reading=True)
            if engine.dialect.name == "postgresql":
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
        with connection.begin():
            yield connection


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """Wait for one's turn to write to an SQLite file.

    SQLite's own waiting sleeps longer and longer, up to 100 ms at a time. A lock on a file beside
    it is asked for more often, and the system releases it when its process dies.

    Raises
    ------
    StoreError
        If it does not come within :data:`BUSY_SECONDS`, or there can be no such file.
    """
    if engine.dialect.name != "sqlite" or fcntl is None:
        yield
        return
    path = Path(place_of(engine) + "-turn")
    with usable(path):
        file = path.open("w")
    with file:
        with usable(path):
            _lock(file)
        yield


def _lock(file: TextIO) -> None:
    end, pause = time.monotonic() + BUSY_SECONDS, 0.005
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > end:
                raise _others_write(f"{BUSY_SECONDS} s") from None
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into an error that says which path and why."""
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a path that can't be one
        raise StoreError(
            "The workspace can't be opened, {place!r}: {reason}. Give another path, or see to its "
            "rights.",
            place=str(path),
            reason=getattr(error, "strerror", None) or str(error),
        ) from error


@contextmanager
def explained() -> Iterator[None]:
    """Turn what a database driver raises into an error that says what happened and what to do."""
    try:
        yield
    except DBAPIError as error:
        raise _explanation(error.orig) from error
    # Met while rows are read, outside what SQLAlchemy wraps; SSLError while connecting.
    except (sqlite3.Error, ssl.SSLError) as error:
        raise _explanation(error) from error
    except UnicodeDecodeError as error:
        raise damaged(str(error)) from error


def place_of(engine: Engine) -> str:
    """Where the workspace is, without user, password and options."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return shown(engine.url)


def breaks_a_rule(error: DBAPIError) -> bool:
    """Whether rows were refused for breaking a rule of their table, such as a foreign key."""
    return isinstance(error.orig, sqlite3.IntegrityError) or _fields(error.orig).get(
        "C", ""
    ).startswith("23")


def _fields(error: BaseException | None) -> dict[str, str]:
    """The fields of the server's message, as pg8000 has them: M the text, C the code."""
    first = error.args[0] if error and error.args else None
    return first if isinstance(first, dict) else {}


def _explanation(error: BaseException | None) -> StoreError:
    if said := _fields(error).get("M"):
        return _story(said)
    if type(error) is sqlite3.DatabaseError:  # not one of its subclasses: the file itself is wrong
        return damaged(str(error))
    return _story(str(error))


def _others_write(reason: str) -> StoreError:
    return StoreError(
        "Others are writing to the workspace and did not finish in time; nothing was saved. "
        "Make the change again. ({reason})",
        reason=reason,
    )


def damaged(reason: str) -> StoreError:
    """The error for content that nobody wrote like that."""
    return StoreError(
        "The workspace is damaged; nothing was saved. Run workbench db check, then "
        "workbench db restore with the last backup. ({reason})",
        reason=reason,
    )


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
    if said(
        "malformed",
        "not a database",
        "checksum",
        "invalid page",
        "could not decode",
        "no such column",
        "has no column",
    ):
        return damaged(reason)
    if said("locked", "busy", "deadlock", "could not serialize", "lock timeout"):
        return _others_write(reason)
    if said("idle-in-transaction", "network error"):  # pg8000 mostly hears only the latter
        return StoreError(
            "The connection to the database broke, or the database ended it because the change "
            "stood still for too long. See whether the change is there; if not, make it again. "
            "({reason})",
            reason=reason,
        )
    if said("readonly", "read-only", "permission denied"):
        return StoreError(
            "The workspace is open to read only; nothing was saved. ({reason})", reason=reason
        )
    return _unexpected(reason)


def _unexpected(reason: str) -> StoreError:
    if "append-only" in reason.lower():
        return StoreError(
            "The log of the workspace only grows; nothing was changed. ({reason})", reason=reason
        )
    if "certificate verify failed" in reason.lower():
        return StoreError(
            "The database's certificate is not trusted ({reason}). Name the host as the "
            "certificate does; for an authority of your own let SSL_CERT_FILE name its "
            "certificate.",
            reason=reason,
        )
    return StoreError(
        "The workspace can't be used: {reason}. Check the address of the database and that it "
        "is running.",
        reason=reason,
    )
