"""Alerts of a week, from the event tables; injected breaks are found, quiet weeks are quiet."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.domain.programme.tables import at, click, opened, order
from workbench.domain.errors import InputError
from workbench.domain.programme.alert_texts import CAUSES, KINDS, SPLIT_HINT, STEPS
from workbench.domain.programme.alerts import LEVEL, _raised, find_alerts
from workbench.domain.programme.week_tests import week_of
from workbench.domain.programme.weekly import COUNTED, Weekly

UNTIL = date(2026, 3, 29)


def programme(clicks: np.ndarray, orders: np.ndarray | None = None, extra=()):
    """Partners × weeks as single events, the newest week ending on :data:`UNTIL`."""
    weeks = clicks.shape[1]
    orders = clicks // 10 if orders is None else orders
    touches, sold = [], []
    for partner in range(len(clicks)):
        for week in range(weeks):
            day = (UNTIL - timedelta(days=7 * (weeks - 1 - week) + 3)).isoformat()
            touches += [click(f"p{partner}", day)] * int(clicks[partner, week])
            sold += [order(f"p{partner}", day, 50.0, commission=5.0)] * int(orders[partner, week])
    names = [{"partner": f"p{partner}", "name": f"Partner {partner}"} for partner in range(3)]
    return opened(touches, [*sold, *extra], names)


def steady(partners: int = 12, weeks: int = 9) -> np.ndarray:
    return np.random.default_rng(6).poisson(30, (partners, weeks))


def kinds(found) -> list[tuple[str, str]]:
    return [(one.partner, one.kind) for one in found.found]


def test_clicks_that_stop_are_told_with_their_figures():
    clicks, orders = steady(), np.full((12, 9), 6)
    clicks[1, -1] = 0
    found = find_alerts(programme(clicks, orders), UNTIL)
    assert kinds(found) == [("p1", "no_clicks")]
    alert = found.found[0]
    assert (alert.name, alert.now, alert.severity) == ("Partner 1", 0, "high")
    assert alert.before == pytest.approx(clicks[1, :-1].mean())
    assert alert.p < 1e-3
    assert alert.causes[0] == SPLIT_HINT["clicks_only"]  # orders went on
    assert found.tested >= 12


def test_who_falls_silent_in_a_growing_programme_is_missed():
    """Growth from week to week is no scatter in which a silence could hide."""
    grown = np.random.default_rng(4).poisson(np.linspace(5, 60, 26), (12, 26))
    grown[1, -1] = 0
    found = find_alerts(programme(grown, np.zeros((12, 26), int)), UNTIL)
    assert ("p1", "no_clicks") in kinds(found)


def test_orders_that_stop_while_clicks_go_on_lie_between_click_and_order():
    orders = np.full((12, 9), 9)
    orders[2, -1] = 0
    found = find_alerts(programme(steady(), orders), UNTIL)
    assert ("p2", "no_orders") in kinds(found)
    alert = next(one for one in found.found if one.kind == "no_orders")
    assert alert.hint == "orders_only"


def test_a_leader_that_falls_leaves_the_top_ten():
    orders = np.tile(np.arange(30, 54, 2)[:, None], (1, 9))  # p11 sells most
    orders[11, -1] = 12
    found = find_alerts(programme(steady(), orders), UNTIL)
    assert set(kinds(found)) == {("p11", "orders_down"), ("p11", "left_top")}
    left = next(one for one in found.found if one.kind == "left_top")
    assert (left.before, left.now, left.severity) == (1, 12, "high")


def test_a_week_that_is_bad_for_all_is_no_partners_alert():
    clicks = np.full((12, 9), 40)
    clicks[:, -1] = 15
    found = find_alerts(programme(clicks, np.full((12, 9), 0)), UNTIL)
    assert kinds(found) == [("", "programme_clicks")]
    assert (found.found[0].now, found.found[0].severity) == (180, "high")


def test_an_export_that_stopped_is_told_though_nobody_moved():
    found = find_alerts(programme(steady(), np.full((12, 9), 6)), UNTIL + timedelta(days=7))
    assert set(kinds(found)) == {("", "programme_clicks"), ("", "programme_orders")}


def test_a_partners_own_season_is_expected_after_a_year():
    """p1's clicks halve twice in the same week of the year: the second time is no alert."""
    clicks = np.full((12, 62), 16)
    clicks[1, -1] = 2
    alone = find_alerts(programme(clicks[:, -9:], np.zeros((12, 9), int)), UNTIL)
    assert ("p1", "clicks_down") in kinds(alone)
    clicks[1, -53] = 2
    seasonal = find_alerts(programme(clicks, np.zeros((12, 62), int)), UNTIL)
    assert kinds(seasonal) == []


def test_a_small_partner_that_never_paused_is_missed_when_it_does():
    """Ten clicks a week, then none, among 14 partners: told among click tests."""
    clicks = np.random.default_rng(1).poisson(9, (14, 9))
    clicks[2] = [12, 10, 9, 11, 10, 9, 13, 10, 0]
    found = find_alerts(programme(clicks, np.zeros((14, 9), int)), UNTIL)
    assert kinds(found) == [("p2", "no_clicks")]


def test_the_fall_of_the_biggest_is_no_rise_of_the_others():
    """p0 has more clicks than all the others together, and loses nearly all of them."""
    rng = np.random.default_rng(2)
    clicks = rng.poisson(np.r_[[2000], np.full(11, 60)][:, None] * np.ones(9))
    clicks[0, -1] = 100
    found = find_alerts(programme(clicks, np.zeros((12, 9), int)), UNTIL)
    assert ("p0", "clicks_down") in kinds(found)
    assert not [one for one in found.found if one.kind == "clicks_up"]


def test_partners_that_scatter_unequally_raise_no_more_alarms_than_stated():
    """Variance 1.2 times the mean for one half of the partners, 9 times for the other."""
    rng, rounds, loud = np.random.default_rng(4), 100, 0
    keys = pd.DataFrame({"source": "s", "partner": [f"p{n}" for n in range(20)], "name": None})
    scatter = np.where(np.arange(20) % 2, 9.0, 1.2)[:, None]
    mean = np.geomspace(500, 5, 20)[:, None] * np.ones(9)
    for _ in range(rounds):
        clicks = rng.negative_binomial(mean / (scatter - 1), 1 / scatter).astype(float)
        figures = dict.fromkeys((*COUNTED, "decided", "turned"), np.zeros((20, 9)))
        held = Weekly(UNTIL, keys, figures | {"clicks": clicks})
        loud += bool(list(_raised(week_of(held, LEVEL), LEVEL)))
    assert loud <= stats.binom.ppf(0.99, rounds, LEVEL)


def test_orders_that_had_no_time_to_be_reversed_are_no_rise_and_hide_no_fall():
    """Half of p1's orders are reversed, the newest week's not yet; then that week halves."""
    days = [(UNTIL - timedelta(days=7 * ago + 3)).isoformat() for ago in range(9)]
    others = [order(f"p{n}", day, 50.0) for n in range(2, 12) for day in days for _ in range(60)]

    def placed(newest: int):
        before = [
            order("p1", day, 50.0, status="reversed" if number % 2 else "approved")
            for day in days[1:]
            for number in range(60)
        ]
        fresh = [order("p1", days[0], 50.0, status="pending") for _ in range(newest)]
        return opened((), [*others, *before, *fresh])

    assert kinds(find_alerts(placed(60), UNTIL)) == []
    assert kinds(find_alerts(placed(20), UNTIL))[0] == ("p1", "orders_down")


def test_reversals_are_news_in_the_week_they_are_decided():
    """Orders of a month ago, decided day by day; in the newest week most of p1's are reversed."""
    sold = []
    for ago in range(9):
        decided = UNTIL - timedelta(days=7 * ago + 2)
        bought, told = (decided - timedelta(days=28)).isoformat(), at(decided.isoformat())
        for n in range(12):
            bad = 24 if n == 1 and not ago else 3
            sold += [
                order(f"p{n}", bought, 50.0, modified=told,
                      status="reversed" if number < bad else "approved")
                for number in range(40)
            ]  # fmt: skip
    found = find_alerts(opened((), sold), UNTIL)
    assert [(one.partner, one.kind, one.now) for one in found.found if one.partner] == [
        ("p1", "reversals_up", 24)
    ]


def test_reversals_that_jump():
    day = (UNTIL - timedelta(days=2)).isoformat()
    bad = [order("p3", day, 50.0, status="reversed") for _ in range(12)]
    tables = programme(steady(), np.full((12, 9), 10), extra=bad)
    assert ("p3", "reversals_up") in kinds(find_alerts(tables, UNTIL))


def test_orders_seconds_after_the_click_and_long_after_it():
    day = (UNTIL - timedelta(days=1)).isoformat()
    normal = [order(f"n{n}", f"{day}T12:00", 9.0, clicked=at(f"{day}T11:00")) for n in range(40)]
    fast = [order("f", f"{day}T12:00", 9.0, clicked=at(f"{day}T11:59:57")) for _ in range(4)]
    late = [order("l", f"{day}T12:00", 9.0, clicked=at("2026-01-20T12:00")) for _ in range(4)]
    found = find_alerts(opened((), [*normal, *fast, *late]), UNTIL)
    assert set(kinds(found)) == {("f", "too_fast"), ("l", "too_late")}
    assert found.found[0].now == 4
    few = find_alerts(opened((), [*normal, *fast[:2]]), UNTIL)
    assert few.found == () and few.untested == 41


def test_weeks_since_a_day_are_each_judged():
    clicks = steady(12, 11)
    clicks[1, -3] = 0  # two weeks ago; since then as before
    tables = programme(clicks, np.zeros((12, 11), int))
    week = UNTIL - timedelta(days=14)
    assert kinds(find_alerts(tables, UNTIL)) == []
    found = find_alerts(tables, UNTIL, since=week)
    assert [(one.partner, one.kind, one.week) for one in found.found] == [("p1", "no_clicks", week)]


def test_two_currencies_leave_the_counts_judged_and_the_returns_not():
    clicks = steady()
    clicks[1, -1] = 0
    tables = programme(clicks, np.full((12, 9), 6))
    mixed = tables.conversions.mutate(
        currency=(tables.conversions.order == "o0").ifelse("EUR", tables.conversions.currency)
    )
    found = find_alerts(
        type(tables)(tables.touchpoints, mixed, tables.partners, tables.performance), UNTIL
    )
    assert found.currencies == ("EUR", "USD")
    assert kinds(found) == [("p1", "no_clicks")]


def test_nothing_imported_yet():
    found = find_alerts(opened(), UNTIL)
    assert (found.found, found.tested, found.untested) == ((), 0, 0)


def test_what_is_asked_for_is_checked():
    with pytest.raises(InputError, match="level 2 is not between 0 and 1"):
        find_alerts(opened(), UNTIL, level=2)
    with pytest.raises(InputError, match="begins on 2026-04-01 and ends on 2026-03-29"):
        find_alerts(opened(), UNTIL, since=date(2026, 4, 1))


def test_quiet_weeks_raise_an_alarm_no_more_often_than_stated():
    """With nothing going on, a measure raises any alert in a week by at most the level's chance."""
    rng = np.random.default_rng(9)
    rounds, partners = 80, 40
    loud = dict.fromkeys(("clicks", "orders", "roi", "reversals"), 0)
    keys = pd.DataFrame({"source": "s", "partner": [f"p{n}" for n in range(partners)],
                         "name": None})  # fmt: skip
    for _ in range(rounds):
        mean = rng.lognormal(2, 1, (partners, 1)) * np.exp(rng.normal(0, 0.2, 9))
        clicks = rng.negative_binomial(10, 10 / (10 + 10 * mean)).astype(float)
        judged = rng.poisson(mean).astype(float)
        bad = rng.binomial(judged.astype(int), 0.08).astype(float)
        figures = dict.fromkeys(COUNTED, np.zeros((partners, 9)))
        value = judged * 50 * np.exp(rng.normal(0, 0.2, judged.shape))
        figures |= {"clicks": clicks, "judged": judged, "decided": judged, "turned": bad,
                    "orders": judged - bad,
                    "both_value": value, "both_commission": judged * 5.0}  # fmt: skip
        week = week_of(Weekly(UNTIL, keys, figures), LEVEL)
        raised = {one.kind.removeprefix("no_").split("_")[0] for one in _raised(week, LEVEL)}
        for name in loud:
            loud[name] += name in raised
    assert max(loud.values()) <= stats.binom.ppf(0.99, rounds, LEVEL), loud


def test_every_kind_has_causes_and_a_step():
    assert set(CAUSES) == set(STEPS) == set(KINDS)
    assert all(CAUSES.values())
