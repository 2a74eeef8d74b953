"""Commands on the workspace's database."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.commands.handles import print_json, reading, spoken, writing
from workbench.commands.options import AsJson, Database, Lang

db_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The workspace's database · 工作区数据库"
)


@db_app.command("upgrade")
def upgrade(database: Database = None, lang: Lang = None) -> None:
    """Make the tables, or bring them up to date · 建表或升级"""
    from workbench.apps._keeping import database_of
    from workbench.store.engine import open_engine, place_of
    from workbench.store.upgrading import upgrade as run

    t = spoken(lang)
    engine = open_engine(database_of(database))
    before, after = run(engine)
    print(
        t(
            "{place}: schema {before} -> {after}",
            place=place_of(engine),
            before=before or "—",
            after=after,
        )
    )


@db_app.command("check")
def check_database(
    known: Annotated[
        str, typer.Option("--known", help="A hash printed earlier · 以前打印的哈希")
    ] = "",
    database: Database = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Prove that file, log and tables are whole · 检查完整性"""
    from workbench.reports import workspace
    from workbench.store.checking import check

    t = spoken(lang)
    found = check(reading(database).engine, known.strip())
    if as_json:
        print_json(workspace.check_record(found, t))
    else:
        print(
            t(
                "{commands} commands, {scenarios} scenarios, {cells} cells; last hash {hash}",
                commands=found.commands,
                scenarios=found.scenarios,
                cells=found.cells,
                hash=found.hash,
            )
        )
        print("\n".join(t.text(fault) for fault in found.faults) or t("Everything is whole."))
    if found.faults:
        raise typer.Exit(1)


@db_app.command("backup")
def backup_database(path: Path, database: Database = None, lang: Lang = None) -> None:
    """Write the whole log to a file · 备份"""
    from workbench.store.backup import backup

    t = spoken(lang)
    count = backup(reading(database).engine, path)
    print(t("{count} commands written to {path}", count=count, path=path))


@db_app.command("restore")
def restore_database(path: Path, database: Database = None, lang: Lang = None) -> None:
    """Replay a backup into an empty workspace · 由备份恢复"""
    from workbench.store.backup import restore

    t = spoken(lang)
    count = restore(writing(database).engine, path)
    print(t("{count} commands restored from {path}", count=count, path=path))


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(db_app, name="db")
