"""An .xlsx file unpacked before a library reads it.

The library trusts the file and unpacks whatever is inside; here it is unpacked within bounds, and
its parts are handed to the library again, or looked through by ``_xlsx_marks``.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from workbench.domain.errors import InputError
from workbench.sources._reasons import system_reason
from workbench.sources.files import MAX_BYTES

MAX_UNPACKED = 2 * MAX_BYTES
"""Bytes of all parts together; 100,000 short rows take 20 to 40 MB."""

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # an .xls file, or an encrypted .xlsx file
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError
)  # fmt: skip
"""What zipfile raises of an archive it can't read; the last but one of a packing it has not."""
BROKEN_XML = (expat.ExpatError, LookupError, ValueError)
"""What a part raises that isn't the XML it should be."""

Parts = Mapping[str, bytes]
"""Name -> content of a file inside the .xlsx file."""


class Relation(NamedTuple):
    """A part that the workbook names."""

    id: str
    kind: str
    """``worksheet``, ``styles`` …"""
    part: str


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


def relations_of(parts: Parts) -> list[Relation]:
    """What the workbook is made of; raises one of :data:`BROKEN_XML` for a broken workbook."""
    found: list[Relation] = []

    def start(name: str, given: Mapping[str, str]) -> None:
        if name == "Relationship":
            part = posixpath.normpath(posixpath.join("/xl", given["Target"]))[1:]
            found.append(Relation(given["Id"], given["Type"].rpartition("/")[2], part))

    parse(parts["xl/_rels/workbook.xml.rels"], start)
    return found


def sheets_of(parts: Parts) -> dict[str, str]:
    """Name of a sheet -> its part; raises one of :data:`BROKEN_XML` for a broken workbook."""
    found = {one.id: one.part for one in relations_of(parts)}
    sheets: dict[str, str] = {}

    def sheet(name: str, given: Mapping[str, str]) -> None:
        if name == "sheet":
            own = next((given[key] for key in given if key.endswith("relationships id")), "")
            sheets.setdefault(given["name"], found[own])

    parse(parts["xl/workbook.xml"], sheet)
    return sheets


def _protected(path: Path) -> InputError:
    return InputError(
        "The workbook {path} is protected by a password; save it without one.", path=path
    )


def _is_needed(name: str) -> bool:
    own = name.startswith("xl/") or name in ("[Content_Types].xml", "_rels/.rels")
    return own and name.endswith((".xml", ".rels"))


def parse(content: bytes, start: Callable[[str, Mapping[str, str]], None]) -> None:
    """Call ``start`` with the bare name and the attributes of every element.

    Raises one of :data:`BROKEN_XML` if the part is no XML, or declares a document type.
    """

    def refuse(*_: object) -> None:
        # Entities are declared there, which can grow to gigabytes; Excel never writes one.
        raise ValueError("a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, given: start(name.rpartition(" ")[2], given)
    parser.Parse(content, True)
