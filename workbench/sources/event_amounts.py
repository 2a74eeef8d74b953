"""Amounts of Parquet files as numbers, whatever kind of column they are in."""

from collections.abc import Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.domain.errors import InputError
from workbench.sources.exports.values import PLAIN

UNKNOWN = ("", "nan")
"""Texts, in small letters, that say that nothing is known."""
BLANK = " \t\n\r\v\f"
"""What may stand around a number in a text."""


def with_amounts(rows: ir.Table, path: Path, names: Sequence[str]) -> ir.Table:
    """The table with these columns as numbers; not-a-number, as pandas writes it, is unknown.

    Raises
    ------
    InputError
        If one is of a kind that holds no numbers, or a text in it is none.
    """
    there = [rows[name] for name in names if name in rows.columns]
    found = {one.get_name(): _numbers(one, path) for one in there}
    return rows.mutate(**found) if found else rows


def _numbers(column: ir.Value, path: Path) -> ir.Value:
    kind, none = column.type(), ibis.null("float64")
    if kind.is_floating():
        return column.isnan().ifelse(none, column.cast("float64"))
    if kind.is_numeric():
        return column.cast("float64")
    if pa.types.is_null(pq.read_schema(path).field(column.get_name()).type):
        return none  # pandas writes a column like this where it knows nothing
    if not kind.is_string():
        raise InputError(
            "Column {column} of {path} is of type {kind}, not a number; write it as numbers.",
            column=column.get_name(),
            path=path,
            kind=str(kind),
        )
    _check_texts(path, column.get_name())
    text = column.strip()
    return text.lower().isin(UNKNOWN).ifelse(none, text.cast("float64"))


def _check_texts(path: Path, name: str) -> None:
    """Look through a column piece by piece, in the file's order.

    Raises
    ------
    InputError
        If a text is no number, with the first and how many there are.
    """
    first, count = "", 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=[name]):
            wrong = _wrong(batch.column(0).cast(pa.string()))
            first = first if count or not len(wrong) else wrong[0].as_py()
            count += len(wrong)
    if count:
        raise InputError(
            "Column {column} of {path} has texts that are no numbers, the first {value!r}, "
            "{count} in all; write numbers as 1234.5 and leave what is unknown empty, or save the "
            "file as CSV, which may have them in any form.",
            column=name,
            path=path,
            value=first,
            count=count,
        )


def _wrong(texts: pa.Array) -> pa.Array:
    """The texts that are no numbers, and those of numbers that are too large to be held."""
    bare = pc.ascii_trim(texts.drop_null(), BLANK)
    told = bare.filter(pc.invert(pc.is_in(pc.ascii_lower(bare), pa.array(UNKNOWN))))
    plain = pc.match_substring_regex(told, PLAIN)
    numbers = pc.if_else(plain, told, pa.scalar("inf")).cast(pa.float64())
    return told.filter(pc.invert(pc.is_finite(numbers)))
