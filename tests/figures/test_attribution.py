"""Attribution drawn: the figures are the tables'."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from workbench.domain.answer import Answer, Counted
from workbench.domain.credited import Calibration, LiftTest
from workbench.domain.question import Question
from workbench.events.weighted import credit_weighted
from workbench.figures import attribution
from workbench.locale import translator

EN, ZH = translator("en"), translator("zh")


@pytest.fixture
def answer() -> Answer:
    """Blog begins and coupon ends three orders; <img src=x has one of its own; one is nobody's."""
    rows = pa.table(
        {
            "path": ["blog > coupon", "<img src=x", "", "blog"],
            "conversions": [3, 1, 1, 0],
            "value": [90.0, 10.0, 5.0, 0.0],
            "nulls": [0, 1, 0, 6],
        }
    )
    credited = credit_weighted(rows)
    cost = {"coupon": 9.0}
    return Answer(Question(model="position"), credited, Counted("USD", 2, 0), cost)


def test_the_line_runs_from_the_lowest_to_the_highest_model(answer, sound):
    drawing = attribution.models_view(answer, EN).drawing
    line, first, last, _ = sound(drawing)["data"]
    assert line["y"][-2] == line["y"][-3] == first["y"][-1]  # drawn from the bottom up
    shares = dict(zip(first["y"], first["x"], strict=True))
    assert shares == {"blog": 0.75, "coupon": 0, "<img src=x": 0.25}
    assert dict(zip(last["y"], last["x"], strict=True))["coupon"] == 0.75
    assert drawing.finding.startswith("The models are furthest apart on ")
    assert "0.0% by " in drawing.finding and "75.0% by " in drawing.finding
    assert "Credit, not cause" in drawing.source


def test_the_table_has_every_model_and_what_is_nobodys(answer):
    html = attribution.models_view(answer, EN).html
    assert html.count("<tr>") == 1 + 4
    assert "(no touch)" in html and "&lt;img src=x" in html and "<img" not in html
    assert "首次触点" in attribution.models_view(answer, ZH).html


def test_models_that_agree_say_so(sound):
    rows = pa.table({"path": ["a", "b"], "conversions": [1, 1]})
    same = Answer(Question(model="linear"), credit_weighted(rows), Counted(), {})
    assert attribution.models_view(same, EN).drawing.finding == (
        "All models agree to within a percentage point"
    )


def test_roles_add_up_to_the_orders(answer, sound):
    view = attribution.roles_view(answer, EN)
    bars = {
        bar["name"]: dict(zip(bar["y"], bar["x"], strict=True))
        for bar in sound(view.drawing)["data"]
    }
    assert bars["Introducer"]["blog"] == 3 and bars["Closer"]["coupon"] == 3
    assert bars["Solo"]["<img src=x"] == 1 and bars["Influencer"]["blog"] == 0
    assert view.drawing.finding == "Main role of the biggest: Solo 1, Introducer 1, Closer 1"


def test_the_incremental_list_says_unknown_where_no_cost_is_known(answer):
    html = attribution.incremental_view(answer, EN).html
    row = html[html.index("coupon") :]
    assert ">6.00<" in row  # 9.00 for 1.5 conversions
    assert ">5.00<" in row  # 45 of value for 9
    assert "unknown" in html and "Credit, not cause" in html
    assert "lift test" not in html


def test_a_lift_test_is_shown_with_its_interval_and_beside_the_credit(answer):
    test = LiftTest("coupon", date(2026, 1, 1), date(2026, 1, 31), 0.5, 0.25, 1.0, "holdout")
    tested = Answer(
        answer.question, answer.credited, answer.counted, answer.cost, (Calibration(test, 1.5),)
    )
    html = attribution.incremental_view(tested, EN).html
    assert "lift test" in html and "0.2–1.0" in html  # 0.25 to 1.0, rounded half to even
    assert "Lift test of coupon" in html and "holdout" in html


def test_totals_say_what_was_left_out(answer):
    html = attribution.totals_view(answer, "Invented", EN).html
    assert "105 USD" in html and "Invented" in html
    assert "2 conversions belong to no journey and are left out." in html
    assert "1 conversion had no touchpoint in the window and is nobody&#39;s." in html


@pytest.mark.parametrize(
    "view", [attribution.models_view, attribution.roles_view, attribution.incremental_view]
)
@pytest.mark.parametrize("t", [EN, ZH], ids=["en", "zh"])
def test_without_conversions_the_reader_is_told_what_to_do(view, t):
    touched = pa.table({"path": ["a"], "conversions": [0], "nulls": [5]})
    none = Answer(Question(model="linear"), credit_weighted(touched), Counted(), {})
    found = view(none, t)
    assert found.drawing is None
    assert t("No conversion of these days, statuses and window has a touchpoint; widen them.") in (
        found.html
    )
    empty = pa.table({"path": pa.array([], pa.string()), "conversions": pa.array([], pa.int64())})
    nothing = Answer(Question(model="linear"), credit_weighted(empty), Counted(), {})
    assert "workbench import" in view(nothing, t).html


def test_a_touch_without_a_name_is_named_as_such(sound):
    from workbench.domain.credited import Credited

    rows = pa.table({"path": ["a > z"], "conversions": [2]})
    found = credit_weighted(rows)
    anonymous = Answer(Question(model="linear"), Credited(("a", None), found.found), Counted(), {})
    assert "(no name)" in attribution.models_view(anonymous, EN).html
    assert np.isclose(anonymous.credited.found.conversions.sum(axis=1), 2).all()
