"""What is asked of the events of a ground, and its answers."""

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date

from workbench.domain.answer import Answer
from workbench.domain.credited import LiftTest
from workbench.domain.errors import InputError, MixedCurrenciesError, WorkbenchError
from workbench.domain.events import EVENT_TABLES
from workbench.domain.programme.coverage import Told, told_of
from workbench.domain.programme.overview import (
    Output,
    Overview,
    Watched,
    output,
    overview,
    watched,
)
from workbench.domain.programme.views import SavedView, view_of
from workbench.domain.question import Question
from workbench.domain.tables import MARKET_PATTERN
from workbench.events.attributing import answer
from workbench.events.engine import Engine
from workbench.events.engines import engine
from workbench.events.opening import Events, events_in
from workbench.events.schema import arrow_schema
from workbench.sources.example_events import example_events
from workbench.sources.ground import Ground
from workbench.sources.lift_tests import load_lift_tests
from workbench.sources.partner_types import with_types
from workbench.sources.shared_answers import shared

_open: ContextVar[tuple[Ground, Events] | None] = ContextVar("opened", default=None)
"""The events that are being asked."""
BY = ("partner", "channel", "country", "device", "creative", "page", "kind")
"""Columns that a page may group by; others, such as the journey, name single visitors."""


@contextmanager
def opened(events: Ground) -> Iterator[Events]:
    """The event tables, lazily, with partner types by the taxonomy.

    Within, the same events are opened once: a question may ask others.
    """
    events = events.alone
    there = _open.get()
    if there is not None and there[0] == events:
        yield there[1]
        return
    with engine("duckdb") as running:
        held = with_types(_tables(events, running))
        held = replace(held, summary=lambda: _told(events))
        before = _open.set((events, held))
        try:
            yield held
        finally:
            _open.reset(before)


@shared(4)
def _told(events: Ground) -> Told:
    with opened(events) as held:
        return told_of(held.touchpoints, held.conversions, held.performance)


def _tables(events: Ground, running: Engine) -> Events:
    if events.folder is not None:
        return events_in(events.folder, running)
    made = example_events()
    tables = {
        name: getattr(made, name, arrow_schema(table).empty_table())
        for name, table in EVENT_TABLES.items()
    }
    return Events(running, **{name: running.table(table) for name, table in tables.items()})


def markets_in(events: Ground) -> tuple[str, ...]:
    """Countries of the conversions, most conversions first."""
    found = _most(events.alone, "country")
    return tuple(country for country in found if re.fullmatch(MARKET_PATTERN, country))


def currencies_in(events: Ground, market: str | None = None) -> tuple[str, ...]:
    """Currencies of the conversions, or of one market's, most first; without, of the sums."""
    found = _most(events.alone, "currency", market)
    return found or _most(events.alone, "currency", market, "performance")


def sources_in(events: Ground) -> tuple[str, ...]:
    """Exports that conversions come from, most conversions first."""
    return _most(events.alone, "source")


@shared(128)
def _most(
    events: Ground, column: str, market: str | None = None, table: str = "conversions"
) -> tuple[str, ...]:
    with opened(events) as held:
        rows = getattr(held, table)
        named = rows.filter(rows[column].notnull())
        if market is not None:
            named = named.filter(named.country == market)
        found = named.group_by(column).aggregate(count=named.count()).to_pyarrow()
    order = sorted(zip(found["count"].to_pylist(), found[column].to_pylist(), strict=True))
    return tuple(value for _, value in reversed(order))


def newest_day(events: Ground) -> date | None:
    """The day of the newest click or order; None without any."""
    return _told(events.alone).newest


def in_one_currency(events: Ground, market: str | None, currency: str | None) -> str | None:
    """The currency that is asked for; else, of several, that of most of the market's orders."""
    several = currencies_in(events, market)
    return currency or (several[0] if len(several) > 1 else None)


def measured(events: Ground, question: Question) -> Answer:
    """The answer over these events, in one currency; kept, for pages and their twins ask the same.

    The lift tests kept beside the events go over the models where the question is of all markets,
    as they are; those of days in which the model credits nothing can't be carried over.

    Raises
    ------
    InputError
        If a page can't group by the column, or the question can't be answered.
    """
    asked = question.but(currency=in_one_currency(events, question.market, question.currency))
    if asked.market is not None:
        return _measured(events.alone, asked, ())
    return _measured(events.alone, asked, lift_tests(events))


@shared()
def _measured(events: Ground, question: Question, tests: tuple[LiftTest, ...]) -> Answer:
    if question.by not in BY:
        raise InputError(
            "A page can't show credits by {column}; choose one of: {known}.",
            column=question.by,
            known=", ".join(BY),
        )
    with opened(events) as held:
        found = answer(held.engine, held.touchpoints, held.conversions, question, tests)
    usable = [one for one in found.calibrations if not math.isnan(one.factor(1.0))]
    return replace(found, calibrations=tuple(usable))


def lift_tests(events: Ground) -> tuple[LiftTest, ...]:
    """The lift tests that are kept beside the events, without those that can't be used."""
    return tuple(_lift_tests(events)[0].values())


def lift_faults(events: Ground) -> dict[str, WorkbenchError]:
    """Why files of lift tests, by name, aren't used."""
    return _lift_tests(events)[1]


def _lift_tests(events: Ground) -> tuple[dict[str, LiftTest], dict[str, WorkbenchError]]:
    found: dict[str, LiftTest] = {}
    faults: dict[str, WorkbenchError] = {}
    for file in sorted((events.programme / "lift_tests").glob("*.csv")):
        try:
            read = {test.name: test for test in load_lift_tests(file)}
            if twice := sorted(read.keys() & found.keys()):
                for name in twice:  # nobody knows which of them counts
                    del found[name]
                raise InputError(
                    "Two lift tests are of {name}; keep the one that counts (file {file}).",
                    name=twice[0],
                    file=file.name,
                )
        except WorkbenchError as error:  # the page that shows the credits says so
            faults[file.name] = error
        else:
            found |= read
    return found, faults


def looked_at(events: Ground, view: SavedView) -> Overview:
    """What a view of the programme comes to, in one currency; kept like :func:`measured`.

    Raises
    ------
    InputError
        If amounts are in several currencies, or the comparison can't be made.
    """
    currency = in_one_currency(events, view.market or None, view.currency or None)
    asked = view.but(name="", incentives="", experiment="", currency=currency or "")
    try:
        found = _looked_at(events.alone, _key(asked))
    except MixedCurrenciesError:
        # Costs or sums in other currencies than the orders, or orders that state none.
        several = currencies_in(events, view.market or None)
        if asked.currency or not several:
            raise
        found = _looked_at(events.alone, _key(asked.but(currency=several[0])))
    return replace(found, view=view)


def _key(view: SavedView) -> str:
    return json.dumps(view.to_mapping(), sort_keys=True)


@shared()
def _looked_at(events: Ground, view: str) -> Overview:
    asked = view_of(json.loads(view))
    with opened(events) as held:
        moved = _watched(events, _key(_only(asked, "weeks")))
        brought = _output(events, _key(_only(asked, "filters", "period", "start")))
        return overview(held, asked, moved=moved, brought=brought)


def _only(view: SavedView, *names: str) -> SavedView:
    """A view of the same events that has nothing of its own but these fields: who splits figures
    another way asks for nothing else anew.
    """
    same = ("market", "statuses", "currency", *names)
    return SavedView(**{name: getattr(view, name) for name in same})


@shared()
def _watched(events: Ground, view: str) -> Watched:
    with opened(events) as held:
        return watched(held, view_of(json.loads(view)))


@shared()
def _output(events: Ground, view: str) -> Output:
    with opened(events) as held:
        return output(held, view_of(json.loads(view)))
