"""The workspace as an Excel workbook: written without live formulas, read with every row counted.

Read with python-calamine, written with XlsxWriter; see ``docs/decisions``.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from workbench.domain.changes import Cell
from workbench.domain.errors import InputError
from workbench.domain.keys import KEYS, chosen_tables
from workbench.domain.readiness import Status
from workbench.domain.sheets import Row, columns_of, kind_of, rows_of
from workbench.domain.text import T_, Text
from workbench.sources import _xlsx, _xlsx_marks
from workbench.sources._workspace_file import ABOUT, WorkspaceFile, made_of, tables_in
from workbench.sources._xlsx_formats import percent_styles
from workbench.sources.files import write_bytes

LISTS = "ids"
"""The hidden sheet that the lists to choose from are taken from."""
LONGEST = 32_767
"""UTF-16 units of text that a cell of Excel holds."""
_OFFERED_ROWS = 100_000
_CHOICES = {"status": get_args(Status), "confidence": ("high", "medium", "low")}
_FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900, so earlier days are ambiguous
_WHOLE = 2.0**53


def write_workbook(
    path: Path,
    cells: Mapping[Cell, Any],
    scenario: str,
    revision: int,
    known: Mapping[str, Sequence[str]],
    tables: Iterable[str] | None = None,
) -> None:
    """Write the cells as a workbook, one sheet a table; text stays text, the same bytes each time.

    Parameters
    ----------
    known
        Key column -> the ids that exist; the sheets offer them as a list to choose from.
    tables
        The tables to write; None: all.

    Raises
    ------
    InputError
        If a text can't stand in a cell of Excel, or the file can't be written.
    """
    import xlsxwriter

    chosen = chosen_tables(tables)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # else the time of writing
    # What is typed into a cell of the format "text" stays as it was typed: 2026, 1/2 or =A1.
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "percent": None,
        "other": None,
    }
    about = _Sheet(book.add_worksheet(ABOUT), formats)
    about.column(0, ("scenario", "revision"), "text")
    about.column(1, (scenario, revision), "other")
    for table in chosen:
        sheet = _Sheet(book.add_worksheet(table), formats)
        rows = rows_of(cells, table)
        for place, name in enumerate(columns_of(table)):
            values = (name, *(row[name] for row in rows))
            sheet.column(place, values, kind_of(table, name), head=True)
            sheet.offer(place, name, known)
        sheet.sheet.freeze_panes(1, len(KEYS[table]))
    lists = _Sheet(book.add_worksheet(LISTS), formats)
    for place, (name, ids) in enumerate(known.items()):
        lists.column(place, (name, *ids), "text")
    lists.sheet.hide()
    book.close()
    write_bytes(path, target.getvalue())


def read_workbook(path: Path, tables: Iterable[str] | None = None) -> WorkspaceFile:
    """Read a workbook that was exported, edited, or made by hand after its pattern.

    Parameters
    ----------
    tables
        The tables to read; None: those that are there.

    Raises
    ------
    InputError
        If the file can't be read, is no .xlsx workbook, is protected by a password or too large,
        or holds none of the tables, or not one of those that are named.
    """
    import python_calamine

    parts = _xlsx.unpack(path)
    try:
        sheets = _xlsx.sheets_of(parts)
        chosen = tables_in(path, sheets, tables)
        percents = percent_styles(parts)
        marks = {
            name: _xlsx_marks.marks_of(parts[sheets[name]], name, percents)
            for name in (*chosen, ABOUT)
            if name in sheets
        }
        with python_calamine.load_workbook(_xlsx.repacked(parts)) as book:
            found = {name: book.get_sheet_by_name(name) for name in marks}
            lines = {name: sheet.to_python(skip_empty_area=False) for name, sheet in found.items()}
    except InputError:
        raise
    except (python_calamine.CalamineError, *_xlsx.BROKEN_XML) as error:
        raise _xlsx.not_xlsx(path) from error
    notes = [
        T_("Sheet {sheet} is not ours and was not read.", sheet=name)
        for name in sheets
        if name not in (*KEYS, ABOUT, LISTS)
    ]
    rows: list[Row] = []
    for name in chosen:
        rows += _rows(lines[name], name, marks[name], notes)
    about = {line[0]: _value(line[1]) for line in lines.get(ABOUT, []) if len(line) > 1}
    return made_of(about, rows, notes)


@dataclass
class _Sheet:
    """A sheet that is written by the types of the values, never by what a text looks like."""

    sheet: Any
    formats: Mapping[str, Any]

    def column(self, place: int, values: Iterable[Any], kind: str, head: bool = False) -> None:
        """Write a column; ``kind`` as :func:`kind_of` has it."""
        self.sheet.set_column(place, place, 18, self.formats[kind])
        for number, value in enumerate(values):
            self._put(number, place, value, "head" if head and not number else kind)

    def offer(self, place: int, name: str, known: Mapping[str, Sequence[str]]) -> None:
        """Offer the values of a column that has a list of them, to choose from."""
        from xlsxwriter.utility import xl_col_to_name

        source: Any = list(_CHOICES.get(name, ()))
        if known.get(name):
            letter = xl_col_to_name(list(known).index(name))
            source = f"={LISTS}!${letter}$2:${letter}${len(known[name]) + 1}"
        if source:
            options = {"validate": "list", "source": source}
            self.sheet.data_validation(1, place, _OFFERED_ROWS, place, options)

    def _put(self, row: int, column: int, value: Any, kind: str) -> None:
        if value is None:
            return
        if not isinstance(value, str):
            done = self.sheet.write_number(row, column, value, self.formats[kind])
        elif kind == "date" and _is_day(value):
            day = datetime.fromisoformat(value)
            done = self.sheet.write_datetime(row, column, day, self.formats[kind])
        else:
            # XlsxWriter writes U+FFFE so that it comes back as another text, and fails late on
            # half a character; a text that is too long it would cut.
            unfit = next((one for one in value if _is_unfit(one)), "")
            if unfit:
                raise InputError(
                    "Table {table}, row {row}: the text holds the character {code}, which Excel "
                    "can't keep; take it out, or export YAML.",
                    table=self.sheet.name,
                    row=row + 1,
                    code=f"U+{ord(unfit):04X}",
                )
            style = self.formats["head" if kind == "head" else "text"]
            done = self.sheet.write_string(row, column, value, style)
        if done:
            raise InputError(
                "Table {table}, row {row}: the text is longer than the {most} characters that a "
                "cell of Excel holds; shorten it, or export YAML.",
                table=self.sheet.name,
                row=row + 1,
                most=LONGEST,
            )


def _is_unfit(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff"


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value) >= _FIRST_DAY
    except ValueError:
        return False


def _rows(
    lines: Sequence[Sequence[Any]], table: str, marks: Sequence[_xlsx_marks.Mark], notes: list[Text]
) -> list[Row]:
    """The rows of a sheet below its head."""
    if not lines:
        return []
    head = [str(name).strip() for name in lines[0]]
    wanted = columns_of(table)
    for name in head:
        if name and name not in wanted:
            notes.append(
                T_(
                    "Sheet {sheet}: column {column} is not ours and was not read.",
                    sheet=table,
                    column=name,
                )
            )
    own = [place for place, name in enumerate(head) if name in wanted]
    shares = {place + 1 for place in own if kind_of(table, head[place]) == "percent"}
    percents = {(one.top, one.left) for one in marks if one.kind == "percent"}
    marks = [one for one in marks if not (one.kind == "percent" and one.left in shares)]
    faults = _xlsx_marks.faults(marks, [place + 1 for place in own], len(lines))
    doubled = sorted({name for name in wanted if head.count(name) > 1})
    missing = [name for name in wanted if name not in head]
    whole: Text | None = None
    if missing or doubled:
        whole = T_(
            "The sheet needs each of the columns {known} once; check {found}.",
            known=", ".join(wanted),
            found=", ".join(missing + doubled),
        )
    beyond = [row for row in sorted(faults) if row > len(lines)]  # formulas without a result
    rows = []
    for number in (*range(2, len(lines) + 1), *beyond):
        line = lines[number - 1] if number <= len(lines) else [""] * len(head)
        values = {
            head[place]: _value(line[place], (number, place + 1) in percents) for place in own
        }
        mark = faults.get(number)
        blank = all(value == "" for value in (line if whole else map(line.__getitem__, own)))
        if not blank or (mark and mark.kind != "merged"):
            rows.append(Row(table, number, values, mark.fault if mark else whole))
    return rows


def _value(value: Any, percent: bool = False) -> Any:
    """A cell as the workbench has it; an empty one is None, and 0.3 shown as 30% is 30."""
    if value == "":
        return None
    if percent and isinstance(value, int | float):
        value = float(Decimal(str(value)) * 100)  # 0.07 * 100 would be 7.000000000000001
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return int(value)
    return value
