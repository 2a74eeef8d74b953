"""Disagreement and the incremental list on figures one can check by hand."""

import numpy as np
import pytest

from workbench.domain.attribution import attribute, disagreement, incremental, partial_sums
from workbench.domain.errors import InputError

from .reference import DAY, paths_of

A, B, C = range(3)
FOUND = attribute(
    partial_sums(
        paths_of(
            ((A, B), 3, 300, 0),
            ((B,), 1, 100, 0),
            time=((0, DAY), (0,)),
            converted_at=(DAY, DAY),
        ),
        3,
        order=0,
    )
)
"""Four orders of 100: three that A opened and B closed, one by B alone; C had no touch."""


def test_where_models_disagree() -> None:
    """A has 3 of 4 by first touch and none by last; B the reverse; about C all agree."""
    found = disagreement(FOUND)
    assert found.share[FOUND.row("linear")].tolist() == [0.375, 0.625, 0]
    assert found.spread.tolist() == [0.75, 0.75, 0]
    names = np.array(FOUND.models)
    assert names[found.highest].tolist() == ["first", "last", "first"]
    assert names[found.lowest].tolist() == ["last", "first", "first"]


def test_without_conversions_shares_are_unknown() -> None:
    found = disagreement(attribute(partial_sums(paths_of(((A,), 0, 0, 1)), 1)))
    assert np.isnan(found.share).all() and np.isnan(found.spread).all()


def test_the_incremental_list() -> None:
    """A: 1.5 of the 3 orders it took part in; B: 2.5 of 4; C: of none, so unknown."""
    found = incremental(FOUND, "u_shaped", np.array([30, 50, 20]))
    assert found.credit == pytest.approx([1.5, 2.5, 0])
    assert found.value == pytest.approx([150, 250, 0])
    assert found.orders.tolist() == [3, 4, 0]
    assert found.ratio[:2] == pytest.approx([0.5, 0.625])
    assert found.cpa[:2] == pytest.approx([20, 20])
    assert found.roas == pytest.approx([5, 5, 0])
    assert np.isnan([found.ratio[2], found.cpa[2]]).all()


@pytest.mark.parametrize("cost", [None, [np.nan] * 3])
def test_an_unknown_cost_stays_unknown(cost) -> None:
    found = incremental(FOUND, cost=cost)
    assert np.isnan([found.cost, found.cpa, found.roas]).all()
    assert found.ratio[:2] == pytest.approx([0.5, 0.625])


def test_no_cost_is_a_known_cost() -> None:
    """An order for nothing costs 0; what comes back per unit of nothing is no number."""
    found = incremental(FOUND, "last", np.array([0, 0, np.nan]))
    assert found.cpa[1] == 0
    assert np.isnan([found.cpa[0], found.cpa[2], *found.roas]).all()


@pytest.mark.parametrize(
    ("model", "cost", "message"),
    [
        ("markov_1", None, "No credits by model 'markov_1'; models are: first, last, linear"),
        ("last", [1, 2], "2 costs are given for 3 members; give one for each, NaN where it is"),
        ("last", [1, -2, 3], "Cost -2.0 is not allowed; it is a number, 0 or more, or NaN where"),
        ("last", [1, np.inf, 3], "Cost inf is not allowed"),
    ],
)
def test_a_wrong_list_names_value_rule_and_remedy(model, cost, message) -> None:
    with pytest.raises(InputError) as caught:
        incremental(FOUND, model, cost if cost is None else np.array(cost))
    assert str(caught.value).startswith(message)
