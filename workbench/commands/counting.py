"""Options of commands that count events, and what they come to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workbench.domain.programme.facts import Events, Scope
    from workbench.domain.programme.period import Period

EventsFolder = Annotated[
    Path | None,
    typer.Option(
        "--events",
        metavar="FOLDER",
        help="Folder of imported events; default: the own one · 已导入的事件目录",
    ),
]
Status = Annotated[
    list[str] | None,
    typer.Option(
        help="Status of orders that count, may be repeated; default: pending, approved, paid · "
        "计入的订单状态"
    ),
]


def _code(given: str | None) -> str | None:
    """A currency as the events have it, in any case."""
    return given and given.strip().upper()


Currency = Annotated[
    str | None, typer.Option(help="Only this currency · 只计此币种", callback=_code)
]
RatesFile = Annotated[
    Path | None,
    typer.Option(
        "--rates", metavar="FILE", help="Rates (CSV: date, currency, rate) into --to · 汇率表"
    ),
]
Into = Annotated[
    str, typer.Option("--to", help="Currency that amounts are converted into · 折算币种")
]
EngineName = Annotated[str, typer.Option("--engine", help="duckdb or spark · 计算引擎")]
Master = Annotated[str, typer.Option(help="Spark's master, as spark://host:7077 · Spark 主节点")]
Memory = Annotated[str, typer.Option(help="What DuckDB may hold in memory · 内存上限")]
MEMORY = "4GB"
"""As :data:`workbench.events.engine.MEMORY`, whose module takes long to load."""


@contextmanager
def events_of(
    folder: Path | None, engine: str = "duckdb", master: str = "", memory: str = MEMORY
) -> Iterator["Events"]:
    """The imported events, open for reading, with partner types by the taxonomy."""
    from workbench.events.engines import engine_name
    from workbench.events.opening import open_events
    from workbench.sources.partner_types import with_types
    from workbench.sources.paths import own_events

    with open_events(folder or own_events(), engine_name(engine), memory, master) as events:
        yield with_types(events)


def scope_of(
    period: "Period",
    status: list[str] | None,
    currency: str | None,
    rates: Path | None,
    target: str,
) -> "Scope":
    """What counts, from the options."""
    from workbench.domain.programme.facts import Scope
    from workbench.domain.programme.statuses import Statuses
    from workbench.sources.rates import load_rates

    statuses = Statuses(tuple(status)) if status else Statuses()
    return Scope(period, statuses, currency, load_rates(rates, target) if rates else None)
