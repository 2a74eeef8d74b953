"""Unique value drawn, and the sentence that claims it."""

import numpy as np
import pandas as pd

from workbench.domain.value import fit
from workbench.figures import value
from workbench.locale import translator

EN, ZH = translator("en"), translator("zh")
NAMES = {"interactivity": "Interactivity", "weak_network": "Weak networks", "privacy": "Privacy"}


def test_need_against_strength_shows_both_and_leaves_out_the_unknown(sound):
    found = fit(
        pd.Series({"interactivity": 5.0, "weak_network": 4.0, "privacy": np.nan}),
        pd.Series({"interactivity": 4.0, "weak_network": 2.0, "privacy": 3.0}),
    )
    drawing = value.need_against_strength(found, NAMES, EN)
    lines, level, strength = sound(drawing)["data"]
    assert level["y"] == strength["y"] == ["Weak networks", "Interactivity"]
    assert level["x"] == [4.0, 5.0] and strength["x"] == [2.0, 4.0]
    assert lines["x"] == [4.0, 2.0, None, 5.0, 4.0, None]
    # (3 + 1) of (4 + 3) points asked for are served.
    assert drawing.finding == "The product serves 57% of what the market asks for"
    assert drawing.alt == "Interactivity 5.0/4.0, Weak networks 4.0/2.0"


def test_the_claim_names_market_need_and_product(portfolio):
    said = value.claim(portfolio.market("ID"), portfolio, EN)
    best = portfolio.market("ID").value.best
    assert "Indonesia" in said["claim"] and "Star Arena (example)" in said["claim"]
    assert value.need_names(portfolio, EN)[best] in said["claim"]
    assert said["proof"].startswith("Proof: need 5.0 of 5, strength 5.0 of 5. Promises kept")
    worst = portfolio.market("ID").value.worst
    assert value.need_names(portfolio, EN)[worst] in said["gap"]


def test_chinese_sentences_follow_each_other_without_a_space(portfolio):
    said = value.claim(portfolio.market("ID"), portfolio, ZH)
    assert "。 " not in said["proof"] and said["proof"].count("。") == 2


def test_a_market_where_nothing_fits_says_so(portfolio):
    said = value.claim(portfolio.market("SJ"), portfolio, EN)
    assert (
        said["claim"] == "Svalbard & Jan Mayen: no high need meets a strength of Star Arena "
        "(example) yet."
    )


def test_without_a_product_there_is_no_claim(bare):
    assert set(value.claim(bare.market("ID"), bare, EN).values()) == {""}
    view = value.view(bare, "ID", EN)
    assert view.drawing is None and "No product is chosen" in view.html


def test_a_poor_fit_and_a_blocked_question_keep_one_out(portfolio):
    blocked = {"market": "ID", "check": "promises_kept", "status": "blocked", "evidence": "Test"}
    out = portfolio.but(portfolio.plan.but(answers=[blocked]))
    assert value.claim(out.market("ID"), out, EN)["stay_out"] == (
        "Do not enter: a readiness question is blocked."
    )
    poor = [
        code
        for code in portfolio.codes
        if portfolio.market(code).value.poor and portfolio.market(code).readiness.gate != "no_go"
    ]
    assert poor
    said = value.claim(portfolio.market(poor[0]), portfolio, EN)["stay_out"]
    assert said.startswith("Do not enter yet: only ")
