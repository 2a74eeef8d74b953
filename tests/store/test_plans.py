"""A scenario behind the interface that panels know."""

from datetime import date

import pytest
from databases import change

from workbench.domain.changes import Cell, Cells, Evidence, Why
from workbench.domain.errors import ConflictError, InputError
from workbench.domain.plan import Plan
from workbench.store import open_workspace
from workbench.store.plans import NoInputs, ScenarioStore, begin, kept_at

PRIVACY = Cell("weights", "privacy")
TODAY = date(2026, 11, 22)


@pytest.fixture
def kept(workspace):
    return ScenarioStore(workspace, "base")


def test_a_plan_is_loaded_with_scenario_and_revision_and_saved_cell_by_cell(kept, workspace):
    plan = kept.load()
    assert (plan.scenario, plan.revision, plan.weights) == ("base", 0, {"privacy": 2.0})
    why = Why("board", Evidence("minutes", confidence="high"))
    saved = kept.save(plan.but(weights={"privacy": 2, "reach": 1}, lang="en"), why)
    assert (saved.revision, saved.weights, saved.lang) == (1, {"privacy": 2, "reach": 1}, "en")
    (command,) = workspace.commands("base", limit=1)
    assert command == kept.last
    assert command.changes == (change("weights", "reach", None, 1.0),)
    assert (command.reason, command.evidence.text) == ("board", "minutes")


def test_looking_is_not_saving(kept, workspace):
    plan = kept.load().but(industry="games", weights={}, market="ID", lang="en")
    kept.look(plan)
    assert kept.save(plan.but(market="SA")).revision == 0
    saved = kept.save(plan.but(floors={"kol": 5}))
    assert (saved.industry, saved.weights, saved.floors) == ("games", {}, {"kol": 5})
    assert workspace.snapshot("base").cells == {PRIVACY: 2.0, Cell("floors", "kol"): 5.0}
    saved = kept.save(saved.but(industry="tools", weights={"privacy": 7}))
    assert (saved.industry, saved.weights) == ("tools", {"privacy": 7})
    found = workspace.snapshot("base").cells
    assert (found[Cell("settings", "industry")], found[PRIVACY]) == ("tools", 7.0)


def test_what_others_changed_in_other_cells_comes_along_and_in_the_same_cell_is_a_conflict(
    kept, database
):
    other = open_workspace(database, who="wang")
    other.apply("base", [change("caps", "kol", None, 30.0)])
    saved = kept.save(kept.load().but(floors={"kol": 5}))
    assert (saved.caps, saved.floors, saved.revision) == ({"kol": 30.0}, {"kol": 5.0}, 2)
    other.apply("base", [change("caps", "kol", 30.0, 40.0)])
    with pytest.raises(ConflictError, match="caps kol was changed meanwhile by wang"):
        kept.save(saved.but(caps={"kol": 20}))
    fresh = kept.reload(saved)
    assert fresh.caps == {"kol": 40.0}
    assert kept.save(fresh.but(caps={"kol": 20})).caps == {"kol": 20.0}


def test_undo_and_redo_keep_how_the_page_is_looked_at(kept):
    shown = kept.load().but(market="SA", lang="en")
    kept.look(shown)
    saved = kept.save(shown.but(weights={"privacy": 9}))
    undone = kept.undo(saved)
    assert (undone.weights, undone.market, undone.lang) == ({"privacy": 2.0}, "SA", "en")
    assert kept.redo(undone).weights == {"privacy": 9.0}


def test_what_can_be_written(workspace, database):
    assert ScenarioStore(workspace, "base").writable
    assert not ScenarioStore(workspace, "base", revision=0).writable
    assert not ScenarioStore(open_workspace(database, readonly=True), "base").writable
    workspace.approve("base")
    assert not ScenarioStore(workspace, "base").writable


def test_comments_are_kept_out_of_the_plan_and_survive_its_changes(kept, workspace):
    workspace.apply("base", [change("comments", "weights privacy#1", None, "Really?")])
    fresh = kept.reload(kept.load())
    kept.save(fresh.but(weights={}))
    assert workspace.snapshot("base").cells == {Cell("comments", "weights privacy#1"): "Really?"}


def test_a_report_of_a_revision_is_judged_on_the_day_it_was_made(workspace):
    begin(workspace, "plan", Plan(weights={"privacy": 1}, as_of=TODAY), "first")
    made = workspace.commands("plan")[0].at.date()
    workspace.apply("plan", [change("weights", "privacy", 1.0, 3.0)])
    assert kept_at(workspace, "plan", 0).plan == Plan(
        scenario="plan", revision=0, weights={"privacy": 1}, as_of=made
    )
    now = kept_at(workspace, "plan", None, TODAY).plan
    assert (now.revision, now.weights, now.as_of) == (1, {"privacy": 3.0}, TODAY)


def test_a_change_is_held_against_what_others_changed_meanwhile(workspace, database):
    """Each of two edits is fine, both together are not: the second one is refused, not stored."""

    class FloorsBelowCaps(NoInputs):
        def check(self, cells: Cells) -> Cells:
            if cells.get(Cell("floors", "kol"), 0) > cells.get(Cell("caps", "kol"), 100):
                raise InputError("Floor above cap.")
            return super().check(cells)

    one = ScenarioStore(workspace, "base", inputs=FloorsBelowCaps())
    two = ScenarioStore(open_workspace(database, who="wang"), "base", inputs=FloorsBelowCaps())
    one.save(one.load().but(floors={"kol": 30}))
    with pytest.raises(InputError, match="Floor above cap"):
        two.save(two.load().but(caps={"kol": 20}))
    assert Cell("caps", "kol") not in workspace.snapshot("base").cells
    one.undo(one.load())
    two.save(two.load().but(caps={"kol": 20}))
    with pytest.raises(InputError, match="Floor above cap"):
        one.redo(one.load())
