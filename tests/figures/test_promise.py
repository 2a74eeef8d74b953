"""The promise check drawn: what is met, what falls short and what nobody has measured."""

import numpy as np
import pandas as pd

from workbench.domain.promise import PromiseCheck
from workbench.figures import promise
from workbench.figures.theme import tokens
from workbench.locale import translator

EN = translator("en")
TABLE = pd.DataFrame(
    {
        "phrase": ["no lag", "HD", "instant"],
        "lang": "en",
        "requirement": ["delay_150", "hd_720", "connect_1s"],
        "metric": ["end_to_end_delay_ms", "downlink_kbps", "connect_time_ms"],
        "comparison": ["max", "min", "max"],
        "required": [150.0, 3000.0, 1000.0],
        "unit": ["ms", "kbps", "ms"],
        "available": [300.0, 4500.0, np.nan],
        "verdict": ["blocked", "kept", "unknown"],
        "shortfall": [150.0, np.nan, np.nan],
        "start": [4, 0, 12],
        "end": [10, 2, 19],
    }
)


def test_bars_show_the_share_of_each_requirement_that_is_met(sound):
    drawing = promise.against_requirement(PromiseCheck(TABLE, {"en": "..."}), EN)
    bar, values = sound(drawing)["data"]
    assert bar["y"] == [
        "Connect time ≤ 1,000 ms",
        "Video bit rate ≥ 3,000 kbps",
        "End-to-end delay ≤ 150 ms",
    ]
    assert bar["x"] == [0.0, 150.0, 50.0]  # unknown; 4500 of 3000; 150 of 300
    assert bar["text"] == values["text"] == ["?", "4,500 kbps", "300 ms"]
    assert bar["marker"]["color"] == [tokens()["unk"], tokens()["go"], tokens()["no"]]
    assert drawing.finding == "1 of 3 promises kept, 1 can't be kept, 1 unknown"
    assert drawing.alt.startswith("Connect time ≤ 1,000 ms: ?, Video bit rate")


def test_values_stand_in_a_column_beside_the_bars(sound):
    """Right of the longest bar, with room for the longest value; no bar's end has a label."""
    figure = sound(promise.against_requirement(PromiseCheck(TABLE, {}), EN))
    bar, values = figure["data"]
    assert bar["textposition"] == "none" and values["textposition"] == "middle right"
    assert set(values["x"]) == {figure["layout"]["xaxis"]["range"][1]}
    assert figure["layout"]["xaxis"]["range"][1] > promise.FAR * 100
    assert figure["layout"]["margin"]["r"] >= 7.5 * len("4,500 kbps")
    assert figure["layout"]["yaxis"]["ticktext"][0] == "Connect time<br>≤ 1,000 ms"
    assert figure["layout"]["xaxis"]["ticktext"] == ["0", "100%", "≥300%"]


def test_a_bar_far_above_the_requirement_is_cut(sound):
    far = TABLE.assign(available=[1.0, 90_000.0, 0.0])
    bar = sound(promise.against_requirement(PromiseCheck(far, {}), EN))["data"][0]
    assert bar["x"] == [300.0, 300.0, 300.0]


def test_the_copy_is_cut_into_marked_pieces():
    said = "HD, no lag, instant connect"
    table = TABLE.assign(start=[4, 0, 12], end=[10, 2, 19])
    assert promise.marked(said, table) == [
        ("HD", "kept"),
        (", ", ""),
        ("no lag", "blocked"),
        (", ", ""),
        ("instant", "unknown"),
        (" connect", ""),
    ]


def test_a_phrase_with_several_requirements_has_the_worst_colour():
    twice = TABLE.assign(start=0, end=2)
    assert promise.marked("HD!", twice) == [("HD", "blocked"), ("!", "")]


def test_a_promise_counts_once_whatever_it_asks_for_and_however_often_it_is_made(sound):
    asks = pd.concat([TABLE, TABLE.assign(lang="zh")], ignore_index=True)
    more = asks.iloc[[1]].assign(requirement="loss_weak_20", verdict="blocked")
    table = pd.concat([asks, more], ignore_index=True)
    assert PromiseCheck(table, {}).fates.to_dict() == {
        "no lag": "blocked", "HD": "blocked", "instant": "unknown"
    }  # fmt: skip
    drawing = promise.against_requirement(PromiseCheck(table, {}), EN)
    assert drawing.finding == "0 of 3 promises kept, 2 can't be kept, 1 unknown"
    assert len(sound(drawing)["data"][0]["y"]) == 4
    one = promise.against_requirement(PromiseCheck(TABLE.iloc[[1]], {}), EN)
    assert one.finding == "1 of 1 promise kept, 0 can't be kept, 0 unknown"


def test_the_view_shows_requirement_shortfall_and_honest_wording(portfolio, sound):
    view = promise.view(portfolio, "ID", EN)
    table = portfolio.market("ID").promise.table
    assert "blocked" in set(table["verdict"])
    bar = sound(view.drawing)["data"][0]
    assert len(bar["y"]) == table["requirement"].nunique()
    for wording in table.loc[table["verdict"] == "blocked", "honest_en"]:
        assert wording in view.html
    assert '<mark class="blocked"' in view.html


def test_without_a_product_there_is_nothing_to_check(bare):
    view = promise.view(bare, "ID", EN)
    assert view.drawing is None and "No product is chosen" in view.html
