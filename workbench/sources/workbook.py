"""The workspace as an Excel workbook: written without live formulas, read with every row counted.

Read with python-calamine, written with XlsxWriter; see ``docs/decisions``.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from workbench.domain.changes import Cell
from workbench.domain.errors import InputError
from workbench.domain.exchange import KEYS, Row, columns_of, rows_of
from workbench.domain.text import T_, Text
from workbench.sources.files import write_bytes

ABOUT = "workspace"
"""The sheet that says which scenario and revision was exported."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DATES = frozenset({"when", "due", "expiry", "answered_on"})


@dataclass(frozen=True)
class Workbook:
    """What was read from a workbook.

    Attributes
    ----------
    scenario, revision
        Where it was exported from; None: the file doesn't say.
    rows
        Every row of every table's sheet that isn't blank.
    notes
        What was left out and isn't a row: foreign sheets and columns.
    """

    scenario: str | None
    revision: int | None
    rows: tuple[Row, ...]
    notes: tuple[Text, ...]


def write_workbook(
    path: Path,
    cells: Mapping[Cell, Any],
    scenario: str,
    revision: int,
    known: Mapping[str, Sequence[str]],
) -> None:
    """Write the cells as a workbook, one sheet a table; text stays text.

    Parameters
    ----------
    known
        Key column -> the ids that exist; the sheets offer them as a list to choose from.
    """
    import io

    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": datetime(2000, 1, 1)})  # the same cells give the same bytes
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    about = book.add_worksheet(ABOUT)
    for place, pair in enumerate((("scenario", scenario), ("revision", revision))):
        about.write_row(place, 0, pair)
    lists = book.add_worksheet("ids")
    for place, (column, names) in enumerate(known.items()):
        lists.write_column(0, place, [column, *names])
    lists.hide()
    for table in KEYS:
        sheet = book.add_worksheet(table)
        columns = columns_of(table)
        sheet.write_row(0, 0, columns, bold)
        sheet.freeze_panes(1, len(KEYS[table]))
        sheet.set_column(0, len(columns) - 1, 18)
        for place, name in enumerate(columns):
            if name in known:
                letter = xlsxwriter.utility.xl_col_to_name(list(known).index(name))
                source = f"=ids!${letter}$2:${letter}${len(known[name]) + 1}"
                sheet.data_validation(
                    1, place, 100_000, place, {"validate": "list", "source": source}
                )
        for number, row in enumerate(rows_of(cells, table), start=1):
            for place, name in enumerate(columns):
                value = row.get(name)
                if value is None:
                    continue
                if name in _DATES:
                    sheet.write_datetime(number, place, datetime.fromisoformat(value), day)
                elif isinstance(value, str):
                    sheet.write_string(number, place, value)
                else:
                    sheet.write_number(number, place, value)
    book.close()
    write_bytes(path, target.getvalue())


def read_workbook(path: Path) -> Workbook:
    """Read a workbook that was exported, edited, or made by hand after its pattern.

    Raises
    ------
    InputError
        If there is no such file, it isn't an .xlsx workbook, or it has none of the sheets.
    """
    import python_calamine

    if not path.is_file():
        raise InputError("There is no file {path}.", path=path)
    try:
        book = python_calamine.load_workbook(str(path))
        formulas = _formulas(path)
    except (python_calamine.CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError):
        raise InputError(
            "The file {path} is not an .xlsx workbook; save it as “Excel Workbook (.xlsx)”.",
            path=path,
        ) from None
    with book:
        ours = [name for name in book.sheet_names if name in KEYS]
        if not ours:
            raise InputError(
                "The workbook {path} has none of the sheets {known}.",
                path=path,
                known=", ".join(KEYS),
            )
        notes = [
            T_("Sheet {sheet} is not ours and was not read.", sheet=name)
            for name in book.sheet_names
            if name not in (*KEYS, ABOUT, "ids")
        ]
        rows: list[Row] = []
        for name in ours:
            rows += _sheet(book.get_sheet_by_name(name), name, formulas.get(name, {}), notes)
        about = (
            dict(line[:2] for line in _lines(book.get_sheet_by_name(ABOUT)) if len(line) > 1)
            if ABOUT in book.sheet_names
            else {}
        )
    revision = about.get("revision")
    return Workbook(
        str(about["scenario"]) if about.get("scenario") else None,
        int(revision) if isinstance(revision, int | float) else None,
        tuple(rows),
        tuple(notes),
    )


def _lines(sheet: Any) -> list[list[Any]]:
    return list(sheet.to_python(skip_empty_area=False))


def _sheet(sheet: Any, table: str, formulas: Mapping[int, str], notes: list[Text]) -> list[Row]:
    lines = _lines(sheet)
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
    doubled = sorted({name for name in head if name and head.count(name) > 1})
    missing = [name for name in wanted if name not in head]
    whole: Text | None = None
    if missing or doubled:
        whole = T_(
            "The sheet needs each of the columns {known} once; check {found}.",
            known=", ".join(wanted),
            found=", ".join(missing or doubled),
        )
    merged = _merged(sheet)
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        values = {
            name: _value(value) for name, value in zip(head, line, strict=False) if name in wanted
        }
        if all(value is None for value in values.values()) and number not in formulas:
            continue
        fault = whole
        if number in merged:
            fault = T_(
                "Cells of this row are merged ({place}); unmerge them.", place=merged[number]
            )
        elif number in formulas:
            fault = T_("Cell {cell} holds a formula; paste its value.", cell=formulas[number])
        rows.append(Row(table, number, values, fault))
    return rows


def _merged(sheet: Any) -> dict[int, str]:
    """Row number -> a merged range that touches it."""
    found = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in range(top, bottom + 1):
            found[row + 1] = f"{_letter(left)}{top + 1}:{_letter(right)}{bottom + 1}"
    return found


def _letter(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _value(value: Any) -> Any:
    """A cell as JSON has it; an empty one is None."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _formulas(path: Path) -> dict[str, dict[int, str]]:
    """Sheet -> row -> a cell of it that holds a formula.

    The reader gives a formula's last result and doesn't say that it is one. The marks are in the
    sheets' own files (ECMA-376, part 1, 18.3.1.40).
    """
    found: dict[str, dict[int, str]] = {}
    with zipfile.ZipFile(path) as packed:
        names = {
            sheet.get("name"): sheet.get(_RELATION)
            for sheet in ElementTree.fromstring(packed.read("xl/workbook.xml")).iter(
                f"{_MAIN}sheet"
            )
        }
        files = {
            one.get("Id"): one.get("Target", "")
            for one in ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
        }
        for name, relation in names.items():
            target = files[relation]
            file = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if name not in KEYS:
                continue
            with packed.open(file) as content:
                for _, cell in ElementTree.iterparse(content):
                    if cell.tag == f"{_MAIN}c":
                        place = cell.get("r") or ""
                        if cell.find(f"{_MAIN}f") is not None and (
                            number := re.search(r"\d+", place)
                        ):
                            found.setdefault(str(name), {})[int(number[0])] = place
                    elif cell.tag == f"{_MAIN}row":
                        cell.clear()
    return found
