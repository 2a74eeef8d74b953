"""A plan taken apart into cells and put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.changes import Cell, Change, applied, cells_of, differences, plan_of
from workbench.domain.errors import ConflictError, InputError
from workbench.domain.plan import Plan, make_plan

PLAN = make_plan(
    {
        "scenario": "bold",
        "market": "SA",
        "lang": "en",
        "industry": "games",
        "markets": ["ID", "SA"],
        "weights": {"privacy": 2},
        "caps": {"kol": 30},
        "advert": {"zh": "高清"},
        "levels": [{"market": "ID", "need": "privacy", "level": None, "reason": "unsure"}],
        "answers": [{"market": "SA", "check": "promises_kept", "owner": "Li"}],
    }
)


def test_each_decision_is_one_cell_and_how_one_looks_at_it_is_none():
    cells = cells_of(PLAN)
    assert list(map(str, sorted(cells))) == [
        "advert zh",
        "answers SA/promises_kept",
        "caps kol",
        "levels ID/privacy",
        "settings industry",
        "settings markets",
        "weights privacy",
    ]
    assert cells[Cell("levels", "ID/privacy")]["level"] is None
    assert cells_of(Plan()) == {}


def test_a_plan_comes_back_from_its_cells():
    view = {"scenario": "bold", "market": "SA", "lang": "en", "as_of": PLAN.as_of}
    assert plan_of(cells_of(PLAN), **view) == PLAN


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)),
)
def test_differences_lead_there_and_back(one, two):
    one, two = ({Cell("weights", key): value for key, value in d.items()} for d in (one, two))
    changes = differences(one, two)
    assert applied(one, changes) == two
    assert applied(two, [change.reversed() for change in changes]) == one
    assert differences(one, one) == ()


def test_a_change_that_expects_something_else_is_a_conflict():
    with pytest.raises(ConflictError, match="weights privacy was changed meanwhile: it holds 2"):
        applied({Cell("weights", "privacy"): 2}, [Change("weights", "privacy", 1, 3)])


@pytest.mark.parametrize(
    ("cell", "value", "reason"),
    [
        (Cell("weird", "x"), 1, "Unknown table 'weird'; tables are: settings"),
        (Cell("weights", "privacy"), -1, "weights.privacy: -1 is not allowed"),
        (Cell("settings", "colour"), "red", "Unknown parameter 'colour'"),
        (Cell("levels", "ID"), {"level": 3, "reason": "x"}, "levels"),
    ],
)
def test_a_cell_that_breaks_a_rule_is_refused(cell, value, reason):
    with pytest.raises(InputError, match=reason):
        plan_of({cell: value})
