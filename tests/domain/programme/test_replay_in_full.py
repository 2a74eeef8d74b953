"""Invented histories under invented plans, against a replay order by order, to the cent."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.programme.slow_replay import DIGITS, slow_pay
from workbench.domain.programme.incentives import make_incentives
from workbench.domain.programme.replay import replay

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)

rates = st.integers(0, 300_000).map(lambda number: Decimal(number) / 10_000)
money = st.integers(0, 9_000).map(lambda cents: Decimal(cents) / 100)
days = st.integers(0, 70).map(lambda number: NOON.date() + timedelta(days=number))
whoms = st.fixed_dictionaries(
    {},
    optional={
        "partners": st.lists(st.sampled_from(["ann", "ben", "cy"]), max_size=2),
        "types": st.lists(st.sampled_from(["creator", "coupon"]), max_size=2),
    },
)
periods = st.sampled_from(["day", "week", "month", "total"])
rated = st.one_of(st.fixed_dictionaries({"rate": rates}), st.fixed_dictionaries({"extra": rates}))


@st.composite
def term_lists(draw):
    begins = draw(st.lists(st.none() | days, min_size=1, max_size=3, unique=True))
    return [
        {
            "rate": draw(rates),
            **({"valid_from": day} if day else {}),
            **draw(
                st.fixed_dictionaries(
                    {"action_limit_period": periods, "spend_limit_period": periods},
                    optional={
                        "fixed": money,
                        "min_value": money,
                        "locking_days": st.integers(0, 40),
                        "lookback_days": st.integers(0, 20),
                        "action_limit": st.integers(0, 4),
                        "spend_limit": money,
                    },
                )
            ),
        }
        for day in begins
    ]


@st.composite
def incentive_lists(draw, kind, more):
    found = []
    for number in range(draw(st.integers(0, 2))):
        first, last = sorted([draw(days), draw(days)])
        ends = draw(
            st.sampled_from([{}, {"first_day": first}, {"first_day": first, "last_day": last}])
        )
        found.append({"name": f"{kind}{number}", "whom": draw(whoms), **ends, **draw(more)})
    return found


steps = st.lists(money, min_size=1, max_size=3, unique=True).flatmap(
    lambda volumes: st.tuples(
        *(rated.map(lambda each, v=volume: {"volume": v, **each}) for volume in sorted(volumes))
    ).map(list)
)
schemes = st.fixed_dictionaries(
    {
        "contracts": st.lists(st.tuples(whoms, term_lists()), max_size=3).map(
            lambda found: [
                {"contract": f"c{number}", "whom": whom, "versions": versions}
                for number, (whom, versions) in enumerate(found)
            ]
        ),
        "seasons": incentive_lists("season", rated),
        "heroes": incentive_lists("hero", rated.map(lambda each: {"items": ["kettle"], **each})),
        "tiers": incentive_lists(
            "tier",
            st.fixed_dictionaries(
                {
                    "by": st.sampled_from(["value", "orders"]),
                    "applies": st.sampled_from(["whole", "onwards"]),
                    "steps": steps,
                }
            ),
        ),
        "first_orders": incentive_lists("bonus", st.fixed_dictionaries({"amount": money})),
        "stacking": st.sampled_from(["highest", "sum"]),
    }
)


@st.composite
def histories(draw):
    rows = []
    for number in range(draw(st.integers(1, 14))):
        currency = draw(st.sampled_from(["USD", "USD", "EUR", "JPY", "KWD"]))
        scale = Decimal(1).scaleb(-DIGITS[currency])
        hours = draw(st.integers(0, 24 * 70))
        stamp = NOON + timedelta(hours=hours)
        gap = st.none() | st.integers(0, 24 * 45).map(lambda h: timedelta(hours=h))
        click, change = draw(gap), draw(gap)
        rows.append(
            {
                "order": f"o{number:02}",
                "timestamp": stamp,
                "day": stamp.date(),
                "partner": draw(st.sampled_from(["ann", "ben", "cy"])),
                "value": draw(st.integers(-500, 20_000)) * scale,
                "currency": currency,
                "status": draw(st.sampled_from(["approved", "paid", "pending", "reversed"])),
                "commission": draw(st.none() | st.integers(0, 900).map(lambda n, s=scale: n * s)),
                "clicked": None if click is None else stamp - click,
                "modified": None if change is None else stamp + change,
                "item": draw(st.sampled_from(["kettle", "cup", None])),
            }
        )
    return rows


TYPES = {"ann": "creator", "ben": "coupon"}


@settings(max_examples=200, deadline=None)
@given(histories(), schemes, st.none() | schemes, st.randoms())
def test_equal_to_the_cent_to_a_replay_order_by_order(rows, proposed, today, random):
    values = {
        "name": "Invented",
        "currency": "USD",
        "exchange": {"EUR": Decimal("1.0837"), "JPY": Decimal("0.0065"), "KWD": Decimal("3.25")},
        "proposed": proposed,
        **({"today": today} if today else {}),
    }
    typed = [{**row, "type": TYPES.get(row["partner"])} for row in rows]
    before, after = (slow_pay(each or {}, values, typed) for each in (today, proposed))
    wanted: dict = {}
    for row, old, new in zip(rows, before, after, strict=True):
        sums = wanted.setdefault((row["partner"], row["currency"]), [Decimal(0), Decimal(0)])
        if old is not None and new is not None:
            sums[0] += old
            sums[1] += new
    shuffled = random.sample(rows, len(rows))
    frame = pd.DataFrame(shuffled).drop(columns="day")
    frame[["value", "commission"]] = frame[["value", "commission"]].astype(float)
    people = pd.DataFrame({"partner": list(TYPES), "type": list(TYPES.values())})
    found = replay(make_incentives(values), frame, people)
    got = {
        (row.partner, row.currency): [
            Decimal(int(amount)).scaleb(-DIGITS[row.currency])
            for amount in (row.today, row.proposed)
        ]
        for row in found.partners.itertuples()
    }
    assert got == wanted
    parts = found.parts.groupby("currency")["amount"].sum()
    assert parts.to_dict() == found.totals.set_index("currency")["proposed"].to_dict()
    months = found.months.groupby("currency")[["today", "proposed"]].sum()
    assert months.equals(found.totals.set_index("currency")[["today", "proposed"]])


@settings(max_examples=60, deadline=None)
@given(histories(), schemes)
def test_the_same_terms_on_both_sides_change_nothing(rows, scheme):
    values = {
        "name": "Same",
        "currency": "USD",
        "exchange": {"EUR": 1.1, "JPY": 0.0065, "KWD": 3.25},
        "today": scheme,
        "proposed": scheme,
    }
    frame = pd.DataFrame(rows).astype({"value": float, "commission": float})
    assert not replay(make_incentives(values), frame).partners["change"].any()
