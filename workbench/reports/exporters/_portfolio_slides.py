"""The slides of the portfolio, and the one on the ranking, which a market's deck has as well."""

from dataclasses import replace

from workbench.figures import ranking as ranking_figures
from workbench.figures.portfolio import headline
from workbench.reports.exporters import _portfolio_tables as portfolio_tables
from workbench.reports.exporters import _shared_tables as shared_tables
from workbench.reports.exporters._asked import Asked
from workbench.reports.exporters._chart import add_bars
from workbench.reports.exporters._deck import Deck
from workbench.reports.exporters._layout import BODY, LEFT, alt, beside, finding, grid, lines
from workbench.reports.exporters._table import Bars


def markets(deck: Deck, asked: Asked) -> None:
    """Verdict, rank and firmness of each market."""
    t = asked.t
    table = portfolio_tables.markets(asked)
    title = headline(asked.portfolio.verdicts(), t)
    slide = deck.slide(title, table.notes[-1], lines(table, t))
    columns = {0: 2.4, 2: 2.2, 3: 0.7, 4: 1.1, 5: 1.1, 6: 1.1, 8: 1.1, 9: 1.6, 14: 0.9, 15: 1.3}
    grid(slide, BODY, table, {**columns, 16: 1.6}, t)


def ranking(deck: Deck, asked: Asked) -> None:
    """The ranked among the chosen markets, with intervals; a market's deck lights its own bar."""
    t = asked.t
    ranking = asked.portfolio.ranking
    codes = ranking_figures.shown_markets(asked.whole, focus=asked.code)
    table = shared_tables.ranking(asked)
    table = replace(table, rows=[row for row in table.rows if row[1] in set(codes)])
    if not codes:
        slide = deck.slide(t("No market can be ranked"), "", ())
        slide.text(LEFT, [(t("too much is unknown"), 16, False, "ink-2")])
        return
    drawn = ranking_figures.intervals(ranking, codes, t)
    shades = shared_tables.lit([row[1] for row in table.rows], asked.code)
    table = replace(table, chart=Bars(drawn.finding, (3,), shades=shades))
    slide = deck.slide(drawn.finding, table.notes[0], lines(table, t))
    add_bars(slide, replace(LEFT, width=6.3), table, drawn.alt)
    right = beside(6.3)
    grid(slide, right, table, {0: 3.6, 2: 0.9, 4: 1.5, 5: 1.5, 6: 1.5, 9: 1.4}, t, 10)


def contributions(deck: Deck, asked: Asked) -> None:
    """What each criterion adds to the scores; left out where no market is ranked."""
    t = asked.t
    table = shared_tables.contributions(asked)
    codes = ranking_figures.shown_markets(asked.whole)
    names = {t.market(code) for code in codes}
    rows = [row for row in table.rows if row[0] in names]
    if not rows or table.chart is None:
        return
    drawn = ranking_figures.contributions(
        asked.portfolio.ranking, codes, ranking_figures.criterion_names(asked.portfolio, t), t
    )
    own = replace(
        table, rows=rows, chart=replace(table.chart, first=len(rows), finding=drawn.finding)
    )
    slide = deck.slide(drawn.finding, drawn.source, lines(own, t))
    add_bars(slide, BODY, own, alt(own, t))


def mix(deck: Deck, asked: Asked) -> None:
    """The starting mix of each market; left out where there is none."""
    t = asked.t
    table = portfolio_tables.mix(asked)
    if table.chart is None:
        return
    slide = deck.slide(finding(table), table.notes[0], lines(table, t))
    add_bars(slide, BODY, table, alt(table, t))


def blockers(deck: Deck, asked: Asked) -> None:
    """Open required checks, the most urgent first."""
    t = asked.t
    table = portfolio_tables.blockers(asked)
    title = (
        t.n(
            "{count} check stands in the way of entering",
            "{count} checks stand in the way of entering",
            len(table.rows),
        )
        if table.rows
        else t("Nothing stands in the way.")
    )
    slide = deck.slide(title, "", lines(table, t))
    if table.rows:
        grid(slide, BODY, table, {0: 1.6, 1: 2.8, 2: 1.2, 3: 4.6, 4: 1.3, 5: 1.6}, t)
