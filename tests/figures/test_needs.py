"""The need matrix and a market's needs: the figures are the table's."""

import numpy as np
import pandas as pd
from markupsafe import escape

from workbench.figures import needs
from workbench.figures.theme import tokens
from workbench.locale import translator

EN, ZH = translator("en"), translator("zh")
NAMES = {"privacy": "Privacy", "interactivity": "Interactivity", "regulation": "Rules"}
CELLS = pd.DataFrame(
    {
        "need": ["interactivity", "regulation", "privacy"],
        "score": [4.6, 2.4, np.nan],
        "level": [5.0, 2.0, np.nan],
    }
)


def test_bars_show_each_score_and_a_question_mark_where_there_is_none(sound):
    drawing = needs.bars(CELLS, NAMES, EN)
    bar = sound(drawing)["data"][0]
    # Plotly draws from the bottom up: the strongest need comes last.
    assert bar["y"] == ["Privacy", "Rules", "Interactivity"]
    assert bar["x"] == [0.0, 2.4, 4.6]
    assert bar["text"] == ["?", "2.4", "4.6"]
    assert bar["marker"]["color"] == [tokens()["unk-bg"], tokens()["l2"], tokens()["l5"]]


def test_bars_say_which_need_is_strongest():
    assert needs.bars(CELLS, NAMES, EN).finding == "Strongest needs: Interactivity"
    assert needs.bars(CELLS, NAMES, EN).alt == "Interactivity 4.6, Rules 2.4, Privacy unknown"
    assert needs.bars(CELLS, NAMES, ZH).alt == "Interactivity 4.6、Rules 2.4、Privacy 未知"
    quiet = CELLS.assign(score=2.0, level=2.0)
    assert needs.bars(quiet, NAMES, EN).finding == "No need reaches level 4 here"


def test_a_market_of_which_nothing_is_known_can_be_drawn(sound):
    nothing = CELLS.assign(score=np.nan, level=np.nan)
    bar = sound(needs.bars(nothing, NAMES, ZH))["data"][0]
    assert bar["text"] == ["?", "?", "?"]


def test_the_view_tells_how_a_level_came_about(portfolio):
    html = needs.view(portfolio, "ID", EN).html
    assert "Formula and figures" in html and "Regional prior" in html
    for name in needs.need_names(portfolio, EN).values():
        assert name in html
    assert '<span class="lv none"' in needs.view(portfolio, "SJ", EN).html


def test_a_focus_that_the_product_can_not_keep_yet_says_so(portfolio):
    """Otherwise the brief would tell people to promise what it calls a gap further down."""
    table = portfolio.reference.needs.set_index("need")
    marked = 0
    for code in portfolio.chosen:
        one = portfolio.market(code)
        html = needs.view(portfolio, code, EN).html
        for need in one.focus:
            focus = str(escape(table.loc[need, "focus_en"]))
            gap = one.value.table.loc[need, "verdict"] == "gap"
            marked += gap
            assert (f"{focus} (only once the gap is closed)" in html) == gap, (code, need)
            assert focus in html
    assert marked


def test_without_a_product_no_focus_is_marked(bare):
    assert "only once" not in needs.view(bare, "ID", EN).html


def test_an_override_shows_its_reason_and_the_level_before(portfolio):
    change = {"market": "ID", "need": "privacy", "level": 5, "reason": "Asked the local team"}
    changed = portfolio.but(portfolio.plan.but(levels=[change]))
    html = needs.view(changed, "ID", EN).html
    assert "Asked the local team" in html and "was 3.2" in html
    assert "Strategist&#39;s override" in html
