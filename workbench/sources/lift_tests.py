"""Lift tests that the user ran, from a table."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from workbench.domain.credited import LiftTest
from workbench.domain.tables import Column, Schema, conform
from workbench.sources.files import read_table

LIFT_TESTS = Schema(
    "lift_tests",
    (
        Column("name", required=True),
        Column("start", "date", required=True),
        Column("end", "date", required=True),
        Column("conversions", "number", required=True, low=0),
        Column("low", "number", required=True, low=0),
        Column("high", "number", required=True, low=0),
        Column("note"),
    ),
    key=("name",),
)


COLUMNS = tuple(column.name for column in LIFT_TESTS.columns)


def lift_test_of(texts: Mapping[str, str]) -> LiftTest:
    """A test from texts by the columns of :data:`LIFT_TESTS`.

    Raises
    ------
    InputError
        As :func:`load_lift_tests` does.
    """
    table = pd.DataFrame([{name: texts.get(name, "") for name in COLUMNS}], dtype=object)
    return _tests(conform(table, LIFT_TESTS))[0]


def load_lift_tests(path: Path) -> tuple[LiftTest, ...]:
    """The tests of a CSV file with the columns of :data:`LIFT_TESTS`, one a name.

    Raises
    ------
    InputError
        If the file can't be read, a cell is missing or of the wrong kind, or a test contradicts
        itself.
    """
    table = conform(read_table(path), replace(LIFT_TESTS, name=str(path)))
    return _tests(table)


def _tests(table: pd.DataFrame) -> tuple[LiftTest, ...]:
    rows = table.to_dict("records")
    return tuple(
        LiftTest(
            **{
                **row,
                "start": pd.Timestamp(row["start"]).date(),
                "end": pd.Timestamp(row["end"]).date(),
                "note": row["note"] or "",
            }
        )
        for row in rows
    )
