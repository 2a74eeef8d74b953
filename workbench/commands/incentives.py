"""A plan of incentives replayed on the command line (A12)."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from workbench.commands.counting import EventsFolder
from workbench.commands.options import AsJson, Lang
from workbench.commands.partner_types import OwnTypes
from workbench.domain.errors import InputError


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("incentives")(incentives)


def incentives(
    plan: Annotated[
        Path, typer.Argument(metavar="FILE", help="Plan of incentives, YAML or JSON · 激励方案文件")
    ],
    conversions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Conversions, as `workbench import generic` reads them, instead of the imported "
            "events · 订单文件",
        ),
    ] = None,
    events: EventsFolder = None,
    partners: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Partners, likewise: type, country, contract · 合作伙伴文件",
        ),
    ] = None,
    types: OwnTypes = None,
    margin: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="What is left of an additional sale, as 0.3; for the break-even · 毛利率",
        ),
    ] = None,
    top: Annotated[
        int, typer.Option(min=1, help="How many partners from either end to print · 两端各显示几个")
    ] = 10,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What the same orders would have cost under other terms and incentives · 激励方案回测"""
    from workbench.commands.handles import print_json, spoken
    from workbench.domain.programme.replay import break_even, replay
    from workbench.events.engines import engine
    from workbench.events.opening import events_in
    from workbench.reports.incentives import lead, listings, record, remarks
    from workbench.sources.event_files import events_from
    from workbench.sources.incentives import load_incentives
    from workbench.sources.partner_types import load_partner_types, typed
    from workbench.sources.paths import own_events

    t = spoken(lang)
    share = _margin(margin)
    kinds = load_partner_types(types)
    proposed = load_incentives(plan)
    with engine() as running:
        files = {"partners": partners} if partners is not None else {}
        if conversions is not None:
            history = listed = events_from(running, {"conversions": conversions, **files})
        else:
            history = events_in(events or own_events(), running)
            listed = events_from(running, files) if files else history
        people = listed.partners.to_pyarrow()
        known = typed(people, kinds) if people.num_rows else None
        found = replay(proposed, history.conversions, known)
    needed = None if share is None else break_even(found, share)
    if as_json:
        print_json(record(found, share))
        return
    from workbench.commands.console import print_table

    print(lead(found, t))
    for heading, head, rows in listings(
        found, top, t, dict(zip(kinds["type"], kinds[f"name_{t.lang}"], strict=True))
    ):
        print(f"\n{heading}")
        print_table(head, rows)
    print()
    for line in remarks(found, needed, t):
        print(line)


def _margin(given: str | None) -> Decimal | None:
    if given is None:
        return None
    try:
        return Decimal(given)
    except InvalidOperation as error:
        raise InputError(
            "The margin {margin} is not a share above 0 and up to 1; write 30% as 0.3.",
            margin=given,
        ) from error
