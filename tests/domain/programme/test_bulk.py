"""Changing many contracts at once, and the preview of who is touched."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from workbench.domain.errors import InputError
from workbench.domain.programme.bulk import comparison, preview, with_change
from workbench.domain.programme.incentives import Scheme
from workbench.domain.programme.terms import Contract, Terms

PARTNERS = pd.DataFrame(
    {
        "source": ["", "", ""],
        "partner": ["ann", "ben", "cy"],
        "name": ["Ann", None, "Cy"],
        "type": ["creator", "coupon", "coupon"],
        "country": [None] * 3,
        "contract": [None] * 3,
    }
)
COUPON = Contract.model_validate(
    {
        "contract": "coupon",
        "whom": {"types": ["coupon"]},
        "versions": [{"rate": 8, "locking_days": 30, "payout_cycle": "monthly"}],
    }
)
REST = Contract.model_validate({"contract": "rest", "versions": [{"rate": 10}]})
DAY = date(2026, 1, 1)


def test_a_change_is_a_new_version_that_keeps_the_other_terms():
    coupon, rest = with_change((COUPON, REST), ("coupon",), {"rate": "5.5"}, DAY)
    assert rest is REST
    assert coupon.on(date(2025, 12, 31)) == COUPON.versions[0]
    assert coupon.on(DAY) == Terms(
        valid_from=DAY, rate=Decimal("5.5"), locking_days=30, payout_cycle="monthly"
    )
    again, _ = with_change((coupon, rest), ("coupon",), {"rate": 6}, DAY)
    assert len(again.versions) == 2
    assert again.on(DAY).rate == 6


def test_without_names_every_contract_changes():
    changed = with_change((COUPON, REST), (), {"locking_days": 14}, DAY)
    assert [each.on(DAY).locking_days for each in changed] == [14, 14]


def test_the_preview_says_for_whom_which_term_becomes_better_or_worse():
    before = Scheme(contracts=(COUPON, REST))
    changes = {"rate": 9, "locking_days": 60, "spend_limit": 500, "compliance": ("none",)}
    after = Scheme(contracts=with_change((COUPON, REST), ("coupon",), changes, DAY))
    found = preview(before, after, PARTNERS, DAY)
    assert set(found["partner"]) == {"ben", "cy"}
    ben = found[found["partner"] == "ben"].set_index("field")
    assert ben["worse"].to_dict() == {
        "rate": False,
        "locking_days": True,
        "spend_limit": True,
        "compliance": None,
    }
    assert ben.loc["rate", ["before", "after"]].tolist() == [8, 9]
    assert preview(before, after, PARTNERS, date(2025, 12, 31)).empty
    assert comparison(before, after, PARTNERS)[0] == DAY


@pytest.mark.parametrize(
    ("field", "one", "other", "worse"),
    [
        ("payout_cycle", "monthly", "weekly", False),
        ("payout_cycle", "monthly", "quarterly", True),
        ("payout_cycle", None, "quarterly", None),
        ("lookback_days", None, 30, True),
        ("min_value", None, 5, True),
        ("max_return_percent", None, 20, False),
        ("locking_days", None, 20, None),
        ("action_limit_period", "month", "week", None),
    ],
)
def test_direction_of_each_term(field, one, other, worse):
    was, becomes = (
        Scheme(
            contracts=(
                Contract.model_validate(
                    {"contract": "all", "versions": [{"rate": 1, **({field: v} if v else {})}]}
                ),
            )
        )
        for v in (one, other)
    )
    assert preview(was, becomes, PARTNERS, DAY)["worse"].tolist() == [worse] * 3


def test_what_cannot_be_changed_is_named():
    with pytest.raises(InputError, match="no contract 'coupons'; contracts are: coupon, rest"):
        with_change((COUPON, REST), ("coupons",), {"rate": 1}, DAY)
    with pytest.raises(InputError, match="did you mean rate"):
        with_change((COUPON,), (), {"rates": 1}, DAY)
    with pytest.raises(InputError, match="at most 100"):
        with_change((COUPON,), (), {"rate": 101}, DAY)
    later = Contract.model_validate(
        {"contract": "later", "versions": [{"rate": 1, "valid_from": "2026-06-01"}]}
    )
    with pytest.raises(InputError, match="no terms on 2026-01-01"):
        with_change((later,), (), {"rate": 1}, DAY)
