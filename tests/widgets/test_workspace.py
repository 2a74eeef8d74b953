"""The workspace's panels, driven as a page drives them and through the state they share."""

import html
import re
from datetime import date

import pytest

from workbench.domain.changes import Cell, Change, Evidence, Why
from workbench.domain.errors import ConflictError, InputError
from workbench.domain.plan import Plan
from workbench.sources.inputs import OwnFiles
from workbench.store import Workspace, open_workspace
from workbench.store.plans import ScenarioStore, begin
from workbench.widgets.channels import ChannelsPanel
from workbench.widgets.comparison import ComparePanel
from workbench.widgets.grid import Grid
from workbench.widgets.history import HistoryPanel
from workbench.widgets.needs import NeedsPanel
from workbench.widgets.promise import PromisePanel
from workbench.widgets.ranking import RankingPanel
from workbench.widgets.readiness import ReadinessPanel
from workbench.widgets.state import PlanState
from workbench.widgets.todo import TodoPanel
from workbench.widgets.workspace import WorkspacePanel

BASE = Plan(
    markets=("ID", "SA"), market="ID", product="live_show", samples=100, weights={"privacy": 2},
    lang="en", as_of=date(2026, 11, 20),
)  # fmt: skip
PRIVACY = Cell("weights", "privacy")
HOSTILE = '<img src=x onerror="alert(1)">=HYPERLINK("http://x")'
OWN = (WorkspacePanel, HistoryPanel, ComparePanel, TodoPanel)


@pytest.fixture
def url(tmp_path) -> str:
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    begin(open_workspace(url, who="li"), "base", BASE, "first")
    return url


def opened(url: str, who: str = "li", lang: str = "en", name: str = "base", **how) -> PlanState:
    """A page of somebody's."""
    store = ScenarioStore(open_workspace(url, who=who, **how), name, inputs=OwnFiles())
    return PlanState(store.load().but(market="ID", lang=lang, as_of=BASE.as_of), store)


@pytest.fixture
def state(url) -> PlanState:
    return opened(url)


@pytest.fixture
def panel(state) -> WorkspacePanel:
    return WorkspacePanel(state)


def workspace(state: PlanState) -> Workspace:
    return state.kept.workspace


def edit(grid: Grid, *cells: tuple) -> dict:
    """What a page sends when cells are edited, and the answer that it gets."""
    sent = []
    grid.send = lambda content, buffers=None: sent.append(content)
    edits = [dict(zip(("row", "key", "value"), cell, strict=True)) for cell in cells]
    grid._handle_custom_msg({"type": "edit", "edits": edits, "origin": "type", "batch": 1}, [])
    return sent[-1]


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def error(panel) -> str:
    return words(panel._error.value)


def value(grid: Grid, row: str, key: str):
    return next(found for found in grid.rows if found["id"] == row)[key]


def shown(widget) -> bool:
    return widget.layout.display != "none"


# ---- Status, undo, redo ----


def test_the_status_says_when_by_whom_and_which_revision(panel, state):
    assert re.match(
        r"Saved \d\d:\d\d by li · scenario base, revision 0 ", words(panel.status.value)
    )
    assert 'aria-live="polite"' in panel.status.value
    state.change(weights={"privacy": 5})
    assert "scenario base, revision 1" in words(panel.status.value)
    assert workspace(state).snapshot("base").cells[PRIVACY] == 5


def test_undo_and_redo_reach_every_panel(panel, state):
    ranking = RankingPanel(state)
    assert (panel.undo.disabled, panel.redo.disabled) == (True, True)
    edit(ranking.grid, ("privacy", "weight", 9))
    assert (panel.undo.disabled, panel.redo.disabled) == (False, True)
    panel.undo.click()
    assert value(ranking.grid, "privacy", "weight") == 2
    assert (panel.undo.disabled, panel.redo.disabled) == (True, False)
    assert words(panel.status.value).startswith("Taken back")
    panel.redo.click()
    assert value(ranking.grid, "privacy", "weight") == 9
    assert words(panel.status.value).startswith("Made again")


def test_undo_is_there_after_the_page_is_opened_anew(url, state):
    state.change(weights={"privacy": 9})
    again = WorkspacePanel(opened(url))
    assert not again.undo.disabled
    again.undo.click()
    assert again.state.plan.weights == {"privacy": 2}


def test_an_undo_that_makes_a_plan_which_cannot_be_used_is_not_done(panel, state, monkeypatch):
    state.change(weights={"privacy": 9})

    def fails(_plan):
        raise InputError("The weights sum to 0.")

    monkeypatch.setattr(state.kept.inputs, "check", fails)
    panel.undo.click()
    assert error(panel) == "The weights sum to 0."
    assert state.plan.weights == {"privacy": 9}
    assert workspace(state).snapshot("base").cells[PRIVACY] == 9


def test_what_others_changed_is_shown_and_named(panel, state, url):
    ranking = RankingPanel(state)
    opened(url, "wang").change(weights={"privacy": 7})
    assert value(ranking.grid, "privacy", "weight") == 2
    panel.reload.click()
    assert value(ranking.grid, "privacy", "weight") == 7
    assert "changed by others: Weight · Privacy sensitivity" in words(panel.status.value)
    assert re.search(r"by wang · scenario base, revision 1", words(panel.status.value))
    panel.reload.click()
    assert "nothing has changed since" in words(panel.status.value)
    state.change(weights={"privacy": 8})
    assert "nothing has changed" not in words(panel.status.value)


# ---- Reason and evidence ----


def test_the_reason_goes_with_every_change_until_it_is_emptied(panel, state):
    why = panel.why
    assert not shown(why.fields)
    why.opener.click()
    assert shown(why.fields) and "Hide" in why.opener.description
    why.reason.value, why.text.value = "board", "minutes"
    why.link.value, why.day.value = "https://example.org/m", date(2026, 3, 1)
    why.confidence.value = "high"
    evidence = Evidence("minutes", "https://example.org/m", "2026-03-01", "high")
    assert state.why == Why("board", evidence)
    state.change(weights={"privacy": 3})
    state.change(weights={"privacy": 4})
    for command in workspace(state).commands("base", limit=2):
        assert (command.reason, command.evidence) == ("board", evidence)
    why.clear.click()  # state -> ui
    assert state.why == Why() and why.reason.value == "" and why.day.value is None
    state.change(weights={"privacy": 5})
    assert workspace(state).commands("base", limit=1)[0].reason == ""


def test_a_level_takes_the_reason_from_its_own_panel_else_from_above(panel, state):
    needs = NeedsPanel(state)
    edit(needs.grid, ("ID", "privacy", 1))
    assert "Write the reason above the table first" in error(needs)
    panel.why.reason.value, panel.why.text.value = "board", "minutes"
    edit(needs.grid, ("ID", "privacy", 1))
    (level,) = state.plan.levels
    assert (level.reason, level.evidence, error(needs)) == ("board", "minutes", "")
    needs.reason.value = "seen on site"
    edit(needs.grid, ("SA", "privacy", 1))
    assert [one.reason for one in state.plan.levels] == ["board", "seen on site"]
    assert workspace(state).commands("base", limit=1)[0].reason == "seen on site"
    assert state.why.reason == "board"


def test_an_overridden_cell_says_by_whom_and_when(url, state):
    panels = {kind: kind(state) for kind in (RankingPanel, ChannelsPanel, ReadinessPanel)}
    needs = NeedsPanel(state)
    needs.reason.value = "seen"
    edit(needs.grid, ("ID", "privacy", 1))
    edit(panels[ChannelsPanel].grid, ("kol", "cap", 30))
    edit(panels[ReadinessPanel].grid, ("promises_kept", "owner", "Wu"))
    titles = [
        value(needs.grid, "ID", "_titles")["privacy"],
        value(panels[RankingPanel].grid, "privacy", "_titles")["weight"],
        value(panels[ChannelsPanel].grid, "kol", "_titles")["cap"],
        value(panels[ReadinessPanel].grid, "promises_kept", "_titles")["owner"],
    ]
    assert all(re.search(r"Set by li, \d\d:\d\d$", title) for title in titles), titles
    assert value(panels[RankingPanel].grid, "picture_quality", "_titles") == {}
    assert " li " in words(needs.history.value)


# ---- Scenarios ----


def test_a_branch_is_opened_and_leaves_the_other_alone(panel, state):
    ranking = RankingPanel(state)
    panel.name.value = "bold"
    panel.branch.click()
    assert (state.plan.scenario, state.kept.name, panel.scenario.value) == ("bold", "bold", "bold")
    assert panel.name.value == ""
    edit(ranking.grid, ("privacy", "weight", 9))
    assert workspace(state).snapshot("base").cells[PRIVACY] == 2
    panel.scenario.value = "base"  # ui -> state
    assert value(ranking.grid, "privacy", "weight") == 2
    assert (state.market, state.plan.lang, state.plan.as_of) == ("ID", "en", BASE.as_of)
    state.switch("bold")  # state -> ui
    assert panel.scenario.value == "bold" and value(ranking.grid, "privacy", "weight") == 9


@pytest.mark.parametrize(("name", "reason"), [("", "is not allowed"), ("base", "already")])
def test_a_bad_name_is_refused_and_the_scenario_stays(panel, state, name, reason):
    panel.name.value = name
    panel.branch.click()
    assert reason in error(panel) and state.kept.name == "base"
    assert len(workspace(state).scenarios()) == 1


def test_a_scenario_that_cannot_be_opened_is_refused_and_the_list_goes_back(panel, state):
    broken = [Change("settings", "product", None, "nowhere.yaml")]
    workspace(state).create("broken", broken)
    panel.redraw()
    panel.scenario.value = "broken"
    assert "nowhere.yaml" in error(panel)
    assert (panel.scenario.value, state.kept.name, state.plan.product) == (
        "base", "base", "live_show"
    )  # fmt: skip


def test_approval_asks_again_and_then_nothing_can_be_saved(panel, state):
    editable = [
        kind(state)
        for kind in (RankingPanel, NeedsPanel, ChannelsPanel, ReadinessPanel, PromisePanel)
    ]
    panel.approve.click()
    assert panel.approve.description.startswith("Yes, approve") and shown(panel.cancel)
    panel.cancel.click()
    assert panel.approve.description == "Approve and freeze" and not state.locked
    panel.approve.click()
    panel.approve.click()
    assert state.locked and words(panel.status.value).startswith("Approved")
    assert "can't change; branch from it" in words(panel.status.value)
    assert not any(map(shown, (panel.undo, panel.redo, panel.approving, panel.why.widget)))
    assert shown(panel.branching)
    before = workspace(state).snapshot("base")
    answer = edit(editable[0].grid, ("privacy", "weight", 9))
    assert [one["reason"] for one in answer["rejected"]] == ["This table is read-only."]
    assert all(one.grid.readonly for one in editable[:4])
    assert editable[0].reset.disabled and editable[4].copies["en"].disabled
    editable[0].reset.click()  # a page may send what its button doesn't
    assert "was approved by li" in error(editable[0])
    editable[4].copies["en"].value = "zero delay"
    assert "was approved by li" in error(editable[4])
    panel.undo.click()
    assert "was approved by li" in error(panel)
    assert workspace(state).snapshot("base") == before
    assert state.plan.weights == {"privacy": 2}
    state.change(market="SA")  # looking around goes on
    panel.name.value = "on"
    panel.branch.click()
    assert not state.locked and not editable[0].grid.readonly
    assert not editable[4].copies["en"].disabled
    edit(editable[0].grid, ("privacy", "weight", 9))
    assert workspace(state).snapshot("on").cells[PRIVACY] == 9


def test_a_scenario_that_someone_else_approves_is_refused_and_then_shown_as_such(state, url):
    panel, ranking = WorkspacePanel(state), RankingPanel(state)
    open_workspace(url, who="wang").approve("base")
    edit(ranking.grid, ("privacy", "weight", 9))
    assert "was approved by wang" in error(ranking)
    assert value(ranking.grid, "privacy", "weight") == 2
    panel.reload.click()
    assert state.locked and ranking.grid.readonly


def test_a_viewer_looks_at_scenarios_and_has_nothing_to_save_with(url):
    open_workspace(url, who="li").branch("base", "bold")
    state = opened(url, readonly=True)
    panel, ranking, history = WorkspacePanel(state), RankingPanel(state), HistoryPanel(state)
    hidden = (panel.undo, panel.redo, panel.approving, panel.branching, panel.why.widget)
    assert not any(map(shown, (*hidden, history.restoring, history.commenting)))
    assert "what you change stays in this page" in words(panel.status.value)
    before = workspace(state).commands()
    edit(ranking.grid, ("privacy", "weight", 9))
    assert state.plan.weights == {"privacy": 9} and state.saved == "kept"
    history.cell.value = tuple(PRIVACY)
    history.comment.value, panel.name.value = "x", "mine"
    for button in (panel.undo, panel.redo, panel.branch, panel.approve, panel.approve):
        button.click()
        assert "can only read the workspace" in error(panel) or button is panel.approve
    for button in (history.add, history.restore):
        button.click()
        assert error(history)
    panel.scenario.value = "bold"
    assert state.plan.scenario == "bold" and state.plan.weights == {"privacy": 2}
    assert workspace(state).commands() == before


# ---- Two people ----


def test_a_conflict_is_said_by_name_rolled_back_and_leaves_the_other_panels_usable(url, state):
    ranking, channels = RankingPanel(state), ChannelsPanel(state)
    other = opened(url, "wang")
    other.change(weights={"privacy": 7})
    answer = edit(ranking.grid, ("privacy", "weight", 9))
    assert error(ranking).startswith(
        "Weight · Privacy sensitivity was changed meanwhile by wang at "
    )
    assert "it holds 7.0, not 2.0" in error(ranking)
    assert answer["accepted"] == [] and answer["rejected"][0]["value"] == 2
    assert value(ranking.grid, "privacy", "weight") == 2
    edit(channels.grid, ("kol", "cap", 30))
    assert error(channels) == "" and state.plan.caps == {"kol": 30}
    assert state.plan.weights == {"privacy": 7}  # came along with the cap
    edit(ranking.grid, ("privacy", "weight", 9))
    assert error(ranking) == "" and workspace(other).snapshot("base").cells[PRIVACY] == 9


def test_undo_does_not_overwrite_what_someone_else_made_of_it(panel, state, url):
    state.change(weights={"privacy": 9})
    opened(url, "wang").change(weights={"privacy": 7})
    panel.undo.click()
    assert "was changed meanwhile by wang" in error(panel)
    assert workspace(state).snapshot("base").cells[PRIVACY] == 7
    with pytest.raises(ConflictError):
        state.change(weights={"privacy": 1})


# ---- History and comments ----


def test_a_cell_has_its_versions_newest_first_and_one_can_be_restored(state):
    history = HistoryPanel(state)
    assert "Choose a cell above" in words(history._body.value)
    assert not shown(history.restoring) and not shown(history.commenting)
    state.why = Why("board", Evidence("minutes", "https://example.org/m", "2026-03-01", "high"))
    state.change(weights={"privacy": 5})
    state.why = Why()
    state.change(weights={"privacy": 9})
    history.cell.value = tuple(PRIVACY)
    text = words(history._body.value)
    assert text.startswith("Weight · Privacy sensitivity Value Who When Reason Evidence Scenario 9")
    assert re.search(
        r" 5 li \d\d:\d\d board minutes https://example.org/m 2026-03-01 · high confidence base 2 ",
        text,
    )
    assert '<a href="https://example.org/m" rel="noopener noreferrer"' in history._body.value
    offered = [said for said, _ in history.version.options]
    assert [said.split(" · ")[0] for said in offered] == ["5", "2", "not set: the default holds"]
    history.version.index = 1
    state.why = Why("back to the start")
    history.restore.click()
    assert error(history) == "" and state.plan.weights == {"privacy": 2}
    (last,) = workspace(state).commands("base", limit=1)
    assert (last.reason, last.details) == ("back to the start", {"restored": 1})
    assert words(history._body.value).count("restored") == 1
    history.version.value = 0
    history.restore.click()
    assert state.plan.weights == {}


def test_what_no_longer_fits_is_not_restored(state):
    history = HistoryPanel(state)
    state.change(caps={"kol": 5})
    state.change(caps={"kol": 60}, floors={"kol": 50})
    history.cell.value = ("caps", "kol")
    history.version.index = 0
    before = workspace(state).commands("base", limit=1)
    history.restore.click()
    assert error(history) and state.plan.caps == {"kol": 60}
    assert workspace(state).commands("base", limit=1) == before


def test_the_list_names_cells_that_are_set_or_were(state):
    history = HistoryPanel(state)
    state.change(weights={})
    labels = [label for label, _ in history.cell.options]
    assert {"Weight · Privacy sensitivity", "Markets", "Product"} <= set(labels)
    chinese = HistoryPanel(
        PlanState(state.plan.but(lang="zh", levels=[
            {"market": "ID", "need": "privacy", "level": 5, "reason": "x"}
        ]), state.kept)
    )  # fmt: skip
    chinese.state.change(top=7, levels=[
        {"market": "ID", "need": "privacy", "level": 4, "reason": "x"}
    ])  # fmt: skip
    assert "印度尼西亚 · 隐私敏感" in [label for label, _ in chinese.cell.options]


def test_comments_are_the_workspaces_users_and_can_be_undone(panel, state, url):
    history = HistoryPanel(state)
    history.cell.value = tuple(PRIVACY)
    history.comment.value = HOSTILE
    history.add.click()
    assert error(history) == "" and history.comment.value == ""
    comment = workspace(state).snapshot("base").cells[Cell("comments", "weights privacy#1")]
    assert comment == {"text": HOSTILE, "who": "li"}
    assert "<img" not in history._body.value and "&lt;img src=x" in history._body.value
    assert re.search(r"\) li · \d\d:\d\d$", words(history._body.value))
    assert "revision 1" in words(panel.status.value)
    history.comment.value = "  "
    history.add.click()
    assert "The comment is empty" in error(history)
    other = HistoryPanel(opened(url, "wang"))
    other.cell.value = tuple(PRIVACY)
    other.comment.value = "Why?"
    other.add.click()
    assert words(other._body.value).count(" li · ") == 1
    panel.reload.click()
    assert "Why?" in words(history._body.value) and " wang · " in words(history._body.value)
    panel.undo.click()
    assert "HYPERLINK" not in words(history._body.value)


def test_hostile_words_are_words_everywhere(panel, state):
    history, compare = HistoryPanel(state), ComparePanel(state)
    state.why = Why(HOSTILE, Evidence(HOSTILE, "javascript:alert(1)", "", "high"))
    state.change(weights={"privacy": 9})
    panel.name.value = HOSTILE
    panel.branch.click()
    history.cell.value = tuple(PRIVACY)
    state.change(weights={"privacy": 3})
    compare.other.value = "base"
    for part in (history._body, compare._body, panel.status, panel._heading):
        assert "<img" not in part.value and error(history) == error(compare) == ""
    assert "<a " not in history._body.value and "javascript:alert(1)" in history._body.value
    assert HOSTILE in panel.scenario.options


# ---- Comparison and to-do list ----


def test_two_scenarios_side_by_side(panel, state):
    compare = ComparePanel(state)
    assert "There is no other scenario yet" in words(compare._body.value)
    panel.name.value = "bold"
    panel.branch.click()
    assert "Choose another scenario" in words(compare._body.value)
    compare.other.value = "base"
    assert "Both scenarios hold the same inputs." in words(compare._body.value)
    state.change(weights={"privacy": 9}, channel_weights={"kol": 0})
    text = words(compare._body.value)
    assert text.startswith("2 inputs differ.") and "Weight · Privacy sensitivity 9 2" in text
    assert "Rank: bold" in text and "Channels whose share differs" in text
    panel.scenario.value = "base"
    assert compare.other.value == "" and "Choose another" in words(compare._body.value)


def test_a_scenario_with_another_product_can_be_compared(panel, state):
    workspace(state).create("none", [Change("settings", "markets", None, ["ID"])])
    compare = ComparePanel(state)
    compare.other.value = "none"
    assert error(compare) == "" and "Product Star Arena (example) default" in words(
        compare._body.value
    )


def test_the_to_do_list_is_filtered(url):
    state = opened(url, "wu")
    panel, answers = TodoPanel(state), ReadinessPanel(state)
    everything = words(panel._body.value)
    assert re.match(r"\d+ checks are open: 0 yours, 0 overdue", everything)
    panel.shown.value = "mine"
    assert "No open check is yours" in words(panel._body.value)
    edit(answers.grid, ("promises_kept", "owner", " Wu"), ("promises_kept", "due", "2026-11-01"))
    text = words(panel._body.value)
    assert "1 yours, 1 overdue" in text and "Wu (you)" in text
    assert text.count("Nov 1, 2026 overdue") == 1
    panel.shown.value = "overdue"
    assert words(panel._body.value).count("Indonesia") == 1
    assert not any(control.disabled for control in panel._controls)


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_panel_has_a_heading_and_no_error(url, kind, lang):
    panel = kind(opened(url, lang=lang))
    assert error(panel) == "" and re.search(r'<h2 id="\w+">.+</h2>', panel._heading.value)


@pytest.mark.parametrize("kind", [WorkspacePanel, HistoryPanel])
def test_beside_a_plan_file_there_is_no_workspace_to_show(kind):
    with pytest.raises(InputError, match="no scenarios beside a plan file"):
        kind(PlanState(BASE))


def test_a_database_that_is_lost_is_a_sentence_in_the_panel(panel, state, monkeypatch):
    ranking = RankingPanel(state)
    monkeypatch.setattr(Workspace, "commands", lambda *a, **k: 1 / 0)
    edit(ranking.grid, ("privacy", "weight", 9))
    assert error(panel).startswith("Something went wrong here") and error(ranking) == ""
