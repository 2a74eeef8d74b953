"""Files of touchpoints, conversions or weighted paths, as tables of an engine."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import ibis
import ibis.expr.types as ir

from workbench.domain.answer import Answer
from workbench.domain.credited import LiftTest
from workbench.domain.errors import InputError
from workbench.domain.events import EVENT_TABLES, STATUSES
from workbench.domain.question import Question
from workbench.events.attributing import answer
from workbench.events.dataset import Dataset
from workbench.events.engine import Engine
from workbench.events.opening import Events, events_in
from workbench.events.weighted import weighted_answer
from workbench.locale import translator
from workbench.sources.event_amounts import with_amounts
from workbench.sources.exports.importing import Report, import_file
from workbench.sources.exports.made import Wrong
from workbench.sources.exports.mapping import mappings_of
from workbench.sources.exports.money import codes
from workbench.sources.exports.values import folded

NEEDED = {
    "touchpoints": ("journey", "timestamp"),
    "conversions": ("journey", "timestamp", "value"),
    "paths": ("path", "conversions"),
}
"""Columns without which a file is not such a table."""
AMOUNTS = ("value", "commission", "cost")
"""Columns of money in any of them."""
COUNTS = ("conversions", "nulls")
"""Columns of weighted paths that are numbers too."""
SHOWN = 8
"""Words not understood that are named."""


def answer_from(
    engine: Engine,
    events: Path,
    conversions: Path | None,
    question: Question,
    lifts: Sequence[LiftTest] = (),
) -> Answer:
    """Attribution of a folder of imported events, of two files, or of one of weighted paths.

    Raises
    ------
    InputError
        If something can't be read or lacks a column, or conversions are not named.
    """
    if events.is_dir():
        held = events_in(events, engine)
        return answer(engine, held.touchpoints, held.conversions, question, lifts)
    rows = _opened(engine, events)
    if set(NEEDED["paths"]) <= set(rows.columns):
        counted = with_amounts(rows, events, (*AMOUNTS, *COUNTS))
        return weighted_answer(counted.to_pyarrow(), question)
    if conversions is None:
        raise InputError(
            "{path} holds touchpoints; name the file of conversions too, with --conversions.",
            path=events,
        )
    touches = _as_table(rows, events, "touchpoints", [question.by])
    return answer(engine, touches, event_table(engine, conversions, "conversions"), question, lifts)


def event_table(engine: Engine, path: Path, kind: str, also: Sequence[str] = ()) -> ir.Table:
    """A file as one of the tables of :data:`NEEDED`: Parquet with all its columns, else generic.

    Journeys become text and timestamps UTC (one without a zone is UTC); amounts become numbers, and
    not-a-number is unknown. Words for a status are ours whatever their case and signs; currencies
    are codes.

    Parameters
    ----------
    also
        Further columns that it must have.

    Raises
    ------
    InputError
        If the file is missing or can't be read, a column is missing or of another kind, an amount
        is no number, or a word for a status is none of ours.
    """
    return _as_table(_opened(engine, path), path, kind, also)


def _as_table(rows: ir.Table, path: Path, kind: str, also: Sequence[str]) -> ir.Table:
    for name in (*NEEDED[kind], *also):
        if name not in rows.columns:
            raise InputError(
                "The file {path} has no column {column}; its columns are: {found}.",
                path=path,
                column=name,
                found=", ".join(rows.columns),
            )
    kinds = {"journey": "string", "timestamp": "timestamp('UTC')"}
    wanted = {name: kind for name, kind in kinds.items() if name in rows.columns}
    if "timestamp" in wanted and not rows.timestamp.type().is_timestamp():
        raise InputError(
            "Column timestamp of {path} is of type {kind}, not a time; import the file with "
            "`workbench import generic`, which reads times of every form.",
            path=path,
            kind=str(rows.timestamp.type()),
        )
    changed = {
        name: rows[name].cast(kind)
        for name, kind in wanted.items()
        if str(rows[name].type()) not in (kind, kind.replace("('UTC')", "('UTC', 6)"))
    }
    found = with_amounts(rows.mutate(**changed) if changed else rows, path, AMOUNTS)
    found = _with_codes(found) if "currency" in found.columns else found
    return _with_our_statuses(found, path) if "status" in found.columns else found


def _with_codes(rows: ir.Table) -> ir.Table:
    """Currencies by their codes, as the generic import has them."""
    words = rows.currency.cast("string")
    found = rows.select(word=words).distinct().to_pyarrow()["word"].combine_chunks()
    pairs = zip(found.to_pylist(), codes(found).to_pylist(), strict=True)
    other = [(word, code) for word, code in pairs if word != code]
    return rows.mutate(currency=words.cases(*other, else_=words) if other else words)


def _with_our_statuses(rows: ir.Table, path: Path) -> ir.Table:
    """Statuses by our words; an order without one is approved, as the generic import takes it.

    Raises
    ------
    InputError
        If there are such that aren't understood: they would leave their orders out unsaid.
    """
    words = rows.status.cast("string")
    counted = rows.select(word=words).group_by("word").aggregate(count=ibis._.count())
    found = {one["word"]: one["count"] for one in counted.to_pyarrow().to_pylist()}
    ours = {word: folded(word) if word and word.strip() else "approved" for word in found}
    _check_statuses({word: found[word] for word in found if ours[word] not in STATUSES}, path)
    other = [(word, mine) for word, mine in ours.items() if word != mine and word is not None]
    if not other and None not in found:
        return rows
    named = words.fill_null("approved")
    return rows.mutate(status=named.cases(*other, else_=named) if other else named)


def _check_statuses(strange: Mapping[str, int], path: Path) -> None:
    """Raise InputError where there are words for a status, with their number, that are not ours."""
    if strange:
        most = sorted(strange, key=strange.__getitem__, reverse=True)[:SHOWN]
        raise InputError(
            "The file {path} has statuses that are not understood: {words}. A status is one of "
            "{known}; mend them, or import the file with a mapping of your own that says what they "
            "mean (docs/import.md).",
            path=path,
            words=", ".join(f"{word!r} ({strange[word]})" for word in most),
            known=", ".join(STATUSES),
        )


def _opened(engine: Engine, path: Path) -> ir.Table:
    """A Parquet file as it is; another one as the generic import reads it.

    Raises
    ------
    InputError
        If it can't be read, fits none of the generic tables, or has rows that can't be used or
        statuses that aren't understood.
    """
    _check_file(path)
    with path.open("rb") as file:
        plain = file.read(4) == b"PAR1"
    if plain:
        try:
            return engine.read([str(path)])
        except Exception as error:  # each engine has its own
            raise InputError(
                "The file {path} can't be read: {why}.", path=path, why=str(error).splitlines()[0]
            ) from error
    held = Dataset(engine.scratch())
    reports = _import(path, "generic", held)
    _check_statuses(sum((one.strange.get("status", Counter()) for one in reports), Counter()), path)
    (table,) = {name for report in reports for name in report.merged}
    return engine.parquet(held.files(table), EVENT_TABLES[table])


def events_from(engine: Engine, files: Mapping[str, Path]) -> Events:
    """Files of our own tables, read as the generic import does, instead of a folder of events.

    Parameters
    ----------
    files
        Name of a table (:data:`workbench.domain.events.EVENT_TABLES`) -> its file; the other
        tables have no rows. Where a file has no column ``source`` it is null: nobody said it.

    Raises
    ------
    InputError
        If one can't be read, is another table, or has rows that can't be used.
    """
    held = Dataset(engine.scratch())
    unnamed = []
    for table, path in files.items():
        reports = _import(path, f"generic-{table}", held)
        if all(one.filled[table]["source"].startswith("= ") for one in reports):
            unnamed.append(table)
    found = events_in(held.folder, engine)
    none = ibis.null("string")
    return replace(found, **{name: getattr(found, name).mutate(source=none) for name in unnamed})


def _import(path: Path, export: str, held: Dataset) -> list[Report]:
    """Load a file that has to be right as a whole."""
    _check_file(path)
    reports = import_file(path, mappings_of(export), held, translator("en"))
    if bad := sum(report.quarantined for report in reports):
        raise _unusable(path, bad, next(one for report in reports for one in report.wrong))
    return reports


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise InputError("There is no file {path}; check the path.", path=path)


def _unusable(path: Path, count: int, first: Wrong) -> InputError:
    if not first.column:
        return InputError(
            "Row {row} of {path} can't be used: {rule}. Rows like it: {count}; "
            "`workbench import generic` sets them aside.",
            row=first.row,
            path=path,
            rule=first.rule,
            count=count,
        )
    return InputError(
        "Row {row} of {path} can't be used: column {column}, {value!r}: {rule}. Rows like it: "
        "{count}; `workbench import generic` sets them aside.",
        row=first.row,
        path=path,
        column=first.column,
        value=first.value,
        rule=first.rule,
        count=count,
    )
