"""Weekly figures, against counting by hand."""

from datetime import date

import numpy as np

from tests.domain.programme.tables import click, opened, order
from workbench.domain.programme.weekly import weekly

TABLES = opened(
    [
        click("a", "2026-03-29T23:59"),
        click("a", "2026-03-23"),
        click("a", "2026-03-22"),  # the last day of the week before
        click("a", "2026-03-08"),  # three weeks ago
        click("a", "2026-03-30"),  # later
        click("b", "2026-01-01"),  # long before
        click(None, "2026-03-29"),
    ],
    [
        order("b", "2026-03-16", 7.0),
        order("b", "2026-03-29", 5.0, status="reversed"),
    ],
    [{"partner": "b", "name": "Bea"}],
)


def test_weeks_are_counted_back_from_the_last_day():
    found = weekly(TABLES, date(2026, 3, 29), 4)
    assert found.partners.to_dict("list") == {
        "source": ["s", "s"], "partner": ["a", "b"], "name": [None, "Bea"]
    }  # fmt: skip
    assert found["clicks"].tolist() == [[1, 0, 1, 2], [0, 0, 0, 0]]
    assert found["orders"].tolist() == [[0] * 4, [0, 0, 1, 0]]
    assert found["reversed"].tolist() == [[0] * 4, [0, 0, 0, 1]]
    assert found["value"][1].tolist() == [0, 0, 7, 0]
    assert found.currencies == ("USD",)


def test_weeks_before_the_first_event_are_left_out_and_the_newest_can_be():
    found = weekly(TABLES, date(2026, 3, 29), 500)
    assert found.weeks == 13
    assert found.ending(1).until == date(2026, 3, 22)
    assert found.ending(1)["clicks"].tolist() == found["clicks"][:, :-1].tolist()


def test_amounts_in_several_currencies_are_unknown():
    mixed = opened(
        (), [order("a", "2026-03-29", 1.0), order("a", "2026-03-29", 1.0, currency="EUR")]
    )
    found = weekly(mixed, date(2026, 3, 29), 4)
    assert found.currencies == ("EUR", "USD")
    assert np.isnan(found["value"]).all() and found["orders"].tolist() == [[2]]


def test_the_newest_day():
    assert TABLES.told.newest == date(2026, 3, 30)
    assert opened().told.newest is None
    row = {"partner": "a", "day": date(2026, 5, 1)}
    assert opened(performance=[row]).told.newest == date(2026, 5, 1)
