"""Lines of delimited text as records, however long the text, in bounded memory."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from workbench.domain.errors import InputError

DELIMITERS = (",", ";", "\t", "|")
LONGEST = 1_000_000
"""Characters of one cell; more means a quotation mark that is never closed."""
LONGEST_LINE = 4_000_000
STEP = 250
"""Records that are taken at once, before it is looked how long they are."""
MOST = 50_000_000
"""Characters of so many records; more are no records of an export."""

Fits = Callable[[Sequence[str]], int]
"""How many of these names of columns are known; the head is where most are."""
Alike = Callable[[Sequence[str], Sequence[str]], bool]
"""Whether records of the second head are of the same kind as those of the first."""


class Lines:
    """The lines of an open text, counted in characters.

    Parameters
    ----------
    text
        Open text.
    start
        What was already read of it.
    name
        Of the file, for messages.

    Attributes
    ----------
    taken
        Characters so far.
    until
        Characters after which an error is raised.
    """

    def __init__(self, text: Any, start: str, name: str) -> None:
        self._text, self._start, self._name = text, start, name
        self.taken, self.until = 0, MOST

    def __iter__(self) -> Iterator[str]:
        """The lines with their ends.

        Raises
        ------
        InputError
            If a line, or what has been taken since ``until`` was set, is longer than can be.
        """
        begun = self._start.splitlines(keepends=True)
        yield from begun[:-1]
        rest = self._text.readline(LONGEST_LINE)
        line = (begun[-1] if begun else "") + rest
        while line:
            self.taken += len(line)
            if len(line) >= LONGEST_LINE or self.taken > self.until:
                raise InputError(
                    "The file {name} has lines of millions of characters; no export has. Check "
                    "that it is the right file, and export it anew.",
                    name=self._name,
                )
            yield line
            line = self._text.readline(LONGEST_LINE)


class Records:
    """Records of delimited text, and in the place of one that is broken the error."""

    def __init__(self, top: list[str], lines: Lines, rest: Iterator[str], delimiter: str) -> None:
        self._lines = lines
        self._reader = csv.reader(chain(top, rest), delimiter=delimiter, strict=True)

    def take(self, count: int, most: int, name: str) -> list[Any]:
        """So many, fewer at the end, or where they have more characters than ``most``.

        Raises
        ------
        InputError
            If a quotation mark is never closed, or lines are longer than can be.
        """
        found: list[Any] = []
        begin = self._lines.taken
        while len(found) < count and self._lines.taken - begin <= most:
            self._lines.until = self._lines.taken + MOST
            wanted = min(STEP, count - len(found))
            before = len(found)
            try:
                found.extend(islice(self._reader, wanted))
            except csv.Error as error:  # what came before it is in the list
                if "unexpected end" in str(error) or "field larger" in str(error):
                    raise InputError(
                        "In the file {name} a quotation mark before line {line} is never closed; "
                        "mend the file, or export it anew.",
                        name=name,
                        line=self._reader.line_num,
                    ) from error
                found.append(error)
            else:
                if len(found) - before < wanted:
                    break
        return found


def delimiter_of(top: list[str], fits: Fits) -> str:
    """The delimiter by which most names of the head are known, else that found most often."""
    scored = []
    for place, delimiter in enumerate(DELIMITERS):
        known = max((fits(_split(line, delimiter)) for line in top), default=0)
        scored.append((known, max(line.count(delimiter) for line in top), -place, delimiter))
    return max(scored)[-1]


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
