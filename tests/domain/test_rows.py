"""Rows of tables are those that pandas itself gives."""

import math

import numpy as np
import pandas as pd
import pytest

from workbench.domain.rows import records, tuples
from workbench.sources.reference import load_reference

FRAMES = {
    "kinds": pd.DataFrame(
        {
            "whole": [1, 2],
            "part": [0.5, np.nan],
            "yes": [True, False],
            "text": ["a", None],
            "day": pd.to_datetime(["2026-11-27", None]),
            "kind": pd.Categorical(["x", "y"]),
        },
        index=["first", "second"],
    ),
    "numbers": pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=[7, 8]),
    "no name": pd.DataFrame({"two words": [1], "class": [2]}),
    "no row": pd.DataFrame({"a": pd.Series(dtype=float)}),
    "no column": pd.DataFrame(index=["a", "b"]),
}


def same(one, other) -> bool:
    if pd.isna(one) or pd.isna(other):
        return type(one) is type(other) and repr(one) == repr(other)
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_named_tuples_are_those_of_itertuples(frame):
    expected = list(frame.itertuples())
    found = tuples(frame)
    assert len(found) == len(expected) == len(frame)
    for one, other in zip(found, expected, strict=True):
        assert one._fields == other._fields
        assert all(map(same, one, other)), (one, other)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_records_are_those_of_to_dict(frame):
    expected = frame.to_dict("records")
    found = records(frame)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert list(one) == list(other)
        assert all(map(same, one.values(), other.values())), (one, other)


def test_the_reference_tables_too():
    tables = {
        name: table
        for name, table in vars(load_reference()).items()
        if isinstance(table, pd.DataFrame)
    }
    assert len(tables) > 10
    for name, table in tables.items():
        head = table.head(50)
        for one, other in zip(tuples(head), head.itertuples(), strict=True):
            assert all(map(same, one, other)), (name, one, other)


def test_numbers_stay_plain_so_that_they_can_be_written_as_json():
    (row,) = tuples(pd.DataFrame({"a": [1], "b": ["x"], "c": [math.pi]}))
    assert [type(value) for value in row] == [int, int, str, float]
