"""An export into a folder of events: read, mapped, checked, merged; what is wrong set aside."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.errors import InputError
from workbench.events.dataset import Dataset
from workbench.events.loading import Load, Merged
from workbench.locale import Translator
from workbench.sources.exports.choosing import alike, best
from workbench.sources.exports.made import Made, Wrong
from workbench.sources.exports.mapping import Mapping
from workbench.sources.exports.money import CODES
from workbench.sources.exports.opening import Member, reading
from workbench.sources.exports.quarantine import Quarantine
from workbench.sources.exports.reading import Reading
from workbench.sources.exports.records import Batch, batches
from workbench.sources.exports.rows import make
from workbench.sources.exports.times import Order, zone_of
from workbench.sources.exports.values import Decimal, folded

FIRST = 5
"""Rows of each table that are shown."""


@dataclass(frozen=True)
class Options:
    """How to read what a file doesn't say itself; None: as the file shows."""

    encoding: str | None = None
    zone: str | None = None
    dates: Order | None = None
    decimal: Decimal | None = None


@dataclass
class Report:
    """What became of one file; ``loaded + quarantined + others`` is always ``read``.

    Attributes
    ----------
    file, mapping
        Name of the file, or of the member of an archive; id of the mapping.
    form, zone
        What the file was found to be, as CSV, UTF-8, ``;``; the zone of times that name none.
    filled
        Column of ours -> column of the export that fills it, by table.
    unmapped
        Columns of the export that nothing asks for.
    read, loaded, quarantined, others
        Records; ``others`` are of kinds that the mapping doesn't ask for.
    first
        The first rows of each table, as loaded.
    merged
        What became of the rows, by table; empty after a dry run.
    quarantine
        The file of what was set aside; None if there is none, or after a dry run.
    wrong
        The first cells that broke a rule.
    strange
        Column of ours -> word that wasn't understood -> rows with it: a status that became
        ``other``, so that no figure counts the order, a country that is no code of two letters, and
        a currency that is no code of ISO 4217 and no sign of one alone.
    foreign
        Column of ours -> amounts that are unknown, since they are in another currency than the
        row's.
    left
        What stands beside the records and was not read: array of JSON -> records in it; sheet of
        a workbook whose columns don't fit as the best do -> rows.
    """

    file: str
    mapping: str
    form: tuple[str, ...] = ()
    zone: str = "UTC"
    filled: dict[str, dict[str, str]] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    others: int = 0
    first: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    merged: dict[str, Merged] = field(default_factory=dict)
    quarantine: Path | None = None
    wrong: list[Wrong] = field(default_factory=list)
    strange: dict[str, Counter[str]] = field(default_factory=dict)
    foreign: Counter[str] = field(default_factory=Counter)
    left: dict[str, int] = field(default_factory=dict)


def import_file(
    path: Path,
    mappings: dict[str, Mapping],
    dataset: Dataset | None,
    t: Translator,
    options: Options | None = None,
) -> list[Report]:
    """Load a file, or each member of an archive, one after the other.

    Parameters
    ----------
    mappings
        Those that may fit; the columns decide.
    dataset
        Where to; None: a dry run, which reads all and writes nothing.
    t
        The language of the rules in the quarantine file.

    Raises
    ------
    InputError
        If the file can't be read or fits no mapping. What members before it gave stays loaded.
    StoreError, ConflictError
        If the folder can't be written, or another import is running.
    """
    asked = options or Options()
    if asked.zone is not None:
        zone_of(asked.zone)
    reports: list[Report] = []
    seen: Reading | None = None
    while True:
        try:
            with reading(path) as members:
                for member in islice(members, len(reports), None):
                    reports.append(_member(member, mappings, dataset, t, asked, seen))
                    seen = None
                return reports
        except _Mistaken as late:
            seen = late.reading


class _Mistaken(Exception):  # noqa: N818 - no fault of the file
    """A column showed late how it is to be read; nothing was loaded yet."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading.anew()


def _member(
    member: Member,
    mappings: dict[str, Mapping],
    dataset: Dataset | None,
    t: Translator,
    options: Options,
    seen: Reading | None,
) -> Report:
    def fits(names: Any) -> int:
        return max(one.fits(names) for one in mappings.values())

    def fills(names: Any) -> bool:
        return any(one.makes(names) for one in mappings.values())

    left: dict[str, int] = {}
    found = batches(member, fits, options.encoding, left, partial(alike, mappings), fills)
    first = next(found, None)
    if first is None:
        raise InputError("The file {name} has no record.", name=member.name)
    chosen = best(mappings, list(first.columns), member.name)
    usual: Decimal = "," if first.comma else "."
    read = seen or Reading(mappings[chosen], options.zone, options.dates, options.decimal, usual)
    zone = options.zone or mappings[chosen].timezone
    report = Report(member.name, chosen, first.form, zone, left=left)
    _say_columns(report, mappings[chosen], list(first.columns))
    everything = _rows(read, chain([first], found))
    if dataset is None:
        for made in everything:
            _count(report, made, mappings[chosen])
        return report
    with ExitStack() as stack:
        load = stack.enter_context(dataset.loading())
        aside = stack.enter_context(Quarantine(dataset.folder, member.name, t))
        for made in everything:
            _count(report, made, mappings[chosen])
            aside.write(made.wrong)
            _stage(load, made)
        written = aside.finish()  # before the rest is loaded: nothing is dropped, whoever kills us
        report.merged = load.commit()
        report.quarantine = aside.keep() if written else None
    return report


def _rows(read: Reading, found: Iterable[Batch]) -> Iterator[Made]:
    for batch in found:
        yield make(read, batch)
        if read.mistaken:
            raise _Mistaken(read)
    read.settle()


def _stage(load: Load, made: Made) -> None:
    for name, rows in made.tables.items():
        if rows.num_rows:
            load.add(name, rows, made.marks.get(name))


def _count(report: Report, made: Made, mapping: Mapping) -> None:
    report.read += made.read
    report.loaded += made.loaded
    report.quarantined += made.quarantined
    report.others += made.others
    report.foreign += made.foreign
    report.wrong += made.wrong[: max(0, FIRST - len(report.wrong))]
    for name, rows in made.tables.items():
        shown = report.first.setdefault(name, [])
        shown += rows.slice(0, FIRST - len(shown)).to_pylist()
        for column, words in _strange(rows, mapping):
            report.strange.setdefault(column, Counter()).update(words)


def _strange(rows: pa.Table, mapping: Mapping) -> Iterator[tuple[str, dict[str, int]]]:
    """Words of a column that mean nothing here, and how often each stands."""
    if "country" in rows.column_names:
        code = pc.fill_null(pc.match_substring_regex(rows["country"], "^[A-Z]{2}$"), True)
        yield "country", _counts(rows.filter(pc.invert(code))["country"])
    if "currency" in rows.column_names:
        code = pc.is_in(rows["currency"], pa.array([None, *CODES], pa.string()))
        yield "currency", _counts(rows.filter(pc.invert(code))["currency"])
    if "raw_status" in rows.column_names:
        known = {folded(word) for word in mapping.statuses}
        found = _counts(rows.filter(pc.equal(rows["status"], "other"))["raw_status"])
        yield "status", {word: count for word, count in found.items() if folded(word) not in known}


def _counts(words: pa.ChunkedArray) -> dict[str, int]:
    found = words.value_counts().to_pylist()
    return {one["values"]: one["counts"] for one in found if one["values"] is not None}


def _say_columns(report: Report, mapping: Mapping, names: list[str]) -> None:
    by_name = {folded(name): name for name in reversed(names)}
    for table, found in mapping.tables.items():
        report.filled[table] = {}
        for column, cell in found.columns.items():
            there = [by_name[folded(one)] for one in cell.columns if folded(one) in by_name]
            constant = [f"= {cell.constant}"] if cell.constant is not None else []
            digest = ["#"] if cell.digest else []
            if said := [*there, *constant, *digest][:1]:
                report.filled[table][column] = said[0]
    wanted = mapping.wanted()
    report.unmapped = [name for name in names if name and folded(name) not in wanted]
