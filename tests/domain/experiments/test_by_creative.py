"""From event tables to the use of creatives, counted by hand on DuckDB."""

import ibis
import pandas as pd
import pytest

from workbench.domain.events import CONVERSIONS, TOUCHPOINTS
from workbench.domain.experiments import by_creative, usage


def at(hour: int) -> pd.Timestamp:
    return pd.Timestamp(f"2026-11-01 {hour:02d}:00", tz="UTC")


TOUCHES = [
    ("1", "j1", at(1), "p", "blog", "click", "red", "/a"),
    ("2", "j1", at(2), "q", "blog", "impression", "blue", "/a"),
    ("3", "j2", at(1), None, None, None, "red", None),
    ("4", "j1", at(9), "p", "blog", "click", "red", "/b"),
    ("5", "j1", at(3), "p", "blog", "click", None, "/a"),
    ("6", "j3", at(1), "p", "mail", "click", "red", "/a"),
]
ORDERS = [
    ("o1", "j1", at(4), "z", "approved", None),  # the last creative before it: blue, by q
    ("o2", "j2", at(3), "z", "paid", None),  # red, by nobody known
    ("o3", None, at(3), "z", "pending", "green"),  # as its export says
    ("o4", "j1", at(10), "p", "reversed", None),  # does not count
    ("o5", "j9", at(3), "z", "paid", None),  # no touch
    ("o6", "j3", at(0), "p", "paid", None),  # bought before the touch
]


@pytest.fixture
def tables() -> tuple:
    con = ibis.duckdb.connect()
    touches = pd.DataFrame(
        TOUCHES,
        columns=["touch", "journey", "timestamp", "partner", "channel", "kind", "creative", "page"],
    ).assign(source="s")
    orders = pd.DataFrame(
        ORDERS, columns=["order", "journey", "timestamp", "partner", "status", "creative"]
    ).assign(source="s")
    return (
        con.create_table("touchpoints", touches.reindex(columns=TOUCHPOINTS.names)),
        con.create_table("conversions", orders.reindex(columns=CONVERSIONS.names)),
    )


def rows(found: pd.DataFrame) -> dict:
    return {
        (row.creative, row.partner if pd.notna(row.partner) else None): (
            row.uses,
            row.clicks,
            row.orders,
        )
        for row in found.itertuples()
    }


def test_uses_clicks_and_orders_by_hand(tables):
    expression = by_creative(*tables)
    assert isinstance(expression, ibis.expr.types.Table)  # nothing ran yet
    assert rows(expression.execute()) == {
        ("red", "p"): (3, 3, 0),  # blog /a, blog /b, mail /a
        ("red", None): (1, 1, 1),
        ("blue", "q"): (1, 0, 1),
        ("green", "z"): (0, 0, 1),
    }


def test_other_statuses_may_count(tables):
    found = rows(by_creative(*tables, statuses=["reversed"]).execute())
    assert found["red", "p"] == (3, 3, 1) and found["blue", "q"] == (1, 0, 0)
    assert ("green", "z") not in found


def test_an_order_of_a_period_may_have_been_brought_by_a_touch_before_it(tables):
    touches, orders = tables
    late = pd.Timestamp("2026-11-01 03:00", tz="UTC")
    found = by_creative(
        touches,
        orders.filter(orders.timestamp >= late),
        shown=touches.filter(touches.timestamp >= late),
    )
    assert rows(found.execute()) == {
        ("red", "p"): (1, 1, 0),  # the touch of nine o'clock
        ("red", None): (0, 0, 1),  # o2, by the touch of one o'clock
        ("blue", "q"): (0, 0, 1),
        ("green", "z"): (0, 0, 1),
    }


def test_the_order_of_rows_does_not_matter(tables):
    touches, orders = tables
    turned = by_creative(touches.order_by(ibis.desc("touch")), orders.order_by(ibis.desc("order")))
    assert rows(turned.execute()) == rows(by_creative(touches, orders).execute())


def test_the_result_is_what_usage_takes(tables):
    found = usage(by_creative(*tables).execute())
    assert found.loc["red", ["uses", "partners", "clicks", "orders"]].tolist() == [4, 1, 4, 1]
    assert pd.isna(found.loc["blue", "rate"])  # an order and no click


def test_what_no_export_tells_of_is_unknown(tables):
    touches, orders = tables
    clicks_alone = by_creative(
        touches, orders.limit(0), told={"clicks": ["s"], "orders": []}
    ).execute()
    assert clicks_alone["orders"].isna().all() and clicks_alone["clicks"].sum() == 4
    assert usage(clicks_alone)["rate"].isna().all()
    orders_alone = by_creative(
        touches.limit(0), orders, told={"clicks": [], "orders": ["s"]}
    ).execute()
    assert orders_alone[["uses", "clicks"]].isna().all().all()
    assert orders_alone[["creative", "orders"]].to_numpy().tolist() == [["green", 1]]


def test_sources_that_tell_different_things_are_not_mixed():
    """Clicks of "a": red twice, blue once; orders of "b": green and red. No rate can be had."""
    con = ibis.duckdb.connect()
    touches = pd.DataFrame(
        [("1", at(1), "red"), ("2", at(2), "red"), ("3", at(3), "blue")],
        columns=["touch", "timestamp", "creative"],
    ).assign(source="a", partner="A", kind="click", journey="j", channel="c", page="/a")
    orders = pd.DataFrame(
        [("o1", at(4), "green"), ("o2", at(5), "red")], columns=["order", "timestamp", "creative"]
    ).assign(source="b", partner="B", status="paid", journey="k")
    found = by_creative(
        con.create_table("touchpoints", touches.reindex(columns=TOUCHPOINTS.names)),
        con.create_table("conversions", orders.reindex(columns=CONVERSIONS.names)),
        told={"clicks": ["a"], "orders": ["b"]},
    ).execute()
    used = usage(found, counted=True)
    shown = used[["uses", "clicks", "orders", "rate"]].astype(float).fillna(-1)
    assert shown.T.to_dict("list") == {
        "red": [1, 2, 1, -1], "blue": [1, 1, -1, -1], "green": [-1, -1, 1, -1]
    }  # fmt: skip
