"""All commands together, as typer reads them."""

import typer

from workbench.commands import (
    alerts,
    attribute,
    basics,
    cells,
    data,
    database,
    exchange,
    experiment,
    history,
    imports,
    incentives,
    notes,
    partner_types,
    platforms,
    ramp,
    report,
    scenario,
    serve,
    todo,
    topics,
)

app = typer.Typer(
    name="workbench",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Plan channels abroad, market by market · 跨境网络渠道策略工作台",
)
GROUPS = (
    cells,
    history,
    todo,
    exchange,
    imports,
    topics,
    platforms,
    notes,
    partner_types,
    basics,
    attribute,
    experiment,
    alerts,
    ramp,
    incentives,
    report,
    serve,
    data,
    scenario,
    database,
)
for group in GROUPS:
    group.register(app)


@app.command()
def version() -> None:
    """Print the version · 版本"""
    from workbench import __version__

    print(__version__)
