"""A scenario whose plan can't be used: the planner opens all the same, with the ways back."""

import html
import re

import pytest
from databases import change

from workbench.apps import open_planner, open_portfolio_app
from workbench.apps._keeping import begun
from workbench.apps._mending import EveryStep
from workbench.domain.changes import INPUTS, Cell
from workbench.domain.errors import InputError
from workbench.store import Workspace, open_workspace
from workbench.widgets.grid import Grid

OLD = Cell("weights", "old_criterion")
ADVICE = "Take the last change back"


@pytest.fixture
def url(tmp_path, monkeypatch) -> str:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    monkeypatch.setenv("WORKBENCH_DATABASE", url)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTERHUB_USER", "li")
    monkeypatch.delenv("QUERY_STRING", raising=False)
    return url


@pytest.fixture
def workspace(url) -> Workspace:
    """The example plan with a weight of a criterion that the tables don't know, set by ``li``."""
    found = begun(url)
    found.apply("base", [change(*OLD, None, 3.0)], "before the tables changed")
    return found


def opened(lang: str = "en", **asked):
    return open_planner({"market": "ID", "lang": lang, **asked})


def below(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from below(child)


def words(widget) -> str:
    values = [str(part.value) for part in below(widget) if type(part).__name__ == "HTML"]
    values = [value for value in values if "<style>" not in value]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", " ".join(values))).split())


def control(widget, label: str):
    return next(part for part in below(widget) if getattr(part, "description", "") == label)


def is_planner(widget) -> bool:
    return any(isinstance(part, Grid) for part in below(widget))


def test_the_page_says_what_is_wrong_and_offers_the_ways_back(workspace):
    page = opened()
    assert not is_planner(page)
    said = words(page)
    assert "This scenario can't be shown as it stands." in said
    assert "Unknown criterion 'old_criterion' in the weights" in said
    assert "scenario base, revision 1" in said
    assert ADVICE in said
    assert control(page, "Undo").disabled is False
    with pytest.raises(InputError, match="Unknown criterion"):  # a page to read has no way back
        open_portfolio_app({"lang": "en"})


def test_undo_leads_back_to_the_planner(workspace):
    page = opened()
    control(page, "Undo").click()
    assert is_planner(page) and ADVICE not in words(page)
    assert OLD not in workspace.snapshot("base").cells
    assert workspace.commands("base", limit=1)[0].kind == "undo"
    grid = next(part for part in below(page) if isinstance(part, Grid))
    assert not grid.readonly
    assert words(page).count("scenario base, revision 2") == 1


def test_a_value_can_be_taken_away_from_the_history_though_someone_else_set_it(workspace, url):
    other = open_workspace(url, who="wang")
    other.apply("base", [change("advert", "en", None, "Good evening")])
    page = opened()
    control(page, "Cell").value = tuple(OLD)
    assert "before the tables changed" in words(page)
    control(page, "Restore").click()
    assert is_planner(page)
    cells = workspace.snapshot("base").cells
    assert OLD not in cells and cells["advert", "en"] == "Good evening"


def test_two_faults_are_mended_one_after_the_other(workspace):
    workspace.apply("base", [change("channel_weights", "old_channel", None, 1.0)])
    page = opened()
    control(page, "Undo").click()
    assert not is_planner(page)
    assert "Unknown criterion 'old_criterion'" in words(page)
    assert "scenario base, revision 3" in words(page)
    control(page, "Undo").click()
    assert is_planner(page)


@pytest.mark.parametrize(
    ("table", "key", "value", "said"),
    [
        ("settings", "product", "/nowhere/p.yaml", "There is no file /nowhere/p.yaml"),
        ("settings", "field_of_a_later_version", 1, "Unknown parameter"),
        ("settings", "industry", "old", "Unknown industry 'old'"),
        ("settings", "markets", ["XX"], "Unknown market 'XX'"),
        ("levels", "XX/privacy", {"level": 3.0, "reason": "r", "evidence": "e"}, "XX"),
        ("levels", "ID/old", {"level": 3.0, "reason": "r", "evidence": "e"}, "old"),
        ("answers", "ID/old", {"status": "ready"}, "Unknown check 'old'"),
        ("caps", "kol", -1.0, "caps"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whatever_a_cell_holds_it_can_be_seen_and_taken_back(
    url, table, key, value, said, lang, monkeypatch
):
    workspace = begun(url)
    before = workspace.snapshot("base").cells.get((table, key))
    workspace.apply("base", [change(table, key, before, value)])
    monkeypatch.setenv("QUERY_STRING", f"lang={lang}")
    page = open_planner({})
    assert not is_planner(page)
    if lang == "en":
        assert said in words(page)
    control(page, {"zh": "条目", "en": "Cell"}[lang]).value = (table, key)
    assert "li" in words(page)
    control(page, {"zh": "撤销", "en": "Undo"}[lang]).click()
    assert is_planner(page)


def test_another_scenario_can_be_chosen_and_the_broken_one_branched(workspace):
    workspace.branch("base", "good", revision=0)
    page = opened()
    control(page, "New scenario").value = "copy"
    control(page, "Branch").click()
    assert not is_planner(page) and "scenario copy, revision 0" in words(page)
    control(page, "Scenario").value = "good"
    assert is_planner(page) and "scenario good, revision 0" in words(page)


def test_a_plan_that_cannot_be_used_is_not_approved(workspace):
    page = opened()
    control(page, "Approve and freeze").click()
    control(page, "Yes, approve: it can't be changed any more").click()
    assert not workspace.scenario("base").frozen
    assert words(page).count("Unknown criterion 'old_criterion'") == 2  # the fault, the refusal


def test_an_approved_one_can_be_left_or_branched_and_mended_there(workspace):
    workspace.approve("base", "board")
    page = opened()
    assert control(page, "Undo").layout.display == "none"
    control(page, "New scenario").value = "next"
    control(page, "Branch").click()
    control(page, "Cell").value = tuple(OLD)
    control(page, "Restore").click()
    assert is_planner(page)
    assert OLD in workspace.snapshot("base").cells
    assert OLD not in workspace.snapshot("next").cells


def test_a_viewer_sees_what_is_wrong_and_changes_nothing(workspace, monkeypatch):
    monkeypatch.setenv("WORKBENCH_ROLE", "viewer")
    page = opened()
    assert "Unknown criterion" in words(page)
    control(page, "Cell").value = tuple(OLD)
    for label in ("Undo", "Redo", "Restore", "Add comment", "Branch"):
        control(page, label).click()
    assert workspace.scenario("base").revision == 1


def test_an_address_that_asks_for_nonsense_is_an_error_whatever_the_scenario_is(
    workspace, monkeypatch
):
    monkeypatch.setenv("QUERY_STRING", "market=Nowhere")
    with pytest.raises(InputError, match="market"):
        open_planner({"lang": "en"})
    monkeypatch.setenv("QUERY_STRING", "scenario=nobody")
    with pytest.raises(InputError, match="Unknown scenario 'nobody'"):
        open_planner({"lang": "en"})


def test_while_mending_what_is_recorded_of_files_stays():
    cells = {Cell(INPUTS, "product"): {"path": "p.yaml"}, OLD: 3.0}
    assert EveryStep().check(cells) == {Cell(INPUTS, "product"): {"path": "p.yaml"}}
    assert EveryStep().copies(cells) == {}
