"""A plan of incentives as a file holds it: what it accepts and how it refuses."""

import pytest

from workbench.domain.errors import InputError
from workbench.domain.programme.incentives import make_incentives


def plan(**proposed):
    return {"name": "Trial", "currency": "USD", "proposed": proposed}


def test_numbers_are_kept_as_written():
    made = make_incentives(plan(seasons=[{"name": "sale", "extra": 0.1}]))
    assert str(made.proposed.seasons[0].extra) == "0.1"


STEPS = [{"volume": 100, "extra": 1}, {"volume": 50, "extra": 2}]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"name": "x", "proposed": {}}, "currency is missing"),
        ({**plan(), "currency": "usd"}, "currency: 'usd' is not allowed"),
        (plan(season=[]), "did you mean seasons"),
        (plan(seasons=[{"name": "a", "rate": 101}]), "proposed.seasons, entry 1, rate: 101"),
        (plan(seasons=[{"name": "a", "rate": True}]), "a number is expected"),
        (plan(seasons=[{"name": "a", "rate": "x"}]), "a number is expected"),
        (plan(seasons=[{"name": "a", "rate": 0.00001}]), "at most 4 decimals"),
        (plan(seasons=[{"name": "a"}]), "'a': give either rate"),
        (plan(seasons=[{"name": "a", "rate": 1, "extra": 1}]), "'a': give either rate"),
        (plan(heroes=[{"name": "a", "rate": 1, "items": []}]), "at least 1 entry"),
        (plan(tiers=[{"name": "a", "steps": STEPS}]), "volumes of its steps must rise"),
        (
            plan(
                seasons=[
                    {"name": "a", "extra": 1, "first_day": "2026-02-01", "last_day": "2026-01-01"}
                ]
            ),
            "ends on 2026-01-01, before it begins on 2026-02-01",
        ),
        (
            plan(seasons=[{"name": "a", "extra": 1}], first_orders=[{"name": "a", "amount": 1}]),
            "'a' stands twice",
        ),
        (plan(contracts=[{"contract": "c", "versions": [{}]}]), "neither rate nor fixed"),
        (
            plan(contracts=[{"contract": "c", "versions": [{"rate": 1}, {"rate": 2}]}]),
            "two versions have the same valid_from",
        ),
        (plan(contracts=[{"contract": 7, "versions": [{"rate": 1}]}]), "put it in quotes"),
        (plan(first_orders=[{"name": "a", "amount": -1}]), "at least 0"),
        ({**plan(), "exchange": {"EUR": 0}}, "above 0"),
    ],
)
def test_an_error_names_the_place_and_the_rule(values, text):
    with pytest.raises(InputError) as told:
        make_incentives(values)
    assert text in str(told.value)
