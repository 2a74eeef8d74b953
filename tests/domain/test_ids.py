"""Ids that exist, and near ones for those that don't."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from workbench.domain.errors import InputError
from workbench.domain.ids import Ids, brief, known_ids
from workbench.sources.reference import load_reference


def test_the_ids_are_those_of_the_tables():
    known = known_ids(load_reference())
    assert list(known) == [
        "market", "need", "check", "criterion", "channel", "lang", "name", "industry"
    ]  # fmt: skip
    assert {"ID", "NA", "NO"} <= set(known["market"])
    assert (
        set(known["need"])
        < set(known["criterion"])
        == {*known["need"], "purchasing_power", "reach"}
    )
    assert "promises_kept" in known["check"]
    assert "kol" in known["channel"]
    assert known["lang"] == ["zh", "en"]
    assert "seed" in known["name"]
    assert "live_show" in known["industry"]
    assert all(len(names) == len(set(names)) for names in known.values())


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ("privcy", r"^Column need: unknown 'privcy' \(did you mean 'privacy'\?\)\.$"),
        ("PRIVACY", r"did you mean 'privacy'"),
        ("zzz", r"^Column need: unknown 'zzz'\.$"),
        ("z" * 100, r"unknown 'z{60}…'"),
    ],
)
def test_an_unknown_id_is_refused_with_a_near_one(found, reason):
    with pytest.raises(InputError, match=reason):
        Ids({"need": ["privacy", "reach"]}).check("need", "need", found)


def test_an_id_of_a_kind_that_is_not_listed_is_let_through():
    ids = Ids({"need": ["privacy"]})
    ids.check("need", "need", "privacy")
    ids.check("check", "check", "anything")


def test_near_ids_are_sought_for_the_first_hundreds_only():
    """A hundred thousand searches through two hundred markets would take minutes."""
    ids = Ids({"need": ["privacy"]})
    for place in range(200):
        with pytest.raises(InputError, match="did you mean"):
            ids.check("need", "need", f"privacy{place}")
    with pytest.raises(InputError, match=r"unknown 'privacyx'\.$"):
        ids.check("need", "need", "privacyx")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, True),
        (2.5, 2.5),
        ("x" * 61, "x" * 60 + "…"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 10, 30, tzinfo=UTC), "2026-01-31 10:30:00+00:00"),
        (time(10, 30), "10:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_values_are_shown_short(value, text):
    assert brief(value) == text
