"""The dashboards, on this computer or for others."""

from typing import Annotated, Any

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
    hub: Annotated[
        bool, typer.Option("--hub", help="As a service of a JupyterHub · 作为 JupyterHub 的服务")
    ] = False,
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
    if hub:
        access, host, port = _behind_the_hub(host, port, token, identity_header)
    else:
        access = access_for(host, token, identity_header, proxy or ["127.0.0.1", "::1"])
    os.environ.pop("WORKBENCH_TOKEN", None)  # no kernel needs it
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


def _behind_the_hub(
    host: str, port: int, token: str | None, header: str | None
) -> tuple[Any, str, int]:
    from workbench.domain.errors import InputError

    if token is not None or header:
        raise InputError(
            "--hub excludes --token and --identity-header: the hub says who may come in."
        )
    try:
        from workbench.apps._hub import hub_access, place
    except ModuleNotFoundError as error:
        raise InputError(
            "--hub needs JupyterHub, which is not installed; install it with: pip install "
            '"channel-workbench[hub]".'
        ) from error
    return hub_access(), *place(host, port)


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(serve)
