"""A plan of incentives replayed: small cases by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from workbench.domain.errors import InputError, TableError
from workbench.domain.programme.incentives import make_incentives
from workbench.domain.programme.replay import break_even, replay

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)


def order(number: int, partner: str, value: float | None, **other: object) -> dict:
    return {
        "order": f"o{number:03}",
        "timestamp": NOON + timedelta(days=number),
        "partner": partner,
        "value": value,
        "currency": "USD",
        "status": "approved",
        "commission": None if value is None else value / 10,
        "clicked": None,
        "modified": None,
        "item": None,
        **other,
    }


def table(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


def plan(**proposed: object):
    return make_incentives(
        {"name": "Trial", "currency": "USD", "exchange": {"EUR": 1.25}, "proposed": proposed}
    )


def flat(rate: float, **rules: object) -> dict:
    return {"contracts": [{"contract": "flat", "versions": [{"rate": rate, **rules}]}]}


def paid(proposed: dict, *rows: dict) -> dict[str, int]:
    """Partner -> cents under the proposal."""
    found = replay(plan(**proposed), table(*rows)).partners
    return dict(zip(found["partner"], found["proposed"], strict=True))


def test_a_flat_rate_against_what_is_on_record():
    found = replay(plan(**flat(12.5)), table(order(0, "ann", 99.99), order(1, "ben", 20.0)))
    # 12.5% of 99.99 is 12.49875; 10% on record: 10.00 and 2.00
    rows = found.partners.set_index("partner")
    assert rows.loc["ann", ["today", "proposed", "change"]].tolist() == [1000, 1250, 250]
    assert rows.loc["ben", ["today", "proposed", "change"]].tolist() == [200, 250, 50]
    assert found.plan_total["proposed"] == 1500


def test_half_a_cent_goes_away_from_zero():
    assert paid(flat(10), order(0, "ann", 0.25)) == {"ann": 3}
    assert paid(flat(10), order(0, "ann", -0.25)) == {"ann": -3}


def test_each_currency_has_its_own_decimals_and_totals_are_in_that_of_the_plan():
    yen = make_incentives(
        {"name": "T", "currency": "USD", "exchange": {"JPY": 0.0065}, "proposed": flat(7)}
    )
    found = replay(yen, table(order(0, "ann", 1050, currency="JPY"), order(1, "ann", 10.0)))
    assert dict(zip(found.totals["currency"], found.totals["proposed"], strict=True)) == {
        "JPY": 74,  # 73.5 yen
        "USD": 70,
    }
    assert found.plan_total["proposed"] == 118  # 74 * 0.0065 = 0.481, and 0.70


def test_reversed_orders_pay_nothing_unless_they_were_locked_by_then():
    late = NOON + timedelta(days=40)
    rows = [
        order(0, "ann", 100.0, status="reversed", modified=late),
        order(0, "ben", 100.0, status="reversed", modified=None, order="b"),
    ]
    assert paid(flat(5, locking_days=60), *rows) == {"ann": 0, "ben": 0}
    assert paid(flat(5, locking_days=30), *rows) == {"ann": 500, "ben": 0}
    found = replay(plan(**flat(5, locking_days=30)), table(*rows))
    assert found.reasons["reversed_after_locking"] == 1
    assert found.reasons["reversed"] == 1


def test_a_season_counts_its_last_day_and_extras_stack_as_the_plan_says():
    season = {"name": "sale", "first_day": "2025-11-21", "last_day": "2025-11-22", "extra": 3}
    hero = {"name": "hero", "items": ["kettle"], "rate": 12}
    rows = [order(number, "ann", 100.0, item="kettle") for number in range(4)]
    both = {**flat(10), "seasons": [season], "heroes": [hero]}
    assert paid(both, *rows) == {"ann": 4 * 1000 + 2 * 300 + 2 * 200}
    assert paid({**both, "stacking": "sum"}, *rows) == {"ann": 4 * 1200 + 2 * 300}
    assert paid({**flat(15), "heroes": [hero]}, *rows) == {"ann": 4 * 1500}  # takes nothing away


def test_without_a_contract_extras_come_on_top_of_what_is_on_record():
    season = {"name": "sale", "extra": 2.5}
    assert paid({"seasons": [season]}, order(0, "ann", 80.0)) == {"ann": 800 + 200}


def test_the_bonus_goes_to_the_first_order_that_is_not_reversed():
    bonus = {"name": "first", "amount": 20, "first_day": "2025-11-21"}
    rows = [
        order(0, "ann", 10.0, status="reversed"),
        order(1, "ann", 10.0),
        order(2, "ann", 10.0),
        order(0, "ben", 10.0, order="b0"),  # sold before the bonus began
        order(1, "ben", 10.0, order="b1"),
    ]
    assert paid({**flat(10), "first_orders": [bonus]}, *rows) == {"ann": 2200, "ben": 200}


@pytest.mark.parametrize(
    ("applies", "wanted"),
    [("whole", 3 * 800 + 500), ("onwards", 500 + 500 + 800 + 500)],
)
def test_tiers_by_the_volume_of_a_calendar_month(applies, wanted):
    tiers = {
        "name": "volume",
        "applies": applies,
        "steps": [{"volume": 0, "rate": 5}, {"volume": 200, "rate": 8}],
    }
    rows = [order(number, "ann", 100.0) for number in (0, 1, 2, 12)]  # the last in December
    assert paid({**flat(0), "tiers": [tiers]}, *rows) == {"ann": wanted}


def test_limits_on_orders_and_on_spend():
    rows = [order(number, "ann", 100.0) for number in range(4)]
    assert paid(flat(10, action_limit=3), *rows) == {"ann": 3000}
    assert paid(flat(10, spend_limit=25), *rows) == {"ann": 2500}
    # the week of 20 November 2025 ends on Sunday the 23rd
    weekly = [order(number, "ann", 100.0) for number in (0, 3, 4)]
    assert paid(flat(10, action_limit=1, action_limit_period="week"), *weekly) == {"ann": 2000}
    # 25 dollars are 20 euros
    euros = [order(number, "ann", 90.0, currency="EUR") for number in range(4)]
    assert paid(flat(10, spend_limit=25), *euros) == {"ann": 2000}


def test_minimum_value_and_lookback():
    rows = [order(0, "ann", 9.99), order(1, "ann", 10.0)]
    assert paid(flat(10, min_value=10), *rows) == {"ann": 100}
    old = order(0, "ben", 10.0, clicked=NOON - timedelta(days=8))
    assert paid(flat(10, lookback_days=7), old) == {"ben": 0}
    assert paid(flat(10, lookback_days=8), old) == {"ben": 100}


def test_versions_hold_from_their_day():
    versions = [{"rate": 10}, {"rate": 6, "valid_from": "2025-11-21"}]
    contracts = [{"contract": "flat", "versions": versions[::-1]}]
    assert paid({"contracts": contracts}, order(0, "ann", 10.0), order(1, "ann", 10.0)) == {
        "ann": 160
    }


def test_the_first_contract_that_matches_holds():
    contracts = [
        {"contract": "creators", "whom": {"types": ["creator"]}, "versions": [{"rate": 20}]},
        {"contract": "rest", "versions": [{"rate": 5}]},
    ]
    people = pd.DataFrame({"partner": ["ann", "ben"], "type": ["creator", None]})
    found = replay(
        plan(contracts=contracts), table(order(0, "ann", 10.0), order(1, "ben", 10.0)), people
    )
    assert found.partners.set_index("partner")["proposed"].to_dict() == {"ann": 200, "ben": 50}


def test_partners_are_found_by_source_and_id_or_by_id_alone():
    contracts = [{"contract": "c", "whom": {"types": ["creator"]}, "versions": [{"rate": 20}]}]
    people = pd.DataFrame(
        {"source": ["awin", "impact"], "partner": ["ann", "ann"], "type": ["coupon", "creator"]}
    )
    rows = [order(0, "ann", 10.0, source="impact"), order(1, "ben", 10.0, source="impact")]
    found = replay(plan(contracts=contracts), table(*rows), people)
    assert dict(zip(found.partners["partner"], found.partners["proposed"], strict=True)) == {
        "ann": 200,
        "ben": 100,
    }
    assert found.strangers == 1
    alone = replay(plan(contracts=contracts), table(order(0, "ann", 10.0)), people.tail(1))
    assert (alone.partners["proposed"].tolist(), alone.strangers) == ([200], 0)
    with pytest.raises(TableError, match="'ann' stands twice in the partner table"):
        replay(plan(contracts=contracts), table(order(0, "ann", 10.0)), people)


def test_winners_are_sorted_across_currencies():
    rows = [order(0, "ann", 1000.0, currency="JPY", commission=0), order(1, "ben", 90.0)]
    yen = make_incentives(
        {"name": "T", "currency": "USD", "exchange": {"JPY": 0.0065}, "proposed": flat(12)}
    )
    found = replay(yen, table(*rows)).partners  # 120 yen are 0.78 dollars; ben has 1.80 more
    assert found[["partner", "change", "change_home"]].to_numpy().tolist() == [
        ["ben", 180, 180],
        ["ann", 120, 78],
    ]


def test_an_order_without_a_known_commission_is_left_out_of_both_sides():
    rows = [order(0, "ann", 10.0), order(1, "ann", 10.0, commission=None)]
    found = replay(plan(**flat(20)), table(*rows))
    assert found.partners[["orders", "today", "proposed"]].to_numpy().tolist() == [[1, 100, 200]]
    assert found.left_out["without_commission"] == 1


def test_rows_that_cannot_be_judged_are_counted_once():
    rows = [
        order(0, "ann", 10.0),
        order(1, None, None),
        order(2, "ann", None),
        order(3, "ann", 10.0, currency=None),
        order(4, "ann", 10.0, status="other"),
    ]
    found = replay(plan(**flat(20)), table(*rows))
    assert found.left_out == {
        "other_status": 1,
        "without_time": 0,
        "without_partner": 1,
        "without_value": 1,
        "without_currency": 1,
        "without_commission": 0,
    }
    assert found.plan_total["orders"] == 1


def test_break_even_is_the_extra_cost_over_the_margin():
    found = replay(plan(**flat(13)), table(order(0, "ann", 100.0)))
    needed = break_even(found, Decimal("0.3"))  # 3.00 more, 10.00 of sales
    assert (needed.value, needed.share) == (1000, 0.1)
    cheaper = replay(plan(**flat(9)), table(order(0, "ann", 100.0)))
    assert break_even(cheaper, Decimal("0.3")).value == 0
    with pytest.raises(InputError, match="write 30% as"):
        break_even(found, Decimal(30))


def test_pending_orders_are_shown_apart():
    found = replay(
        plan(**flat(20)), table(order(0, "ann", 10.0), order(1, "ann", 5.0, status="pending"))
    )
    assert found.plan_total == {
        "orders": 2,
        "value": 1500,
        "today": 150,
        "proposed": 300,
        "today_open": 50,
        "proposed_open": 100,
    }


def test_no_orders_at_all():
    found = replay(plan(**flat(20, action_limit=1, spend_limit=1)), table(order(0, "ann", None)))
    assert found.partners.empty
    assert found.first is None
    assert break_even(found, Decimal("0.3")).share is None


@pytest.mark.parametrize("form", [pa.Table.from_pandas, ibis.memtable])
def test_arrow_and_ibis_tables_give_the_same(form):
    rows = table(order(0, "ann", 10.0, item="a", modified=NOON, clicked=NOON))
    assert replay(plan(**flat(20)), form(rows)).partners.equals(
        replay(plan(**flat(20)), rows).partners
    )


def test_what_is_wrong_is_named():
    good = order(0, "ann", 10.0)
    with pytest.raises(InputError, match="orders in GBP; state under exchange"):
        replay(plan(**flat(1)), table(order(0, "ann", 10.0, currency="GBP")))
    with pytest.raises(InputError, match="Unknown currency 'XX1'"):
        replay(plan(**flat(1)), table(order(0, "ann", 10.0, currency="XX1")))
    with pytest.raises(TableError, match="lack the column status"):
        replay(plan(**flat(1)), table(good).drop(columns="status"))
    with pytest.raises(TableError, match="Unknown status 'LOCKED'"):
        replay(plan(**flat(1)), table(order(0, "ann", 10.0, status="LOCKED")))
    with pytest.raises(TableError, match="'o000' stands twice"):
        replay(plan(**flat(1)), table(good, good))
    with pytest.raises(InputError, match="can't be kept to the minor unit"):
        replay(plan(**flat(1)), table(order(0, "ann", 1e15)))


def test_the_day_is_that_of_utc():
    late = order(0, "ann", 100.0, timestamp=pd.Timestamp("2025-11-20 20:00", tz="America/New_York"))
    season = {"name": "sale", "first_day": date(2025, 11, 21), "extra": 1}
    assert paid({**flat(10), "seasons": [season]}, late) == {"ann": 1100}
