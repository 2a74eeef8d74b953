"""Attribution on the command line (A5)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.commands.counting import MEMORY, Currency, EngineName, Master, Memory, Status
from workbench.commands.options import AsJson, Lang

if TYPE_CHECKING:
    from workbench.domain.answer import Answer
    from workbench.domain.credited import LiftTest
    from workbench.domain.question import Question


Since = Annotated[str | None, typer.Option(metavar="DATE", help="First day, UTC · 起始日")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Last day, UTC · 截止日")]


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("attribute")(attribute)


def attribute(
    events: Annotated[
        Path,
        typer.Argument(
            metavar="EVENTS",
            help="Folder of imported events, a file of touchpoints, or one of weighted paths · "
            "已导入的事件目录、触点文件或加权路径文件",
        ),
    ],
    conversions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="File of conversions, with a file of touchpoints · 转化文件"
        ),
    ] = None,
    market: Annotated[
        str | None, typer.Option("--market", "-m", help="Only this country, as ID · 只计此市场")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="Conversions of this export only, as impact · 只计此来源的转化"),
    ] = None,
    by: Annotated[
        str, typer.Option(help="partner, channel or another column of the touchpoints · 归因对象")
    ] = "partner",
    model: Annotated[
        list[str] | None,
        typer.Option(help="A model, may be repeated; all: every one · 归因模型，可重复"),
    ] = None,
    lookback: Annotated[
        str, typer.Option(help="Window before a conversion: 30d, 12h, 2w or all · 回溯窗口")
    ] = "30d",
    order: Annotated[
        int, typer.Option(min=1, max=3, help="Highest order of the Markov chain · 马尔可夫链阶数")
    ] = 1,
    status: Status = None,
    currency: Currency = None,
    since: Since = None,
    until: Until = None,
    lift: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Lift tests (CSV), go over the models · 增量实验结果"),
    ] = None,
    engine: EngineName = "duckdb",
    master: Master = "",
    memory: Memory = MEMORY,
    top: Annotated[int, typer.Option(min=1, help="How many names to print · 显示条数")] = 15,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Who gets credit for which conversion, by every model · 归因：各模型并列"""
    from workbench.commands.handles import print_json, spoken
    from workbench.domain.dates import day
    from workbench.domain.events import COUNTED
    from workbench.domain.question import Question, models_of, seconds

    t = spoken(lang)
    models = models_of(model or ["all"], order)
    question = Question(
        by=by,
        lookback=seconds(lookback),
        order=order,
        statuses=tuple(status or COUNTED),
        currency=currency,
        since=day(since),
        until=day(until),
        market=market,
        source=source,
        **({"model": models[0]} if len(models) == 1 else {}),
    )
    answer = _answer(events, conversions, question, lift, engine, master, memory)
    from workbench.figures.counted import lead, remarks
    from workbench.reports.attribution import listing, record

    if as_json:
        print_json(record(answer, models))
        return
    from workbench.commands.console import print_table

    print(t.sentences(lead(answer, t), *remarks(answer, t)))
    for heading, head, rows in listing(answer, models, top, t):
        print(f"\n{heading}")
        print_table(head, rows)


def _answer(
    events: Path,
    conversions: Path | None,
    question: "Question",
    lift: Path | None,
    name: str,
    master: str,
    memory: str,
) -> "Answer":
    from workbench.events.engines import engine, engine_name
    from workbench.sources.event_files import answer_from
    from workbench.sources.lift_tests import load_lift_tests

    lifts: tuple[LiftTest, ...] = load_lift_tests(lift) if lift else ()
    with engine(engine_name(name), memory, master=master) as running:
        return answer_from(running, events, conversions, question, lifts)
