"""Open the workspace that an address names, to edit or to read."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, inspect

from workbench.domain.errors import StoreError
from workbench.store.engine import open_engine, open_file, place_of, transaction, turn, usable
from workbench.store.identity import current_user
from workbench.store.upgrading import require_current, upgrade, version_of
from workbench.store.workspace import Workspace


def open_workspace(url: str, readonly: bool = False, who: str | None = None) -> Workspace:
    """The workspace at a database address.

    Parameters
    ----------
    url
        See :func:`workbench.store.engine.open_engine`. An SQLite file that is not there yet is
        made, an empty PostgreSQL database gets its tables, unless it is only to be read.
    readonly
        For dashboards: the handle has nothing to write with, and the database refuses too.
    who
        Whose changes these are; None: :func:`workbench.store.identity.current_user`. Never pass on
        what a form says.

    Raises
    ------
    InputError
        For an address that names no database.
    StoreError
        If the database can't be reached, is damaged, or has another schema.
    """
    engine = open_engine(url, readonly)
    if engine.dialect.name == "sqlite":
        _file(engine, readonly)
    elif not readonly:
        _tables(engine)
    require_current(engine)
    return Workspace(engine, None if readonly else who or current_user())


def _tables(engine: Engine) -> None:
    with transaction(engine, reading=True) as connection:
        empty = not version_of(connection) and not inspect(connection).get_table_names()
    if empty:
        upgrade(engine)


def _file(engine: Engine, readonly: bool) -> None:
    """See that there is a workspace in the file; make one if there is no file.

    A file that is there and empty is no new workspace: it was one, and was cut off. It is not even
    opened, since SQLite would throw away the -wal file with the latest changes beside it.
    """
    path = Path(place_of(engine))
    with usable(path):
        if path.exists() and path.stat().st_size >= _HEADER:
            with transaction(engine, reading=True) as connection:
                if version_of(connection):
                    return
        elif readonly:
            raise _cut_off(path)
    if readonly:
        return
    with turn(engine), usable(path):  # after whoever is making it at this moment
        if not path.exists():
            _make(path)
        elif path.stat().st_size < _HEADER:
            raise _cut_off(path)
        else:
            with transaction(engine, reading=True) as connection:
                if not inspect(connection).get_table_names():
                    raise _cut_off(path)


_HEADER = 100
"""Bytes that every SQLite file begins with: https://sqlite.org/fileformat.html#the_database_header
"""


def _make(path: Path) -> None:
    """Make a workspace aside and move it to its place whole, so that none is ever half made."""
    left = path.with_name(f"{path.name}-wal")
    if left.exists():
        raise StoreError(
            "There is no workspace at {place}, but {left} with its latest changes is there; put "
            "the workspace back, or move that file away too.",
            place=path,
            left=left.name,
        )
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
        aside = Path(folder) / path.name
        engine = open_file(aside)
        try:
            upgrade(engine)
        finally:
            engine.dispose()
        try:
            aside.rename(path)
        except FileExistsError:  # Windows, where nobody waits for a turn: another was first
            return


def _cut_off(path: Path) -> StoreError:
    return StoreError(
        "The workspace at {place} is an empty file: it was cut off, or never filled. Move it away "
        "and run workbench db restore with the last backup, or make a new workspace in it with "
        "workbench db upgrade.",
        place=path,
    )
