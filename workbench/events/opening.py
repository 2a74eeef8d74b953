"""The event tables of a folder, opened for reading."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import ibis.expr.types as ir

from workbench.domain.events import EVENT_TABLES
from workbench.domain.programme.coverage import Told, told_of
from workbench.domain.programme.seen import Views
from workbench.events.dataset import Dataset
from workbench.events.engine import MEMORY, Engine
from workbench.events.engines import Name, engine


@dataclass(frozen=True)
class Events:
    """The event tables (:mod:`workbench.domain.events`), lazily, and the engine they are in.

    Attributes
    ----------
    summary
        Says what is on record, where that is known from before; None: the tables are asked.
    """

    engine: Engine
    touchpoints: ir.Table
    conversions: ir.Table
    partners: ir.Table
    performance: ir.Table
    paths: ir.Table
    summary: Callable[[], Told] | None = None

    @cached_property
    def told(self) -> Told:
        """A summary of what is on record of each source and day."""
        if self.summary is not None:
            return self.summary()
        return told_of(self.touchpoints, self.conversions, self.performance)

    @cached_property
    def views(self) -> Views:
        """What is asked of these events more than once."""
        return Views(self.engine.view)


def events_in(folder: Path, running: Engine) -> Events:
    """The tables of a folder of imported events.

    Raises
    ------
    InputError
        If the folder holds none.
    """
    held = Dataset(folder).state()
    tables = {name: running.parquet(held[name], one) for name, one in EVENT_TABLES.items()}
    return Events(running, **tables)


@contextmanager
def open_events(
    folder: Path, name: Name = "duckdb", memory: str = MEMORY, master: str = ""
) -> Iterator[Events]:
    """The tables of a folder in an engine of their own, closed at the end."""
    with engine(name, memory, master=master) as running:
        yield events_in(folder, running)
