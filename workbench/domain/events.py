"""The tables that every export becomes (A2): touchpoints, conversions, partners, performance.

An importer fills them, the engine keeps them, every measure reads them. What an export does not
say is null, never 0 and never an empty text. Times are UTC; money is in the row's own currency.
"""

from dataclasses import dataclass
from typing import Literal

EventKind = Literal["text", "number", "count", "time", "date"]
"""``number`` float64, ``count`` int64, ``time`` UTC with microseconds, the rest as they sound."""

STATUSES = ("pending", "approved", "reversed", "paid", "other")
"""What the networks' own words for the state of an order become; the word itself is kept."""
COUNTED = ("pending", "approved", "paid")
"""Statuses that count where nothing else is said: all that may still be, or were, paid."""
CUSTOMERS = ("new", "returning")
TOUCH_KINDS = ("click", "impression", "visit", "code", "other")
"""``code``: a partner's promotion code used in the order, without a click."""


@dataclass(frozen=True)
class EventColumn:
    """One column; ``required`` means that a row without it can't be used."""

    name: str
    kind: EventKind = "text"
    required: bool = False
    allowed: tuple[str, ...] = ()
    low: float | None = None


@dataclass(frozen=True)
class EventTable:
    """A table, what identifies a row, and which column says how new a row's state is.

    Of rows with the same key the one with the newest ``newest`` counts; where that is equal or
    unknown, one that is decided rather than one that is not, else the one loaded later.
    ``undecided`` is a column, and what it says of a state that others follow but that follows none.
    ``parts`` are sums: rows of one key that stand in one file, and differ in another of its
    columns, such as the device, are parts of the whole and are added up.
    """

    name: str
    columns: tuple[EventColumn, ...]
    key: tuple[str, ...]
    newest: str = ""
    undecided: tuple[str, str] | None = None
    parts: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)


TOUCHPOINTS = EventTable(
    "touchpoints",
    (
        EventColumn("source", required=True),  # the export: impact, awin, generic …
        EventColumn("touch", required=True),  # the export's id, else a digest of the row
        EventColumn("journey", required=True),
        EventColumn("timestamp", "time", required=True),
        EventColumn("partner"),
        EventColumn("channel"),
        EventColumn("kind", allowed=TOUCH_KINDS),
        EventColumn("cost", "number", low=0),
        EventColumn("currency"),
        EventColumn("country"),  # ISO 3166-1 alpha-2
        EventColumn("device"),
        EventColumn("creative"),
        EventColumn("page"),  # the landing page
    ),
    key=("source", "touch"),
)

CONVERSIONS = EventTable(
    "conversions",
    (
        EventColumn("source", required=True),
        EventColumn("order", required=True),
        EventColumn("journey"),  # null: the export does not tie orders to journeys
        EventColumn("timestamp", "time", required=True),
        EventColumn("partner"),  # whom the export credits with the order
        EventColumn("channel"),
        EventColumn("value", "number"),  # of the sale; null if the export does not say
        EventColumn("commission", "number"),  # what the partner gets
        EventColumn("currency"),
        EventColumn("status", required=True, allowed=STATUSES),
        EventColumn("raw_status"),
        EventColumn("customer", allowed=CUSTOMERS),
        EventColumn("country"),
        EventColumn("clicked", "time"),  # the click that the export credits
        EventColumn("modified", "time"),  # since when this state holds
        EventColumn("promo_code"),
        EventColumn("creative"),
        EventColumn("item"),  # what was sold: SKU, category or action type
    ),
    key=("source", "order"),
    newest="modified",
    undecided=("status", "pending"),
)

PARTNERS = EventTable(
    "partners",
    (
        EventColumn("source", required=True),
        EventColumn("partner", required=True),
        EventColumn("name"),
        EventColumn("type"),  # an id of data/reference/partner_types.csv, or the export's own word
        EventColumn("country"),
        EventColumn("channel"),
        EventColumn("joined", "date"),
        EventColumn("contract"),
    ),
    key=("source", "partner"),
)

PERFORMANCE = EventTable(
    "performance",  # exports that give sums and no single events
    (
        EventColumn("source", required=True),
        EventColumn("partner", required=True),
        EventColumn("day", "date", required=True),
        EventColumn("country"),
        EventColumn("channel"),
        EventColumn("impressions", "count", low=0),
        EventColumn("clicks", "count", low=0),
        EventColumn("unique_clicks", "count", low=0),
        EventColumn("conversions", "number", low=0),
        EventColumn("revenue", "number"),
        EventColumn("commission", "number"),
        EventColumn("currency"),
    ),
    key=("source", "partner", "day", "country", "channel", "currency"),
    parts=("impressions", "clicks", "conversions", "revenue", "commission"),
)

PATHS = EventTable(
    "paths",  # whole paths with how often they stand; touches of a path joined by " > "
    (
        EventColumn("source", required=True),
        EventColumn("id", required=True),
        EventColumn("path", required=True),
        EventColumn("conversions", "number", required=True, low=0),
        EventColumn("value", "number", low=0),
        EventColumn("nulls", "number", low=0),
    ),
    key=("source", "id"),
)

EVENT_TABLES = {
    table.name: table for table in (TOUCHPOINTS, CONVERSIONS, PARTNERS, PERFORMANCE, PATHS)
}
"""Name -> table."""
