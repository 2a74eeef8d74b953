"""An .xlsx file looked through before a library reads it.

The library trusts the file: it unpacks whatever is inside, makes room for every cell up to the
farthest one, gives a formula's last result without saying so, and an error as an empty cell. Here
the file is unpacked within bounds, and the marks are read that the sheets' own files carry
(ECMA-376, part 1, 18.3.1: ``c``, ``f``, ``mergeCell``).
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.sources._reasons import system_reason
from workbench.sources.files import MAX_BYTES

MAX_UNPACKED = 2 * MAX_BYTES
"""Bytes of all parts together; 100,000 short rows take 20 to 40 MB."""
MAX_CELLS = 10_000_000
"""Rows times columns of the rectangle from A1 to the farthest cell of a sheet."""

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # an .xls file, or an encrypted .xlsx file
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError
)  # fmt: skip
BROKEN_XML = (expat.ExpatError, LookupError, ValueError)
"""What a part raises that isn't the XML it should be."""
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")

Parts = Mapping[str, bytes]
"""Name -> content of a file inside the .xlsx file."""


class Mark(NamedTuple):
    """A rectangle of cells, rows and columns from 1, and what is the matter with it."""

    top: int
    left: int
    bottom: int
    right: int
    kind: str
    """``formula``, ``error`` or ``merged``."""

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
        return T_("Cell {cell} holds a formula; paste its value.", cell=self.place)


def not_xlsx(path: Path) -> InputError:
    """The error for a file that is something else, or broken."""
    return InputError(
        "The file {path} is not an .xlsx workbook; save it as “Excel Workbook (.xlsx)”.", path=path
    )


def unpack(path: Path) -> Parts:
    """The parts of a workbook that hold its cells; pictures and the like are left out.

    Raises
    ------
    InputError
        If the file can't be read, is something else, protected by a password, or too large.
    """
    try:
        if path.exists() and not path.is_file():
            raise not_xlsx(path)
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                "The file {path} is larger than {most} MB; split it.",
                path=path,
                most=MAX_BYTES // 1024**2,
            )
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("There is no file {path}; check the path.", path=path) from error
    except OSError as error:
        raise InputError(
            "The file {path} can't be read: {why}.", path=path, why=system_reason(error)
        ) from error
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise _protected(path)
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                if not _is_needed(part.filename):
                    continue
                if part.flag_bits & 1:
                    raise _protected(path)
                if part.compress_type not in _PACKINGS:
                    raise not_xlsx(path)
                with packed.open(part) as opened:
                    parts[part.filename] = opened.read(left + 1)
                left -= len(parts[part.filename])
                if left < 0:
                    raise InputError(
                        "The file {path} unpacks to more than {most} MB; split it.",
                        path=path,
                        most=MAX_UNPACKED // 1024**2,
                    )
    except InputError:
        raise
    except _BROKEN as error:
        raise not_xlsx(path) from error
    return parts


def repacked(parts: Parts) -> io.BytesIO:
    """The parts as a workbook again, whose sizes are the ones that were measured."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name), content)
    target.seek(0)
    return target


def sheets_of(parts: Parts) -> dict[str, str]:
    """Name of a sheet -> its part; raises one of :data:`BROKEN_XML` for a broken workbook."""
    relations: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, given: Mapping[str, str]) -> None:
        if name == "Relationship":
            relations[given["Id"]] = posixpath.normpath(posixpath.join("/xl", given["Target"]))[1:]

    def sheet(name: str, given: Mapping[str, str]) -> None:
        if name == "sheet":
            own = next((given[key] for key in given if key.endswith("relationships id")), "")
            sheets.setdefault(given["name"], relations[own])

    _parse(parts["xl/_rels/workbook.xml.rels"], relation)
    _parse(parts["xl/workbook.xml"], sheet)
    return sheets


def marks_of(content: bytes, sheet: str) -> list[Mark]:
    """Formulas, errors and merged cells of a sheet.

    Raises
    ------
    InputError
        If a cell stands so far out that the sheet would fill the memory.
    Exception
        One of :data:`BROKEN_XML`.
    """
    marks: list[Mark] = []
    row, column, far_row, far_column, inside = 0, 0, 1, 1, False

    def start(name: str, given: Mapping[str, str]) -> None:
        nonlocal row, column, far_row, far_column, inside
        match name:
            case "extLst":  # what follows has an ``f`` of its own, which is no cell's
                inside = False
            case "c":  # its place may be left out: then it follows on the one before
                inside = True
                row, column = _place(given["r"]) if "r" in given else (row, column + 1)
                if given.get("t") == "e":
                    marks.append(Mark(row, column, row, column, "error"))
            case "row":
                row, column = int(given.get("r", row + 1)), 0
            case "v" | "is":
                far_row, far_column = max(far_row, row), max(far_column, column)
            case "f" if inside:  # the other cells of an array's range hold only values
                ranged = given.get("t") in ("array", "dataTable") and "ref" in given
                area = _area(given["ref"]) if ranged else (row, column, row, column)
                marks.append(Mark(*area, "formula"))
            case "mergeCell":
                marks.append(Mark(*_area(given["ref"]), "merged"))

    _parse(content, start)
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


def _protected(path: Path) -> InputError:
    return InputError(
        "The workbook {path} is protected by a password; save it without one.", path=path
    )


def _is_needed(name: str) -> bool:
    own = name.startswith("xl/") or name in ("[Content_Types].xml", "_rels/.rels")
    return own and name.endswith((".xml", ".rels"))


def _parse(content: bytes, start: Callable[[str, Mapping[str, str]], None]) -> None:
    """Call ``start`` with the bare name and the attributes of every element."""

    def refuse(*_: object) -> None:
        # Entities are declared there, which can grow to gigabytes; Excel never writes one.
        raise ValueError("a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, given: start(name.rpartition(" ")[2], given)
    parser.Parse(content, True)


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
