"""Commands on the reference tables."""

from pathlib import Path
from typing import Annotated

import typer

data_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Reference data · 参考数据"
)


@data_app.command("ids")
def ids(
    kind: Annotated[
        list[str] | None, typer.Option(help="Only this kind, may be repeated · 只列此类，可重复")
    ] = None,
) -> None:
    """Ids that plan, product and register may name · 方案、产品档案与登记表可用的编号"""
    from workbench.commands.console import print_table
    from workbench.reports.ids import id_rows

    print_table(["kind 类别", "id 编号", "中文", "English"], id_rows(kind or []))


@data_app.command("rebuild")
def rebuild(
    check: Annotated[
        bool, typer.Option(help="Only compare with the committed tables · 只比较，不写入")
    ] = False,
    cache: Annotated[Path | None, typer.Option(help="Where downloads are kept · 下载缓存")] = None,
) -> None:
    """Rebuild the derived tables from their packages · 由数据包重建派生表"""
    from workbench.sources.derive import derive_tables
    from workbench.sources.derive import rebuild as write
    from workbench.sources.paths import data_folder

    folder = data_folder() / "reference"
    if not check:
        for note in write(folder, cache):
            print(note)
        return
    texts, _ = derive_tables(cache)
    changed = [
        name for name, text in texts.items() if (folder / name).read_text(encoding="utf-8") != text
    ]
    print(
        f"{len(texts) - len(changed)} tables equal, {len(changed)} differ: "
        f"{', '.join(changed) or '-'}"
    )
    if changed:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(data_app, name="data")
