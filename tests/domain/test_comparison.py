"""Two scenarios side by side, on the committed tables."""

import pytest

from workbench.domain.comparison import compare
from workbench.domain.plan import make_plan
from workbench.sources.opening import open_portfolio

PLAN = make_plan({"product": "live_show", "markets": ["ID", "US"], "samples": 100})


def compared(**changes):
    return compare(open_portfolio(PLAN), open_portfolio(PLAN.but(**changes)))


def test_a_scenario_compared_with_itself_differs_in_nothing():
    found = compared()
    assert found.inputs == () and len(found.mixes) == 0
    assert not found.markets["changed"].any()
    assert (found.markets["mix_moved"] == 0).all()


def test_a_blocked_answer_shows_in_the_gate_of_its_market_only():
    answer = {"market": "US", "check": "moderation_satisfied", "status": "blocked", "evidence": "x"}
    found = compared(answers=[answer])
    assert [str(one.cell) for one in found.inputs] == ["answers US/moderation_satisfied"]
    assert found.markets.loc["US", "gate_two"] == "no_go"
    assert found.markets.loc["ID", "gate_one"] == found.markets.loc["ID", "gate_two"]


def test_moved_points_are_what_one_channel_gains_and_the_others_lose():
    found = compared(floors={"social_media": 35})
    for code in ("ID", "US"):
        own = found.mixes[found.mixes["market"] == code]
        gained = (own["two"] - own["one"]).clip(lower=0).sum()
        lost = (own["one"] - own["two"]).clip(lower=0).sum()
        assert gained == pytest.approx(lost, abs=0.2)
        assert found.markets.loc[code, "mix_moved"] == pytest.approx(gained, abs=0.1)
        assert own.set_index("channel").loc["social_media", "two"] == pytest.approx(35)


def test_another_weight_moves_ranks_and_markets_of_both_are_shown():
    found = compared(weights={"interactivity": 20}, markets=["US", "BR"])
    assert list(found.markets.index) == ["ID", "US", "BR"]
    assert (found.markets["rank_one"] != found.markets["rank_two"]).any()
    assert {one.table for one in found.inputs} == {"settings", "weights"}
