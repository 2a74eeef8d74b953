"""Records of an export as text: batches of columns, whatever the file's format.

A cell is a text, or None where there is none. What can't even be taken apart into cells is a bad
record with its number and reason; numbers count the records after the head, from 1.
"""

import csv
import operator
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.sources.exports.delimited import (
    LONGEST,
    LONGEST_LINE,
    Alike,
    Fits,
    Lines,
    Records,
    delimiter_of,
)
from workbench.sources.exports.json_names import Fills
from workbench.sources.exports.json_records import json_records
from workbench.sources.exports.objects import flat, parquet_records
from workbench.sources.exports.opening import Member, text_of
from workbench.sources.exports.workbook import sheets

SIZE = 25_000
"""Records in a batch."""
CHARACTERS = 16_000_000
"""Of a batch; so many end it before it has all its records."""
WIDE = 200
"""Columns of a batch with all its records; with more columns it has fewer records."""
HEAD_WITHIN = 30
"""The head stands among so many first lines; some exports begin with a title and dates."""


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
    form
        What the file was found to be: CSV, its encoding and delimiter; JSON; Parquet; XLSX.
    """

    columns: dict[str, list[str | None]]
    numbers: list[int]
    bad: list[tuple[int, Text]] = field(default_factory=list)
    comma: bool = False
    form: tuple[str, ...] = ()


def batches(
    member: Member,
    fits: Fits,
    encoding: str | None = None,
    left: dict[str, int] | None = None,
    alike: Alike = operator.eq,
    fills: Fills = lambda _names: False,
) -> Iterator[Batch]:
    """The records of a member, in batches.

    Parameters
    ----------
    left
        Gets what stands beside the records and is not read: array of JSON -> objects in it, sheet
        of a workbook -> rows.
    alike
        Which sheets of a workbook are read one after the other.
    fills
        Which names are enough for a record of JSON, whatever arrays are in it.

    Raises
    ------
    InputError
        If the file can't be taken apart at all.
    """
    if member.kind == "parquet":
        records = parquet_records(member.stream, member.name, SIZE, CHARACTERS)
        yield from _formed(_objects(records), "Parquet")
    elif member.kind == "xlsx":
        beside = {} if left is None else left
        found = sheets(member.stream, member.name, fits, alike, HEAD_WITHIN, beside)
        yield from _formed(_sheets(found, fits), "XLSX")
    else:
        text = text_of(member, encoding)
        start = _start(text, member.name)
        if start[-1:] in ("[", "{"):
            records = json_records(text, start[-1:], member.name, fits, fills, left)
            yield from _formed(_objects(records), "JSON", text.encoding.upper())
        else:
            yield from _csv(text, start, fits, member.name)


def _formed(found: Iterator[Batch], *form: str) -> Iterator[Batch]:
    for batch in found:
        batch.form = form
        yield batch


def _start(text: Any, name: str) -> str:
    """The text up to the first character that is no space, from the start of its line."""
    start = ""
    while True:
        one = text.read(1)
        if one == "\n":
            start = ""
        elif one != "\ufeff":
            start += one
        if len(start) > LONGEST_LINE:
            raise InputError("The file {name} is empty.", name=name)
        if not one or one not in " \t\r\n\ufeff":
            return start


def _csv(text: Any, start: str, fits: Fits, name: str) -> Iterator[Batch]:
    lines = Lines(text, start, name)
    rest = iter(lines)
    top = list(islice(rest, HEAD_WITHIN))
    if not "".join(top).strip():
        raise InputError("The file {name} is empty.", name=name)
    if top[0].strip().lower().startswith("sep=") and len(top[0].strip()) == 5:
        top = top[1:]  # Excel's own way to name the delimiter
    delimiter = delimiter_of(top, fits)
    csv.field_size_limit(LONGEST)
    records = Records(top, lines, rest, delimiter)
    found = _rows(lambda count: records.take(count, CHARACTERS, name), fits)
    shown = "tab" if delimiter == "\t" else delimiter
    for batch in _formed(found, "CSV", text.encoding.upper(), shown):
        batch.comma = delimiter == ";"
        yield batch


# ---- Rows under a head: CSV and sheets ----


def _sheets(found: Iterator[Iterator[list[str | None]]], fits: Fits) -> Iterator[Batch]:
    """Sheets as one file: their records are numbered through."""
    number = 0
    for rows in found:
        number = yield from _rows(partial(_taken, rows), fits, number)


def _taken(rows: Iterator[Any], count: int) -> list[Any]:
    return list(islice(rows, count))


def _rows(
    take: Callable[[int], list[Any]], fits: Fits, number: int = 0
) -> Generator[Batch, None, int]:
    """Batches of the records after the first ``number``; the number of the last."""
    top, head = _head(take(HEAD_WITHIN), fits)
    names = _unique([(cell or "").strip().lstrip("\ufeff") for cell in head])
    while some := top + take(max(SIZE - len(top), 0)):
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
    return number


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


# ---- Typed records ----


def _objects(records: Iterator[Any]) -> Iterator[Batch]:
    batch, size = Batch({}, []), 0
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            batch.bad.append((number, T_("must be an object with named values")))
        else:
            found = flat(record)
            for name in found:
                if name not in batch.columns:
                    batch.columns[name] = [None] * len(batch.numbers)
            for name, cells in batch.columns.items():
                cells.append(found.get(name))
            batch.numbers.append(number)
            size += sum(len(one) for one in found.values() if one)
        rows = len(batch.numbers)
        if (
            rows + len(batch.bad) >= SIZE
            or size > CHARACTERS
            or rows * len(batch.columns) > SIZE * WIDE
        ):
            yield batch
            batch, size = Batch({}, []), 0
    if batch.numbers or batch.bad:
        yield batch
