"""Alerts on the command line (A6), for a scheduler: 0 nothing to see, 1 alerts, 2 an error."""

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

ALERTS_FOUND = 1
"""Exit code when there is something to look at."""


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("alerts")(alerts)


def alerts(
    events: EventsFolder = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Weeks that end on this day or later; default: the newest week · 起始日",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Last day of the newest week, UTC; default: day before the newest event · 截止日",
        ),
    ] = None,
    level: Annotated[
        float, typer.Option(help="Share of false alerts that is accepted · 可接受的误报比例")
    ] = 0.05,
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
    """What moved by more than noise and season; exit code 1 if anything · 异动预警"""
    from workbench.commands.handles import print_json, spoken
    from workbench.domain.dates import day
    from workbench.domain.errors import InputError
    from workbench.domain.programme.alerts import find_alerts
    from workbench.domain.programme.period import Period
    from workbench.domain.programme.praise import praises
    from workbench.domain.programme.weekly import last_whole_day
    from workbench.figures.alerts import lead, remarks
    from workbench.reports.alerts import listing, record

    t = spoken(lang)
    scope = scope_of(Period(), status, currency, rates, to)
    first, last = day(since), day(until)
    with events_of(events, engine, master, memory) as opened:
        last = last or last_whole_day(opened)
        if last is None:
            raise InputError("There are no events yet; import an export with workbench import.")
        found = find_alerts(opened, last, first, scope, level)
        praised = praises(opened, last, first, scope)
    if as_json:
        print_json(record(found, praised, t))
    else:
        from workbench.commands.console import print_table

        print(lead(found, t))
        if found.found:
            print_table(*listing(found, t))
        for said in remarks(found, t):
            print(said)
        if praised:
            print(f"\n{t('Congratulations to send')}")
        for one in praised:
            print(f"- {t.text(one.draft)}")
    if found.found:
        raise typer.Exit(ALERTS_FOUND)
