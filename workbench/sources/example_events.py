"""Invented events of an invented programme, so that there is something to see before an import.

Generated, always the same: nothing here is anybody's figure. Partners have the habits that
attribution is to find: content and creators introduce, comparison pages influence, coupons and
cashback close what others began. The programme grows month by month, and one partner's links have
been broken for the last days, for the alerts to find.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.events import CONVERSIONS, PARTNERS, TOUCHPOINTS, EventTable
from workbench.events.schema import arrow_schema

SOURCE = "example"
JOURNEYS, DAYS, SEED = 6_600, 181, 20_260_701
START = 1_767_225_600
"""The first of January 2026, UTC, in seconds."""
CURRENCY = "USD"


@dataclass(frozen=True)
class _Habit:
    """A kind of partner: how many there are, and how often each place of a path is theirs."""

    kind: str
    channel: str
    names: tuple[str, ...]
    first: float
    middle: float
    last: float
    rate: float


HABITS = (
    _Habit("content", "seo", ("Meadow Review", "Kiln Journal", "Harbour Notes"), 5, 3, 1, 0.06),
    _Habit("creator", "social", ("Ayu Plays", "Tom on Air", "Lina Reads", "Duo 8"), 5, 2, 1, 0.1),
    _Habit("comparison", "seo", ("Side by Side", "PickRight"), 1, 4, 2, 0.05),
    _Habit("newsletter", "email", ("Monday Brief", "Tool Letter"), 2, 3, 1, 0.07),
    _Habit("coupon", "affiliate", ("CodeHarvest", "SaveLine"), 0.3, 1, 6, 0.08),
    _Habit("cashback", "affiliate", ("BackPocket",), 0.3, 1, 5, 0.09),
    _Habit("sub_network", "affiliate", ("WideNet", "LinkPool"), 1, 2, 2, 0.12),
    _Habit("app", "app_store", ("Daily Tiles",), 1, 1, 1, 0.05),
)  # fmt: skip
BROKEN, BROKEN_DAYS = "Harbour Notes", 10
"""Whose links are broken, and for how many days up to the end."""
CREATIVES = {
    "hero-red": 9, "hero-blue": 6, "story-red": 4, "story-blue": 4, "plain-red": 2,
    "plain-blue": 2, "video-red": 3, "offer-red": 2, "offer-blue": 1,
    "offer-try": 2,
}  # fmt: skip
"""What partners show -> how much they like it; of the traits kept beside them one is not shown."""
TOLD = ("story-red", "story-blue", "video-red", "plain-blue", "offer-try")
"""Those that speak of the benefit; buyers came by them more often."""
PAGES = ("/", "/offer", "/story", "/try")
COUNTRIES = ("ID", "SA", "BR", "VN", "DE", "US")


@dataclass(frozen=True)
class ExampleEvents:
    """The event tables, as :mod:`workbench.domain.events` has them."""

    touchpoints: pa.Table
    conversions: pa.Table
    partners: pa.Table


@lru_cache(maxsize=1)
def example_events() -> ExampleEvents:
    """About 17,000 touchpoints, 1,500 orders and 17 partners over half a year."""
    rng = np.random.default_rng(SEED)
    habits = [habit for habit in HABITS for _ in habit.names]
    names = [name for habit in HABITS for name in habit.names]
    lengths = np.minimum(rng.geometric(0.36, JOURNEYS), 12)
    firsts = np.cumsum(lengths) - lengths
    lasts = firsts + lengths - 1
    place = np.zeros(lengths.sum(), int) + 1
    place[lasts], place[firsts] = 2, 0
    chances = np.array([[habit.first, habit.middle, habit.last] for habit in habits], float)
    chances /= chances.sum(axis=0)
    partner = np.empty(len(place), int)
    for which in range(3):
        mine = np.flatnonzero(place == which)
        partner[mine] = rng.choice(len(names), len(mine), p=chances[:, which])
    # Ever more journeys a day; those that would go on after the last day are cut off there.
    begin = (np.sqrt(rng.random(JOURNEYS)) * (DAYS + 14) - 14) * 86_400
    gaps = np.cumsum(rng.exponential(1.4 * 86_400, len(place)))
    time = np.repeat(begin, lengths) + gaps - np.repeat(gaps[firsts], lengths)
    time = START + time.astype(int)
    country = rng.choice(COUNTRIES, JOURNEYS, p=(0.24, 0.12, 0.2, 0.12, 0.14, 0.18))
    # Longer paths convert more often, and those that a coupon ends more often still.
    closing = np.array([habit.kind in ("coupon", "cashback") for habit in habits])[partner[lasts]]
    converts = np.flatnonzero(rng.random(JOURNEYS) < 0.14 + 0.03 * lengths + 0.08 * closing)
    value = np.round(rng.lognormal(4.1, 0.5, len(converts)), 2)
    rate = np.array([habit.rate for habit in habits])[partner[lasts[converts]]]
    journeys = [f"visitor-{number:05d}" for number in range(JOURNEYS)]
    credited = partner[lasts[converts]]
    creative, page = _shown(partner, lasts[converts])
    touchpoints = _table(
        TOUCHPOINTS,
        touch=[f"t{number}" for number in range(len(place))],
        journey=np.repeat(journeys, lengths),
        timestamp=time * 1_000_000,
        partner=np.array(names)[partner],
        channel=np.array([habit.channel for habit in habits])[partner],
        kind=["click"] * len(place),
        country=np.repeat(country, lengths),
        creative=creative,
        page=page,
    )
    conversions = _table(
        CONVERSIONS,
        order=[f"o{number}" for number in range(len(converts))],
        journey=np.array(journeys)[converts],
        timestamp=(time[lasts[converts]] + rng.integers(60, 7_200, len(converts))) * 1_000_000,
        partner=np.array(names)[credited],
        channel=np.array([habit.channel for habit in habits])[credited],
        value=value,
        commission=np.round(value * rate, 2),
        currency=[CURRENCY] * len(converts),
        status=rng.choice(("approved", "paid", "pending", "reversed"), len(converts),
                          p=(0.45, 0.35, 0.12, 0.08)),
        customer=rng.choice(("new", "returning"), len(converts), p=(0.7, 0.3)),
        country=country[converts],
        clicked=time[lasts[converts]] * 1_000_000,
    )  # fmt: skip
    partners = _table(
        PARTNERS,
        partner=names,
        name=names,
        type=[habit.kind for habit in habits],
        channel=[habit.channel for habit in habits],
        country=rng.choice(COUNTRIES, len(names)),
    )
    return ExampleEvents(_held(touchpoints), _held(conversions), partners)


def _shown(partner: np.ndarray, sold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Creative and landing page of each touch; ``sold`` are the touches before an order."""
    rng = np.random.default_rng(SEED + 1)  # its own: what else is drawn stays as it is
    names, liked = np.array(list(CREATIVES)), np.array(list(CREATIVES.values()), float)
    sells = np.where(np.isin(names, TOLD), 2.5, 1.0)
    bought = np.isin(np.arange(len(partner)), sold)
    creative, page = np.empty((2, len(partner)), object)
    for one in range(partner.max() + 1):
        own = rng.choice(len(names), 5, replace=False, p=liked / liked.sum())
        places = rng.choice(PAGES, rng.integers(1, 5), replace=False)
        for some, pull in ((~bought, liked[own]), (bought, liked[own] * sells[own])):
            mine = np.flatnonzero((partner == one) & some)
            creative[mine] = names[rng.choice(own, len(mine), p=pull / pull.sum())]
            page[mine] = rng.choice(places, len(mine))
    return creative, page


def _held(events: pa.Table) -> pa.Table:
    """The events of the half year, without those that broken links have lost."""
    seconds = pc.divide(pc.cast(events["timestamp"], pa.int64()), 1_000_000)
    end = START + DAYS * 86_400
    lost = pc.and_(
        pc.equal(events["partner"], BROKEN), pc.greater(seconds, end - BROKEN_DAYS * 86_400)
    )
    inside = pc.and_(pc.greater_equal(seconds, START), pc.less(seconds, end))
    return events.filter(pc.and_(inside, pc.invert(lost)))


def _table(table: EventTable, **columns: object) -> pa.Table:
    """A table with the columns given and the others unknown."""
    size = len(next(iter(columns.values())))  # type: ignore[arg-type]
    given = {"source": [SOURCE] * size, **columns}
    schema = arrow_schema(table)
    return pa.table(
        [
            pa.array(given[field.name], field.type)
            if field.name in given
            else pa.nulls(size, field.type)
            for field in schema
        ],
        schema=schema,
    )
