"""The workspace as YAML for diffing: one cell a line, in a fixed order, the revision in the head.

    workspace: {scenario: base, revision: 12}
    weights:
    - {criterion: reach, value: 2.0}
    levels:
    - {market: ID, need: privacy, level: 4.5, reason: Seen on site, confidence: high}

Empty columns are left out. A plan file is something else: see :mod:`workbench.sources.plans`.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from workbench.domain.changes import Cell
from workbench.domain.errors import InputError
from workbench.domain.keys import KEYS, chosen_tables
from workbench.domain.sheets import Row, columns_of, rows_of
from workbench.domain.text import T_, Text
from workbench.sources._workspace_file import ABOUT, WorkspaceFile, made_of, tables_in
from workbench.sources.files import read_mapping, write_text

_ENDLESS = 10**9
_BREAKS = "\n\r\t\x85\u2028\u2029"


class _Lines(yaml.SafeDumper):
    """YAML that keeps a text on its line and writes every value out."""

    def ignore_aliases(self, data: Any) -> bool:
        """No anchors: a line stands for itself."""
        return True


def _text(dumper: _Lines, value: str) -> yaml.ScalarNode:
    broken = any(one in value for one in _BREAKS)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"' if broken else None)


_Lines.add_representer(str, _text)


def write_yaml(
    path: Path,
    cells: Mapping[Cell, Any],
    scenario: str,
    revision: int,
    tables: Iterable[str] | None = None,
) -> None:
    """Write the cells; the same cells give the same bytes.

    Parameters
    ----------
    tables
        The tables to write; None: all. An empty table is written too, as an empty list.

    Raises
    ------
    InputError
        If the file can't be written.
    """
    content = [f"{ABOUT}: {_line({'scenario': scenario, 'revision': revision})}"]
    for table in chosen_tables(tables):
        rows = rows_of(cells, table)
        content.append(f"{table}:" if rows else f"{table}: []")
        for row in rows:
            filled = {name: value for name, value in row.items() if value is not None}
            content.append(f"- {_line(filled)}")
    write_text(path, "\n".join(content) + "\n")


def read_yaml(path: Path, tables: Iterable[str] | None = None) -> WorkspaceFile:
    """Read such a file as :func:`workbench.sources.workbook.read_workbook` reads a workbook.

    A row's number is its place in its table, from 1.

    Raises
    ------
    InputError
        If the file can't be read, is no YAML, or holds none of the tables, or not one of those
        that are named.
    """
    content = read_mapping(path)
    chosen = tables_in(path, content, tables)
    notes = [
        T_("Section {section} is not ours and was not read.", section=name)
        for name in content
        if name not in (*KEYS, ABOUT)
    ]
    rows: list[Row] = []
    for table in chosen:
        given = content[table]
        if not isinstance(given, list | None):
            raise InputError(
                "The file {path}: {table} must hold a list of rows, such as - {example}",
                path=path,
                table=table,
                example=_line(dict.fromkeys(columns_of(table), "…")),
            )
        rows += [_row(table, number, one) for number, one in enumerate(given or [], start=1)]
    about = content.get(ABOUT)
    return made_of(about if isinstance(about, dict) else {}, rows, notes)


def _line(row: Mapping[str, Any]) -> str:
    return yaml.dump(
        dict(row),
        Dumper=_Lines,
        default_flow_style=True,
        width=_ENDLESS,
        allow_unicode=True,
        sort_keys=False,
    ).rstrip("\n")


def _row(table: str, number: int, given: Any) -> Row:
    columns = columns_of(table)
    fault: Text | None = None
    values = given if isinstance(given, dict) else {}
    foreign = [str(name) for name in values if name not in columns]
    if foreign or not values:
        fault = T_(
            "A row is written as {example}; it holds {found}.",
            example=_line(dict.fromkeys(columns, "…")),
            found=", ".join(foreign) or T_("nothing of that"),
        )
    return Row(table, number, {name: values.get(name) for name in columns}, fault)
