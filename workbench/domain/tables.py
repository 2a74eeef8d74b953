"""Schemas of tables, checked once where a table enters the house."""

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from workbench.domain.errors import TableError
from workbench.domain.shapes import shape
from workbench.domain.text import T_, Text

Kind = Literal["text", "number", "integer", "level", "date", "flag"]
MARKET_PATTERN = r"[A-Z]{2}"


@dataclass(frozen=True)
class Column:
    """One column: its kind, whether a value may be missing, and what values are allowed.

    ``level`` is a number from 1 to 5; ``flag`` is ``yes`` or ``no``; ``date`` is ISO 8601.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    pattern: str = ""


@dataclass(frozen=True)
class Schema:
    """The columns of a table and the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


def keep_texts_plain() -> None:
    """Let pandas keep texts as Python's own, in this process.

    It does so unless pyarrow is installed, which comes with the engine of events. The tables of a
    plan have some hundred rows, read cell by cell: over Arrow a brief takes a sixth longer
    (``python -m bench.batch``). Values and dtype are the same; a table of millions belongs to the
    engine.
    """
    pd.set_option("mode.string_storage", "python")


def conform(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return ``frame`` with the schema's columns, in order and typed; the input is not changed.

    Parameters
    ----------
    frame
        A table of strings (empty or NaN = unknown), as read from a file, or already typed.
    schema
        What the table must look like.

    Raises
    ------
    TableError
        Naming the column or row, the rule and the remedy.
    """
    _check_names(frame, schema)
    typed = {column.name: _typed(frame[column.name], column, schema) for column in schema.columns}
    result = pd.DataFrame(typed).reset_index(drop=True)
    doubled = result.duplicated(list(schema.key)) if schema.key else None
    if doubled is not None and doubled.any():
        row = result.loc[doubled.idxmax(), list(schema.key)].to_dict()
        raise TableError(
            "Table {table}: the row {row} stands twice; keep one of them.",
            table=schema.name,
            row=", ".join(f"{key}={value}" for key, value in row.items()),
        )
    return result


def _check_names(frame: pd.DataFrame, schema: Schema) -> None:
    names = [column.name for column in schema.columns]
    lacking = [name for name in names if name not in frame.columns]
    if lacking:
        raise TableError(
            "Table {table} lacks the column {column}; its columns must be: {names}.",
            table=schema.name,
            column=lacking[0],
            names=", ".join(names),
        )
    unknown = [name for name in frame.columns if name not in names]
    if unknown:
        raise TableError(
            "Table {table} has an unknown column {column}; its columns must be: {names}.",
            table=schema.name,
            column=unknown[0],
            names=", ".join(names),
        )
    doubled = frame.columns[frame.columns.duplicated()]
    if len(doubled):
        raise TableError(
            "Table {table}, row {row}, column {column}: {value!r} is not allowed; {rule}.",
            table=schema.name,
            row=1,
            column=doubled[0],
            value=doubled[0],
            rule=T_("the column stands twice, keep one of them"),
        )


def _typed(values: pd.Series, column: Column, schema: Schema) -> pd.Series:
    text = values.astype("object").where(values.notna(), "").map(lambda cell: str(cell).strip())
    known = text != ""
    if column.required and not known.all():
        _fail(schema, column, text, ~known, T_("a value is required"))
    if column.kind in ("number", "integer", "level"):
        return _numbers(text, known, column, schema)
    checks: dict[str, Any] = {
        "date": _is_date,
        "flag": lambda cell: cell in ("yes", "no"),
        "text": lambda cell: True,
    }
    rules = {
        "date": T_("a date is written YYYY-MM-DD"),
        "flag": T_("yes or no is expected"),
        "text": T_("a text is expected"),
    }
    _require(text, known, checks[column.kind], rules[column.kind], column, schema)
    if column.allowed:
        rule = T_("one of {choices} is expected", choices=", ".join(column.allowed))
        _require(text, known, lambda cell: cell in column.allowed, rule, column, schema)
    if column.pattern:
        compiled = re.compile(column.pattern)
        rule = shape(column.pattern)
        _require(text, known, lambda cell: bool(compiled.fullmatch(cell)), rule, column, schema)
    return text.astype("object")


def _numbers(text: pd.Series, known: pd.Series, column: Column, schema: Schema) -> pd.Series:
    number = pd.to_numeric(text.where(known), errors="coerce").astype("float64")
    low, high = (1.0, 5.0) if column.kind == "level" else (column.low, column.high)
    _require(number, known, math.isfinite, T_("a number is expected"), column, schema, text)
    if column.kind == "integer":
        rule = T_("a whole number is expected")
        _require(number, known, lambda cell: cell == int(cell), rule, column, schema, text)
    if low is not None:
        rule = T_("it must be at least {low}", low=f"{low:g}")
        _require(number, known, lambda cell: cell >= low, rule, column, schema, text)
    if high is not None:
        rule = T_("it must be at most {high}", high=f"{high:g}")
        _require(number, known, lambda cell: cell <= high, rule, column, schema, text)
    return number


def _require(
    values: pd.Series,
    known: pd.Series,
    holds: Any,
    rule: Text,
    column: Column,
    schema: Schema,
    shown: pd.Series | None = None,
) -> None:
    kept = [not seen or bool(holds(cell)) for seen, cell in zip(known, values, strict=True)]
    bad = ~pd.Series(kept, index=values.index, dtype=bool)
    if bad.any():
        _fail(schema, column, values if shown is None else shown, bad, rule)


def _fail(schema: Schema, column: Column, text: pd.Series, bad: pd.Series, rule: Text) -> None:
    position = int(bad.to_numpy().argmax())
    raise TableError(
        "Table {table}, row {row}, column {column}: {value!r} is not allowed; {rule}.",
        table=schema.name,
        row=position + 2,  # line 1 of the file is the header
        column=column.name,
        value=text.iloc[position],
        rule=rule,
    )


def _is_date(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False
