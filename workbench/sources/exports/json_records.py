"""Records of JSON, one after the other, without the whole file in memory."""

import json
from collections.abc import Generator, Iterator
from typing import Any

from workbench.domain.errors import InputError
from workbench.sources.exports.delimited import Fits

CHUNK = 1_000_000
MOST = 16_000_000
"""Characters of one record."""
SPACE = " \t\r\n\ufeff"


class _Reader:
    """Characters of a text, a value at a time."""

    def __init__(self, text: Any, start: str, name: str) -> None:
        self._text, self._name = text, name
        self._buffer, self._at, self._read, self._ended = start, 0, 0, False
        self._decoder = json.JSONDecoder()

    def _more(self) -> bool:
        if self._ended:
            return False
        found = self._text.read(CHUNK)
        self._ended = not found
        self._read += self._at
        self._buffer, self._at = self._buffer[self._at :] + found, 0
        return bool(found)

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> bool:
        """Whether the next character is one of these; then it is taken."""
        found = self.peek()
        if found and found in wanted:
            self._at += 1
            return True
        return False

    def value(self) -> Any:
        """The next value."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError) as error:
                deep = isinstance(error, RecursionError)
                if deep or len(self._buffer) - self._at > MOST or not self._more():
                    raise self.broken(error) from error
                continue
            # A number at the end of what was read may go on.
            if end == len(self._buffer) and self._more():
                continue
            self._at = end
            return found

    @property
    def place(self) -> int:
        """Characters that were taken."""
        return self._read + self._at

    def broken(self, error: Exception | str) -> InputError:
        """The error that names the place."""
        return InputError(
            "The file {name} is not valid JSON near character {place}: {why}.",
            name=self._name,
            place=self.place + 1,
            why=getattr(error, "msg", None) or str(error).splitlines()[0],
        )


def json_records(text: Any, start: str, name: str, fits: Fits) -> Iterator[Any]:
    """The entries of an array; of the array in an object that holds records; or one value a line.

    Parameters
    ----------
    text, start
        Open text, and what was already read of it.
    fits
        How many of these names are known; tells a wrapper around records from a record.

    Raises
    ------
    InputError
        If it is not JSON.
    """
    reader = _Reader(text, start, name)
    if reader.take("["):
        yield from _entries(reader)
        if reader.peek():
            raise reader.broken("there is more after the end of the array")
        return
    # An object: a record by itself, the first of many, or a wrapper around an array.
    if (yield from _first_object(reader, fits)):
        return
    while reader.peek():
        yield reader.value()


def _first_object(reader: _Reader, fits: Fits) -> Generator[Any, None, bool]:
    """Yield the records of a wrapper, or the object itself; whether it was a wrapper."""
    reader.take("{")
    record: dict[str, Any] = {}
    while not reader.take("}"):
        key = reader.value()
        if not isinstance(key, str) or not reader.take(":"):
            raise reader.broken("a name and a colon are expected")
        if reader.peek() == "[":
            reader.take("[")
            inner = list(_few(reader))
            whole = len(inner) < FEW
            if _records_in(inner, record, fits):
                yield from inner
                if not whole:
                    yield from _entries(reader, going=True)
                return True
            record[key] = inner if whole else [*inner, *_limited(reader)]
        else:
            record[key] = value = reader.value()
            for each in value.values() if isinstance(value, dict) else ():
                if isinstance(each, list) and _records_in(each, record, fits):
                    yield from each
                    return True
        if not reader.take(",") and reader.peek() != "}":
            raise reader.broken("a comma or } is expected")
    yield record
    return False


FEW = 64
"""Entries of an array that are read before it is taken for the records of a wrapper."""


def _records_in(entries: list[Any], around: dict[str, Any], fits: Fits) -> bool:
    """Whether entries are records: more of their names are known than of what is around them."""
    if not entries or not all(isinstance(one, dict) for one in entries):
        return False
    return fits(list(entries[0])) > fits(list(around))


def _few(reader: _Reader) -> Iterator[Any]:
    """The first entries of an array that has been opened; closes it if it has no more."""
    for _ in range(FEW):
        if reader.take("]"):
            return
        yield reader.value()
        if not reader.take(","):
            if not reader.take("]"):
                raise reader.broken("a comma or ] is expected")
            return


def _limited(reader: _Reader) -> Iterator[Any]:
    """The rest of an array that is part of a record, which has an end."""
    begin = reader.place
    for entry in _entries(reader, going=True):
        if reader.place - begin > MOST:
            raise reader.broken("one record has millions of characters")
        yield entry


def _entries(reader: _Reader, going: bool = False) -> Iterator[Any]:
    """The entries of an array that has been opened, to its end."""
    if not going and reader.take("]"):
        return
    while True:
        yield reader.value()
        if reader.take("]"):
            return
        if not reader.take(","):
            raise reader.broken("a comma or ] is expected")
