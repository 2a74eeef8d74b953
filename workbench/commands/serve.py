"""The dashboards, on this computer or for others."""

from typing import Annotated

import typer

from workbench.commands.asked import filled
from workbench.commands.options import Database, PlanPath


def serve(
    port: Annotated[int, typer.Option(help="TCP port · 端口")] = 8866,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0: all · 监听地址")
    ] = "127.0.0.1",
    token: Annotated[
        str | None,
        typer.Option(envvar="WORKBENCH_TOKEN", help="Asked of every visitor · 访问令牌"),
    ] = None,
    identity_header: Annotated[
        str | None,
        typer.Option(help="Header in which a proxy names the user · 代理传递用户名的请求头"),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(help="Address of that proxy, may be repeated · 该代理的地址，可重复"),
    ] = None,
    certificate: Annotated[
        str | None, typer.Option(help="Certificate (PEM), for HTTPS · 证书")
    ] = None,
    key: Annotated[str | None, typer.Option(help="Its private key (PEM) · 私钥")] = None,
    viewers: Annotated[
        int | None,
        typer.Option(min=1, help="Most pages computed at a time · 同时计算的页面上限"),
    ] = None,
    edit: Annotated[
        bool, typer.Option(help="Let the planner save what is changed · 允许规划器保存修改")
    ] = False,
    plan: PlanPath = None,
    database: Database = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open a browser · 打开浏览器")
    ] = False,
) -> None:
    """Serve the dashboards, read-only · 提供只读看板"""
    import os

    from workbench.apps._access import access_for, certified
    from workbench.apps._keeping import settled
    from workbench.apps.serve import serve as run

    given = filled(
        plan=plan, database=database, token=token, identity_header=identity_header, host=host
    )
    access = access_for(host, token, identity_header, proxy or ["127.0.0.1", "::1"])
    tls = certified(certificate, key)
    os.environ |= settled(given.get("plan"), given.get("database"), edit)
    raise typer.Exit(
        run(
            port=port,
            host=host,
            access=access,
            tls=tls,
            most=viewers,
            edit=edit,
            open_browser=open_browser,
        )
    )


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(serve)
