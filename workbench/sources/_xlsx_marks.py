"""What an .xlsx sheet says of its cells that a library which reads it doesn't.

The library makes room for every cell up to the farthest one, gives a formula's last result without
saying so, an error as an empty cell, and 30% as 0.3. Here the marks are read that the sheets' own
files carry (ECMA-376, part 1, 18.3.1: ``c``, ``f``, ``mergeCell``).
"""

import re
from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.sources._xlsx import parse

MAX_CELLS = 10_000_000
"""Rows times columns of the rectangle from A1 to the farthest cell of a sheet."""
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


class Mark(NamedTuple):
    """A rectangle of cells, rows and columns from 1, and what is the matter with it."""

    top: int
    left: int
    bottom: int
    right: int
    kind: str
    """``formula``, ``error``, ``merged``, or ``percent``: a number that is shown as one."""

    @property
    def place(self) -> str:
        """``B2`` or ``B2:C4``."""
        first, last = place_of(self.top, self.left), place_of(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    @property
    def fault(self) -> Text:
        """Why a row with such a cell can't be read."""
        if self.kind == "merged":
            return T_("Cells of this row are merged ({place}); unmerge them.", place=self.place)
        if self.kind == "error":
            return T_(
                "Cell {cell} holds an error such as #N/A; write a value, or empty it.",
                cell=self.place,
            )
        if self.kind == "percent":
            return T_(
                "Cell {cell} is a percentage, and this column holds none; format the cell as a "
                "number, then write it anew.",
                cell=self.place,
            )
        return T_("Cell {cell} holds a formula; paste its value.", cell=self.place)


def marks_of(content: bytes, sheet: str, percents: Container[int] = ()) -> list[Mark]:
    """Formulas, errors, percentages and merged cells of a sheet.

    Parameters
    ----------
    percents
        The styles that show a number as a percentage; see :mod:`workbench.sources._xlsx_formats`.

    Raises
    ------
    InputError
        If a cell stands so far out that the sheet would fill the memory.
    Exception
        One of :data:`BROKEN_XML`.
    """
    marks: list[Mark] = []
    row, column, far_row, far_column, inside, percent = 0, 0, 1, 1, False, False

    def start(name: str, given: Mapping[str, str]) -> None:
        nonlocal row, column, far_row, far_column, inside, percent
        match name:
            case "extLst":  # what follows has an ``f`` of its own, which is no cell's
                inside = False
            case "c":  # its place may be left out: then it follows on the one before
                inside = True
                row, column = _place(given["r"]) if "r" in given else (row, column + 1)
                percent = given.get("t", "n") == "n" and int(given.get("s", 0)) in percents
                if given.get("t") == "e":
                    marks.append(Mark(row, column, row, column, "error"))
            case "row":
                row, column = int(given.get("r", row + 1)), 0
            case "v" | "is":
                far_row, far_column = max(far_row, row), max(far_column, column)
                if percent and inside:
                    marks.append(Mark(row, column, row, column, "percent"))
            case "f" if inside:  # the other cells of an array's range hold only values
                ranged = given.get("t") in ("array", "dataTable") and "ref" in given
                area = _area(given["ref"]) if ranged else (row, column, row, column)
                marks.append(Mark(*area, "formula"))
            case "mergeCell":
                marks.append(Mark(*_area(given["ref"]), "merged"))

    parse(content, start)
    if far_row * far_column > MAX_CELLS:
        raise InputError(
            "Sheet {sheet} reaches as far as {cell}; delete what stands far outside the table.",
            sheet=sheet,
            cell=place_of(far_row, far_column),
        )
    return marks


def faults(marks: Iterable[Mark], columns: Iterable[int], last: int) -> dict[int, Mark]:
    """Row number -> what is wrong with it, for marks that touch one of the columns.

    Parameters
    ----------
    last
        The last row with a value. Of a mark that reaches further only the first row counts there,
        since it may claim a million.
    """
    own = set(columns)
    found: dict[int, Mark] = {}
    reach = 0  # every row from the present mark's top to here is marked already
    for mark in sorted(marks):
        if any(mark.left <= column <= mark.right for column in own):
            bottom = min(mark.bottom, max(last, mark.top))
            for row in range(max(mark.top, reach + 1), bottom + 1):
                found[row] = mark
            reach = max(reach, bottom)
    return found


def place_of(row: int, column: int) -> str:
    """``B2`` for row 2, column 2."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _place(text: str) -> tuple[int, int]:
    """Row and column of ``B2``."""
    found = _PLACE.fullmatch(text)
    if not found:
        raise ValueError(text)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _area(text: str) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of ``B2:C4``."""
    first, _, last = text.partition(":")
    top, left = _place(first)
    bottom, right = _place(last or first)
    return top, left, bottom, right
