"""Figures by dimensions: by hand, and against plain Python over small tables of any content."""

from datetime import date
from itertools import chain

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.domain.programme.tables import click, opened, order
from workbench.domain.errors import InputError, TableError
from workbench.domain.programme.facts import Scope
from workbench.domain.programme.measures import ALL
from workbench.domain.programme.money import Rates
from workbench.domain.programme.period import Period
from workbench.domain.programme.pivot import pivot
from workbench.domain.programme.statuses import Statuses

MARCH = Scope(Period(date(2026, 3, 1), date(2026, 3, 31)))


@pytest.fixture(scope="module")
def programme():
    """Two partners: a has 4 clicks and 3 orders, one reversed, one of unknown value; b 1 click."""
    return opened(
        [
            *(click("a", f"2026-03-0{day}") for day in (1, 2, 3, 4)),
            click("b", "2026-03-05", country="DE"),
            click("b", "2026-02-05"),
            {"partner": "b", "timestamp": click("b", "2026-03-06")["timestamp"]},
        ],
        [
            order("a", "2026-03-02", 100.0, commission=10.0, customer="new"),
            order("a", "2026-03-03", None, commission=4.0, status="pending"),
            order("a", "2026-03-04", 60.0, commission=6.0, status="reversed"),
            order("c", "2026-03-31T23:59", 50.0, customer="returning", status="paid"),
            order("c", "2026-04-01", 1000.0),
        ],
        [
            {"partner": "a", "name": "Ann", "type": "content", "joined": date(2025, 3, 31)},
            {"partner": "b", "type": "coupon", "joined": date(2026, 3, 2)},
        ],
    )


def test_every_measure_by_hand(programme):
    total = pivot(programme, scope=MARCH).total
    assert total.to_dict() == pytest.approx(
        {
            "clicks": 5,
            "orders": 3,
            "value": 150,
            "commission": 14,
            "cost": 14,
            "roi": 9,  # (100 - 10) / 10: the one order of which both are known
            "roas": 10,
            "aov": 75,
            "commission_rate": 0.1,
            "reversal_rate": 0.25,
            "new_share": 0.5,
            "conversion_rate": 0.6,
            "epc": 2.8,
        }
    )


def test_what_a_measure_leaves_out_is_counted(programme):
    left = pivot(programme, scope=MARCH).left_out
    assert left[["value", "aov", "commission", "roi", "new_share", "orders"]].tolist() == [
        1,
        1,
        1,
        2,
        1,
        0,
    ]


def test_the_statuses_that_count_can_be_chosen(programme):
    scope = Scope(MARCH.period, Statuses(("reversed",)))
    total = pivot(programme, scope=scope).total
    assert (total["orders"], total["value"], total["reversal_rate"]) == (1, 60, 0.25)
    with pytest.raises(InputError, match="status 'refunded' is unknown"):
        Statuses(("refunded",))


def test_unknown_is_not_zero():
    """Orders without any value have no known value; without orders the value is known to be 0."""
    found = pivot(
        opened(
            [click("b", "2026-03-01"), click("a", "2026-03-01")], [order("a", "2026-03-01", None)]
        ),
        ("partner",),
    ).table.set_index("partner")
    assert np.isnan(found.loc["a", "value"]) and np.isnan(found.loc["a", "roi"])
    assert found.loc["b", "value"] == 0


def test_an_export_without_clicks_says_nothing_of_clicks():
    """CJ exports no clicks: its 9 orders must not raise the conversion rate of the others."""
    tables = opened(
        [click("a", "2026-03-01"), click("a", "2026-03-02")],
        [
            order("a", "2026-03-02", 10.0),
            *(order("z", "2026-03-02", 10.0, source="cj", order=f"c{n}") for n in range(9)),
        ],
    )
    whole = pivot(tables)
    assert whole.total["conversion_rate"] == 0.5
    assert whole.left_out["conversion_rate"] == 9
    by = pivot(tables, ("source",)).table.set_index("source")
    assert np.isnan(by.loc["cj", "clicks"]) and np.isnan(by.loc["cj", "conversion_rate"])


def test_exports_of_sums_fill_what_single_events_do_not_say():
    rows = [
        {"partner": "a", "day": date(2026, 3, 1), "clicks": 40, "conversions": 2.0,
         "revenue": 80.0, "commission": 8.0, "currency": "USD"},
        {"partner": "a", "day": date(2026, 3, 1), "clicks": 7, "conversions": 1.0,
         "revenue": 5.0, "source": "t", "currency": "USD"},
    ]  # fmt: skip
    tables = opened([click("a", "2026-03-01", source="t")], performance=rows)
    found = pivot(tables, ("source",)).table.set_index("source")
    assert found.loc["s", ["clicks", "orders", "aov"]].tolist() == [40, 2, 40]
    assert found.loc["t", ["clicks", "orders"]].tolist() == [1, 1]  # the click itself, not 7
    stated = Scope(statuses=Statuses(unstated=False))
    assert pivot(tables, scope=stated).total["orders"] == 0


def test_dimensions_of_partner_event_and_time(programme):
    by = ("type", "tenure", "month")
    found = pivot(programme, by, MARCH).table.set_index("type")
    assert found.loc["content", ["tenure", "orders"]].tolist() == ["over_12m", 2]
    assert found.loc["coupon", ["tenure", "orders"]].tolist() == ["under_1m", 0]
    assert found["month"].tolist() == [date(2026, 3, 1)] * 3
    countries = pivot(programme, ("country",), MARCH).table.set_index("country")["clicks"]
    assert countries.to_dict() == {None: 4, "DE": 1}


@pytest.mark.parametrize(
    ("day", "band"),
    [
        ("2026-03-31", "under_1m"),
        ("2026-03-02", "under_1m"),  # 29 days
        ("2026-03-01", "1_to_3m"),  # 30
        ("2025-04-01", "6_to_12m"),  # 364
        ("2025-03-31", "over_12m"),  # 365
        ("2026-04-01", "joined_later"),
    ],
)
def test_tenure_is_told_at_the_end_of_the_period(day, band):
    tables = opened(
        [click("a", "2026-03-01")], (), [{"partner": "a", "joined": date.fromisoformat(day)}]
    )
    assert pivot(tables, ("tenure",), MARCH).table["tenure"].tolist() == [band]


def test_the_same_id_in_two_networks_is_two_partners():
    tables = opened([click("7", "2026-03-01"), click("7", "2026-03-01", source="t")])
    assert len(pivot(tables, ("partner",)).table) == 2


def test_filters_keep_values_and_the_unknown(programme):
    kept = pivot(programme, scope=MARCH, filters={"type": ("content",)}).total
    assert kept["orders"] == 2
    assert pivot(programme, scope=MARCH, filters={"type": (None,)}).total["orders"] == 1
    assert pivot(programme, scope=MARCH, filters={"type": ("content", None)}).total["orders"] == 3


def test_unknown_names_are_refused_with_what_there_is(programme):
    with pytest.raises(InputError, match="split by 'colour'; choose among: partner, source"):
        pivot(programme, ("colour",))
    with pytest.raises(InputError, match="asked for twice"):
        pivot(programme, ("type", "type"))
    with pytest.raises(InputError, match="measure 'profit' is unknown"):
        pivot(programme, measures=("profit",))


def test_amounts_of_two_currencies_are_refused_grouped_chosen_or_converted():
    tables = opened(
        (),
        [
            order("a", "2026-03-01", 100.0),
            order("a", "2026-03-10", 10.0, currency="EUR"),
            order("a", "2026-03-20", 10.0, currency="EUR"),
        ],
    )
    with pytest.raises(InputError, match="amounts are in EUR, USD, which can't be added up"):
        pivot(tables)
    by = pivot(tables, ("currency",)).table.set_index("currency")
    assert by["value"].to_dict() == {"EUR": 20, "USD": 100}
    assert pivot(tables, scope=Scope(currency="EUR")).total["value"] == 20
    rates = Rates(
        "USD",
        pd.DataFrame(
            {"date": ["2026-03-05", "2026-03-15"], "currency": ["EUR"] * 2, "rate": [1.1, 1.2]}
        ),
    )
    converted = pivot(tables, scope=Scope(rates=rates))
    assert (converted.total["value"], converted.currency) == (pytest.approx(123), "USD")
    late = Rates("USD", rates.table.iloc[1:])
    assert pivot(tables, scope=Scope(rates=late)).left_out["value"] == 1  # no rate on the 10th


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"date": ["2026-03-05"], "currency": ["EUR"]}, "lack the column rate"),
        ({"date": ["2026-03-05"], "currency": ["EUR"], "rate": [0.0]}, "rate of 0.0 can't"),
        (
            {"date": ["2026-03-05"] * 2, "currency": ["EUR"] * 2, "rate": [1.0, 2.0]},
            "two rates on 2026-03-05",
        ),
    ],
)
def test_rates_that_can_not_be_used_are_refused(table, said):
    with pytest.raises(TableError, match=said):
        Rates("USD", pd.DataFrame(table))


def test_an_export_of_clicks_alone_says_nothing_of_orders():
    """Of source "t" no order is known at any time: how many there were is unknown, not 0."""
    tables = opened(
        [click("a", "2026-03-01"), click("b", "2026-03-01"), click("c", "2026-03-01", source="t")],
        [order("a", "2026-02-01", 10)],
    )
    march = Scope(Period(date(2026, 3, 1), date(2026, 3, 31)))
    found = pivot(tables, ("source", "partner"), march).table.set_index("partner")
    assert found["clicks"].tolist() == [1, 1, 1]
    assert found.loc[["a", "b"], "orders"].tolist() == [0, 0]  # its source does export orders
    assert found.loc["c", ["orders", "value", "conversion_rate"]].isna().all()
    assert pivot(tables, (), march).total["orders"] == 0
    alone = pivot(opened([click("c", "2026-03-01")]))
    assert alone.total["clicks"] == 1
    assert alone.total.drop("clicks").isna().all()


def test_clicks_of_orders_in_another_currency_are_not_rated():
    """Of source "t" all orders are in euro: how its clicks did in dollars is unknown."""
    tables = opened(
        [click("a", "2026-03-01")] * 4 + [click("b", "2026-03-01", source="t")] * 6,
        [order("a", "2026-03-02", 10), order("b", "2026-03-02", 5, source="t", currency="EUR")],
    )
    dollars = Scope(currency="USD")
    total = pivot(tables, (), dollars).total
    assert total["clicks"] == 10 and total["orders"] == 1
    assert total["conversion_rate"] == 1 / 4
    rows = pivot(tables, ("partner",), dollars).table.set_index("partner")
    assert rows.loc["a", "conversion_rate"] == 1 / 4
    assert rows.loc["b", "orders"] == 0 and np.isnan(rows.loc["b", "conversion_rate"])


def test_months_stand_in_their_order():
    rows = [order("a", f"2026-0{month}-05", 1.0) for month in (1, 2, 2, 3, 4, 4, 4)]
    table = pivot(opened((), rows), ("month",)).table
    assert table["month"].tolist() == [date(2026, month, 1) for month in (1, 2, 3, 4)]


QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example asks an engine: shrinking one would take minutes."""
PARTNERS = st.sampled_from(["a", "b", "c", None])
DAYS = st.integers(1, 28).map(lambda day: f"2026-03-{day:02d}T23:30")
CLICKS = st.lists(
    st.builds(
        click,
        PARTNERS,
        DAYS,
        country=st.sampled_from(["DE", "ID", None]),
        source=st.sampled_from(["s", "t"]),
        kind=st.sampled_from(["click", "impression", None]),
    ),
    max_size=12,
)
ORDERS = st.lists(
    st.builds(
        order,
        PARTNERS,
        DAYS,
        st.sampled_from([None, 10.0, 25.0, -5.0]),
        commission=st.sampled_from([None, 1.0, 2.5]),
        country=st.sampled_from(["DE", "ID", None]),
        source=st.sampled_from(["s", "t"]),
        status=st.sampled_from(["pending", "approved", "reversed", "paid", "other"]),
        customer=st.sampled_from([None, "new", "returning"]),
    ),
    max_size=12,
)


def by_hand(touches, orders, ordering=frozenset()) -> dict[str, float]:
    """The measures as their definitions say, over lists of rows; NaN where unknown."""
    sources = {one["source"] for one in touches if one["kind"] == "click"}
    counted = [one for one in orders if one["status"] in ("pending", "approved", "paid")]
    judged = [one for one in orders if one["status"] != "other"]
    valued = [one for one in counted if one["value"] is not None]
    paid = [one for one in counted if one["commission"] is not None]
    both = [one for one in valued if one["commission"] is not None]
    told = [one for one in counted if one["customer"]]
    clicks = sum(one["kind"] == "click" for one in touches)
    rated = sum(one["kind"] == "click" and one["source"] in ordering for one in touches)
    clickable = [one for one in counted if one["source"] in sources]

    def total(rows, name):
        return sum(one[name] for one in rows)

    def known(rows, figure):
        return figure if rows or not counted else np.nan

    def over(above, below):
        return above / below if below > 0 else np.nan

    return {
        "clicks": clicks,
        "orders": len(counted),
        "value": known(valued, total(valued, "value")),
        "commission": known(paid, total(paid, "commission")),
        "roi": over(total(both, "value") - total(both, "commission"), total(both, "commission")),
        "aov": over(total(valued, "value"), len(valued)),
        "commission_rate": over(total(both, "commission"), total(both, "value")),
        "reversal_rate": over(sum(one["status"] == "reversed" for one in judged), len(judged)),
        "new_share": over(sum(one["customer"] == "new" for one in told), len(told)),
        "conversion_rate": over(len(clickable), rated),
    }


@settings(max_examples=30, deadline=None, phases=QUICK)
@given(CLICKS, ORDERS)
def test_any_tables_give_what_the_definitions_say(touches, orders):
    found = pivot(opened(touches, orders), ("partner", "country"))
    all_sources = {one["source"] for one in touches if one["kind"] == "click"}
    ordering = {one["source"] for one in orders}
    groups = {(one["source"], one["partner"], one["country"]) for one in chain(touches, orders)}
    assert len(found.sums) == len(groups)
    for row in found.table.to_dict("records"):
        place = (row["source"], row["partner"], row["country"])
        mine = [
            [one for one in rows if (one["source"], one["partner"], one["country"]) == place]
            for rows in (touches, orders)
        ]
        wanted = by_hand(*mine, ordering)
        if row["source"] not in all_sources:
            wanted["clicks"] = np.nan
        if row["source"] not in ordering:
            wanted |= dict.fromkeys(wanted.keys() - {"clicks"}, np.nan)
        got = {name: row[name] for name in wanted}
        assert got == pytest.approx(wanted, nan_ok=True), place
    total = found.total[list(by_hand([], []))].to_dict()
    whole = by_hand(touches, orders, ordering)
    if orders or touches:
        whole["clicks"] = whole["clicks"] if all_sources else np.nan
        if not orders:  # an export of clicks alone says nothing of orders
            whole |= dict.fromkeys(whole.keys() - {"clicks"}, np.nan)
        assert total == pytest.approx(whole, nan_ok=True)


@settings(max_examples=10, deadline=None, phases=QUICK)
@given(CLICKS, ORDERS)
def test_totals_add_up_whichever_way(touches, orders):
    """Sums of the cells are the subtotals, those are the total; the total needs no grouping."""
    tables = opened(touches, orders)
    fine = pivot(tables, ("country", "source", "week"))
    plain = pivot(tables)
    assert fine.total.to_dict() == pytest.approx(plain.total.to_dict(), nan_ok=True)
    coarse = pivot(tables, ("source",)).table.set_index("source")
    again = fine.subtotals(("source",)).set_index("source")
    for source in coarse.index:
        assert again.loc[source].to_dict() == pytest.approx(
            coarse.loc[source].to_dict(), nan_ok=True
        )
    if len(fine.sums):
        wide = fine.across("source", "orders")
        assert wide.loc[("", ""), ""] == pytest.approx(plain.total["orders"], nan_ok=True)


def test_a_margin_of_a_ratio_is_made_from_sums():
    """Two countries with 1 of 1 and 1 of 3 reversed: 2 of 4, no mean of 1 and 1/3."""
    orders = [
        order("a", "2026-03-01", 1.0, country="DE", status="reversed"),
        order("a", "2026-03-01", 1.0, country="ID", status="reversed"),
        *(order("a", "2026-03-01", 1.0, country="ID") for _ in range(2)),
    ]
    wide = pivot(opened((), orders), ("country",)).across("country", "reversal_rate")
    assert wide.iloc[0].to_dict() == pytest.approx({"DE": 1, "ID": 1 / 3, "": 0.5})


def test_every_measure_has_a_kind_that_can_be_shown():
    assert {measure.kind for measure in ALL.values()} <= {"count", "money", "share", "ratio"}
