"""Figures of the programme as an Excel workbook: numbers as numbers, texts never as formulas."""

import io
import math
from datetime import date, datetime, time
from typing import Any

import pandas as pd

from workbench.domain.programme.against import Comparison
from workbench.domain.programme.pivot import Pivot
from workbench.figures.programme import column_word, statuses_said, value_text
from workbench.locale import Translator
from workbench.reports.basics import kind_of
from workbench.reports.exporters._table import UNKNOWN, Column, Kind, Table
from workbench.reports.exporters.xlsx import _Formats, _Sheet

KINDS: dict[str, Kind] = {"count": "whole", "money": "money", "share": "weight", "ratio": "money"}


def workbook(found: Pivot, against: Comparison | None, name: str, t: Translator) -> bytes:
    """The figures with their total, and the comparison, if there is one.

    Raises
    ------
    InputError
        If a text can't stand in a cell.
    """
    import xlsxwriter

    tables = [_table(t("Figures"), found.table, found.total, found, t)]
    if against is not None:
        tables.append(_table(t("Comparison"), against.table, against.total, found, t))
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    made = found.scope.period.until or date(2026, 1, 1)  # the same figures give the same bytes
    book.set_properties({"title": name, "created": datetime.combine(made, time())})
    formats = _Formats(book)
    for table in tables:
        _Sheet(book, table, formats, _said(found, against, t), t).write()
    book.close()
    return target.getvalue()


def _said(found: Pivot, against: Comparison | None, t: Translator) -> str:
    """Which orders count, of which days, and the days they are held against."""
    days = [_days(found, t)]
    if against is not None:
        days.append(t("Compared with {days}.", days=_days(against.then, t)))
    return t.sentences(statuses_said(found, t), t("Days: {days}.", days=days[0]), *days[1:])


def _days(found: Pivot, t: Translator) -> str:
    period = found.scope.period
    if period.since is None and period.until is None:
        return t("everything")
    return f"{period.since or ''}..{period.until or ''}"


def _table(title: str, rows: pd.DataFrame, total: pd.Series, found: Pivot, t: Translator) -> Table:
    """The rows, and below them their total."""
    texts = [name for name in rows.columns if name in (*found.columns, "member")]
    columns = []
    for name in rows.columns:
        if name in texts:
            columns.append(Column(column_word(name, t), width=22))
        else:
            columns.append(Column(_head(name, t), KINDS[kind_of(name)], 14))
    cells = [
        tuple(
            value_text(name, value, t) if name in texts else _number(value)
            for name, value in row.items()
        )
        for row in rows.to_dict("records")
    ]
    if texts:
        said = [t("Total"), *[""] * (len(texts) - 1)]
        figures = [_number(total[name]) for name in rows.columns if name not in texts]
        cells.append((*said, *figures))
    return Table(title, title, tuple(columns), cells)


def _head(name: str, t: Translator) -> str:
    base, _, part = name.rpartition("_")
    if part == "now":
        return t("{measure}, now", measure=column_word(base, t))
    if part == "then":
        return t("{measure}, then", measure=column_word(base, t))
    if part == "change":
        return t("{measure}, change", measure=column_word(base, t))
    if part == "ratio":
        return t("{measure}, ratio", measure=column_word(base, t))
    return column_word(name, t)


def _number(value: Any) -> Any:
    return UNKNOWN if not math.isfinite(value) else float(value)
