"""Open the workspace that an address names, to edit or to read."""

from sqlalchemy import inspect

from workbench.store.engine import open_engine, transaction
from workbench.store.identity import current_user
from workbench.store.upgrading import require_current, upgrade, version_of
from workbench.store.workspace import Workspace


def open_workspace(url: str, readonly: bool = False, who: str | None = None) -> Workspace:
    """The workspace at a database address.

    Parameters
    ----------
    url
        See :func:`workbench.store.engine.open_engine`. An empty database gets its tables, unless
        it is only to be read.
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
    if not readonly:
        with transaction(engine, reading=True) as connection:
            empty = not version_of(connection) and not inspect(connection).get_table_names()
        if empty:
            upgrade(engine)
    require_current(engine)
    return Workspace(engine, None if readonly else who or current_user())
