"""Experiments and creatives from a table of the user's own (A4)."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.commands.counting import EventsFolder, Status
from workbench.commands.handles import show, spoken
from workbench.commands.options import AsJson, Lang
from workbench.commands.printing import note
from workbench.domain.errors import InputError

ExperimentFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="CSV or XLSX, a row an arm, or an arm and day · 实验数据表"
    ),
]
CreativeFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help="CSV or XLSX: creative, partner, uses, clicks, orders; default: what the imported "
        "events say · 素材表，默认取已导入的事件",
    ),
]


def experiment(
    file: ExperimentFile,
    control: Annotated[
        str | None, typer.Option(help="Arm to compare with; default: the first · 对照组")
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="conversions or value, may be repeated · 指标，可重复"),
    ] = None,
    alpha: Annotated[
        str, typer.Option(metavar="NUMBER", help="Chance of any false finding · 显著性水平")
    ] = "0.05",
    power: Annotated[
        str, typer.Option(metavar="NUMBER", help="Chance to find the effect · 检验功效")
    ] = "0.8",
    effect: Annotated[
        str,
        typer.Option(
            metavar="NUMBER", help="Smallest relative change worth finding · 最小可检测相对变化"
        ),
    ] = "0.1",
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            help="Control's rate as planned; default: as observed · 计划时假定的对照转化率",
        ),
    ] = None,
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help="Daily counts are running totals · 每日为累计数")
    ] = False,
    unplanned: Annotated[
        bool,
        typer.Option("--unplanned", help="Partners chose; do not check the split · 未按计划分流"),
    ] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Compare creatives, pages or channels: effects, verdict, split · A/B 实验"""
    from workbench.domain.experiments import compare
    from workbench.domain.experiments.arms import seem_cumulative
    from workbench.reports.experiments import envelope, listing
    from workbench.sources.experiments import read_experiment

    t = spoken(lang)
    read = read_experiment(file, cumulative)
    if read.days is not None and not cumulative and seem_cumulative(read.days):
        note(t("No count falls from day to day; if these are running totals, add --cumulative."))
    found = compare(
        read.arms,
        control,
        days=read.days,
        metrics=tuple(metric or ("conversions",)),
        alpha=_number("alpha", alpha),
        power=_number("power", power),
        effect=_number("effect", effect),
        baseline=None if baseline is None else _number("baseline", baseline),
        planned_split=not unplanned,
    )
    show(listing(found, t), envelope(found, t) if as_json else None, as_json)


def creatives(
    file: CreativeFile = None,
    traits: Annotated[
        Path | None,
        typer.Option(help="CSV or XLSX: creative and a column per trait · 素材特征表"),
    ] = None,
    events: EventsFolder = None,
    period: Annotated[
        str, typer.Option(help="Of the events: 2026-03 or 2026-01-01..2026-03-31 · 期间")
    ] = "",
    market: Annotated[
        str, typer.Option("--market", "-m", help="Of the events: only this country · 只计此市场")
    ] = "",
    status: Status = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """How often each creative is used, and which traits sell · 素材使用与特征"""
    from workbench.domain.experiments import traits as held
    from workbench.domain.experiments import usage
    from workbench.domain.programme.statuses import Statuses
    from workbench.domain.programme.views import SavedView
    from workbench.reports.experiments import creative_envelope, creative_listing
    from workbench.sources.creative_use import creatives_in, offered
    from workbench.sources.experiments import read_own_table
    from workbench.sources.ground import ground
    from workbench.sources.paths import own_events

    t = spoken(lang)
    table = read_own_table(traits) if traits else None
    if file is not None:
        used = usage(read_own_table(file), offered(table))
        found = None
    else:
        counted = tuple(status or Statuses().counted)
        view = SavedView(period=period, market=market, statuses=counted)
        used, found = creatives_in(ground(str(events or own_events())), view)
    if table is not None:
        found = held(used, table)
    show(
        creative_listing(used, found, t),
        creative_envelope(used, found, t) if as_json else None,
        as_json,
    )


def _number(option: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            "--{option} is {value!r}; give a number such as 0.05.", option=option, value=text
        ) from error


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(experiment)
    app.command()(creatives)
