"""A table that a workbook and a deck both write: typed values, heads with units, maybe a chart."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Literal, NamedTuple

from workbench.figures.theme import LEVELS
from workbench.locale import Translator

Kind = Literal[
    "text", "whole", "parts", "figure", "level", "score", "share", "weight", "money", "date"
]
"""How a value is shown: ``level`` 0.0 of 5, ``parts`` 0.0 of anything, ``score`` 0.000, ``share``
0%, ``weight`` 0.0%, ``money`` 0.00, ``figure`` as it comes."""
FORMATS = {
    "text": "@",
    "whole": "#,##0",
    "figure": "#,##0",
    "level": "0.0",
    "parts": "#,##0.0",
    "score": "0.000",
    "share": "0%",
    "weight": "0.0%",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
}
"""Kind of a value -> its number format; a figure with decimals shows as many as it has."""


class Gap(Enum):
    """A value that there is none of for a reason; nothing at all is None."""

    UNKNOWN = "?"


UNKNOWN = Gap.UNKNOWN


class Typed(NamedTuple):
    """A value in a column whose rows differ in kind."""

    value: Any
    kind: Kind


@dataclass(frozen=True)
class Column:
    """A column: its head with the unit, how its values are shown, and how wide it is."""

    title: str
    kind: Kind = "text"
    width: int = 12
    """In characters."""


@dataclass(frozen=True)
class Bars:
    """Bars lying on their side, made of columns of the table."""

    finding: str
    """What the chart shows, in one sentence; its title."""
    series: tuple[int, ...]
    """Columns with the values, from 0."""
    labels: int = 0
    """The column that names the bars."""
    first: int = 0
    """How many rows are drawn; 0: all."""
    stacked: bool = False
    colours: tuple[str, ...] = ("accent",)
    """Design tokens, one a series."""
    shades: tuple[str, ...] = ()
    """Design tokens, one a bar, instead: where a colour says something of its own."""


@dataclass(frozen=True)
class Table:
    """Rows under typed columns.

    Attributes
    ----------
    name
        Short name, unique in its workbook: the sheet's.
    title
        What the table holds.
    rows
        A value per column: text, number, date, None (nothing), ``UNKNOWN``, or ``Typed``.
    notes
        Lines below the title.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    notes: tuple[str, ...] = ()
    chart: Bars | None = field(default=None)


def shade_of(level: Any) -> str:
    """The token of a level, 1 to 5; that of unknown where there is none."""
    return "unk-bg" if level in (None, UNKNOWN) else LEVELS[int(level) - 1]


def known(value: Any) -> Any:
    """The value, or ``UNKNOWN`` where a record has null."""
    return UNKNOWN if value is None else value


def part(percent: float | None) -> Any:
    """A record's 0 to 100 as a share of 1, which Excel and PowerPoint format as a percentage."""
    return UNKNOWN if percent is None else percent / 100


def day(text: str | None) -> date | None:
    """A record's ISO text as a date."""
    return date.fromisoformat(text) if text else None


def shown(value: Any, kind: Kind, t: Translator) -> str:
    """A value as text of the language, for slides and their notes."""
    if isinstance(value, Typed):
        value, kind = value
    if value is None or value is UNKNOWN:
        return "—" if value is None else str(UNKNOWN.value)
    if isinstance(value, str | date):
        return value if isinstance(value, str) else t.date(value)
    if kind in ("share", "weight"):
        return t.percent(value, 1 if kind == "weight" else 0)
    decimals = {"level": 1, "parts": 1, "score": 3, "money": 2, "figure": places(value)}
    return t.number(value, decimals.get(kind, 0))


def places(value: float) -> int:
    """Decimals of a figure that is shown as it comes, at most 3."""
    return 0 if float(value).is_integer() else min(3, len(f"{value:g}".partition(".")[2]))
