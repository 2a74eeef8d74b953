"""What an export doesn't tell of is unknown, and what it tells of and didn't happen is 0."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests.domain.programme.tables import click, opened, order
from workbench.domain.programme.activity import activity
from workbench.domain.programme.against import compare
from workbench.domain.programme.alerts import find_alerts
from workbench.domain.programme.coverage import coverage
from workbench.domain.programme.facts import Scope
from workbench.domain.programme.months import monthly
from workbench.domain.programme.period import Period
from workbench.domain.programme.pivot import pivot
from workbench.domain.programme.praise import praises


def scope(since: str, until: str) -> Scope:
    return Scope(Period(date.fromisoformat(since), date.fromisoformat(until)))


def summed(partner: str, day: date | str, clicks=None, conversions=None, **more) -> dict:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return {"partner": partner, "day": day, "clicks": clicks, "conversions": conversions,
            "currency": "USD", **more}  # fmt: skip


def total(found) -> dict[str, float | None]:
    return {name: None if np.isnan(one) else one for name, one in found.total.items()}


def test_an_empty_cell_of_sums_is_no_zero():
    tables = opened(
        performance=[
            summed("p", "2026-03-01", 10, 2.0, revenue=100.0, commission=10.0),
            summed("p", "2026-03-02", 5, None, revenue=70.0, commission=7.0),
            summed("p", "2026-03-03", None, 3.0, commission=9.0),
        ]
    )
    names = ("clicks", "orders", "value", "commission", "aov", "roas", "conversion_rate", "epc")
    found = pivot(tables, ("day",), measures=names)
    assert found.table["clicks"].fillna(-1).tolist() == [10, 5, -1]
    assert found.table["orders"].fillna(-1).tolist() == [2, -1, 3]
    assert found.table["value"].fillna(-1).tolist() == [100, 70, -1]
    # Value per order and rates by click: of the one day that has both.
    assert total(found) == {
        "clicks": 15, "orders": 5, "value": 170, "commission": 26, "aov": 50, "roas": 10,
        "conversion_rate": 0.2, "epc": 1,
    }  # fmt: skip
    assert found.gaps == {"clicks": 1, "orders": 1}
    assert found.left_out["value"] == 3  # orders of the third day


def test_revenue_without_a_number_of_orders_is_value():
    tables = opened(performance=[summed("p", "2026-03-01", 4, revenue=500.0)])
    found = pivot(
        tables, measures=("orders", "value", "commission", "cost", "roi", "aov", "clicks")
    )
    assert total(found) == {
        "orders": None, "value": 500, "commission": None, "cost": None, "roi": None, "aov": None,
        "clicks": 4,
    }  # fmt: skip
    assert found.gaps == {"clicks": 0, "orders": 0}  # the export has no such column


def test_clicks_of_an_export_without_orders_are_no_clicks_without_success():
    tables = opened(
        [*(click("p", "2026-03-01") for _ in range(5)),
         *(click("p", "2026-03-01", source="t") for _ in range(95))],
        [order("p", "2026-03-02")],
    )  # fmt: skip
    assert pivot(tables, measures=("conversion_rate",)).total["conversion_rate"] == 0.2
    other = opened([click("p", "2026-03-01", source="t")], [order("p", "2026-03-02", source="u")])
    assert np.isnan(pivot(other, measures=("conversion_rate",)).total["conversion_rate"])


@pytest.fixture(scope="module")
def two():
    """Source "s" from 2 to 20 March, both kinds; "t" clicks alone, from 1 January to 30 April."""
    return opened(
        [click("a", "2026-03-02"), click("b", "2026-01-01", source="t"),
         click("b", "2026-04-30", source="t")],
        [order("a", "2026-03-20", 8.0), order("a", "2026-03-03", 9.0, country="DE")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "orders", "clicks"),
    [
        ("2026-03-05", "2026-03-06", 0, 0),  # both tell of it, and nothing happened
        ("2026-02-01", "2026-02-28", None, 0),  # before the first order's export
        ("2026-04-01", "2026-04-10", None, 0),  # after it
        ("2026-06-01", "2026-06-30", None, None),
        ("2026-04-30", "2026-04-30", None, 1),
        ("2026-03-20", "2026-03-31", 1, 0),
    ],
)
def test_a_period_without_a_row(two, since, until, orders, clicks):
    found = pivot(two, (), scope(since, until), ("orders", "clicks"))
    assert total(found) == {"orders": orders, "clicks": clicks}


def test_filters_say_whose_telling_counts(two):
    march = scope("2026-03-05", "2026-03-06")
    of_t = pivot(two, (), march, ("orders", "clicks"), {"source": ("t",)})
    assert total(of_t) == {"orders": None, "clicks": 0}
    there = pivot(two, (), march, ("orders", "clicks"), {"country": ("FR",)})
    assert total(there) == {"orders": 0, "clicks": None}  # no click has a country


def test_what_the_sources_tell_of(two):
    found = coverage(two.telling)
    assert found.table.loc["s"].tolist() == [date(2026, 3, 2), date(2026, 3, 20), True, True]
    assert found.table.loc["t"].tolist() == [date(2026, 1, 1), date(2026, 4, 30), True, False]
    assert found.span("orders") == (date(2026, 3, 2), date(2026, 3, 20))
    assert coverage(opened().telling).span("clicks") is None


def test_who_sells_is_unknown_where_no_export_of_orders_tells_of_the_period(two):
    assert np.isnan(activity(two, scope("2026-04-01", "2026-04-30")).total["selling"])
    listed = opened(
        [click("a", "2026-03-02")], [order("a", "2026-03-20")], [{"partner": "a", "name": "A"}]
    )
    assert activity(listed, scope("2026-03-05", "2026-03-06")).total["selling"] == 0
    assert np.isnan(activity(listed, scope("2026-05-05", "2026-05-06")).total["selling"])


def test_a_group_of_an_export_that_begins_later_is_not_new():
    tables = opened(
        [click("a", "2026-02-01"), click("a", "2026-03-05")],
        [order("a", "2026-02-02"), order("c", "2026-03-05"),
         order("b", "2026-03-04", source="t")],
    )  # fmt: skip
    found = compare(tables, "before", ("partner",), scope("2026-03-01", "2026-03-31"),
                    ("orders", "clicks"))  # fmt: skip
    rows = found.table.set_index("partner")
    assert rows["member"].to_dict() == {"a": "lost", "c": "new", "b": None} | {"a": "kept"}
    assert rows["orders_then"].fillna(-1).to_dict() == {"a": 1, "c": 0, "b": -1}
    assert rows["clicks_then"].fillna(-1).to_dict() == {"a": 1, "c": 0, "b": -1}


def month_sums(tables):
    return pivot(tables, ("month",), measures=("orders",)).sums


def test_months_that_no_export_of_orders_tells_of_are_unknown():
    tables = opened(
        [click("a", "2026-01-05"), click("t", "2026-12-31", source="t")],
        [order("a", "2026-02-10"), order("a", "2026-05-31")],
    )
    told = coverage(tables.telling).span("orders")
    found = monthly(month_sums(tables), "orders", told, date(2025, 12, 1))
    values = [None if np.isnan(one) else one for one in found.values()]
    assert values == [None, 0, 1, 0, 0, 1, *[None] * 6]  # December; January to May; June …


def test_a_month_with_an_empty_cell_is_unknown():
    tables = opened(
        performance=[
            summed("p", "2026-01-01", 10, 2.0),
            summed("p", "2026-01-31", 5, None),
            summed("p", "2026-02-28", 5, 4.0),
        ]
    )
    told = coverage(tables.telling).span("orders")
    values = list(monthly(month_sums(tables), "orders", told, None).values())
    assert np.isnan(values[0]) and values[1] == 4


def test_an_export_of_clicks_alone_has_no_month_below_the_band():
    tables = opened([click("a", "2026-01-01"), click("a", "2026-12-31")])
    told = coverage(tables.telling).span("orders")
    assert told is None
    values = monthly(month_sums(tables), "orders", told, date(2026, 1, 1)).values()
    assert np.isnan(list(values)).all()


# ---- Weeks ----

UNTIL = date(2026, 6, 28)


def weekly_sums(clicks: np.ndarray) -> list[dict]:
    """A row for each partner and week; a NaN is an empty cell."""
    weeks = clicks.shape[1]
    return [
        summed(f"p{row}", UNTIL - timedelta(days=7 * (weeks - 1 - week)),
               None if np.isnan(one) else int(one), 1.0)
        for row, each in enumerate(clicks) for week, one in enumerate(each)
    ]  # fmt: skip


def test_a_week_with_an_empty_cell_raises_no_alert():
    clicks = np.full((12, 10), 100.0)
    clicks[0, -1] = 0
    fallen = find_alerts(opened(performance=weekly_sums(clicks)), UNTIL)
    assert [(one.kind, one.partner) for one in fallen.found] == [("no_clicks", "p0")]
    clicks[0, -1] = np.nan
    unknown = find_alerts(opened(performance=weekly_sums(clicks)), UNTIL)
    assert not unknown.found


def test_an_empty_cell_before_is_no_low_week():
    clicks = np.full((12, 10), 100.0)
    clicks[0, 4:9] = np.nan
    assert not find_alerts(opened(performance=weekly_sums(clicks)), UNTIL).found


def test_nobody_enters_the_best_while_one_is_unknown():
    orders = np.full((12, 9), 50.0)
    orders[11], orders[11, -1] = 1, 90
    rows = [
        {**one, "conversions": one["clicks"] and float(one["clicks"])}
        for one in weekly_sums(orders)
    ]
    assert [one.partner for one in praises(opened(performance=rows), UNTIL)] == ["p11"]
    for one in rows:
        if one["partner"] == "p3" and one["day"] == UNTIL:
            one["conversions"] = None
    assert not praises(opened(performance=rows), UNTIL)
