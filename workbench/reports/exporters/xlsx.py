"""A market or the portfolio as an Excel workbook: native numbers, native charts, no formula.

Every text is written as text, whatever it looks like; an unknown is an empty, hatched cell, never
a 0. The same portfolio gives the same bytes.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from workbench.domain.assess import Portfolio
from workbench.figures.portfolio import subtitle
from workbench.figures.theme import tokens
from workbench.locale import Translator
from workbench.reports.exporters import _market_tables as market_tables
from workbench.reports.exporters import _measured_tables as measured_tables
from workbench.reports.exporters import _portfolio_tables as portfolio_tables
from workbench.reports.exporters import _shared_tables as shared_tables
from workbench.reports.exporters._asked import Asked
from workbench.reports.exporters._fit import wrapped
from workbench.reports.exporters._table import (
    FORMATS,
    UNKNOWN,
    Bars,
    Column,
    Table,
    Typed,
    places,
)
from workbench.reports.exporters._words import LONGEST, checked

MARKET: tuple[Callable[[Asked], Table | None], ...] = (
    market_tables.verdict,
    market_tables.needs,
    market_tables.channels,
    market_tables.readiness,
    market_tables.promise,
    market_tables.value,
    market_tables.competitors,
    measured_tables.programme,
    measured_tables.partners,
    measured_tables.models,
    shared_tables.ranking,
    shared_tables.contributions,
    shared_tables.weights,
    shared_tables.sources,
)
PORTFOLIO = (
    portfolio_tables.markets,
    portfolio_tables.blockers,
    shared_tables.ranking,
    shared_tables.contributions,
    shared_tables.weights,
    portfolio_tables.mix,
    portfolio_tables.needs,
    portfolio_tables.value,
    shared_tables.sources,
)
SIZE, LINE = 10, 13.5
"""Of text and of a line of it, in points."""
LETTER = 5.25
"""Points of a column's width for one character."""
MOST = 400.0
"""Points of the highest row that Excel allows, nearly."""
_A4 = 9
_HATCHED = 14  # XlsxWriter's number of the pattern "light up"


def market(portfolio: Portfolio, code: str, t: Translator) -> bytes:
    """The workbook of one market.

    Raises
    ------
    InputError
        If there is no such market, or a text can't stand in a cell.
    """
    asked = Asked(portfolio, t, code)
    made = (make(asked) for make in MARKET)
    tables = (table for table in made if table is not None)
    return _workbook(t.market(code), subtitle(portfolio, t), tables, asked)


def whole(portfolio: Portfolio, t: Translator) -> bytes:
    """The workbook of the chosen markets; raises as :func:`market` does."""
    asked = Asked(portfolio, t)
    tables = (make(asked) for make in PORTFOLIO)
    return _workbook(t("Market portfolio"), subtitle(portfolio, t), tables, asked)


def _workbook(title: str, about: str, tables: Iterable[Table], asked: Asked) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    plan = asked.portfolio.plan
    book.set_properties(
        {
            "title": checked(title, "title"),
            "subject": checked(about, "subject"),
            "author": asked.t("Channel Workbench"),
            "created": datetime.combine(plan.as_of, time()),  # else the time of writing
        }
    )
    formats = _Formats(book)
    for table in tables:
        _Sheet(book, table, formats, about, asked.t).write()
    book.close()
    return target.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}
        ink, soft, line = tokens()["ink"], tokens()["ink-2"], tokens()["line"]
        base = {"font_size": SIZE, "font_color": ink, "valign": "top"}
        row = {**base, "bottom": 1, "bottom_color": line}
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.note = book.add_format({**base, "font_color": soft})
        head = {"bold": True, "text_wrap": True, "valign": "bottom", "bg_color": tokens()["page"]}
        self.first_head = book.add_format({**row, **head})
        self.head = book.add_format({**row, **head, "align": "left", "indent": 1})
        self.head_number = book.add_format({**row, **head, "align": "right"})
        self.unknown = book.add_format(
            {**row, "pattern": _HATCHED, "fg_color": "#CFD7DE", "bg_color": "#F2F5F7"}
        )
        self._row = row

    def value(self, code: str, first: bool = False, left: bool = False) -> Any:
        """The format of a cell by its number format; ``left``: numbers stand among texts."""
        name = f"{code}|{first}|{left}"
        if name not in self._made:
            more: dict[str, Any] = {"num_format": code}
            if code == "@":
                more.update(text_wrap=True, align="left", indent=0 if first else 1)
            elif left:
                more.update(align="left", indent=1)
            else:
                more["align"] = "right"
            if first:
                more["bold"] = True
            self._made[name] = self._book.add_format({**self._row, **more})
        return self._made[name]


class _Sheet:
    """One table on one sheet: title, notes, head, rows, and its chart on the right."""

    def __init__(
        self, book: Any, table: Table, formats: _Formats, about: str, t: Translator
    ) -> None:
        self.book, self.table, self.formats, self.about, self.t = book, table, formats, about, t
        self.sheet = book.add_worksheet(table.name)
        self.notes = [about, *table.notes, t("Hatched: unknown, never 0.")]
        self.head = len(self.notes) + 2
        """Row of the head, from 0."""

    def write(self) -> None:
        sheet, table = self.sheet, self.table
        self._text(0, 0, table.title, self.formats.title)
        for place, note in enumerate(self.notes, start=1):
            self._text(place, 0, note, self.formats.note)
        for place, column in enumerate(table.columns):
            style = self.formats.head if place else self.formats.first_head
            if column.kind not in ("text", "date"):
                style = self.formats.head_number
            self._text(self.head, place, column.title, style)
            sheet.set_column(place, place, column.width)
        sheet.set_row(self.head, self._height([column.title for column in table.columns], True))
        for down, row in enumerate(table.rows, start=self.head + 1):
            sheet.set_row(down, self._height(row))
            for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                self._put(down, place, column, value)
        last = self.head + max(1, len(table.rows))
        sheet.autofilter(self.head, 0, last, len(table.columns) - 1)
        sheet.freeze_panes(self.head + 1, 1)
        self._on_paper(last)
        if table.chart is not None and table.rows:
            self._draw(table.chart)

    def _height(self, row: Sequence[Any], bold: bool = False) -> float:
        """Points; set, since only Excel itself finds out the height of wrapped text."""
        lines = max(
            len(wrapped(value, SIZE, (column.width - 1) * LETTER, bold or not place))
            for place, (column, value) in enumerate(zip(self.table.columns, row, strict=True))
            for value in [value if isinstance(value, str) else ""]
        )
        return min(MOST, lines * LINE + 3)

    def _text(self, row: int, column: int, text: str, style: Any) -> None:
        self.sheet.write_string(row, column, checked(text, self.table.name, LONGEST), style)

    def _put(self, row: int, place: int, column: Column, given: Any) -> None:
        value, kind = given, column.kind
        if isinstance(value, Typed):
            value, kind = value
        first, beside = place == 0, isinstance(given, Typed)
        if value is UNKNOWN:
            self.sheet.write_blank(row, place, None, self.formats.unknown)
        elif value is None:
            self.sheet.write_blank(row, place, None, self.formats.value("@"))
        elif isinstance(value, str):
            self._text(row, place, value, self.formats.value("@", first))
        elif isinstance(value, date):
            moment = datetime.combine(value, time())
            style = self.formats.value(FORMATS["date"], left=True)
            self.sheet.write_datetime(row, place, moment, style)
        else:
            code = FORMATS[kind]
            if kind == "figure" and places(value):
                code += "." + "0" * places(value)
            self.sheet.write_number(row, place, value, self.formats.value(code, left=beside))

    def _on_paper(self, last: int) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.print_area(0, 0, last, len(self.table.columns) - 1)  # charts would shrink it
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self.head)
        sheet.set_footer("&R&P / &N")
        sheet.hide_gridlines(2)

    def _draw(self, bars: Bars) -> None:
        columns, count = self.table.columns, bars.first or len(self.table.rows)
        chart = self.book.add_chart(
            {"type": "bar", **({"subtype": "stacked"} if bars.stacked else {})}
        )
        top, last = self.head + 1, self.head + count
        sheet = self.table.name
        for place, series in enumerate(bars.series):
            one: dict[str, Any] = {
                "name": [sheet, self.head, series],
                "categories": [sheet, top, bars.labels, last, bars.labels],
                "values": [sheet, top, series, last, series],
                "fill": {"color": tokens()[bars.colours[place % len(bars.colours)]]},
                "gap": 50,
            }
            if not bars.stacked:
                code = FORMATS[columns[series].kind]
                one["data_labels"] = {"value": True, "num_format": code}
            if bars.shades:
                one["points"] = [{"fill": {"color": tokens()[name]}} for name in bars.shades]
            chart.add_series(one)
        chart.set_title({"name": bars.finding, "name_font": {"size": 12}, "overlay": False})
        chart.set_y_axis({"reverse": True, "line": {"color": tokens()["line"]}})
        kind = columns[bars.series[0]].kind
        ends = {"level": {"max": 5}, "share": {"max": 1} if bars.stacked else {}}
        chart.set_x_axis(
            {
                "min": 0,
                **ends.get(kind, {}),
                "num_format": FORMATS[kind],
                "major_gridlines": {"visible": True, "line": {"color": tokens()["line"]}},
                "line": {"none": True},
            }
        )
        chart.set_legend({"position": "bottom"} if len(bars.series) > 1 else {"none": True})
        chart.set_size({"width": 720, "height": max(260, 130 + 30 * count)})
        self.sheet.insert_chart(
            self.head,
            len(columns) + 1,
            chart,
            {"description": bars.finding, "object_position": 2},
        )
