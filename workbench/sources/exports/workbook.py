"""Workbooks: their size is looked at first, since a sheet is held whole in memory.

A sheet with one cell far down and to the right takes as much as one that is full up to there, and
more than there is ends the process. So each part is unpacked once, and its cells are counted.
"""

import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO
from xml.parsers import expat

from workbench.domain.errors import InputError
from workbench.sources.exports.delimited import Alike, Fits
from workbench.sources.exports.objects import cell

CELLS = 10_000_000
"""Cells of all sheets together, empty ones inside their bounds with them."""
BYTES = 1_000_000_000
"""Of all parts, unpacked."""
ROWS, COLUMNS = 1_048_576, 16_384
"""Of the largest sheet there can be."""
CHUNK = 1_000_000
PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def sheets(
    stream: BinaryIO,
    name: str,
    fits: Fits,
    alike: Alike,
    head_within: int,
    left: dict[str, int],
) -> Iterator[Iterator[list[str | None]]]:
    """The rows of the sheet whose head is known best, and of those like it, in their order.

    Parameters
    ----------
    alike
        Whether a sheet with the second of two heads holds the same as one with the first.
    left
        Gets the other sheets that hold something: name -> rows, with those above the records.

    Raises
    ------
    InputError
        If it is damaged, of another format, or too large.
    """
    from python_calamine import CalamineWorkbook

    check_size(stream, name)
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
        held = [(one, book.get_sheet_by_name(one)) for one in book.sheet_names]
        heads = [_head(sheet.iter_rows(), fits, head_within) for _, sheet in held]
        best = max(heads, key=fits, default=[])
        chosen = []
        for (title, sheet), head in zip(held, heads, strict=True):
            if head == best or alike(best, head):
                chosen.append(sheet.iter_rows())
            elif filled := sum(any(map(cell, row)) for row in sheet.iter_rows()):
                left[title] = filled
    except BaseException as error:  # a panic of the library is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | InputError):
            raise
        raise _unreadable(name, str(error)) from error
    for rows in chosen:
        yield ([cell(one) for one in row] for row in rows)


def _head(rows: Iterator[list[Any]], fits: Fits, within: int) -> list[str]:
    """Of the first rows the one with most known names."""
    return max(([str(one) for one in row] for row in islice(rows, within)), key=fits, default=[])


def check_size(stream: BinaryIO, name: str) -> None:
    """Unpack each part of a workbook once, and count.

    Raises
    ------
    InputError
        If it is damaged, or too large.
    """
    size, cells = 0, 0
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        if any(part.filename.lower() == "xl/workbook.bin" for part in parts):
            raise _unreadable(name, "XLSB")
        for part in parts:
            bounds = _Bounds(name)
            with archive.open(part) as packed:
                while chunk := packed.read(CHUNK):
                    size += len(chunk)
                    bounds.feed(chunk)
                    if size > BYTES or cells + bounds.cells > CELLS:
                        raise _too_large(name)
            cells += bounds.cells
            if bounds.broken and part.filename.endswith((".xml", ".rels")):
                raise _unreadable(name, bounds.broken)


class _Bounds:
    """How many cells lie within the bounds of a sheet."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._element
        self._rows = self._columns = self._row = self._column = 0
        self.broken = ""

    @property
    def cells(self) -> int:
        """All, empty ones with them."""
        return self._rows * self._columns

    def feed(self, chunk: bytes) -> None:
        """Some of the sheet's text; what is no XML is passed over."""
        if self.broken:
            return
        try:
            self._parser.Parse(chunk)
        except expat.ExpatError as error:
            self.broken = str(error)

    def _element(self, tag: str, given: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "row":
            self._to_row(given.get("r", str(self._row + 1)))
        elif kind == "c":
            place = given.get("r")
            if place is None:
                self._column += 1
            else:
                found = PLACE.fullmatch(place)
                if found is None:
                    raise _unreadable(self._name, f"<c r={place!r}>")
                self._column = _number(found[1])
                self._to_row(found[2], self._column)
            self._columns = max(self._columns, self._column)
            if self._columns > COLUMNS:
                raise _too_large(self._name)

    def _to_row(self, said: str, column: int = 0) -> None:
        if not said.isdecimal() or not 1 <= int(said[:8]) <= ROWS:
            raise _unreadable(self._name, f"<row r={said[:20]!r}>")
        self._row, self._column = int(said), column
        self._rows = max(self._rows, self._row)


def _number(letters: str) -> int:
    """A column's number: A is 1, AA is 27."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def _unreadable(name: str, why: Any) -> InputError:
    return InputError("The workbook {name} can't be read: {why}.", name=name, why=why)


def _too_large(name: str) -> InputError:
    return InputError(
        "The workbook {name} has more than {cells} cells, empty ones between others with them; "
        "save the sheet as CSV, and import that.",
        name=name,
        cells=CELLS,
    )
