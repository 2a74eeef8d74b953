"""The workspace's tables and what names a cell in them, with the ids that must exist (W6)."""

from collections.abc import Iterable, Mapping

from workbench.domain.changes import COMMENTS, Cell
from workbench.domain.errors import InputError
from workbench.domain.ids import Ids, brief

KEYS: dict[str, tuple[str, ...]] = {
    "settings": ("name",),
    "weights": ("criterion",),
    "channel_weights": ("channel",),
    "floors": ("channel",),
    "caps": ("channel",),
    "advert": ("lang",),
    "levels": ("market", "need"),
    "answers": ("market", "check"),
    COMMENTS: ("about", "number"),
}
"""Table -> the columns that make up its key, in the order of the sheets."""


def chosen_tables(tables: Iterable[str] | None) -> tuple[str, ...]:
    """The tables that are named, in the order of the sheets; None: all.

    Raises
    ------
    InputError
        If there is no such table, or none is named.
    """
    if tables is None:
        return tuple(KEYS)
    named = list(tables) or [""]
    for name in named:
        if name not in KEYS:
            raise InputError(
                "Unknown table {table!r}; tables are: {known}.", table=name, known=", ".join(KEYS)
            )
    return tuple(table for table in KEYS if table in named)


def cell_named(table: str, key: str, known: Mapping[str, Iterable[str]]) -> Cell:
    """The cell that a table and a key such as ``ID/privacy`` name; it need not be set.

    Parameters
    ----------
    known
        Key column -> the ids that exist; see :func:`workbench.domain.ids.known_ids`.

    Raises
    ------
    InputError
        If there is no such table, or the key is written otherwise or names an id that doesn't
        exist. A comment's key is taken as it is.
    """
    chosen_tables([table])
    cell, columns = Cell(table, key), KEYS[table]
    if table == COMMENTS:
        return cell
    parts = key.split("/")
    if len(parts) != len(columns):
        raise InputError(
            "{cell}: a key of {table} is written {form}, such as {example}.",
            cell=brief(cell),
            table=table,
            form="/".join(columns),
            example="/".join(next(iter(known[column])) for column in columns),
        )
    ids = Ids(known)
    for column, found in zip(columns, parts, strict=True):
        if found not in known[column]:
            raise _no_such_id(cell, column, found, ids, ", ".join(known[column]))
    return cell


def _no_such_id(cell: Cell, column: str, found: str, ids: Ids, names: str) -> InputError:
    hint = ids.hint(column, found)
    if cell.table == "settings":
        return InputError(
            "There is no setting {name!r}{hint}; settings are: {names}.",
            name=brief(found),
            hint=hint,
            names=names,
        )
    if column == "market":
        return InputError(
            "{cell}: there is no market {value!r}{hint}; a market is a two-letter ISO 3166-1 code, "
            "`workbench markets` lists all.",
            cell=brief(cell),
            value=brief(found),
            hint=hint,
        )
    return InputError(
        "{cell}: there is no {column} {value!r}{hint}; there are: {names}.",
        cell=brief(cell),
        column=column,
        value=brief(found),
        hint=hint,
        names=names,
    )
