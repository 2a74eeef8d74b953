"""What an export doesn't tell of is unknown, and what it tells of and didn't happen is 0."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests.domain.programme.tables import click, opened, order
from workbench.domain.errors import MixedCurrenciesError
from workbench.domain.programme.activity import activity
from workbench.domain.programme.against import compare
from workbench.domain.programme.alerts import find_alerts
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
        ("2026-03-20", "2026-03-31", 1, None),  # an order without a click: of that nothing is told
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
    found = two.told.coverage()
    assert found.table.loc["s"].tolist() == [date(2026, 3, 2), date(2026, 3, 20), True, True]
    assert found.table.loc["t"].tolist() == [date(2026, 1, 1), date(2026, 4, 30), True, False]
    assert found.spans("orders") == [(date(2026, 3, 2), date(2026, 3, 20))]
    assert opened().told.coverage().spans("clicks") == []


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
    told = tables.told.coverage().spans("orders")
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
    told = tables.told.coverage().spans("orders")
    values = list(monthly(month_sums(tables), "orders", told, None).values())
    assert np.isnan(values[0]) and values[1] == 4


def test_an_export_of_clicks_alone_has_no_month_below_the_band():
    tables = opened([click("a", "2026-01-01"), click("a", "2026-12-31")])
    told = tables.told.coverage().spans("orders")
    assert told == []
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


# ---- What two sources don't tell alike ----


def test_amounts_of_sums_without_orders_are_not_added_up_across_currencies():
    tables = opened(
        performance=[
            summed("a", "2026-01-01", 10, revenue=100.0) | {"currency": "EUR"},
            summed("a", "2026-01-02", 10, revenue=100.0),
        ]
    )
    with pytest.raises(MixedCurrenciesError, match="EUR, USD"):
        pivot(tables, ("partner",))
    found = pivot(tables, ("currency",), measures=("value", "clicks"))
    assert found.table["value"].tolist() == [100, 100]
    assert total(found) == {"value": None, "clicks": 20}
    assert pivot(tables, ("partner",), measures=("clicks",)).total["clicks"] == 20
    across = pivot(tables, ("partner", "currency"), measures=("value",)).across("currency", "value")
    assert across[["EUR", "USD"]].notna().all().all() and across[""].isna().all()


def test_what_is_paid_on_a_day_without_an_order_counts():
    """A click that was paid 250 for, a sale corrected by 20, two orders of 200 for 20."""
    tables = opened(
        performance=[
            summed("cpc", "2026-01-01", 500, 0.0, revenue=0.0, commission=250.0),
            summed("cps", "2026-01-01", 100, 2.0, revenue=200.0, commission=20.0),
            summed("cps", "2026-01-02", 10, 0.0, revenue=-20.0, commission=-2.0),
        ]
    )
    names = ("orders", "value", "commission", "cost", "roas")
    found = pivot(tables, ("partner",), measures=names)
    assert total(found) == {
        "orders": 2, "value": 180, "commission": 268, "cost": 268, "roas": pytest.approx(180 / 268)
    }  # fmt: skip
    assert found.table.set_index("partner")["commission"].to_dict() == {"cpc": 250, "cps": 18}


def test_clicks_have_no_customer_and_orders_no_device():
    tables = opened(
        [click("p", "2026-03-01", device="mobile"), click("p", "2026-03-01", device="desktop")],
        [order("p", "2026-03-02", 9.0, customer="new"), order("p", "2026-03-02", 9.0)],
    )
    names = ("orders", "clicks", "conversion_rate")
    for by, rows in (
        ("device", {"mobile": (-1, 1, -1), "desktop": (-1, 1, -1), None: (2, 0, -1)}),
        ("customer", {"new": (1, -1, -1), None: (1, 2, -1)}),
    ):
        found = pivot(tables, (by,), measures=names)
        table = found.table.set_index(by).fillna(-1)
        assert {
            name: tuple(row) for name, row in zip(table.index, table.to_numpy(), strict=True)
        } == rows
        assert total(found) == {"orders": 2, "clicks": 2, "conversion_rate": None}
    filtered = pivot(tables, (), None, names, {"device": ("mobile",)})
    assert total(filtered) == {"orders": None, "clicks": 1, "conversion_rate": None}


def test_who_sells_by_device_is_unknown():
    tables = opened(
        [click("p", "2026-03-01", device="mobile")], [order("p", "2026-03-02", 9.0, customer="new")]
    )
    by_device = activity(tables, None, ("device",)).table.set_index("device")
    assert by_device.loc["mobile", "active"] == 1 and np.isnan(by_device.loc["mobile", "selling"])
    by_customer = activity(tables, None, ("customer",)).table.set_index("customer")
    assert by_customer.loc["new", "selling"] == 1 and np.isnan(by_customer.loc["new", "active"])
    assert activity(tables).total[["active", "selling"]].tolist() == [1, 1]


def test_without_dimensions_row_and_total_are_the_same():
    tables = opened(
        [click("a", "2026-01-04"), click("a", "2026-04-04")],
        [order("a", "2026-01-05", 1.0), order("a", "2026-04-10", 1.0)],
        [{"partner": "a"}],
    )
    february = scope("2026-02-01", "2026-02-28")
    found = pivot(tables, (), february, ("clicks", "orders"))
    assert found.table.to_numpy().tolist() == [[0, 0]] and total(found) == {
        "clicks": 0,
        "orders": 0,
    }
    held = compare(tables, "before", (), february, ("orders",))
    assert held.table[["orders_now", "orders_then", "member"]].to_numpy().tolist() \
        == [[0, 1, "lost"]]  # fmt: skip
    assert activity(tables, february).total[["active", "selling"]].tolist() == [0, 0]


def test_months_between_two_exports_are_unknown():
    tables = opened(
        conversions=[
            *(order("a", day) for day in ("2026-01-05", "2026-01-25", "2026-02-28")),
            *(order("b", day, source="t") for day in ("2026-05-01", "2026-07-31")),
        ]
    )
    told = tables.told.coverage().spans("orders")
    values = list(monthly(month_sums(tables), "orders", told, None).values())
    assert [-1 if np.isnan(one) else one for one in values[:7]] == [2, 1, -1, -1, 1, 0, 1]


def test_a_month_whose_revenue_is_known_has_a_value_without_a_number_of_orders():
    tables = opened(
        performance=[
            summed("p", "2026-01-01", 10, None, revenue=500.0),
            summed("p", "2026-01-31", 5, 2.0, revenue=500.0),
            summed("p", "2026-02-28", 5, None),
        ]
    )
    sums = pivot(tables, ("month",), measures=("value",)).sums
    told = tables.told.coverage().spans("orders")
    assert told == [(date(2026, 1, 1), date(2026, 2, 28))]
    values = list(monthly(sums, "value", told, None).values())
    assert values[0] == 1000 and np.isnan(values[1])


def two_exports(ended: int) -> list[dict]:
    """Partners a0 to a4 of "s", whose export ends so many days early, and b0 to b7 of "t"."""
    rng = np.random.default_rng(1)
    rows = []
    for ago in range(120):
        day = UNTIL - timedelta(days=ago)
        for source, count in (("s", 5), ("t", 8)):
            if source == "t" or ago >= ended:
                rows += [
                    summed(f"{source}{n}", day, int(rng.poisson(60)), float(rng.poisson(6)))
                    | {"source": source}
                    for n in range(count)
                ]
    return rows


@pytest.mark.parametrize(("days", "named"), [(0, []), (3, ["s"]), (17, ["s"])])
def test_an_export_that_ended_is_named_and_its_partners_are_not_judged(days, named):
    found = find_alerts(
        opened(performance=two_exports(days)), UNTIL, since=UNTIL - timedelta(days=27)
    )
    assert list(found.ended) == named
    assert not [one for one in found.found if one.severity == "high"]
    assert not [one for one in found.found if one.source == "s" and "down" in one.kind]


def test_a_partner_that_falls_silent_in_a_source_that_goes_on_is_told():
    rows = [
        one
        for one in two_exports(0)
        if one["partner"] != "s0" or one["day"] <= UNTIL - timedelta(days=7)
    ]
    kinds = {(one.kind, one.partner) for one in find_alerts(opened(performance=rows), UNTIL).found}
    assert {("no_clicks", "s0"), ("no_orders", "s0")} <= kinds
