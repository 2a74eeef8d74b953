"""Reader of the reference tables and of a competitor register."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.domain.errors import TableError
from workbench.domain.reference import Reference
from workbench.domain.tables import Column, Schema, conform
from workbench.sources.files import read_mapping, read_table
from workbench.sources.paths import data_folder

_FILES = {"sources": "SOURCES.csv"}
EXAMPLE_REGISTER = "competitors.csv"


@lru_cache(maxsize=4)
def schemas(folder: Path | None = None) -> dict[str, Schema]:
    """Table name -> schema, read from ``schema.yaml``."""
    content = read_mapping((folder or data_folder() / "reference") / "schema.yaml")
    return {name: _schema(name, table) for name, table in content.items()}


def _schema(name: str, table: dict[str, Any]) -> Schema:
    columns = []
    for label, rules in table["columns"].items():
        known = {"kind", "allowed", "low", "high", "pattern"}
        if set(rules) - known:
            raise TableError("Schema of {table}, column {column}: unknown rules {rules}.",
                             table=name, column=label, rules=sorted(set(rules) - known))
        rules = {**rules, "allowed": tuple(rules.get("allowed", ()))}
        columns.append(Column(label.rstrip("!"), required=label.endswith("!"), **rules))
    return Schema(name, tuple(columns), tuple(table["key"]))


def load_table(name: str, path: Path | None = None) -> pd.DataFrame:
    """One table, conforming to its schema; ``path`` names another file than the committed one."""
    if path is None:
        path = data_folder() / "reference" / _FILES.get(name, f"{name}.csv")
    return conform(read_table(path), schemas()[name])


def load_register(path: Path | None) -> pd.DataFrame:
    """A competitor register; an empty table where no path is given."""
    if path is None:
        names = [column.name for column in schemas()["competitors"].columns]
        return conform(pd.DataFrame(columns=names, dtype=object), schemas()["competitors"])
    return load_table("competitors", path)


def load_reference(register: Path | None = None) -> Reference:
    """All reference tables with a competitor register.

    The committed tables are kept in memory; the register, which its owner edits, is read anew.

    Raises
    ------
    InputError
        If a table is missing or breaks its schema.
    """
    return Reference(**_committed(), competitors=load_register(register))


@lru_cache(maxsize=1)
def _committed() -> dict[str, pd.DataFrame]:
    return {name: load_table(name) for name in Reference.names() if name != "competitors"}


def register_of(named: str | None, example: bool) -> Path | None:
    """The register to read: the named one, else the example one with an example product."""
    if named:
        return Path(named)
    return data_folder() / "examples" / EXAMPLE_REGISTER if example else None
