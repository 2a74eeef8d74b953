"""Native charts of a deck: editable in PowerPoint, their workbook without live formulas."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from workbench.reports.exporters._slide import Box, Slide, coloured
from workbench.reports.exporters._table import FORMATS, UNKNOWN, Table
from workbench.reports.exporters._words import checked

_FIRST = datetime(2000, 1, 1)
_MARKED = "{label} (?)"


def add_bars(slide: Slide, box: Box, table: Table, alt: str) -> None:
    """The bars of a table as a native chart.

    A bar whose value is unknown is left out, and its label says ``?``.

    Parameters
    ----------
    alt
        What a reader who can't see it needs.
    """
    bars = table.chart
    if bars is None:
        return
    rows = table.rows[: bars.first or len(table.rows)]
    labels = [
        _MARKED.format(label=row[bars.labels])
        if any(row[place] is UNKNOWN for place in bars.series)
        else str(row[bars.labels])
        for row in rows
    ]
    kind = table.columns[bars.series[0]].kind
    series = [
        (table.columns[place].title, [_number(row[place]) for row in rows]) for place in bars.series
    ]
    most = 5.0 if kind == "level" else 1.0 if kind == "share" and bars.stacked else None
    chart = _native(slide, box, labels, series, FORMATS[kind], bars.stacked, alt)
    _axes(chart, FORMATS[kind], bars.stacked, most)
    for place, plotted in enumerate(chart.plots[0].series):
        plotted.format.fill.solid()
        coloured(plotted.format.fill.fore_color, bars.colours[place % len(bars.colours)])
        for down, token in enumerate(bars.shades):
            fill = plotted.points[down].format.fill
            fill.solid()
            coloured(fill.fore_color, token)


def _number(value: Any) -> float | None:
    return None if value is UNKNOWN or value is None else float(value)


def _native(
    slide: Slide,
    box: Box,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    code: str,
    stacked: bool,
    alt: str,
) -> Any:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    data = CategoryChartData(number_format=code)
    data.categories = [checked(label, "chart") for label in labels]
    for name, values in series:
        data.add_series(checked(name, "chart"), values)
    kind = XL_CHART_TYPE.BAR_STACKED if stacked else XL_CHART_TYPE.BAR_CLUSTERED
    frame = slide.slide.shapes.add_chart(
        kind, Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height), data
    )
    frame._element.nvGraphicFramePr.cNvPr.set("descr", checked(alt, "chart"))
    # python-pptx's own workbook would hold the time of writing, and a label "=A1" as a formula.
    frame.chart.part.chart_workbook.update_from_xlsx_blob(_workbook(labels, series, code))
    return frame.chart


def _workbook(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], code: str
) -> bytes:
    """What "Edit data" opens, in the places that the chart refers to."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": _FIRST})
    sheet, style = book.add_worksheet("Sheet1"), book.add_format({"num_format": code})
    sheet.set_column(0, 0, 30)
    for down, label in enumerate(labels, start=1):
        sheet.write_string(down, 0, label)
    for place, (name, values) in enumerate(series, start=1):
        sheet.write_string(0, place, name)
        for down, value in enumerate(values, start=1):
            if value is not None:
                sheet.write_number(down, place, value, style)
    book.close()
    return target.getvalue()


def _axes(chart: Any, code: str, stacked: bool, most: float | None) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_MARK
    from pptx.util import Pt

    several = len(chart.plots[0].series) > 1
    chart.has_title = False
    chart.font.size = Pt(12)
    coloured(chart.font.color, "ink")
    chart.has_legend = several
    if several:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(11)
    plot, names, axis = chart.plots[0], chart.category_axis, chart.value_axis
    plot.gap_width = 45
    plot.overlap = 100 if stacked else -10
    names.reverse_order = True  # the first row on top
    names.major_tick_mark = XL_TICK_MARK.NONE
    coloured(names.format.line.color, "line")
    axis.minimum_scale = 0
    if most:
        axis.maximum_scale = most
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.has_major_gridlines = stacked
    axis.visible = stacked
    if stacked:
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = code, False
        axis.tick_labels.font.size = Pt(11)
        coloured(axis.major_gridlines.format.line.color, "line")
        axis.format.line.fill.background()
    else:
        plot.has_data_labels = True
        plot.data_labels.number_format = code
        plot.data_labels.number_format_is_linked = False
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        plot.data_labels.font.size = Pt(11)
