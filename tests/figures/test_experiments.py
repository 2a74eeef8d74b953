"""Experiments drawn: sentences that wait for the verdict, figures that are the table's."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.domain.experiments import check_arms, check_days, compare, totals
from workbench.figures import experiments
from workbench.figures.effects import said
from workbench.locale import LANGS, translator

EN, ZH = translator("en"), translator("zh")


def arms(*counts: tuple[int, int]) -> pd.DataFrame:
    table = pd.DataFrame(counts, columns=["conversions", "exposures"])
    return check_arms(table.assign(arm=["Blue", "Red", "Video"][: len(counts)]))


def days(rate: float, count: int = 8) -> pd.DataFrame:
    rows = [
        (
            f"2026-11-{day:02d}",
            arm,
            2000,
            round(2000 * each),
            40.0 * each * 2000,
            2400.0 * each * 2000,
        )
        for day in range(1, count + 1)
        for arm, each in (("Blue", 0.02), ("Red", rate))
    ]
    names = ["day", "arm", "exposures", "conversions", "value", "value_squares"]
    return check_days(pd.DataFrame(rows, columns=names))


FULL = 25_000


@pytest.mark.parametrize(
    ("red", "sentence"),
    [
        ((650, FULL), r"Red is better than Blue: \+30\.0% \(\+15\.9% to \+45\.9%\)\."),
        ((350, FULL), r"Red is worse than Blue: −30\.0% \(−38\.9% to −19\.9%\)\."),
        ((510, FULL), r"Red: no difference to Blue shown: \+2\.0% \(−9\.7% to \+15\.2%\)\."),
        (
            (999, 9999),
            r"The split is not the planned one \(p < 0\.001\): no effect can be believed",
        ),
    ],
)
def test_each_verdict_in_a_sentence(red, sentence):
    found = compare(arms((500, FULL), red), effect=0.2)
    assert re.match(sentence, said(found, EN)[0])


def test_too_early_names_counts_and_no_winner():
    found = compare(arms((100, 5000), (250, 5000)), effect=0.2)
    assert said(found, EN) == ["Red: too early to say, 5,000 of 21,109 exposures per arm."]
    assert said(found, ZH) == ["Red：为时尚早，每个版本计划 21,109 次曝光，现有 5,000 次。"]
    nothing = compare(arms((0, 50), (3, 50)))
    assert "no size can be planned" in said(nothing, EN)[0]


def test_under_peeking_the_interval_is_the_one_that_holds_under_peeking():
    table = days(0.03)
    found = compare(totals(table), days=table, effect=0.2)
    last = found.looks.iloc[-1]
    sentence = said(found, EN)[0]
    assert sentence.startswith("Red is better than Blue: odds +51.")
    assert (
        f"(+{100 * (last['low'] - 1):.1f}% to +{100 * (last['high'] - 1):.1f}%, at any look)"
        in sentence
    )


def test_intervals_are_the_table_s(sound):
    found = compare(arms((500, FULL), (650, FULL), (520, FULL)), effect=0.25)
    drawing = experiments.intervals(found, "conversions", EN)
    seen, believed = sound(drawing)["data"]
    rows = found.effects.iloc[::-1]
    axis = sound(drawing)["layout"]["yaxis"]
    assert axis["ticktext"] == ["Video", "Red"] and axis["tickvals"] == [0, 1]
    assert np.round(seen["y"]).tolist() == np.round(believed["y"]).tolist() == [0, 1]
    np.testing.assert_allclose(seen["x"], 100 * rows["difference"])
    low = np.array(seen["x"]) - seen["error_x"]["arrayminus"]
    np.testing.assert_allclose(low, 100 * rows["difference_low"])
    high = np.array(believed["x"]) + believed["error_x"]["array"]
    np.testing.assert_allclose(
        high, 100 * found.posterior.loc[["Video", "Red"], "difference_high"].astype(float)
    )
    assert drawing.finding.startswith("Red is better") and "Video: no diff" in drawing.finding
    assert "Red +0.60 points" in drawing.alt
    assert "Holm" in drawing.source and "80%" in drawing.source


def test_an_effect_without_bounds_is_left_out_of_the_figure(sound):
    table = arms((5, 90), (5, 80)).assign(value=[5.0, 5.0], value_squares=[25 / 90, 25 / 80])
    drawing = experiments.intervals(compare(table, metrics=("value",)), "value", EN)
    assert sound(drawing)["data"][0]["x"] == []


@pytest.mark.parametrize("metric", ["conversions", "value"])
def test_looks_over_time_are_the_table_s(metric, sound):
    table = days(0.03)
    found = compare(totals(table), days=table, effect=0.2, metrics=("conversions", "value"))
    drawing = experiments.over_time(found, metric, EN)
    figure = sound(drawing)
    low, high, middle = figure["data"]
    own = found.looks[found.looks["metric"] == metric]
    assert middle["x"] == own["day"].tolist()
    finite = np.isfinite(own["low"])
    assert [value is None for value in low["y"]] == (~finite).tolist()
    np.testing.assert_allclose([v for v in high["y"] if v is not None], own["high"][finite])
    assert figure["layout"]["yaxis"]["type"] == ("log" if metric == "conversions" else "linear")
    assert figure["layout"]["shapes"][0]["y0"] == (1 if metric == "conversions" else 0)
    if metric == "conversions":
        first = own.loc[own["low"] > 1, "day"].iloc[0]
        day = EN.date(date.fromisoformat(first))
        assert drawing.finding == f"Different from Blue at every look: Red since {day}"


def test_an_interval_that_holds_no_difference_leaves_nothing_behind(sound):
    table = days(0.021)
    drawing = experiments.over_time(compare(totals(table), days=table), "conversions", EN)
    sound(drawing)
    assert drawing.finding == "No arm differs from Blue for sure yet"


@pytest.mark.parametrize("lang", LANGS)
def test_the_view_holds_verdict_counts_and_rule(lang):
    t = translator(lang)
    found = compare(arms((500, FULL), (650, FULL)), effect=0.2)
    html = experiments.view(found, t).html
    assert html.index(said(found, t)[0]) < html.index("<table")
    assert "25,000 / 21,109" in html and "2.60%" in html
    assert "nan" not in html and "None" not in html
    assert 'class="tag go"' in html


def test_a_broken_split_lists_its_causes_and_a_name_is_escaped():
    table = arms((500, FULL), (1000, 9000)).rename(index={"Red": "<b>Red</b>"})
    html = experiments.view(compare(table), EN).html
    assert html.count("<li>") == 5 and "Redirects, consent banners" in html
    assert "<b>" not in html and "&lt;b&gt;Red" in html


def test_an_unplanned_split_says_so():
    html = experiments.view(compare(arms((500, FULL), (90, 900)), planned_split=False), EN).html
    assert "arms may differ in more than what is compared" in html
