"""The dashboards on loopback."""

from typing import Annotated

import typer

from workbench.commands.asked import filled
from workbench.commands.options import Database, PlanPath


def serve(
    port: Annotated[int, typer.Option(help="Port on loopback · 端口")] = 8866,
    edit: Annotated[
        bool, typer.Option(help="Let the planner save what is changed · 允许规划器保存修改")
    ] = False,
    plan: PlanPath = None,
    database: Database = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open a browser · 打开浏览器")
    ] = False,
) -> None:
    """Serve the dashboards on loopback, read-only · 在本机提供只读看板"""
    import os

    from workbench.apps._keeping import settled
    from workbench.apps.serve import serve as run

    given = filled(plan=plan, database=database)
    os.environ |= settled(given.get("plan"), given.get("database"), edit)
    raise typer.Exit(run(port=port, edit=edit, open_browser=open_browser))


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(serve)
