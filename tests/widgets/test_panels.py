"""Panels driven both ways: as a page drives them, and through the state they share."""

import html
import json
import re
from datetime import date

import ipywidgets
import numpy as np
import pytest

from workbench.domain.plan import Plan
from workbench.sources.plans import PlanFile, dump_plan, load_plan
from workbench.widgets import views
from workbench.widgets._panel import Panel
from workbench.widgets.channels import ChannelsPanel
from workbench.widgets.chart import Chart
from workbench.widgets.grid import Grid
from workbench.widgets.needs import NeedsPanel
from workbench.widgets.promise import PromisePanel
from workbench.widgets.ranking import RankingPanel
from workbench.widgets.readiness import ReadinessPanel
from workbench.widgets.state import PlanState

BASE = Plan(
    markets=("ID", "SA", "BR"), market="ID", product="live_show", samples=500, lang="en",
    as_of=date(2026, 11, 20),
)  # fmt: skip
EDITABLE = (RankingPanel, NeedsPanel, ChannelsPanel, ReadinessPanel, PromisePanel)
SHOWING = (
    views.VerdictPanel, views.ValuePanel, views.ProviderPanel, views.CompetitorsPanel,
    views.MarketPanel, views.AlikePanel, views.MarketNeedsPanel,
)  # fmt: skip
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def state() -> PlanState:
    return PlanState(BASE)


def edit(grid: Grid, *cells: tuple) -> dict:
    """What a page sends when cells are edited, and the answer that it gets."""
    sent = []
    grid.send = lambda content, buffers=None: sent.append(content)
    edits = [dict(zip(("row", "key", "value"), cell, strict=True)) for cell in cells]
    grid._handle_custom_msg({"type": "edit", "edits": edits, "origin": "type", "batch": 1}, [])
    return sent[-1]


def text(panel: Panel) -> str:
    """What the panel says below its controls, without markup."""
    return words(panel._caption.value + panel._body.value + panel._source.value)


def words(markup: str) -> str:
    """What a reader sees of some HTML."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def error(panel: Panel) -> str:
    """The error that the panel shows; empty where it shows none."""
    assert (panel._error.layout.display == "none") == (panel._error.value == "")
    return words(panel._error.value)


def cell(grid: Grid, row: str, key: str):
    return next(found for found in grid.rows if found["id"] == row)[key]


def by_id(grid: Grid) -> dict:
    """The rows, whatever their order: channels keep theirs while the mix is edited."""
    return {row["id"]: row for row in grid.rows}


def controls_of(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    """Every widget below that a reader could operate."""
    kinds = (Grid, ipywidgets.Button, ipywidgets.Text, ipywidgets.Textarea, ipywidgets.Dropdown)
    below = [found for child in getattr(widget, "children", ()) for found in controls_of(child)]
    return below + ([widget] if isinstance(widget, kinds) else [])


# ---- Every panel ----


@pytest.mark.parametrize("kind", [*EDITABLE, *SHOWING])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_panel_draws_its_topic_with_a_heading_and_no_error(kind, lang):
    panel = kind(PlanState(BASE.but(lang=lang)))
    assert error(panel) == ""
    assert re.search(r'<h2 id="\w+">.+</h2>', panel._heading.value)
    assert len(text(panel)) > 40
    view = panel.view()
    assert (panel._drawn.layout.display == "none") == (view.drawing is None)
    if view.drawing is not None:
        assert panel._chart.label == view.drawing.alt
        assert json.loads(panel._chart.figure)["data"]


@pytest.mark.parametrize("kind", [*EDITABLE, *SHOWING])
def test_the_static_twin_holds_the_same_as_the_live_view(kind, state):
    panel, view = kind(state), kind(state).view()
    live = words(panel._caption.value + panel._body.value)
    assert re.search(r"\d", live)
    assert words(panel.static()).endswith(live)
    assert words(panel._heading.value) in words(panel.static())
    if view.drawing is not None:
        assert panel._chart.figure == Chart(view.drawing.figure).figure


@pytest.mark.parametrize("kind", [*EDITABLE, *SHOWING])
def test_a_readonly_panel_has_nothing_to_operate(kind, state):
    assert controls_of(kind(state, readonly=True).widget) == []


@pytest.mark.parametrize("kind", SHOWING)
def test_a_panel_that_only_shows_has_nothing_to_operate(kind, state):
    assert controls_of(kind(state).widget) == []


@pytest.mark.parametrize("kind", [*EDITABLE, *SHOWING])
def test_what_breaks_while_drawing_is_a_plain_sentence(kind, state, monkeypatch, caplog):
    panel = kind(state)

    def breaks():
        raise ZeroDivisionError("SECRET")

    monkeypatch.setattr(panel, "view", breaks)
    state.change(market="SA", weights={"privacy": 9.0})
    if "market" in panel.depends:
        assert error(panel).startswith("Something went wrong here")
    assert "SECRET" not in panel._error.value and "Traceback" not in panel._error.value
    assert state.market == "SA"
    monkeypatch.undo()
    state.change(market="BR", weights={})
    assert error(panel) == ""


def test_panels_are_redrawn_only_for_what_they_depend_on(state):
    panel, drawn = ChannelsPanel(state), []
    panel.redraw = lambda: drawn.append(1)
    state.change(weights={"privacy": 9.0})
    assert drawn == []
    state.change(market="SA")
    assert drawn == [1]


def test_state_round_trips_into_equal_widgets(state):
    panels = [kind(state) for kind in EDITABLE]
    edit(panels[0].grid, ("privacy", "weight", 8))
    panels[1].reason.value = "seen on site"
    edit(panels[1].grid, ("ID", "privacy", 5), ("SA", "weak_network", None))
    edit(panels[2].grid, ("kol", "weight", 4), ("kol", "cap", 12))
    edit(panels[3].grid, ("field_test_done", "evidence", HOSTILE))
    edit(panels[3].grid, ("field_test_done", "status", "ready"))
    panels[4].copies["en"].value = "HD without lag"
    record = json.loads(json.dumps(panels[0].get_state()))
    assert all(panel.get_state() == record for panel in panels)

    other = PlanState(Plan(lang="en", product="live_show"))
    twins = [kind(other) for kind in EDITABLE]
    twins[0].set_state(record)
    for panel, twin in zip(panels, twins, strict=True):
        assert twin._body.value == panel._body.value
        assert twin._chart.figure == panel._chart.figure
        if hasattr(panel, "grid"):
            assert by_id(twin.grid) == by_id(panel.grid)
    assert twins[4].copies["en"].value == "HD without lag"


def test_an_edit_is_kept_in_the_plan_file_at_once(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(dump_plan(BASE, ".yaml"), encoding="utf-8")
    state = PlanState(load_plan(path), PlanFile(path))
    panel = RankingPanel(state)
    edit(panel.grid, ("privacy", "weight", 8))
    again = RankingPanel(PlanState(load_plan(path)))
    assert cell(again.grid, "privacy", "weight") == 8
    assert again.grid.rows == panel.grid.rows

    path.write_text("scenario: theirs\n", encoding="utf-8")
    answer = edit(panel.grid, ("privacy", "weight", 3))
    assert "changed by someone else" in answer["rejected"][0]["reason"]
    assert "changed by someone else" in error(panel)
    assert cell(panel.grid, "privacy", "weight") == 8
    assert path.read_text(encoding="utf-8") == "scenario: theirs\n"


# ---- Ranking ----


def test_moving_a_weight_reranks_and_moves_every_share(state):
    panel, verdict = RankingPanel(state), views.VerdictPanel(state)
    before = panel._chart.figure, verdict._body.value, text(panel)
    # ui -> state
    answer = edit(panel.grid, ("weak_network", "weight", 10), ("privacy", "weight", "0"))
    assert [accepted["value"] for accepted in answer["accepted"]] == [10, 0]
    assert state.plan.weights == {"weak_network": 10.0, "privacy": 0.0}
    rows = panel.grid.rows
    total = sum(row["weight"] for row in rows)
    for row in rows:
        assert row["share"] == pytest.approx(100 * row["weight"] / total, abs=0.051)
    assert sum(row["share"] for row in rows) == pytest.approx(100, abs=0.5)
    after = panel._chart.figure, verdict._body.value, text(panel)
    assert all(old != new for old, new in zip(before, after, strict=True))
    rank = state.portfolio.ranking.table.loc["ID", "rank"]
    assert f" {rank:.0f} " in text(panel)
    # state -> ui
    state.change(weights={})
    assert cell(panel.grid, "weak_network", "weight") == cell(panel.grid, "weak_network", "default")
    assert panel._chart.figure == before[0]


def test_an_emptied_weight_and_one_set_to_the_usual_are_the_industrys_again(state):
    panel = RankingPanel(state)
    usual = cell(panel.grid, "privacy", "default")
    edit(panel.grid, ("privacy", "weight", 9), ("regulation", "weight", 9))
    assert cell(panel.grid, "privacy", "_classes") == {"weight": "cw-overridden"}
    edit(panel.grid, ("privacy", "weight", None), ("regulation", "weight", 9))
    assert state.plan.weights == {"regulation": 9.0}
    assert cell(panel.grid, "privacy", "weight") == usual
    assert cell(panel.grid, "privacy", "_classes") == {}
    edit(panel.grid, ("regulation", "weight", cell(panel.grid, "regulation", "default")))
    assert state.plan.weights == {}


def test_the_button_goes_back_to_the_industrys_weights(state):
    panel = RankingPanel(state)
    edit(panel.grid, ("privacy", "weight", 9))
    panel.reset.click()
    assert state.plan.weights == {}
    assert cell(panel.grid, "privacy", "weight") == cell(panel.grid, "privacy", "default")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_weights_that_are_all_zero_are_rolled_back_and_explained(lang):
    panel = RankingPanel(PlanState(BASE.but(lang=lang)))
    before, drawn = json.dumps(panel.grid.rows), panel._chart.figure
    answer = edit(panel.grid, *[(row["id"], "weight", 0) for row in panel.grid.rows])
    assert answer["accepted"] == [] and len(answer["rejected"]) == len(panel.grid.rows)
    said = {"zh": "权重", "en": "The weights sum to 0"}[lang]
    assert said in error(panel) and answer["rejected"][0]["reason"] == error(panel)
    assert json.dumps(panel.grid.rows) == before and panel._chart.figure == drawn
    edit(panel.grid, ("privacy", "weight", 9))
    assert error(panel) == ""


def test_a_weight_of_eleven_is_refused_at_the_cell(state):
    panel = RankingPanel(state)
    answer = edit(panel.grid, ("privacy", "weight", 11), ("regulation", "weight", 10))
    assert [e["reason"] for e in answer["rejected"]] == ["The most is 10."]
    assert state.plan.weights == {"regulation": 10.0}


# ---- Needs ----


def test_a_level_needs_a_reason_and_then_moves_everything(state):
    panel, verdict, ranking = NeedsPanel(state), views.VerdictPanel(state), RankingPanel(state)
    derived = cell(panel.grid, "ID", "weak_network")
    before = text(panel), verdict._body.value, ranking._chart.figure
    answer = edit(panel.grid, ("ID", "weak_network", 1))
    assert "Write the reason" in answer["rejected"][0]["reason"]
    assert "Write the reason" in error(panel)
    assert cell(panel.grid, "ID", "weak_network") == derived and state.plan.levels == ()

    panel.reason.value = f"seen on site {HOSTILE}"
    answer = edit(panel.grid, ("ID", "weak_network", 1))
    assert answer["rejected"] == [] and error(panel) == ""
    change = state.plan.levels[0]
    assert (change.market, change.need, change.level) == ("ID", "weak_network", 1)
    assert change.reason == panel.reason.value and change.when == date.today()
    row = next(row for row in panel.grid.rows if row["id"] == "ID")
    assert row["_classes"] == {"weak_network": "cw-overridden"}
    assert f"was {derived}" in row["_titles"]["weak_network"]
    assert HOSTILE in row["_titles"]["weak_network"]  # the grid shows it as text
    after = text(panel), verdict._body.value, ranking._chart.figure
    assert all(old != new for old, new in zip(before, after, strict=True))
    for shown in (panel._body.value, panel.history.value, panel.static()):
        assert "<img" not in shown and "&lt;img" in shown


def test_a_pasted_block_carries_one_reason(state):
    panel = NeedsPanel(state)
    panel.reason.value = "workshop"
    edit(panel.grid, *[(m, n, "3") for m in BASE.markets for n in ("privacy", "regulation")])
    assert len(state.plan.levels) == 6
    assert {change.reason for change in state.plan.levels} == {"workshop"}


@pytest.mark.parametrize("value", [9, "0", "high", 2.55])
def test_a_level_out_of_range_is_refused_at_the_cell(state, value):
    panel = NeedsPanel(state)
    panel.reason.value = "x"
    before = cell(panel.grid, "ID", "privacy")
    answer = edit(panel.grid, ("ID", "privacy", value))
    assert "from 1 to 5" in answer["rejected"][0]["reason"]
    assert cell(panel.grid, "ID", "privacy") == before and state.plan.levels == ()


def test_emptying_a_level_means_that_we_do_not_know_after_all(state):
    panel = NeedsPanel(state)
    panel.reason.value = "the source is withdrawn"
    edit(panel.grid, ("ID", "privacy", None))
    assert cell(panel.grid, "ID", "privacy") is None
    assert np.isnan(state.portfolio.scores.loc["ID", "privacy"])
    assert "unknown" in words(panel.history.value)


def test_setting_the_derived_level_drops_the_override_without_a_reason(state):
    """What undo does after a first edit: it writes back what the cell held."""
    panel = NeedsPanel(state)
    derived = cell(panel.grid, "ID", "privacy")
    panel.reason.value = "x"
    edit(panel.grid, ("ID", "privacy", 5))
    panel.reason.value = ""
    answer = edit(panel.grid, ("ID", "privacy", derived))
    assert answer["rejected"] == [] and state.plan.levels == ()
    row = next(row for row in panel.grid.rows if row["id"] == "ID")
    assert row["privacy"] == derived and row["_classes"] == {} and row["_titles"] == {}


def test_an_override_is_listed_with_its_history_and_can_be_taken_back(state):
    panel = NeedsPanel(state)
    assert panel.overridden.layout.display == "none"
    before = panel._body.value, [dict(row) for row in panel.grid.rows]
    panel.reason.value = "seen on site"
    edit(panel.grid, ("ID", "privacy", 5), ("SA", "regulation", 1))
    assert panel.overridden.layout.display == ""
    listed = words(panel.history.value)
    assert re.search(r"Indonesia · Privacy\D+5\.0\s+\d\.\d\s+seen on site", listed)
    assert panel.chosen.options[0][0].startswith("Indonesia · Privacy")
    panel.chosen.value = ("SA", "regulation")
    panel.back.click()
    assert [(c.market, c.need) for c in state.plan.levels] == [("ID", "privacy")]
    assert panel.chosen.value == ("ID", "privacy")
    panel.back.click()
    assert state.plan.levels == () and panel.overridden.layout.display == "none"
    assert (panel._body.value, panel.grid.rows) == before


def test_the_matrix_follows_the_market_in_focus(state):
    panel = NeedsPanel(state)
    assert [row["id"] for row in panel.grid.rows] == ["ID", "SA", "BR"]
    state.change(market="BR")
    assert [row["id"] for row in panel.grid.rows] == ["BR", "ID", "SA"]
    names = [column["key"] for column in panel.grid.columns]
    assert names[1:] == list(state.portfolio.reference.needs["need"])


# ---- Channels ----


def test_channel_weights_floors_and_caps_move_the_mix(state):
    panel = ChannelsPanel(state)
    before = text(panel), panel._chart.figure
    edit(panel.grid, ("kol", "weight", 5), ("kol", "floor", 30), ("kol", "cap", 31))
    plan = state.plan
    assert (plan.channel_weights, plan.floors, plan.caps) == (
        {"kol": 5.0},
        {"kol": 30},
        {"kol": 31},
    )
    mix = {row["id"]: row["mix"] for row in panel.grid.rows}
    assert 30 <= mix["kol"] <= 31 and sum(mix.values()) == 100
    assert text(panel) != before[0] and panel._chart.figure != before[1]
    edit(panel.grid, ("kol", "weight", 0), ("kol", "floor", None), ("kol", "cap", None))
    assert cell(panel.grid, "kol", "mix") == 0
    edit(panel.grid, ("kol", "weight", None))
    assert state.plan.channel_weights == {} and panel._chart.figure == before[1]
    assert all(row["_classes"] == {} for row in panel.grid.rows)


def test_a_channel_outside_the_mix_shows_no_bound_but_its_own(state):
    panel = ChannelsPanel(state)
    edit(panel.grid, ("kol", "weight", 0))
    fit = state.portfolio.market(state.market).channels.table
    for row in panel.grid.rows:
        shares = row["id"] in fit.index and fit.loc[row["id"], "weight"] > 0
        assert (row["floor"] is not None, row["cap"] is not None) == (shares, shares), row["id"]
    edit(panel.grid, ("kol", "cap", 12))
    assert (cell(panel.grid, "kol", "floor"), cell(panel.grid, "kol", "cap")) == (None, 12)


def test_a_floor_above_its_cap_is_rolled_back_and_explained(state):
    panel = ChannelsPanel(state)
    before = json.dumps(panel.grid.rows)
    answer = edit(panel.grid, ("kol", "floor", 60), ("kol", "cap", 50))
    assert len(answer["rejected"]) == 2
    assert cell(panel.grid, "kol", "name") in error(panel)
    assert answer["rejected"][0]["reason"] == error(panel)
    assert json.dumps(panel.grid.rows) == before and state.plan.floors == {}


def test_floors_that_leave_no_room_are_rolled_back_and_explained(state):
    panel = ChannelsPanel(state)
    top = [row["id"] for row in panel.grid.rows if row["mix"] > 0][:4]
    answer = edit(panel.grid, *[(name, "floor", 26) for name in top],
                  *[(name, "cap", 30) for name in top])  # fmt: skip
    assert answer["accepted"] == [] and error(panel) != ""
    assert state.plan.floors == {}


# ---- Readiness ----


def test_an_answer_stands_before_the_automatic_and_moves_the_gate(state):
    panel, verdict = ReadinessPanel(state), views.VerdictPanel(state)
    edit(panel.grid, ("data_protection_known", "evidence", f"counsel {HOSTILE} =HYPERLINK(1)"))
    edit(panel.grid, ("data_protection_known", "status", "Blocked"),
         ("data_protection_known", "owner", "Lin"),
         ("data_protection_known", "due", "2027/1/5"))  # fmt: skip
    answer = state.plan.answers[0]
    assert (answer.status, answer.owner, answer.due) == ("blocked", "Lin", date(2027, 1, 5))
    assert answer.answered_on == state.plan.as_of
    assert state.portfolio.market("ID").readiness.gate == "no_go"
    assert "No-go" in html.unescape(verdict._body.value)
    assert "Lin" in verdict._body.value and "Jan 5, 2027" in verdict._body.value
    for shown in (panel._body.value, verdict._body.value, panel.static()):
        assert "<img" not in shown
    assert cell(panel.grid, "data_protection_known", "_classes") == {"status": "cw-overridden"}


def test_a_status_without_evidence_is_rolled_back_and_explained(state):
    panel = ReadinessPanel(state)
    answer = edit(panel.grid, ("field_test_done", "status", "ready"))
    assert "no evidence" in answer["rejected"][0]["reason"] and "no evidence" in error(panel)
    assert cell(panel.grid, "field_test_done", "status") is None and state.plan.answers == ()
    name = cell(panel.grid, "field_test_done", "name")
    assert name in error(panel) and "field_test_done" not in error(panel)


def test_what_is_noted_before_a_status_is_kept_and_the_automatic_answer_holds(state):
    panel, verdict = ReadinessPanel(state), views.VerdictPanel(state)
    before = state.portfolio.market("ID").readiness
    check = before.open_items["check"].iloc[-1]
    edit(panel.grid, (check, "evidence", "asked counsel"))
    edit(panel.grid, (check, "owner", "Lin"), (check, "due", "2026-11-21"))
    note = state.plan.answers[0]
    assert (note.status, note.evidence, note.owner) == (None, "asked counsel", "Lin")
    assert note.answered_on is None
    assert cell(panel.grid, check, "status") is None
    assert cell(panel.grid, check, "_classes") == {}
    now = state.portfolio.market("ID").readiness
    assert (now.gate, now.questions) == (before.gate, before.questions)
    assert set(now.open_items["owner"]) == {"", "Lin"}
    assert "Lin" in verdict._body.value and "Nov 21, 2026" in verdict._body.value
    assert "asked counsel" in verdict._body.value
    # the status that follows keeps what was noted, and can be taken back
    edit(panel.grid, (check, "status", "unknown"))
    answer = state.plan.answers[0]
    assert (answer.status, answer.owner, answer.answered_on) == ("unknown", "Lin", BASE.as_of)
    edit(panel.grid, (check, "status", None))
    assert state.plan.answers == (note,)


def test_another_owner_or_date_does_not_renew_an_answer(state):
    old = {"market": "ID", "check": "field_test_done", "status": "ready", "evidence": "lab",
           "answered_on": "2026-03-01"}  # fmt: skip
    state.change(answers=[old])
    panel = ReadinessPanel(state)
    edit(panel.grid, ("field_test_done", "owner", "Lin"), ("field_test_done", "due", "2027-01-05"))
    assert state.plan.answers[0].answered_on == date(2026, 3, 1)
    edit(panel.grid, ("field_test_done", "evidence", "lab, repeated"))
    assert state.plan.answers[0].answered_on == BASE.as_of


def test_an_answer_emptied_throughout_is_the_automatic_again(state):
    panel = ReadinessPanel(state)
    before = panel._body.value
    edit(panel.grid, ("field_test_done", "evidence", "x"), ("field_test_done", "status", "ready"))
    assert panel._body.value != before
    edit(panel.grid, ("field_test_done", "evidence", None), ("field_test_done", "status", None))
    assert state.plan.answers == () and panel._body.value == before
    assert cell(panel.grid, "field_test_done", "_classes") == {}


def test_answers_belong_to_the_market_in_focus(state):
    panel = ReadinessPanel(state)
    edit(panel.grid, ("field_test_done", "evidence", "x"))
    state.change(market="SA")
    assert cell(panel.grid, "field_test_done", "evidence") is None
    edit(panel.grid, ("field_test_done", "evidence", "y"))
    assert {(a.market, a.evidence) for a in state.plan.answers} == {("ID", "x"), ("SA", "y")}


# ---- Promise ----


def test_copy_is_held_against_the_technology_as_it_is_written(state):
    panel = PromisePanel(state)
    own = state.portfolio.product.advert.en
    assert panel.copies["en"].value == own
    # ui -> state
    panel.copies["en"].value = f"no lag {HOSTILE}"
    assert state.plan.advert == {"en": f"no lag {HOSTILE}"}
    assert "no lag" in text(panel) and "<img" not in panel._body.value
    # state -> ui
    state.change(advert={})
    assert panel.copies["en"].value == own


def test_copy_that_is_too_long_is_rolled_back_and_explained(state):
    panel = PromisePanel(state)
    own = panel.copies["en"].value
    panel.copies["en"].value = "x" * 2001
    assert "advert.en" in error(panel)
    assert panel.copies["en"].value == own and state.plan.advert == {}


def test_without_a_product_there_is_no_copy_to_write():
    panel = PromisePanel(PlanState(BASE.but(product=None)))
    assert all(area.disabled for area in panel.copies.values())
    panel.copies["en"].value = "HD"
    assert panel.state.plan.advert == {} and error(panel) == ""


# ---- Whatever a callback runs into ----


def test_a_callback_that_breaks_rolls_back_and_tells_nothing(state, monkeypatch, caplog):
    panel = RankingPanel(state)
    monkeypatch.setattr(type(state), "change", lambda self, **fields: 1 / 0)
    before = json.dumps(panel.grid.rows)
    answer = edit(panel.grid, ("privacy", "weight", 9))
    panel.reset.click()
    assert "Something went wrong here" in answer["rejected"][0]["reason"]
    assert error(panel).startswith("Something went wrong here")
    assert "ZeroDivision" not in json.dumps(answer) + panel._error.value
    assert "ZeroDivisionError" in caplog.text
    assert json.dumps(panel.grid.rows) == before
