"""Market codes, profiles, curated indicators and neighbours, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from workbench.domain import market
from workbench.domain.errors import InputError

nan = np.nan
KNOWN = pd.Index(["AE", "ID", "NA", "NG", "SA"], name="market")


# --- codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "code"), [("NA", "NA"), ("na", "NA"), (" id ", "ID")])
def test_a_code_is_read_whatever_its_case(typed, code) -> None:
    """Namibia is a market, not a missing value."""
    assert market.check_market(typed, KNOWN) == code


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            "NZ",
            "Unknown market 'NZ': a market is a two-letter ISO 3166-1 code such as NA, NG; "
            "`workbench markets` lists all.",
        ),
        (
            "../../x",
            "Unknown market '../../x': a market is a two-letter ISO 3166-1 code such as ID, "
            "SA, BR; `workbench markets` lists all.",
        ),
        ("", "Unknown market '': a market is"),
        (nan, "Unknown market nan: a market is"),
        ("IDN", "Unknown market 'IDN': a market is"),
    ],
)
def test_an_unknown_code_is_named_with_the_remedy(typed, message) -> None:
    """What was typed, the rule, some codes that begin alike, and where all are listed."""
    with pytest.raises(InputError) as caught:
        market.check_market(typed, KNOWN)
    assert str(caught.value).startswith(message)


# --- profile -----------------------------------------------------------------------------------


def test_a_profile_has_a_row_for_each_market_wanted() -> None:
    """In the order asked for; a market without figures is blank, one not asked for is left out."""
    long = pd.DataFrame(
        [
            ("NA", "urban", 55.0),
            ("NA", "population", 0.0),
            ("AE", "urban", 88.0),
            ("XX", "urban", 1.0),
        ],
        columns=["market", "indicator", "value"],
    )
    found = market.profile(long, pd.Index(["NA", "ID", "AE"], name="market"))
    assert found.index.tolist() == ["NA", "ID", "AE"]
    assert found.loc["NA"].to_dict() == {"population": 0, "urban": 55}
    assert found.loc["ID"].isna().all()
    assert np.isnan(found.loc["AE", "population"])


# --- what follows from the curated tables --------------------------------------------------------

FIVE = [
    ("data_protection", "comprehensive"),
    ("localisation", "sector"),
    ("cross_border", "approval"),
    ("content_moderation", "notice"),
    ("creator_disclosure", "none"),
]


def regulation(code: str, rows: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame([(code, *row) for row in rows], columns=["market", "topic", "status"])


def platforms(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["market", "kind", "platform", "reach"])


def curated(laws: pd.DataFrame, carriers: pd.DataFrame) -> dict[tuple[str, str], float]:
    found = market.curated_indicators(laws, carriers)
    assert found.columns.tolist() == ["market", "indicator", "value"]
    return found.set_index(["indicator", "market"])["value"].to_dict()


def test_regulation_points_add_up() -> None:
    """2 + 1 + 2 + 1 + 0 = 6 of 10."""
    assert curated(regulation("NA", FIVE), platforms()) == {("regulation_points", "NA"): 6.0}


@pytest.mark.parametrize("left_out", range(5))
def test_regulation_with_a_topic_missing_is_unknown(left_out) -> None:
    """A topic that nobody looked up is not a topic without duties."""
    rows = [row for place, row in enumerate(FIVE) if place != left_out]
    assert curated(regulation("NA", rows), platforms()) == {}


def test_no_duties_at_all_is_a_known_zero() -> None:
    """0 points where all five topics say so."""
    free = [
        ("data_protection", "none"),
        ("localisation", "none"),
        ("cross_border", "free"),
        ("content_moderation", "light"),
        ("creator_disclosure", "none"),
    ]
    assert curated(regulation("NA", free), platforms()) == {("regulation_points", "NA"): 0.0}


def test_local_payment_points_follow_the_strongest_local_method() -> None:
    """Dominant 3, major 2, niche 1; global cards alone 0; no payment row: unknown."""
    found = curated(
        regulation("NA", []),
        platforms(
            ("ID", "payment", "GoPay", "major"),
            ("ID", "payment", "OVO", "niche"),
            ("ID", "payment", "Visa/Mastercard", "dominant"),
            ("SA", "payment", "mada", "dominant"),
            ("NA", "payment", "Visa", "dominant"),
            ("NG", "social", "Facebook", "dominant"),
        ),
    )
    assert found == {
        ("local_payment_points", "ID"): 2.0,
        ("local_payment_points", "SA"): 3.0,
        ("local_payment_points", "NA"): 0.0,
    }


def test_the_points_of_every_topic_run_from_none_to_two() -> None:
    """The strictest status of each of the five topics is worth 2, the freest 0: 10 in all."""
    assert len(market.REGULATION_POINTS) == 5
    for topic, points in market.REGULATION_POINTS.items():
        assert (min(points.values()), max(points.values())) == (0, 2), topic


# --- neighbours ----------------------------------------------------------------------------------

SCORES = pd.DataFrame(
    {
        "a": [1.0, 1.0, 4.0, nan, 1.0],
        "b": [2.0, 2.0, 2.0, nan, 3.0],
        "c": [3.0, 4.0, 3.0, nan, nan],
        "d": [5.0, 5.0, 1.0, 5.0, nan],
    },
    index=pd.Index(["NA", "AE", "ID", "NG", "SA"], name="market"),
)


def test_neighbours_by_hand() -> None:
    """Root mean square over the needs known in both: sqrt(1/4), sqrt(1/2), sqrt((9 + 16)/4)."""
    found = market.neighbours(SCORES, "NA")
    assert found["market"].tolist() == ["AE", "SA", "ID"]
    np.testing.assert_allclose(found["distance"], [0.5, np.sqrt(0.5), 2.5])
    assert found["shared"].tolist() == [4, 2, 4]


def test_a_market_that_shares_too_little_is_no_neighbour() -> None:
    """One shared need of four agrees by chance; half of them is enough."""
    assert "NG" not in market.neighbours(SCORES, "NA")["market"].tolist()
    assert market.neighbours(SCORES, "NG").empty


def test_neighbours_are_as_many_as_asked_and_never_the_market_itself() -> None:
    """Nearest first; equal distances by code."""
    assert market.neighbours(SCORES, "NA", 1)["market"].tolist() == ["AE"]
    alike = pd.DataFrame(1.0, index=["ZA", "NA", "AE", "BR"], columns=["a", "b"])
    alike.index.name = "market"
    assert market.neighbours(alike, "NA", 2)["market"].tolist() == ["AE", "BR"]
