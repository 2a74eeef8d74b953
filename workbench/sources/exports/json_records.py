"""Records of JSON, one after the other, without the whole file in memory."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from workbench.domain.errors import InputError
from workbench.sources.exports.delimited import Fits
from workbench.sources.exports.json_names import NESTED, Asked, Fills, arrays, paths

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

    def _more(self, count: int = 0) -> bool:
        if self._ended:
            return False
        found = self._text.read(max(count, CHUNK))
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

    def short(self) -> Any:
        """The next object; None, and nothing is taken, if it is longer than a record, or broken."""
        self.peek()
        while True:
            held = len(self._buffer) - self._at
            try:
                found, end = self._decoder.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError):
                if held > MOST or not self._more(held):  # twice as much, for it is read anew
                    return None
                continue
            if end - self._at > MOST:
                return None
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


def json_records(
    text: Any,
    start: str,
    name: str,
    fits: Fits,
    fills: Fills,
    left: dict[str, int] | None = None,
) -> Iterator[Any]:
    """The entries of an array; those of the arrays in objects around records; or a value a line.

    Parameters
    ----------
    text, start
        Open text, and what was already read of it.
    fits, fills
        How many of these names are known, and whether they are enough for a record by themselves;
        they tell a wrapper around records from a record.
    left
        Gets the arrays beside the records that hold something else, and those in records that hold
        what could be records: name -> objects in it.

    Raises
    ------
    InputError
        If it is not JSON, to its end.
    """
    reader = _Reader(text, start, name)
    if reader.take("["):
        yield from _entries(reader)
        if reader.peek():
            raise reader.broken("there is more after the end of the array")
        return
    yield from _Objects(reader, fits, fills, {} if left is None else left).records()


Member = tuple[str, Any, Iterator[Any]]
"""Of an object: name; value, or the first entries of an array; and the array's other entries."""


class _Objects:
    """Objects one after the other: each a record, or a wrapper around arrays of records.

    What can be a record by itself is one, and its arrays are parts of it. That takes all its names,
    also those behind an array; one that is too long for a record is taken for a wrapper.
    """

    def __init__(self, reader: _Reader, fits: Fits, fills: Fills, left: dict[str, int]) -> None:
        self._reader, self._left = reader, left
        self._known, self._fills = Asked(fits), Asked(fills)
        self._arrays: set[str] = set()
        self._bare = False

    def records(self) -> Iterator[Any]:
        """All records, to the end of the text."""
        while sign := self._reader.peek():
            value = self._reader.short() if sign == "{" else self._reader.value()
            if value is None and sign == "{":
                yield from self._object(self._members())
            elif not isinstance(value, dict) or (self._bare and not self._may_wrap(value)):
                yield value
            elif self._fills(paths(value)):
                self._note_parts(value)
                self._bare = not self._arrays
                yield value
            else:
                yield from self._object((key, each, iter(())) for key, each in value.items())

    def _may_wrap(self, value: dict[str, Any]) -> bool:
        """Whether there is an array of objects with known names in an object."""
        for key, one in value.items():
            if isinstance(one, NESTED):
                for _, entries in arrays(key, one):
                    if entries and isinstance(entries[0], dict) and self._known(entries[0]):
                        return True
        return False

    def _note_parts(self, record: dict[str, Any]) -> None:
        """Note arrays of a record that no column asks for, and that could be records themselves."""
        for key, value in record.items():
            for name, entries in arrays(key, value) if isinstance(value, NESTED) else ():
                first = entries[0] if entries else None
                if isinstance(first, dict) and self._fills(first) and not self._known([name]):
                    self._leave({name: entries})

    def _members(self) -> Iterator[Member]:
        """The members of the object that comes next, to its end."""
        reader = self._reader
        reader.take("{")
        while not reader.take("}"):
            key = reader.value()
            if not isinstance(key, str) or not reader.take(":"):
                raise reader.broken("a name and a colon are expected")
            if reader.take("["):
                few, closed = _few(reader)
                yield key, few, iter(()) if closed else _entries(reader, going=True)
            else:
                yield key, reader.value(), iter(())
            if not reader.take(",") and reader.peek() != "}":
                raise reader.broken("a comma or } is expected")

    def _object(self, members: Iterator[Member]) -> Iterator[Any]:
        """The records of a wrapper, or the object itself."""
        around: dict[str, Any] = {}
        known: int | None = None
        for key, value, rest in members:
            beside: dict[str, list[Any]] = {}
            for name, entries in arrays(key, value):
                if self._holds_records(name, entries, around, known):
                    known = self._names_known(entries) if known is None else known
                    self._arrays.add(name)
                    yield from chain(entries, rest)
                else:
                    beside[name] = entries
            if known is None:
                around[key] = [*value, *self._limited(rest)] if isinstance(value, list) else value
            else:
                self._leave(beside, rest)
        if known is not None:
            for key, value in around.items():
                self._leave(dict(arrays(key, value)))
        elif not self._is_empty(around):
            self._bare = not self._arrays
            yield around

    def _holds_records(
        self, name: str, entries: list[Any], around: dict[str, Any], known: int | None
    ) -> bool:
        """Whether an array is one of records: by its name, or by the names in it.

        More of them are known than of what is around the array; and no fewer than of the records
        that were found beside it.
        """
        if not entries or not all(isinstance(one, dict) for one in entries):
            return False
        if name in self._arrays:
            return True
        if known is not None:
            return self._names_known(entries) >= known
        return self._known(entries[0]) > self._known(around)

    def _names_known(self, entries: list[Any]) -> int:
        return self._known(dict.fromkeys(chain.from_iterable(entries[:FEW])))

    def _is_empty(self, around: dict[str, Any]) -> bool:
        """Whether an object is a wrapper without records, as the last page of several may be."""
        found = [one for key, value in around.items() for one in arrays(key, value)]
        empty = {name for name, entries in found if not entries}
        if self._bare or not empty:
            return False
        return bool(self._arrays & empty) or not self._known(around)

    def _leave(self, unread: dict[str, list[Any]], rest: Iterable[Any] = ()) -> None:
        """Note arrays of objects that are not read."""
        for name, entries in unread.items():
            if count := sum(isinstance(one, dict) for one in chain(entries, rest)):
                self._left[name] = self._left.get(name, 0) + count

    def _limited(self, rest: Iterator[Any]) -> Iterator[Any]:
        """The rest of an array that is part of a record, which has an end."""
        begin = self._reader.place
        for entry in rest:
            if self._reader.place - begin > MOST:
                raise self._reader.broken("one record has millions of characters")
            yield entry


FEW = 64
"""Entries of an array that are read before it is taken for the records of a wrapper."""


def _few(reader: _Reader) -> tuple[list[Any], bool]:
    """The first entries of an array that has been opened, and whether it has no more."""
    found: list[Any] = []
    while len(found) < FEW:
        if reader.take("]"):
            return found, True
        found.append(reader.value())
        if not reader.take(","):
            if not reader.take("]"):
                raise reader.broken("a comma or ] is expected")
            return found, True
    return found, False


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
