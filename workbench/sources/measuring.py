"""The events that a page measures: those imported, else invented ones, and their answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ibis.expr.types as ir

from workbench.domain.answer import Answer
from workbench.domain.errors import InputError
from workbench.domain.question import Question
from workbench.domain.text import T_, Text
from workbench.events.attributing import answer
from workbench.events.dataset import MANIFEST
from workbench.events.engine import Engine, engine
from workbench.events.opening import events_in
from workbench.sources.example_events import example_events
from workbench.sources.paths import own_events

BY = ("partner", "channel", "country", "device", "creative", "page", "kind")
"""Columns that a page may group by; others, such as the journey, name single visitors."""


@dataclass(frozen=True)
class Ground:
    """Which events are measured.

    Attributes
    ----------
    folder
        The folder of imported events; None: the invented ones.
    stamp
        Changes with every import.
    size
        Bytes of all its files.
    """

    folder: Path | None
    stamp: int = 0
    size: int = 0

    @property
    def source(self) -> Text:
        """Where the events come from."""
        if self.folder is None:
            return T_(
                "Invented events of an invented programme, to show what the page does. Your own "
                "come in by the command workbench import."
            )
        return T_("Imported events, folder {folder}", folder=self.folder.name)


def ground(named: str | None = None) -> Ground:
    """The events of a folder; None: those imported, if there are any.

    Raises
    ------
    InputError
        If a folder is named that holds no imported events.
    """
    folder = Path(named) if named else own_events()
    manifest = folder / MANIFEST
    try:
        found = manifest.stat()
    except OSError as error:
        if named:
            raise InputError(
                "The folder {folder} holds no imported events; bring some with `workbench import`.",
                folder=folder,
            ) from error
        return Ground(None)
    size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    return Ground(folder, found.st_mtime_ns, size)


@lru_cache(maxsize=16)
def markets_in(events: Ground) -> tuple[str, ...]:
    """Countries of the conversions, most conversions first."""
    with _tables(events) as (_touches, conversions, _running):
        named = conversions.filter(conversions.country.notnull())
        found = named.group_by("country").aggregate(count=named.count()).to_pyarrow()
    order = sorted(zip(found["count"].to_pylist(), found["country"].to_pylist(), strict=True))
    return tuple(country for _, country in reversed(order) if len(country) == 2)


@contextmanager
def _tables(events: Ground) -> Iterator[tuple[ir.Table, ir.Table, Engine]]:
    """Touchpoints, conversions, and the engine that they are in."""
    with engine("duckdb") as running:
        if events.folder is None:
            made = example_events()
            yield running.table(made.touchpoints), running.table(made.conversions), running
        else:
            held = events_in(events.folder, running)
            yield held.touchpoints, held.conversions, running


@lru_cache(maxsize=64)
def measured(events: Ground, question: Question) -> Answer:
    """The answer over these events; kept, for pages and their twins ask the same.

    Raises
    ------
    InputError
        If a page can't group by the column, or the question can't be answered.
    """
    if question.by not in BY:
        raise InputError(
            "A page can't show credits by {column}; choose one of: {known}.",
            column=question.by,
            known=", ".join(BY),
        )
    with _tables(events) as (touches, conversions, running):
        return answer(running, touches, conversions, question)
