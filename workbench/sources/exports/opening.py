"""What a file of an export is: its bytes unpacked, its text decoded."""

import codecs
import gzip
import io
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
            yield _members(path, file)
    except (InputError, GeneratorExit):
        raise
    except FileNotFoundError as error:
        raise InputError("There is no file {path}; check the path.", path=path) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise InputError(
            "The archive {path} is damaged: {why}. Download it again.", path=path, why=str(error)
        ) from error
    except OSError as error:
        raise InputError(
            "The file {path} can't be read: {why}.", path=path, why=system_reason(error)
        ) from error


def _members(path: Path, file: BinaryIO) -> Iterator[Member]:
    start = file.read(4)
    file.seek(0)
    if start[:2] == b"\x1f\x8b":
        inner = gzip.GzipFile(fileobj=file)
        yield _member(path.name, io.BufferedReader(inner))
    elif start == b"PK\x03\x04":
        with zipfile.ZipFile(file) as archive:
            names = [info for info in archive.infolist() if not info.is_dir()]
            if any(info.filename == "[Content_Types].xml" for info in names):
                file.seek(0)
                yield Member(path.name, "xlsx", file)
                return
            if not names:
                raise InputError("The archive {path} holds no file.", path=path)
            for info in names:
                if info.flag_bits & 1:
                    raise InputError(
                        "The archive {path} is encrypted; unpack it, and import what it holds.",
                        path=path,
                    )
                with archive.open(info) as packed:
                    yield _member(f"{path.name}/{info.filename}", packed)  # type: ignore[arg-type]
    else:
        yield _member(path.name, file)


def _member(name: str, stream: BinaryIO) -> Member:
    start = stream.peek(4)[:4] if hasattr(stream, "peek") else b""
    if not start:
        start = stream.read(4)
        stream.seek(0)
    if start == b"PAR1":
        return Member(name, "parquet", stream)
    return Member(name, "text", stream)


def text_of(member: Member, encoding: str | None = None) -> io.TextIOWrapper:
    """The text of a member; bytes that can't be decoded become :data:`BROKEN`.

    Parameters
    ----------
    encoding
        As Python names it; None: by byte-order mark, else UTF-8 if its first million bytes are,
        else GB18030, which holds GBK.

    Raises
    ------
    InputError
        If the encoding is unknown.
    """
    buffered = io.BufferedReader(_Raw(member.stream), buffer_size=SAMPLE)
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError as error:
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
