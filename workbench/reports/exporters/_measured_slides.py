"""The slides of what the imported events say of one market; none where nothing is measured."""

from workbench.reports.exporters import _measured_tables as tables
from workbench.reports.exporters._asked import Asked
from workbench.reports.exporters._chart import add_bars
from workbench.reports.exporters._deck import Deck
from workbench.reports.exporters._layout import BODY, alt, beside, finding, grid, lines
from workbench.reports.exporters._slide import Box

GAP, CHART = 0.3, 5.4
"""Inches between panels; width of the chart."""


def programme(deck: Deck, asked: Asked) -> None:
    """The story in three levels, side by side."""
    t, found = asked.t, asked.measured
    if isinstance(found, str):
        return
    said, *remarks = found.said
    slide = deck.slide(said, found.source, lines(tables.programme(asked), t))
    width = (BODY.width - GAP * (len(found.levels) - 1)) / len(found.levels)
    for place, level in enumerate(found.levels):
        box = Box(BODY.left + place * (width + GAP), BODY.top, width, BODY.height - 0.5)
        slide.panel(box, "accent")
        inner = Box(box.left + 0.25, box.top + 0.2, box.width - 0.45, box.height - 0.3)
        texts = [(t.text(each), 15.0, False, "ink") for each in level.sentences]
        slide.text(inner, [(t.text(level.title), 17, True, "ink"), *texts])
    foot = Box(BODY.left, BODY.top + BODY.height - 0.4, BODY.width, 0.4)
    slide.text(foot, [(t.sentences(*remarks), 11, False, "ink-2")])


def partners(deck: Deck, asked: Asked) -> None:
    """Whom the conversions are credited to: credit, not cause."""
    t, table = asked.t, tables.partners(asked)
    if table is None:
        return
    slide = deck.slide(finding(table), " · ".join(table.notes[:2]), lines(table, t))
    add_bars(slide, Box(BODY.left, BODY.top, CHART, BODY.height), table, alt(table, t))
    grid(slide, beside(CHART), table, {0: 2.4, 1: 1.8, 2: 1.2, 6: 1.9, 7: 1.3, 8: 1.6}, t, 10)
