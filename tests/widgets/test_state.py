"""The state that panels share: one plan, kept at once, never half-changed."""

import json

import pytest

from workbench.domain.errors import InputError, ReadOnlyError, WorkbenchError
from workbench.domain.plan import Plan
from workbench.sources.plans import PlanFile, ReadOnlyStore, dump_plan, load_plan
from workbench.widgets.state import PlanState, reported

BASE = Plan(markets=("ID", "SA", "BR"), market="ID", product="live_show", samples=500, lang="en")


@pytest.fixture
def state() -> PlanState:
    return PlanState(BASE)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(dump_plan(BASE, ".yaml"), encoding="utf-8")
    return path


def test_a_change_reaches_those_who_ask_with_the_names_of_its_fields(state):
    told = []
    state.on_change(told.append)
    state.change(weights={"privacy": 9.0}, lang="en")
    assert told == [frozenset({"weights"})]
    assert state.plan.weights == {"privacy": 9.0}
    assert state.portfolio.weights["privacy"] == 9.0


def test_a_change_to_what_stands_tells_nobody(state):
    state.on_change(lambda changed: pytest.fail(str(changed)))
    state.change(market="ID")
    assert state.saved == ""


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"weights": {"gold": 1.0}}, "Unknown criterion 'gold'"),
        ({"market": "XX"}, "XX"),
        ({"industry": "mining"}, "Unknown industry 'mining'"),
        ({"product": "no_such"}, "Unknown product 'no_such'"),
        ({"levels": [{"market": "ID", "need": "privacy", "level": 9, "reason": "x"}]}, "entry 1"),
        ({"levels": [{"market": "ID", "need": "privacy", "level": 4, "reason": ""}]}, "reason"),
        ({"floors": {"kol": 60.0}, "caps": {"kol": 50.0}}, "kol"),
        ({"wieghts": {}}, "did you mean 'weights'"),
    ],
)
def test_a_refused_change_changes_nothing(state, fields, reason):
    before, portfolio = state.plan, state.portfolio
    state.on_change(lambda changed: pytest.fail(str(changed)))
    with pytest.raises(InputError, match=reason):
        state.change(**fields)
    assert state.plan is before and state.portfolio is portfolio and state.saved == ""


def test_weights_that_are_all_zero_are_refused_before_anyone_sees_them(state):
    nothing = {str(criterion): 0.0 for criterion in state.portfolio.weights.index}
    with pytest.raises(InputError, match="sum to 0"):
        state.change(weights=nothing)
    assert state.plan.weights == {}


def test_an_accepted_change_is_in_the_file_before_a_panel_is_told(file):
    state = PlanState(BASE, PlanFile(file))
    seen = []
    state.on_change(lambda _changed: seen.append(load_plan(file).weights))
    state.change(weights={"privacy": 7.0})
    assert seen == [{"privacy": 7.0}]
    assert state.saved == "saved"
    assert load_plan(file).but(as_of=BASE.as_of) == state.plan
    assert PlanState(load_plan(file)).plan.weights == state.plan.weights


def test_a_file_changed_by_someone_else_is_not_overwritten(file):
    state = PlanState(BASE, PlanFile(file))
    theirs = dump_plan(BASE.but(weights={"privacy": 1.0}), ".yaml")
    file.write_text(theirs, encoding="utf-8")
    with pytest.raises(InputError, match="changed by someone else"):
        state.change(weights={"privacy": 7.0})
    assert file.read_text(encoding="utf-8") == theirs
    assert state.plan == BASE


def test_a_store_that_cannot_write_keeps_the_change_in_the_page_only(file):
    before = file.read_bytes()
    state = PlanState(BASE, ReadOnlyStore(BASE))
    state.change(weights={"privacy": 7.0})
    assert (state.saved, file.read_bytes()) == ("kept", before)
    with pytest.raises(ReadOnlyError, match="read-only"):
        state.store.save(state.plan)


def test_state_is_json_and_comes_back_equal(state):
    state.change(
        weights={"privacy": 7.0},
        levels=[{"market": "ID", "need": "privacy", "level": 4.5, "reason": '=1+1 <b>"'}],
        caps={"kol": 20.0},
        answers=[
            {"market": "ID", "check": "field_test_done", "status": "ready", "evidence": "seen"}
        ],
        advert={"en": "HD"},
    )
    record = json.loads(json.dumps(state.to_json()))
    other = PlanState(Plan(lang="en"))
    other.from_json(record)
    assert other.plan == state.plan
    assert other.to_json() == record


def test_state_from_elsewhere_is_checked(state):
    with pytest.raises(InputError, match="did you mean 'weights'"):
        state.from_json({"weigths": {}})
    assert state.plan == BASE


def test_a_market_in_focus_because_it_is_best_follows_the_weights():
    """Panels of the market in focus must be told when another market becomes the best."""
    state = PlanState(BASE.but(market=None, markets=("US", "NG")))
    told = []
    state.on_change(told.append)
    first = state.market
    only = {str(criterion): 0.0 for criterion in state.portfolio.weights.index}
    for criterion in only:  # the markets differ in some criterion
        state.change(weights={**only, criterion: 5.0})
        if state.market != first:
            break
    assert state.market != first
    assert told[-1] == {"weights", "market"}


def test_what_goes_wrong_is_reported_and_only_our_own_text_is_shown(caplog):
    said = []
    with reported(said.append):
        raise InputError("Not {what}.", what="that")
    with reported(said.append):
        raise RuntimeError("SECRET")
    with reported(said.append):
        pass
    # Each time what was said before is taken back first; what the body reports itself stays.
    nothing = type(None)
    wanted = [nothing, InputError, nothing, WorkbenchError, nothing]
    assert [type(error) for error in said] == wanted
    assert "Something went wrong here" in str(said[3]) and "SECRET" not in str(said[3])
    assert "SECRET" in caplog.text  # the log keeps it
