"""Records of an export as text: batches of columns, whatever the file's format.

A cell is a text, or None where there is none. What can't even be taken apart into cells is a bad
record with its number and reason; numbers count the records after the head, from 1.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.sources.exports.json_records import json_records
from workbench.sources.exports.opening import Member, text_of

SIZE = 25_000
"""Records in a batch."""
DELIMITERS = (",", ";", "\t", "|")
HEAD_WITHIN = 30
"""The head stands among so many first lines; some exports begin with a title and dates."""
LONGEST = 1_000_000
"""Characters of one cell; more means a quotation mark that is never closed."""


@dataclass
class Batch:
    """Some records.

    Attributes
    ----------
    columns
        Name in the export -> cells, all of one length.
    numbers
        Number of each record.
    bad
        Records that could not be taken apart: number, and why.
    comma
        Whether the file's delimiter leaves the comma to decimals.
    """

    columns: dict[str, list[str | None]]
    numbers: list[int]
    bad: list[tuple[int, Text]] = field(default_factory=list)
    comma: bool = False


Fits = Callable[[Sequence[str]], int]
"""How many of these names of columns are known; the head is where most are."""


def batches(member: Member, fits: Fits, encoding: str | None = None) -> Iterator[Batch]:
    """The records of a member, in batches.

    Raises
    ------
    InputError
        If the file can't be taken apart at all.
    """
    if member.kind == "parquet":
        yield from _parquet(member)
    elif member.kind == "xlsx":
        yield from _rows(_Given(_sheet(member, fits)), fits)
    else:
        text = text_of(member, encoding)
        first = _first_character(text)
        if first in ("[", "{"):
            yield from _objects(json_records(text, member.name, fits))
        else:
            yield from _csv(text, fits, member.name)


def _first_character(text: Any) -> str:
    """The first character that is no space, without taking it."""
    start = text.read(1)
    while start and start in " \t\r\n\ufeff":
        start = text.read(1)
    text.buffered = start
    return start


# ---- CSV ----


def _csv(text: Any, fits: Fits, name: str) -> Iterator[Batch]:
    lines = chain([text.buffered + text.readline()], text)
    top = list(islice(lines, HEAD_WITHIN))
    if not "".join(top).strip():
        raise InputError("The file {name} is empty.", name=name)
    if top[0].strip().lower().startswith("sep=") and len(top[0].strip()) == 5:
        top = top[1:]  # Excel's own way to name the delimiter
    delimiter = _delimiter(top, fits)
    csv.field_size_limit(LONGEST)
    for batch in _rows(_Records(chain(top, lines), delimiter, name), fits):
        batch.comma = delimiter == ";"
        yield batch


def _delimiter(top: list[str], fits: Fits) -> str:
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


class _Records:
    """Records of CSV, and in the place of one that is broken the error."""

    def __init__(self, lines: Iterator[str], delimiter: str, name: str) -> None:
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)
        self._name = name

    def take(self, count: int) -> list[Any]:
        """Up to so many; fewer at the end."""
        found: list[Any] = []
        while len(found) < count:
            try:
                found.extend(islice(self._reader, count - len(found)))
                return found
            except csv.Error as error:  # what came before it is in the list
                if "unexpected end" in str(error) or "field larger" in str(error):
                    raise InputError(
                        "In the file {name} a quotation mark before line {line} is never closed; "
                        "mend the file, or export it anew.",
                        name=self._name,
                        line=self._reader.line_num,
                    ) from error
                found.append(error)
        return found


class _Given:
    """Records that are there as an iterator."""

    def __init__(self, records: Iterator[Any]) -> None:
        self._records = records

    def take(self, count: int) -> list[Any]:
        """Up to so many; fewer at the end."""
        return list(islice(self._records, count))


# ---- Rows under a head: CSV and sheets ----


def _rows(records: "_Records | _Given", fits: Fits) -> Iterator[Batch]:
    top, head = _head(records.take(HEAD_WITHIN), fits)
    names = _unique([(cell or "").strip().lstrip("\ufeff") for cell in head])
    number = 0
    while some := top + records.take(SIZE - len(top)):
        top = []
        kept, numbers = [], []
        bad: list[tuple[int, Text]] = []
        for record in some:
            if isinstance(record, csv.Error):
                number += 1
                bad.append((number, T_("has a quotation mark inside a cell")))
                continue
            if not any(record):
                continue  # an empty line is no record
            number += 1
            if len(record) == len(names):
                kept.append(record)
                numbers.append(number)
            elif len(record) > len(names) and not any(record[len(names) :]):
                kept.append(record[: len(names)])
                numbers.append(number)
            else:
                bad.append(
                    (
                        number,
                        T_(
                            "has {found} cells where the head has {wanted}",
                            found=len(record),
                            wanted=len(names),
                        ),
                    )
                )
        columns = (
            {one: list(cells) for one, cells in zip(names, zip(*kept, strict=True), strict=True)}
            if kept
            else {one: [] for one in names}
        )
        yield Batch(columns, numbers, bad)


def _head(top: list[Any], fits: Fits) -> tuple[list[Any], list[str | None]]:
    """The records after the head, and the head: of the first rows the one with most known names."""
    rows = [
        (fits([cell or "" for cell in row]), -place, row)
        for place, row in enumerate(top)
        if not isinstance(row, csv.Error)
    ]
    if not rows:
        return top, []
    _, place, head = max(rows, key=lambda row: row[:2])
    return top[1 - place :], head


def _unique(names: list[str]) -> list[str]:
    """Names, those that stand twice with a number behind."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _sheet(member: Member, fits: Fits) -> Iterator[list[str | None]]:
    """The rows of the sheet whose head is known best."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(member.stream)
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        best = max(
            sheets,
            key=lambda sheet: max(
                (fits([str(cell) for cell in row]) for row in islice(sheet.iter_rows(), 30)),
                default=0,
            ),
        )
    except (CalamineError, ValueError, OSError) as error:
        raise InputError(
            "The workbook {name} can't be read: {why}.", name=member.name, why=str(error)
        ) from error
    for row in best.iter_rows():
        yield [_cell(cell) for cell in row]


def _cell(value: Any) -> str | None:
    """A cell of a sheet or of typed data as text."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


# ---- Typed records ----


def _parquet(member: Member) -> Iterator[Batch]:
    try:
        file = pq.ParquetFile(member.stream)
        start = 1
        for some in file.iter_batches(batch_size=SIZE):
            yield from _objects(iter(some.to_pylist()), start)
            start += some.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            "The file {path} can't be read: {why}.",
            path=member.name,
            why=str(error).splitlines()[0],
        ) from error


def _objects(records: Iterator[Any], start: int = 1) -> Iterator[Batch]:
    number = start - 1
    while some := list(islice(records, SIZE)):
        columns: dict[str, list[str | None]] = {}
        numbers: list[int] = []
        bad: list[tuple[int, Text]] = []
        for record in some:
            number += 1
            if not isinstance(record, dict):
                bad.append((number, T_("must be an object with named values")))
                continue
            flat: dict[str, str | None] = {}
            _flatten("", record, flat)
            for name in flat.keys() - columns.keys():
                columns[name] = [None] * len(numbers)
            for name, cells in columns.items():
                cells.append(flat.get(name))
            numbers.append(number)
        yield Batch(columns, numbers, bad)


def _flatten(prefix: str, value: Any, found: dict[str, str | None]) -> None:
    """Nested values by paths: ``saleAmount.amount``; GA4's list of parameters by their keys."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _flatten(f"{prefix}.{name}" if prefix else str(name), inner, found)
    elif isinstance(value, list):
        if value and all(isinstance(one, dict) and "key" in one for one in value):
            for one in value:
                inner = one.get("value")
                if isinstance(inner, dict):  # of several types one is set
                    inner = next((each for each in inner.values() if each is not None), None)
                _flatten(f"{prefix}.{one['key']}", inner, found)
        else:
            names = [_name(one) for one in value]
            found[prefix] = " > ".join(name for name in names if name) or None
    else:
        found[prefix] = _cell(value)


def _name(one: Any) -> str:
    """What an entry of a list is called."""
    if isinstance(one, dict):
        keys = ("name", "media_name", "mediaName", "MediaName", "id", "media_id", "mediaId")
        return next((str(one[key]) for key in keys if one.get(key)), "")
    return _cell(one) or ""
