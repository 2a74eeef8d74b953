"""Commands on files that the workspace is exchanged through."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.commands.handles import (
    number_of,
    print_json,
    reading,
    scenario_of,
    spoken,
    usable_cells,
    writing,
)
from workbench.commands.options import AsJson, Database, Lang, Reason, Revision, Scenario
from workbench.domain.errors import InputError

Tables = Annotated[
    list[str] | None,
    typer.Option("--table", help="Only this table, may be repeated · 只限此表，可重复"),
]


def export(
    path: Path,
    table: Tables = None,
    scenario: Scenario = None,
    revision: Revision = None,
    database: Database = None,
    lang: Lang = None,
) -> None:
    """Write a scenario to an Excel workbook (.xlsx) or to YAML · 导出"""
    from workbench.domain.exchange import known_ids
    from workbench.sources.reference import load_reference
    from workbench.sources.workbook import write_workbook
    from workbench.sources.workspace_yaml import write_yaml

    t = spoken(lang)
    _kind(path)
    store = reading(database)
    name = scenario_of(store, scenario)
    found = store.snapshot(name, number_of(revision))
    if path.suffix == ".xlsx":
        known = known_ids(load_reference(None))
        write_workbook(path, found.cells, name, found.revision, known, tables=table)
    else:
        write_yaml(path, found.cells, name, found.revision, tables=table)
    print(
        t(
            "{scenario}, revision {revision}: {count} cells written to {path}",
            scenario=name,
            revision=found.revision,
            count=sum(table is None or cell.table in table for cell in found.cells),
            path=path,
        )
    )


def import_(
    path: Path,
    apply: Annotated[
        bool, typer.Option("--apply", help="Save; without it, only show · 写入；否则只预览")
    ] = False,
    reason: Reason = "",
    table: Tables = None,
    scenario: Scenario = None,
    database: Database = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Compare an edited export with the workspace; with --apply, save it · 导入"""
    from workbench.domain.changes import applied
    from workbench.domain.exchange import compare, known_ids
    from workbench.reports import workspace
    from workbench.sources.reference import load_reference
    from workbench.sources.workbook import read_workbook
    from workbench.sources.workspace_yaml import read_yaml
    from workbench.store.identity import current_user

    t = spoken(lang)
    _kind(path)
    book = (read_workbook if path.suffix == ".xlsx" else read_yaml)(path, tables=table)
    store = writing(database) if apply else reading(database)
    name = scenario or book.scenario or scenario_of(store, None)
    now = store.snapshot(name).cells
    exported = now
    if book.revision is not None and book.scenario == name:
        exported = store.snapshot(name, book.revision).cells
    known = known_ids(load_reference(None))
    found = compare(book.rows, exported, now, known, author=current_user())
    if found.changes:
        usable_cells()(applied(now, found.changes))
    saved = None
    if apply and found.changes:
        saved = store.apply(
            name,
            found.changes,
            reason or path.name,
            check=usable_cells(),
            imported=path.name,
        )
    if as_json:
        print_json(workspace.import_record(found, saved, t))
    else:
        for line in workspace.imported(found, book.notes, saved, t):
            print(line)
    if found.rejected or found.conflicts:
        raise typer.Exit(1)


def _kind(path: Path) -> None:
    if path.suffix not in (".xlsx", ".yaml", ".yml"):
        raise InputError(
            "The file {path} is neither .xlsx nor .yaml; give it one of these endings.", path=path
        )


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(export)
