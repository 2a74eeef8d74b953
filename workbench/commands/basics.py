"""The programme's figures on the command line (A3, A7)."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.commands.counting import (
    MEMORY,
    Currency,
    EngineName,
    EventsFolder,
    Into,
    Master,
    Memory,
    RatesFile,
    Status,
    events_of,
    scope_of,
)
from workbench.commands.options import AsJson, Lang


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("basics")(basics)


def basics(
    events: EventsFolder = None,
    by: Annotated[
        str,
        typer.Option(help="Dimensions, as type,country; docs/programme.md lists them · 维度"),
    ] = "",
    measures: Annotated[
        str, typer.Option(help="Measures, as orders,aov; default: all · 指标")
    ] = "",
    period: Annotated[
        str, typer.Option(help="2026-01-01..2026-03-31 or 2026-03; default: everything · 期间")
    ] = "",
    against: Annotated[
        str, typer.Option(help="before or last_year: the period to compare with · 对比期间")
    ] = "",
    view: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Saved view (JSON), instead of the options · 已存视图"),
    ] = None,
    status: Status = None,
    currency: Currency = None,
    rates: RatesFile = None,
    to: Into = "USD",
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a workbook · 导出 Excel")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many rows to print · 显示行数")] = 20,
    engine: EngineName = "duckdb",
    master: Master = "",
    memory: Memory = MEMORY,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Partners by activity, ROI, order value, rates, concentration, by any dimensions · 基础表现"""
    from dataclasses import replace

    from workbench.commands.handles import print_json, spoken
    from workbench.domain.programme.activity import activity
    from workbench.domain.programme.against import compare
    from workbench.domain.programme.concentration import concentration
    from workbench.domain.programme.pivot import pivot
    from workbench.domain.programme.statuses import Statuses
    from workbench.domain.programme.views import SavedView, view_of
    from workbench.reports.basics import listing, record
    from workbench.sources.files import read_mapping, write_bytes

    t = spoken(lang)
    if view is not None:
        asked = view_of(read_mapping(view))
    else:
        asked = SavedView(
            by=_names(by),
            measures=_names(measures),
            period=period,
            against=against,
            statuses=tuple(status or Statuses().counted),
            currency=currency or "",
        )
    scope = replace(asked.scope, rates=scope_of(asked.scope.period, None, None, rates, to).rates)
    with events_of(events, engine, master, memory) as opened:
        found = pivot(opened, asked.by, scope, asked.measures, asked.filters)
        groups = tuple(name for name in asked.by if name != "partner")
        acts = activity(opened, scope, groups, asked.filters)
        output = pivot(opened, ("partner",), scope, ("orders",), asked.filters).table
        sold = output.loc[output["partner"].notna(), "orders"].dropna()
        spread = concentration(sold.to_numpy(float))
        held = (
            compare(opened, asked.against, asked.by, scope, asked.measures, asked.filters)
            if asked.against
            else None
        )
    if xlsx is not None:
        from workbench.reports.exporters.programme import workbook

        write_bytes(xlsx, workbook(found, held, asked.name, t))
    if as_json:
        print_json(record(found, acts, spread, held))
        return
    from workbench.commands.console import print_table
    from workbench.figures.basics_table import gaps_said
    from workbench.figures.programme import funnel, lorenz, statuses_said

    for said in (funnel(acts, t).finding, lorenz(spread, t).finding):
        print(said)
    said = t.sentences(*filter(None, (statuses_said(found, t), gaps_said(found, t))))
    print_table(*listing(found, held, top, t), said)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
