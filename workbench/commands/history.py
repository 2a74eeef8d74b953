"""Commands on what stood in a cell before: to see it, and to go back to it."""

from typing import Annotated

import typer

from workbench.commands.handles import (
    cell_in,
    reading,
    saved,
    scenario_of,
    show,
    spoken,
    usable_cells,
    writing,
)
from workbench.commands.options import AsJson, Database, Key, Lang, Limit, Reason, Scenario, Table

Skip = Annotated[
    bool,
    typer.Option("--skip", help="Leave alone what others changed since · 跳过他人此后改过的单元格"),
]


def undo(
    scenario: Scenario = None, skip: Skip = False, database: Database = None, lang: Lang = None
) -> None:
    """Take your last change back · 撤销"""
    t, store = spoken(lang), writing(database)
    saved(store.undo(scenario_of(store, scenario), usable_cells(), skip), t)


def redo(
    scenario: Scenario = None, skip: Skip = False, database: Database = None, lang: Lang = None
) -> None:
    """Make the change again that you took back · 重做"""
    t, store = spoken(lang), writing(database)
    saved(store.redo(scenario_of(store, scenario), usable_cells(), skip), t)


def history(
    table: Table,
    key: Key,
    scenario: Scenario = None,
    limit: Limit = 50,
    database: Database = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What stood in a cell, by whom and why · 单元格的历史"""
    from workbench.domain.changes import Cell
    from workbench.reports import workspace

    store = reading(database)
    found = store.history(scenario_of(store, scenario), Cell(table, key), limit)
    if not found:
        cell_in({}, table, key)  # never set, or no such cell
    show(workspace.history(found, spoken(lang)), workspace.version_records(found), as_json)


def revert(
    table: Table,
    key: Key,
    command: Annotated[int, typer.Argument(help="Number from the history · 历史中的编号")],
    reason: Reason = "",
    scenario: Scenario = None,
    database: Database = None,
    lang: Lang = None,
) -> None:
    """Put back what stood in a cell after an earlier command · 恢复旧值"""
    from workbench.domain.changes import Cell

    t, store = spoken(lang), writing(database)
    name, cell = scenario_of(store, scenario), Cell(table, key)
    saved(store.restore(name, cell, command, reason, check=usable_cells()), t)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (undo, redo, history, revert):
        app.command()(command)
