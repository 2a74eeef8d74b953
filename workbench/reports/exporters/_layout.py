"""What the slides of both decks have in common: places, tables and their text in the notes."""

from typing import Any

from workbench.locale import Translator
from workbench.reports.exporters._slide import BOTTOM, EDGE, TOP, WIDTH, Box, Head, Slide
from workbench.reports.exporters._table import Table, shown

BODY = Box(EDGE, TOP, WIDTH - 2 * EDGE, BOTTOM - TOP)
LEFT = Box(EDGE, TOP, 6.9, BOTTOM - TOP)
RIGHT = Box(EDGE + 7.2, TOP + 0.05, WIDTH - 2 * EDGE - 7.2, BOTTOM - TOP)

MOST_LINES = 200
"""Rows in a slide's notes; nobody reads on there, and the workbook holds them all."""


def beside(width: float) -> Box:
    """What is left for a table beside a chart of this width, in inches."""
    gap = width + 0.3
    return Box(EDGE + gap, RIGHT.top, WIDTH - 2 * EDGE - gap, RIGHT.height)


def lines(table: Table, t: Translator) -> list[str]:
    """A table as text, a row a line: what stands in the notes, at most ``MOST_LINES`` rows."""
    left_out = len(table.rows) - MOST_LINES
    more = [t.n("and {count} more row", "and {count} more rows", left_out)] if left_out > 0 else []
    return [
        " | ".join(column.title for column in table.columns),
        *(" | ".join(_texts(table, row, t)) for row in table.rows[:MOST_LINES]),
        *more,
        *table.notes,
    ]


def _texts(table: Table, row: tuple[Any, ...], t: Translator) -> list[str]:
    return [shown(value, column.kind, t) for column, value in zip(table.columns, row, strict=True)]


def grid(
    slide: Slide,
    box: Box,
    table: Table,
    columns: dict[int, float],
    t: Translator,
    size: int = 11,
) -> int:
    """Some columns of a table, place -> share of the width; returns how many rows are left out."""
    heads = [
        Head(table.columns[place].title, share, table.columns[place].kind not in ("text", "date"))
        for place, share in columns.items()
    ]
    rows = [[_texts(table, row, t)[place] for place in columns] for row in table.rows]
    return slide.table(box, heads, rows, size)


def finding(table: Table) -> str:
    """What the table's chart shows; its title where it has none."""
    return table.chart.finding if table.chart is not None else table.title


def alt(table: Table, t: Translator) -> str:
    """The figures behind a chart as one sentence."""
    bars = table.chart
    if bars is None:
        return table.title
    rows = table.rows[: bars.first or len(table.rows)]
    parts = [
        f"{row[bars.labels]} "
        + "/".join(shown(row[place], table.columns[place].kind, t) for place in bars.series)
        for row in rows
    ]
    return bars.finding + t(": ") + t.listing(parts)
