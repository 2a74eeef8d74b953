"""The programme drawn: what each figure and view says, from small tables."""

import re
from datetime import date

import numpy as np
import pytest

from tests.domain.programme.tables import click, opened, order
from workbench.domain.programme.activity import activity
from workbench.domain.programme.against import compare
from workbench.domain.programme.alerts import Alert, Alerts
from workbench.domain.programme.concentration import concentration
from workbench.domain.programme.facts import Scope
from workbench.domain.programme.period import Period
from workbench.domain.programme.pivot import pivot
from workbench.domain.programme.praise import Praise
from workbench.domain.programme.ramp import ramp
from workbench.domain.programme.story import story
from workbench.figures import alerts as alert_figures
from workbench.figures import basics_table, programme
from workbench.figures import ramp as ramp_figures
from workbench.locale import LANGS, translator

EN = translator("en")
MARCH = Scope(Period(date(2026, 3, 1), date(2026, 3, 31)))
TAG = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def tables():
    return opened(
        [click("a", "2026-03-01"), click("b", "2026-03-01")],
        [
            *(order("a", "2026-03-02", 10.0, commission=1.0) for _ in range(3)),
            order("b", "2026-03-02", None),
            order("a", "2026-02-02", 10.0),
        ],
        [
            {"partner": "a", "name": TAG, "type": "content", "joined": date(2026, 1, 1)},
            {"partner": "b", "type": TAG},
            {"partner": "c", "type": "coupon"},
        ],
    )


def test_the_funnel_says_how_many_sell(tables, sound):
    drawn = programme.funnel(activity(tables, MARCH), EN)
    assert drawn.finding == "2 of 3 partners sell (67%)"
    assert sound(drawn)["data"][0]["x"] == [2, 2, 3]


def test_unknown_clicks_are_marked_in_the_funnel(sound):
    drawn = programme.funnel(activity(opened((), [order("a", "2026-03-01", 1.0)])), EN)
    bars = sound(drawn)["data"][0]
    assert bars["text"][1] == "?" and "unknown" in drawn.alt


def test_nobody_yet_can_be_drawn(sound):
    nothing = opened()
    assert sound(programme.funnel(activity(nothing), EN))
    assert sound(programme.lorenz(concentration(np.array([])), EN))
    drawn = programme.shares(pivot(nothing, ("type",)), EN)
    assert drawn.finding == "No orders are known"


def test_concentration(sound):
    drawn = programme.lorenz(concentration(np.array([60.0, 20, 10, 10])), EN)
    assert drawn.finding == "2 of 4 selling partners make 80% of the orders"
    assert sound(drawn)["data"][1]["y"] == pytest.approx([0, 0.1, 0.2, 0.4, 1])


def test_shares_of_media_types(tables, sound):
    drawn = programme.shares(pivot(tables, ("type",), MARCH), EN)
    assert drawn.finding == "content makes 75% of all"
    assert sound(drawn)["data"][0]["x"] == [0.25, 0.75]


def test_period_against_period(tables, sound):
    held = compare(tables, "before", ("type",), MARCH)
    drawn = programme.against(held, "orders", EN)
    assert drawn.finding == "Orders: 4 now, 1 then"
    assert [bars["x"] for bars in sound(drawn)["data"]] == [[0, 1], [1, 3]]


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_states_statuses_and_what_is_left_out_and_escapes(tables, lang):
    t = translator(lang)
    found = pivot(tables, ("type", "tenure"), MARCH)
    html = basics_table.basics_view(found, t).html
    assert TAG not in html and "&lt;img" in html
    assert t("Orders counted: {statuses}.", statuses="")[:5] in html
    assert "nan" not in html and "None" not in html
    if lang == "en":
        assert "Average order value: 1 left out" in html and "pending, approved, paid out" in html


def one_alert(**more) -> Alert:
    given = {"kind": "no_clicks", "source": "s", "partner": "p", "name": TAG,
             "week": date(2026, 3, 29), "now": 0.0, "before": 30.5, "expected": 28.0,
             "p": 1e-7, "severity": "high"}  # fmt: skip
    return Alert(**{**given, **more})


@pytest.mark.parametrize("lang", LANGS)
def test_alerts_show_figures_causes_and_the_next_step(lang):
    t = translator(lang)
    found = (one_alert(), one_alert(kind="left_top", expected=np.nan, severity="low"))
    view = alert_figures.view(Alerts(found, date(2026, 3, 23), date(2026, 3, 29), tested=24), t)
    assert TAG not in view.html and "&lt; 0.0001" in view.html and "30.5" in view.html
    assert "nan" not in view.html
    assert all(t.text(cause).split("'")[0] in view.html for cause in found[0].causes)
    days = date(2026, 3, 23), date(2026, 3, 29)
    quiet = alert_figures.view(Alerts((), *days, tested=9), t)
    assert quiet.title == t("Nothing out of the ordinary")
    unknown = alert_figures.view(Alerts((), *days, untested=9), t)  # an unknown is no all-clear
    assert unknown.title == t("Too few weeks or counts to judge anybody yet")


def test_many_alerts_are_counted(tables):
    found = tuple(one_alert() for _ in range(25))
    view = alert_figures.view(Alerts(found, date(2026, 3, 29), date(2026, 3, 29)), EN)
    assert view.title == "25 alerts, 25 of high severity"
    assert "5 more alerts are not shown" in view.html


def test_drafts_escape_the_partners_name():
    praised = (Praise("first_order", "s", "p", TAG, date(2026, 3, 29)),)
    html = alert_figures.praise_view(praised, EN).html
    assert TAG not in html and "congratulations" in html


def test_the_band_leaves_a_gap_where_a_month_is_unknown(sound):
    drawn = ramp_figures.band(ramp([100, None, 200], 1000), EN)
    low, high, actual = sound(drawn)["data"]
    assert actual["y"][:3] == [100, None, 200] and len(low["y"]) == len(high["y"]) == 12
    assert drawn.finding.startswith("Within the band: 300 so far, expected 217 to 464")
    assert "no month is known" in ramp_figures.band(ramp([], 10), EN).finding


@pytest.mark.parametrize("lang", LANGS)
def test_the_story_says_what_is_known_and_what_to_measure_next(tables, lang):
    t = translator(lang)
    levels = story(
        pivot(tables, ("type",), MARCH),
        activity(tables, MARCH),
        concentration(np.array([3.0, 1.0])),
        ramp([10, 20], 1000),
    )
    html = ramp_figures.story_view(levels, t).html
    assert [level.number for level in levels] == [1, 2, 3]
    assert "workbench alerts" in html and "workbench attribute" in html
    if lang == "en":
        assert "3 partners have joined, 2 clicked in the period, 2 sold." in html
        assert "They brought 4 orders; return on cost 9.0, 0.0% of orders reversed." in html
        assert "below the band" in html


def test_another_period_stands_below_each_figure_and_who_is_lost_is_named():
    """March against February: p sold 2 for 1 then; q sold only then."""
    tables = opened(
        conversions=[
            order("p", "2026-03-02", 10.0),
            order("p", "2026-03-03", 20.0),
            order("p", "2026-02-10", 5.0),
            order("q", "2026-02-11", 7.0),
        ]
    )
    march = Scope(Period(date(2026, 3, 1), date(2026, 3, 31)))
    held = compare(tables, "before", ("partner",), march, ("orders", "value"))
    t = translator("en")
    html = basics_table.basics_view(held.now, t, held=held).html
    cell = r'<td class="n" data-sort="([\d.]+)">(\S+) <span class="then">(\S+)</span>'
    assert re.findall(cell, html) == [
        ("2.0", "2", "1"),
        ("30.0", "30.00", "5.00"),
        ("2.0", "2", "2"),  # the total
        ("30.0", "30.00", "12.00"),
    ]
    assert basics_table.lost_said(held, t) == "Something then and nothing now: q."
