"""Reader of the reference tables and of a competitor register."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.domain.errors import TableError
from workbench.domain.reference import Reference
from workbench.domain.tables import Column, Schema, conform
from workbench.sources.files import Fingerprint, fingerprint, read_mapping, read_table
from workbench.sources.paths import data_folder

_FILES = {"sources": "SOURCES.csv"}
_COMMITTED = tuple(name for name in Reference.names() if name != "competitors")
EXAMPLE_REGISTER = "competitors.csv"


def schemas(folder: Path | None = None) -> dict[str, Schema]:
    """Table name -> schema, read from ``schema.yaml``."""
    path = (folder or data_folder() / "reference") / "schema.yaml"
    return _schemas(path, fingerprint(path))


@lru_cache(maxsize=4)
def _schemas(path: Path, _seen: Fingerprint) -> dict[str, Schema]:
    return {name: _schema(name, table) for name, table in read_mapping(path).items()}


def _schema(name: str, table: dict[str, Any]) -> Schema:
    columns = []
    for label, given in table["columns"].items():
        known = {"kind", "allowed", "low", "high", "pattern"}
        if set(given) - known:
            raise TableError(
                "Schema of {table}, column {column}: unknown rules {rules}.",
                table=name,
                column=label,
                rules=sorted(set(given) - known),
            )
        rules = {**given, "allowed": tuple(given.get("allowed", ()))}
        columns.append(Column(label.rstrip("!"), required=label.endswith("!"), **rules))
    return Schema(name, tuple(columns), tuple(table["key"]))


def load_table(name: str, path: Path | None = None) -> pd.DataFrame:
    """One table, conforming to its schema; ``path`` names another file than the committed one."""
    return conform(read_table(path or _path(name)), schemas()[name])


def _path(name: str) -> Path:
    return data_folder() / "reference" / _FILES.get(name, f"{name}.csv")


def load_register(path: Path | None) -> pd.DataFrame:
    """A competitor register; an empty table where no path is given."""
    if path is None:
        names = [column.name for column in schemas()["competitors"].columns]
        return conform(pd.DataFrame(columns=names, dtype=object), schemas()["competitors"])
    return conform(read_table(path), replace(schemas()["competitors"], name=str(path)))


def load_reference(register: Path | None = None) -> Reference:
    """All reference tables with a competitor register.

    The committed tables are kept in memory until one of their files changes; the register, which
    its owner edits, is read anew.

    Raises
    ------
    InputError
        If a table is missing or breaks its schema.
    """
    tables = _committed(seen())
    found = load_register(register)
    for column, table, command in (
        ("market", "markets", "workbench markets"),
        ("industry", "industries", "workbench data ids --kind industry"),
        ("channel", "channels", "workbench data ids --kind channel"),
    ):
        strange = ~found[column].isin(tables[table][column])
        if strange.any():
            raise TableError(
                "Table {table}, row {row}, column {column}: {value!r} is not known; `{command}` "
                "lists those that are.",
                table=register,
                row=int(strange.to_numpy().argmax()) + 2,
                column=column,
                value=found[column][strange].iloc[0],
                command=command,
            )
    return Reference(**tables, competitors=found)


def seen() -> Fingerprint:
    """The committed tables' files as they lie on disk."""
    return fingerprint(data_folder() / "reference" / "schema.yaml", *map(_path, _COMMITTED))


@lru_cache(maxsize=1)
def _committed(_seen: Fingerprint) -> dict[str, pd.DataFrame]:
    return {name: load_table(name) for name in _COMMITTED}


def register_of(named: str | None, example: bool) -> Path | None:
    """The register to read: the named one, else the example one with an example product."""
    if named:
        return Path(named)
    return data_folder() / "examples" / EXAMPLE_REGISTER if example else None
