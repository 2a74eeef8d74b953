"""The events that a page measures: those imported, else invented ones, and their answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from workbench.domain.answer import Answer
from workbench.domain.credited import LiftTest
from workbench.domain.errors import InputError
from workbench.domain.events import EVENT_TABLES
from workbench.domain.programme.overview import Overview, overview
from workbench.domain.programme.views import SavedView, view_of
from workbench.domain.programme.weekly import last_day
from workbench.domain.question import Question
from workbench.domain.text import T_, Text
from workbench.events.attributing import answer
from workbench.events.dataset import MANIFEST
from workbench.events.engine import engine
from workbench.events.opening import Events, events_in
from workbench.events.schema import arrow_schema
from workbench.sources.example_events import example_events
from workbench.sources.lift_tests import load_lift_tests
from workbench.sources.paths import data_folder, own_events
from workbench.sources.shared_answers import shared

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
    beside
        Changes with the files that a team keeps beside the events.
    """

    folder: Path | None
    stamp: int = 0
    size: int = 0
    beside: int = 0

    @property
    def programme(self) -> Path:
        """Where a team keeps what belongs to its programme: views, lift tests, incentives."""
        if self.folder is None:
            return data_folder() / "examples" / "programme"
        return self.folder.parent / "programme"

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
    here = Ground(folder, found.st_mtime_ns, size)
    beside = [one.stat() for one in sorted(here.programme.glob("*/*"))]
    return replace(here, beside=hash(tuple((one.st_mtime_ns, one.st_size) for one in beside)))


@contextmanager
def opened(events: Ground) -> Iterator[Events]:
    """The event tables, lazily."""
    with engine("duckdb") as running:
        if events.folder is not None:
            yield events_in(events.folder, running)
            return
        made = example_events()
        tables = {
            name: getattr(made, name, arrow_schema(table).empty_table())
            for name, table in EVENT_TABLES.items()
        }
        yield Events(running, **{name: running.table(table) for name, table in tables.items()})


@shared(16)
def markets_in(events: Ground) -> tuple[str, ...]:
    """Countries of the conversions, most conversions first."""
    return tuple(country for country in _most(events, "country") if len(country) == 2)


@shared(16)
def currencies_in(events: Ground) -> tuple[str, ...]:
    """Currencies of the conversions, most conversions first."""
    return _most(events, "currency")


@shared(16)
def sources_in(events: Ground) -> tuple[str, ...]:
    """Exports that conversions come from, most conversions first."""
    return _most(events, "source")


def _most(events: Ground, column: str) -> tuple[str, ...]:
    with opened(events) as held:
        named = held.conversions.filter(held.conversions[column].notnull())
        found = named.group_by(column).aggregate(count=named.count()).to_pyarrow()
    order = sorted(zip(found["count"].to_pylist(), found[column].to_pylist(), strict=True))
    return tuple(value for _, value in reversed(order))


@shared(16)
def newest_day(events: Ground) -> date | None:
    """The day of the newest click or order; None without any."""
    with opened(events) as held:
        return last_day(held)


@shared()
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
    with opened(events) as held:
        found = answer(held.engine, held.touchpoints, held.conversions, question)
        tested = [test for test in lift_tests(events) if test.name in found.credited.names]
        if not tested or question.market is not None:  # a test is of all markets
            return found
        return answer(held.engine, held.touchpoints, held.conversions, question, tested)


def lift_tests(events: Ground) -> tuple[LiftTest, ...]:
    """The lift tests that are kept beside the events.

    Raises
    ------
    InputError
        If a file can't be read, or two test the same name.
    """
    found: dict[str, LiftTest] = {}
    for file in sorted((events.programme / "lift_tests").glob("*.csv")):
        for test in load_lift_tests(file):
            if test.name in found:
                raise InputError(
                    "Two lift tests are of {name}; keep the one that counts (file {file}).",
                    name=test.name,
                    file=file.name,
                )
            found[test.name] = test
    return tuple(found.values())


def looked_at(events: Ground, view: SavedView) -> Overview:
    """What a view of the programme comes to; kept like :func:`measured`.

    Raises
    ------
    InputError
        If amounts are in several currencies, or the comparison can't be made.
    """
    return _looked_at(events, json.dumps(view.to_mapping(), sort_keys=True))


@shared()
def _looked_at(events: Ground, view: str) -> Overview:
    with opened(events) as held:
        return overview(held, view_of(json.loads(view)))
