"""The slow ramp on the command line (A8): a year's months against the band."""

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
    app.command("ramp")(ramp)


def ramp(
    target: Annotated[float, typer.Option(help="What a mature month is to bring · 成熟期月度目标")],
    start: Annotated[
        str | None,
        typer.Option(
            metavar="MONTH", help="Month 1, as 2026-03; default: of the first order · 起始月"
        ),
    ] = None,
    measure: Annotated[str, typer.Option(help="orders or value · 指标")] = "orders",
    events: EventsFolder = None,
    status: Status = None,
    currency: Currency = None,
    rates: RatesFile = None,
    to: Into = "USD",
    engine: EngineName = "duckdb",
    master: Master = "",
    memory: Memory = MEMORY,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """The first twelve months against the band of a slow ramp · 慢热爬坡"""
    from workbench.commands.handles import print_json, spoken
    from workbench.domain.dates import month
    from workbench.domain.errors import InputError
    from workbench.domain.programme.months import MEASURES, monthly
    from workbench.domain.programme.period import Period
    from workbench.domain.programme.pivot import pivot
    from workbench.domain.programme.ramp import ramp as held_against
    from workbench.figures.ramp import band
    from workbench.reports.ramp import listing, record

    t = spoken(lang)
    first = month(start)
    scope = scope_of(Period(), status, currency, rates, to)
    with events_of(events, engine, master, memory) as opened:
        if opened.told.newest is None:
            raise InputError("There are no events yet; import an export with workbench import.")
        # Orders can be counted whatever they were paid in.
        by = ("month", "currency") if measure == "orders" else ("month",)
        sums = pivot(opened, by, scope, (measure,) if measure in MEASURES else ()).sums
        told = opened.told.coverage().spans("orders")
    if measure == "orders":
        names = ["orders", "no_orders", "valued", "value", "uncounted_values"]
        sums = sums.groupby("month", as_index=False)[names].sum()
    actual = monthly(sums, measure, told, first)
    ramped = held_against(list(actual.values()), target)
    if as_json:
        print_json(record(ramped, tuple(actual), measure))
        return
    from workbench.commands.console import print_table

    drawing = band(ramped, t)
    print(drawing.finding)
    print_table(*listing(ramped, tuple(actual), t), drawing.source)
