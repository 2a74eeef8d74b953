"""Schemas: what a table must look like, and what is said where it doesn't."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.errors import TableError
from workbench.domain.tables import Column, Schema, conform

quick = settings(max_examples=60, deadline=None, database=None, derandomize=True)

SCHEMA = Schema(
    "rivals",
    (
        Column("market", required=True, pattern="[A-Z]{2}"),
        Column("name", required=True),
        Column("cost", "number", low=0),
        Column("share", "number", low=0, high=100),
        Column("year", "integer", low=1990, high=2030),
        Column("level", "level"),
        Column("as_of", "date"),
        Column("required", "flag"),
        Column("confidence", allowed=("high", "low")),
    ),
    ("market", "name"),
)

ROW = {
    "market": "NA",
    "name": "Rival",
    "cost": "1.5",
    "share": "40",
    "year": "2024",
    "level": "3.5",
    "as_of": "2025-06-30",
    "required": "yes",
    "confidence": "high",
}


def table(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{**ROW, **row} for row in rows or ({},)], dtype=object)


def refused(frame: pd.DataFrame) -> str:
    with pytest.raises(TableError) as caught:
        conform(frame, SCHEMA)
    return str(caught.value)


# --- what is accepted ---------------------------------------------------------------------------


def test_a_row_is_typed() -> None:
    """Numbers become floats; codes, dates and words stay text. "NA" stays Namibia."""
    found = conform(table(), SCHEMA)
    assert found.loc[0].to_dict() == {**ROW, "cost": 1.5, "share": 40, "year": 2024, "level": 3.5}
    assert [found[name].dtype for name in ("cost", "share", "year", "level")] == [float] * 4


@pytest.mark.parametrize("empty", ["", "  ", None, np.nan])
def test_an_empty_cell_is_unknown_and_not_zero(empty) -> None:
    """A missing number is NaN, a missing word the empty text, however the cell is empty."""
    found = conform(table({name: empty for name in list(ROW)[2:]}), SCHEMA).loc[0]
    assert found[["cost", "share", "year", "level"]].isna().all()
    assert found[["as_of", "required", "confidence"]].tolist() == ["", "", ""]


def test_a_known_zero_stays_zero() -> None:
    """0 is a figure."""
    assert conform(table({"cost": "0", "share": 0}), SCHEMA).loc[0, ["cost", "share"]].tolist() == [
        0,
        0,
    ]


def test_columns_come_out_in_the_order_of_the_schema() -> None:
    """Whatever order they came in; cells lose the blanks around them; the input is untouched."""
    frame = table({"name": "  Rival B "})[list(ROW)[::-1]]
    kept = frame.copy()
    found = conform(frame, SCHEMA)
    assert found.columns.tolist() == list(ROW)
    assert found.loc[0, "name"] == "Rival B"
    pd.testing.assert_frame_equal(frame, kept)


def test_an_empty_table_is_a_table() -> None:
    """A register with no rows keeps its columns and their types."""
    found = conform(pd.DataFrame(columns=list(ROW), dtype=object), SCHEMA)
    assert found.columns.tolist() == list(ROW)
    assert len(found) == 0 and found["cost"].dtype == float


number = st.one_of(
    st.just(""), st.integers(0, 100).map(str), st.floats(0, 100, allow_subnormal=False).map(repr)
)


@quick
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "cost": number,
                "share": number,
                "year": st.sampled_from(["", "1990", "2030", "2024.0"]),
                "level": st.sampled_from(["", "1", "5", "2.5"]),
                "as_of": st.dates().map(lambda day: day.isoformat()),
                "required": st.sampled_from(["", "yes", "no"]),
            }
        ),
        max_size=4,
    )
)
def test_a_conforming_table_conforms_again(rows) -> None:
    """Typed once, a table passes unchanged: the border can be crossed twice."""
    frame = pd.DataFrame(
        [{**ROW, **row, "name": f"Rival {place}"} for place, row in enumerate(rows)],
        columns=list(ROW),
        dtype=object,
    )
    once = conform(frame, SCHEMA)
    pd.testing.assert_frame_equal(conform(once, SCHEMA), once)
    assert (once["cost"].isna() == (frame["cost"] == "")).all()


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("market", "", "a value is required"),
        ("name", " ", "a value is required"),
        ("market", "Na", "two capital letters are expected, such as ID"),
        ("market", "NAM", "two capital letters are expected, such as ID"),
        ("cost", "cheap", "a number is expected"),
        ("cost", "1,50", "a number is expected"),
        ("cost", "1 000", "a number is expected"),
        ("cost", "N/A", "a number is expected"),
        ("cost", "nan", "a number is expected"),
        ("cost", "inf", "a number is expected"),
        ("cost", "1e999", "a number is expected"),
        ("cost", "-0.01", "it must be at least 0"),
        ("share", "100.5", "it must be at most 100"),
        ("year", "2024.5", "a whole number is expected"),
        ("year", "inf", "a number is expected"),
        ("year", "1989", "it must be at least 1990"),
        ("year", "2031", "it must be at most 2030"),
        ("level", "0", "it must be at least 1"),
        ("level", "9", "it must be at most 5"),
        ("as_of", "30.06.2025", "a date is written YYYY-MM-DD"),
        ("as_of", "2025-02-30", "a date is written YYYY-MM-DD"),
        ("as_of", "20250630", "a date is written YYYY-MM-DD"),
        ("as_of", "2025-6-30", "a date is written YYYY-MM-DD"),
        ("required", "true", "yes or no is expected"),
        ("required", "Yes", "yes or no is expected"),
        ("confidence", "sure", "one of high, low is expected"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_rule(column, value, rule) -> None:
    """Table, line of the file (the header is line 1), column, value, rule."""
    message = refused(table({}, {"name": "Rival B", column: value}))
    assert message == (
        f"Table rivals, row 3, column {column}: {value.strip()!r} is not allowed; {rule}."
    )


def test_the_first_wrong_cell_of_several_is_named() -> None:
    """From the top, so that the reader mends one after the other."""
    rows = [{"name": str(place), "cost": cost} for place, cost in enumerate(["1", "x", "y"])]
    assert "row 3, column cost: 'x'" in refused(table(*rows))


def test_a_missing_column_is_named_with_those_wanted() -> None:
    """The remedy is the list of columns."""
    assert refused(table().drop(columns="cost")) == (
        "Table rivals lacks the column cost; its columns must be: " + ", ".join(ROW) + "."
    )


def test_an_unknown_column_is_named() -> None:
    """A misspelt optional column is an error, not ignored."""
    assert refused(table({"csot": "1"})) == (
        "Table rivals has an unknown column csot; its columns must be: " + ", ".join(ROW) + "."
    )


def test_a_column_that_stands_twice_is_named() -> None:
    """Two columns of one name: which one counts can't be guessed."""
    frame = pd.concat([table(), table()[["cost"]]], axis=1)
    assert refused(frame) == (
        "Table rivals, row 1, column cost: 'cost' is not allowed; the "
        "column stands twice, keep one of them."
    )


def test_a_row_that_stands_twice_is_named_by_its_key() -> None:
    """Same key, other figures: one of them must go."""
    assert refused(table({}, {"name": "B"}, {"cost": "2"})) == (
        "Table rivals: the row market=NA, name=Rival stands twice; keep one of them."
    )


def test_without_a_key_rows_may_repeat() -> None:
    """Uniqueness is asked only where the schema names a key."""
    schema = Schema("notes", (Column("note"),), ())
    assert len(conform(pd.DataFrame({"note": ["a", "a"]}), schema)) == 2
