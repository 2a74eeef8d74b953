"""The competitor register: medians, counts and crowded channels, by hand."""

import math

import pandas as pd
import pytest

from workbench.domain.competitors import read

NAN = float("nan")
REGISTER = pd.DataFrame(
    [
        ("ID", "A", "live_show", "streamer", 1.0, 2.0, "report", "2025-01-01"),
        ("ID", "B", "live_show", "streamer", 3.0, NAN, "report", "2025-03-01"),
        ("ID", "C", "live_show", "streamer", 2.5, 1.0, "call", "2025-02-01"),
        ("ID", "A", "live_show", "kol", NAN, NAN, "call", "2024-02-01"),
        ("ID", "B", "live_show", "kol", 4.0, 0.5, "call", "2024-02-01"),
        ("ID", "A", "live_show", "seo", NAN, NAN, "call", "2024-02-01"),
        ("ID", "Z", "tools", "seo", 9.0, 9.0, "call", "2024-02-01"),  # another industry
        ("SA", "A", "live_show", "streamer", 8.0, 8.0, "call", "2024-02-01"),  # another market
    ],
    columns=[
        "market",
        "competitor",
        "industry",
        "channel",
        "cpa_usd",
        "return_ratio",
        "source",
        "as_of",
    ],
)


def test_the_summary_equals_the_hand_calculation():
    found = read(REGISTER, "ID", "live_show")
    table = found.channels
    assert found.competitors == 3
    assert table["competitors"].to_dict() == {"streamer": 3, "kol": 2, "seo": 1}
    # Medians of what is known: 1, 2.5, 3 -> 2.5; returns 1, 2 -> 1.5.
    assert table.loc["streamer", ["cpa_usd", "return_ratio"]].tolist() == [2.5, 1.5]
    assert table.loc["kol", ["cpa_usd", "return_ratio"]].tolist() == [4, 0.5]
    assert math.isnan(table.loc["seo", "cpa_usd"]) and math.isnan(table.loc["seo", "return_ratio"])
    assert list(table.index) == ["streamer", "kol", "seo"]  # the most spent on first


def test_crowded_is_where_all_known_competitors_spend():
    assert read(REGISTER, "ID", "live_show").crowded == {"streamer"}


@pytest.mark.parametrize(
    ("names", "crowded"),
    [(["A"], set()), (["A", "A"], set()), (["A", "B"], {"streamer"})],
)
def test_one_competitor_does_not_make_a_crowd(names, crowded):
    rows = pd.DataFrame(
        [("ID", name, "live_show", "streamer", 1.0, 1.0, "s", "2025-01-01") for name in names],
        columns=REGISTER.columns,
    )
    assert read(rows, "ID", "live_show").crowded == crowded


def test_sources_are_listed_with_their_latest_date():
    assert read(REGISTER, "ID", "live_show").sources.to_dict("records") == [
        {"source": "call", "as_of": "2025-02-01"},
        {"source": "report", "as_of": "2025-03-01"},
    ]


def test_an_unknown_market_has_nothing_known_rather_than_nobody():
    found = read(REGISTER, "BR", "live_show")
    assert (found.competitors, found.crowded) == (0, frozenset())
    assert found.channels.empty and found.sources.empty
    assert list(found.channels.columns) == ["competitors", "cpa_usd", "return_ratio", "crowded"]
