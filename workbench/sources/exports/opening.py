"""What a file of an export is: its bytes unpacked, its text decoded."""

import codecs
import gzip
import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from workbench.domain.errors import InputError
from workbench.sources._reasons import system_reason

Kind = Literal["text", "parquet", "xlsx"]
SAMPLE = 1_000_000
"""Bytes that are looked at to tell the encoding."""
ENCODINGS = ("utf-8", "gb18030")
"""Tried in this order where a file has no byte-order mark."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DEEPEST = 2
"""Packings inside each other, such as a gz in a zip."""
LARGEST = 8 * 10**9
"""Bytes of a workbook or of Parquet unpacked onto the disk."""
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, gzip.BadGzipFile, EOFError, struct.error,
    NotImplementedError,  # a way of packing that Python has not
)  # fmt: skip
"""What archives that can't be unpacked raise."""
BROKEN = "\ufffd"
"""What stands for bytes that can't be decoded; a row with it in a cell that counts is set aside."""


@dataclass(frozen=True)
class Member:
    """One file, perhaps out of an archive.

    Attributes
    ----------
    name
        As it is to be called in messages.
    kind
        What it holds.
    stream
        Its bytes, unpacked, from the start; seekable for all but text.
    """

    name: str
    kind: Kind
    stream: BinaryIO


@contextmanager
def reading(path: Path) -> Iterator[Iterator[Member]]:
    """The members of a file: itself, or those of a gz or zip; told by its bytes, not its name.

    Raises
    ------
    InputError
        If it can't be read, or an archive is damaged, encrypted or holds no file.
    """
    try:
        with path.open("rb") as file:
            yield _members(path.name, file, 0)
    except (InputError, GeneratorExit):
        raise
    except FileNotFoundError as error:
        raise InputError("There is no file {path}; check the path.", path=path) from error
    except DAMAGED as error:
        raise InputError(
            "The archive {path} is damaged: {why}. Download it again.", path=path, why=str(error)
        ) from error
    except OSError as error:
        raise InputError(
            "The file {path} can't be read: {why}.", path=path, why=system_reason(error)
        ) from error


def _members(name: str, stream: BinaryIO, depth: int) -> Iterator[Member]:
    """What a stream holds; ``depth`` is how many packings it came out of."""
    start = stream.peek(4)[:4]  # type: ignore[attr-defined]
    if start == b"PAR1":
        with _seekable(stream, name, depth) as file:
            yield Member(name, "parquet", file)
    elif start[:2] == b"\x1f\x8b" and depth < DEEPEST:
        inner = io.BufferedReader(gzip.GzipFile(fileobj=stream, mode="rb"))
        yield from _members(name, inner, depth + 1)
    elif start == b"PK\x03\x04" and depth < DEEPEST:
        with _seekable(stream, name, depth) as file:
            yield from _zipped(name, file, depth)
    elif start[:2] == b"\x1f\x8b" or start == b"PK\x03\x04":
        raise InputError(
            "The file {name} is packed several times over; unpack it, and import what it holds.",
            name=name,
        )
    else:
        yield Member(name, "text", stream)


def _zipped(name: str, file: BinaryIO, depth: int) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        held = [info for info in archive.infolist() if not info.filename.endswith("/")]
        if any(info.filename == "[Content_Types].xml" for info in held):
            file.seek(0)
            yield Member(name, "xlsx", file)
            return
        files = [info for info in held if not _of_the_system(info.filename)]
        if not files:
            raise InputError("The archive {path} holds no file.", path=name)
        for info in files:
            if info.flag_bits & 1:
                raise InputError(
                    "The archive {path} is encrypted; unpack it, and import what it holds.",
                    path=name,
                )
            with archive.open(info) as packed:
                yield from _members(f"{name}/{_said(info)}", packed, depth + 1)  # type: ignore[arg-type]


def _of_the_system(name: str) -> bool:
    """Whether a file was put into an archive by macOS or Windows, beside the user's."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith((".", "Thumbs.db"))


def _said(info: zipfile.ZipInfo) -> str:
    """The name of a file in an archive; Windows writes Chinese ones in GBK, without saying so."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


@contextmanager
def _seekable(stream: BinaryIO, name: str, depth: int) -> Iterator[BinaryIO]:
    """What is to be read from its end; out of a packing it goes onto the disk for that."""
    if not depth:
        yield stream
        return
    with tempfile.TemporaryFile() as file:
        size = 0
        while some := stream.read(SAMPLE):
            size += len(some)
            if size > LARGEST:
                raise InputError(
                    "The file {name} is larger than {size} GB when unpacked; unpack it, and "
                    "import what it holds.",
                    name=name,
                    size=LARGEST // 10**9,
                )
            file.write(some)
        file.seek(0)
        yield file


def text_of(member: Member, encoding: str | None = None) -> io.TextIOWrapper:
    """The text of a member; bytes that can't be decoded become :data:`BROKEN`.

    Parameters
    ----------
    encoding
        As Python names it; None: by byte-order mark, else UTF-8 if its first million bytes are,
        else GB18030, which holds GBK. UTF-16 without a mark is told by its zero bytes.

    Raises
    ------
    InputError
        If the encoding is unknown.
    """
    buffered = io.BufferedReader(_Raw(member.stream), buffer_size=SAMPLE)
    if encoding is not None:
        try:
            b"a".decode(encoding, "replace").encode(encoding, "replace")
        except (LookupError, UnicodeError, ValueError) as error:
            raise InputError(
                "Unknown encoding {name!r}; name one such as utf-8, utf-16 or gbk.", name=encoding
            ) from error
        chosen = encoding
    else:
        chosen = _encoding(buffered.peek(SAMPLE))
    return io.TextIOWrapper(buffered, encoding=chosen, errors="replace", newline="")


def _encoding(sample: bytes) -> str:
    for mark, name in MARKS:
        if sample.startswith(mark):
            return name
    for place, name in ((1, "utf-16-le"), (0, "utf-16-be")):  # Latin text without a mark
        if len(sample) > 1 and sample[place:200:2].count(0) > len(sample[place:200:2]) / 2:
            return name
    for name in ENCODINGS:
        try:
            codecs.getincrementaldecoder(name)().decode(
                sample
            )  # a cut character at the end is fine
            return name
        except UnicodeDecodeError:
            continue
    return ENCODINGS[0]


class _Raw(io.RawIOBase):
    """A stream as a raw one, so that it can be buffered by as much as is looked at."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        found = self._stream.read(len(view))
        view[: len(found)] = found
        return len(found)
