"""What goes into JSON and into the terminal's tables."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.domain.plan import Plan
from workbench.reports import records
from workbench.reports.listing import listing
from workbench.sources.opening import open_portfolio


@pytest.fixture(scope="module")
def portfolio():
    return open_portfolio(Plan(product="live_show", markets=("ID", "SJ"), samples=500, lang="en"))


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64("nan"), None),
        (float("nan"), None),
        (None, None),
        (pd.NaT, None),
        (np.float64(1 / 3), 0.333333333),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (date(2026, 11, 5), "2026-11-05"),
        (frozenset({"b", "a"}), ["a", "b"]),
        ((1, [2.0, None]), [1, [2.0, None]]),
        ({1: np.float32(0.5)}, {"1": 0.5}),
        ("?", "?"),
    ],
)
def test_values_become_json_primitives(value, plain):
    found = records.plain(value)
    assert found == plain and type(found) is type(plain)
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("topic", records.TOPICS)
def test_each_row_of_a_listing_has_a_cell_per_heading(portfolio, topic):
    head, rows, note = listing(topic, portfolio)
    assert rows and len(set(head)) == len(head)
    assert {len(row) for row in rows} == {len(head)}
    assert all(isinstance(cell, str) for row in rows for cell in row)
    assert isinstance(note, str)


def test_unknown_is_a_mark_in_a_listing_and_null_in_json(portfolio):
    _, rows, _ = listing("needs", portfolio)
    unknown = portfolio.scores.loc["SJ"].isna().sum()
    assert rows[1].count("?") == unknown > 0
    levels = [
        row["level"] for row in records.plain(records.needs(portfolio)) if row["market"] == "SJ"
    ]
    assert levels.count(None) == unknown
    head, rows, _ = listing("markets", portfolio)
    assert rows[1][head.index("Rank")] == "—" and rows[1][head.index("Firmness")] == "unknown"


def test_gates_and_results_are_headed_differently(portfolio):
    assert "Verdict" in listing("markets", portfolio)[0]
    assert "Result" in listing("promise", portfolio)[0]
    assert "Verdict" not in listing("promise", portfolio)[0]
