"""A period against another one."""

from datetime import date

import numpy as np
import pytest

from tests.domain.programme.tables import click, opened, order
from workbench.domain.errors import InputError
from workbench.domain.programme.against import compare
from workbench.domain.programme.facts import Scope
from workbench.domain.programme.period import Period, period_of

MARCH = Scope(Period(date(2026, 3, 1), date(2026, 3, 31)))


@pytest.fixture(scope="module")
def programme():
    """Before March come 31 days: 29 January to 28 February."""
    return opened(
        [click("a", "2026-03-02")],
        [
            *(order("a", "2026-03-02", 10.0) for _ in range(3)),
            order("n", "2026-03-31", 10.0),
            order("a", "2026-01-29", 20.0),
            order("l", "2026-02-28T23:59", 20.0),
            order("l", "2026-01-28", 99.0),
            order("a", "2025-03-05", 7.0),
        ],
    )


def test_new_kept_and_lost(programme):
    found = compare(programme, "before", ("partner",), MARCH, ("orders", "aov"))
    rows = found.table.set_index("partner")
    assert rows["member"].to_dict() == {"a": "kept", "n": "new", "l": "lost"}
    assert rows.loc["a", ["orders_now", "orders_then", "orders_change", "orders_ratio"]].tolist() \
        == [3, 1, 2, 3]  # fmt: skip
    assert rows.loc["a", ["aov_change", "aov_ratio"]].tolist() == [-10, 0.5]
    assert rows.loc["l", "orders_change"] == -1 and np.isnan(rows.loc["n", "orders_ratio"])
    assert found.total[["orders_now", "orders_then"]].tolist() == [4, 2]
    assert rows["orders_change"].sum() == found.total["orders_change"]


def test_the_same_days_of_last_year(programme):
    found = compare(programme, "last_year", (), MARCH, ("value",))
    assert found.total[["value_now", "value_then"]].tolist() == [40, 7]


def test_of_a_period_before_the_first_event_nothing_is_known(programme):
    first = Scope(Period(date(2025, 3, 1), date(2025, 3, 31)))
    found = compare(programme, "last_year", ("type",), first)
    assert found.table["orders_then"].isna().all() and found.table["orders_change"].isna().all()
    assert found.total["orders_now"] > 0 and np.isnan(found.total["orders_then"])
    assert set(found.table["member"]) == {None}


def test_periods():
    assert Period(date(2024, 2, 29), date(2024, 3, 1)).against("last_year") == Period(
        date(2023, 2, 28), date(2023, 3, 1)
    )
    assert period_of("2024-02") == Period(date(2024, 2, 1), date(2024, 2, 29))
    assert period_of("2026-01-01..2026-01-31").against("before") == Period(
        date(2025, 12, 1), date(2025, 12, 31)
    )
    assert period_of("..2026-01-31") == Period(None, date(2026, 1, 31))
    assert period_of("2025-12").until == date(2025, 12, 31)


@pytest.mark.parametrize("text", ["2026", "2026-13", "March", "2026-01-01..x", "2026-03-01"])
def test_other_periods_are_refused(text):
    with pytest.raises(InputError, match="is not a period"):
        period_of(text)


def test_what_can_not_be_compared_is_refused(programme):
    with pytest.raises(InputError, match="first and the last day"):
        compare(programme, "before")
    with pytest.raises(InputError, match="can't be compared by month"):
        compare(programme, "before", ("month",), MARCH)
    with pytest.raises(InputError, match="held against 'yesterday'"):
        compare(programme, "yesterday", (), MARCH)
    with pytest.raises(InputError, match="ends on 2026-01-01"):
        Period(date(2026, 1, 2), date(2026, 1, 1))
