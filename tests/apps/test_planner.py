"""The planner as a page and a plan file see it: opened, edited, kept, opened again."""

import json
import logging

import pytest

from workbench.apps import open_planner
from workbench.apps._opening import NOTHING, open_state
from workbench.apps.planner import Planner
from workbench.domain.errors import InputError
from workbench.sources.paths import data_folder
from workbench.sources.plans import dump_plan, load_plan

PLAN = {"markets": ["ID", "SA", "BR"], "product": "live_show", "samples": 500, "lang": "en"}


@pytest.fixture
def plan_file(tmp_path, monkeypatch):
    """A plan file of the test's own, which the planner may write."""
    path = tmp_path / "plan.yaml"
    path.write_text(json.dumps(PLAN), encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_PLAN", str(path))
    monkeypatch.delenv("WORKBENCH_ROLE", raising=False)
    monkeypatch.delenv("QUERY_STRING", raising=False)
    return path


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> str:
    """An empty workspace of the test's own."""
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    monkeypatch.setenv("WORKBENCH_DATABASE", url)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    for name in ("WORKBENCH_PLAN", "WORKBENCH_ROLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QUERY_STRING", "lang=en&market=ID")
    return url


@pytest.fixture
def planner(plan_file) -> Planner:
    return Planner(open_state({}))


def send(grid, *cells):
    """Edits as a page sends them."""
    edits = [dict(zip(("row", "key", "value"), cell, strict=True)) for cell in cells]
    grid._handle_custom_msg({"type": "edit", "edits": edits, "batch": 1}, [])


def test_the_address_goes_over_the_notebook_and_the_notebook_over_the_file(plan_file, monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "market=br&lang=zh")
    state = open_state({"market": "SA", "industry": "tools", "_private": 1, "lang": None})
    assert (state.plan.market, state.plan.industry, state.plan.lang) == ("BR", "tools", "zh")
    assert state.plan.markets == ("ID", "SA", "BR")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("markte=ID", "did you mean 'market'"),
        ("market=XX", "XX"),
        ("market=../../x", "market"),
        ("market=ID&market=SA", "stands twice"),
        ("product=/etc/passwd", "is not a product id"),
        ("plan=/etc/passwd", "Unknown parameter 'plan'"),
        ("competitors=x.csv", "Unknown parameter 'competitors'"),
        ("industry=%3Cimg%20src=x%3E", "industry"),
    ],
)
def test_an_address_that_asks_for_nonsense_is_an_error(plan_file, monkeypatch, query, reason):
    monkeypatch.setenv("QUERY_STRING", f"{query}&lang=en")
    with pytest.raises(InputError, match=reason):
        open_planner({})


def test_a_misspelt_notebook_parameter_is_named(plan_file):
    with pytest.raises(InputError, match=r"'markte'.*did you mean 'market'"):
        open_planner({"markte": "ID", "lang": "en"})


def test_every_selector_has_a_label_and_names_instead_of_ids(planner):
    assert [box.description for box in (planner.market, planner.industry, planner.product)] == [
        "Market",
        "Industry",
        "Product",
    ]
    labels = dict(planner.product.options)
    examples = {path.stem for path in (data_folder() / "examples").glob("*.yaml")} - {"plan"}
    assert set(labels.values()) == {NOTHING, *examples}
    assert not set(labels) & examples
    assert labels["Star Arena (example)"] == "live_show" == planner.product.value
    assert planner.market.label.endswith(f"({planner.state.market})")


def test_a_chosen_market_reaches_every_panel_the_address_and_the_file(planner, plan_file):
    # ui -> state
    planner.market.value = "BR"
    assert planner.state.plan.market == "BR"
    for name in ("verdict", "needs", "channels", "readiness", "value"):
        assert planner.panels[name].view().html in planner.panels[name]._body.value
    assert "Brazil" in planner.panels["verdict"]._heading.value
    assert planner.panels["needs"].grid.rows[0]["id"] == "BR"
    assert load_plan(plan_file).market == "BR"
    # state -> ui
    planner.state.change(market="SA")
    assert planner.market.value == "SA"


def test_the_address_follows_and_keeps_what_was_asked(plan_file, monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "market=ID&lang=en&scenario=bold&top=5")
    planner = Planner(open_state({}))
    query = next(child for child in planner.widget.children if hasattr(child, "query"))
    asked = {"market": "ID", "product": "live_show", "lang": "en"}
    assert query.query == {**asked, "scenario": "bold", "top": "5"}
    planner.market.value = "SA"
    planner.product.value = NOTHING
    planner.industry.value = "live_show"
    assert query.query == {
        "market": "SA", "industry": "live_show", "lang": "en", "scenario": "bold", "top": "5"
    }  # fmt: skip


def test_a_file_is_never_named_in_the_address(tmp_path, plan_file):
    own = tmp_path / "own.yaml"
    text = (data_folder() / "examples" / "live_show.yaml").read_text(encoding="utf-8")
    own.write_text(text, encoding="utf-8")
    planner = Planner(open_state({"product": str(own)}))
    query = next(child for child in planner.widget.children if hasattr(child, "query"))
    assert "product" not in query.query
    assert planner.product.label == "Star Arena (example) (own.yaml)"


def test_a_choice_that_fails_goes_back_and_is_explained(tmp_path, plan_file):
    own = tmp_path / "own.yaml"
    text = (data_folder() / "examples" / "live_show.yaml").read_text(encoding="utf-8")
    own.write_text(text, encoding="utf-8")
    planner = Planner(open_state({"product": str(own)}))
    planner.product.value = NOTHING
    own.write_text("name: [", encoding="utf-8")
    planner.product.value = str(own)
    assert planner.product.value == NOTHING and planner.state.plan.product is None
    error = planner.panels["verdict"]._error
    assert "not valid YAML" in error.value and error.layout.display == ""
    planner.product.value = "live_show"
    assert error.layout.display == "none"


def test_a_choice_that_breaks_says_a_plain_sentence(planner, monkeypatch, caplog):
    monkeypatch.setattr(type(planner.state), "change", lambda self, **fields: 1 / 0)
    planner.market.value = "BR"
    assert "Something went wrong here" in planner.panels["verdict"]._error.value
    assert planner.market.value == planner.state.market != "BR"
    assert "ZeroDivisionError" in caplog.text


def test_an_editor_edits_the_plan_file_and_finds_it_again(planner, plan_file):
    assert "saved in the plan file at once" in planner.status.value
    send(planner.panels["ranking"].grid, ("privacy", "weight", 9))
    planner.panels["needs"].reason.value = "seen on site"
    send(planner.panels["needs"].grid, ("ID", "privacy", 5))
    assert "Saved in the plan file." in planner.status.value
    assert planner.download.content == dump_plan(planner.state.plan, ".yaml")
    kept = load_plan(plan_file)
    assert kept.weights == {"privacy": 9.0}
    assert [change.reason for change in kept.levels] == ["seen on site"]
    again = Planner(open_state({}))
    for name in ("ranking", "needs", "channels", "readiness"):
        assert again.panels[name].grid.rows == planner.panels[name].grid.rows
        assert again.panels[name]._chart.figure == planner.panels[name]._chart.figure


def test_a_viewer_changes_the_page_and_no_file(plan_file, monkeypatch):
    monkeypatch.setenv("WORKBENCH_ROLE", "viewer")
    before = plan_file.read_bytes()
    planner = Planner(open_state({}))
    assert "stays in this page" in planner.status.value
    send(planner.panels["ranking"].grid, ("privacy", "weight", 9))
    assert planner.state.plan.weights == {"privacy": 9.0}
    assert "this page only" in planner.status.value
    assert plan_file.read_bytes() == before
    assert [path.name for path in plan_file.parent.iterdir()] == ["plan.yaml"]


def test_nothing_of_ours_is_logged_where_a_page_could_read_it(planner, capfd, monkeypatch):
    """A logger without a handler writes to stderr, which a kernel sends to the page."""
    monkeypatch.setattr(type(planner.state), "change", lambda self, **fields: 1 / 0)
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    planner.market.value = "BR"
    send(planner.panels["ranking"].grid, ("privacy", "weight", 9))
    planner.panels["ranking"].grid._handle_custom_msg({"type": "strange"}, [])
    assert capfd.readouterr().err == ""


# ---- Over a workspace ----


def query_of(planner) -> dict[str, str]:
    return next(child.query for child in planner.widget.children if hasattr(child, "query"))


def test_the_planner_of_a_workspace_keeps_every_edit_and_names_its_scenario(workspace):
    planner = Planner(open_state({}))
    assert next(iter(planner.panels)) == "workspace" and planner.widget.children[2] is (
        planner.panels["workspace"].widget
    )
    assert planner.status not in planner.widget.children
    assert query_of(planner) == {"lang": "en", "market": "ID", "scenario": "base"}
    send(planner.panels["ranking"].grid, ("privacy", "weight", 9))
    planner.product.value = NOTHING
    planner.panels["workspace"].name.value = "bold"
    planner.panels["workspace"].branch.click()
    assert query_of(planner)["scenario"] == "bold"
    send(planner.panels["ranking"].grid, ("privacy", "weight", 4))
    again = Planner(open_state({}))
    assert again.state.plan.scenario == "base" and again.state.plan.weights == {"privacy": 9.0}
    assert again.product.value == NOTHING
    other = Planner(open_state({"scenario": "bold"}))
    assert other.state.plan.weights == {"privacy": 4.0}


def test_an_approved_scenario_cannot_be_changed_by_the_selectors_either(workspace):
    planner = Planner(open_state({}))
    planner.state.kept.workspace.approve("base")
    planner = Planner(open_state({}))
    assert planner.industry.disabled and planner.product.disabled and not planner.market.disabled
    before = planner.product.value
    planner.product.value = NOTHING  # a page may send what its list doesn't
    assert planner.product.value == before
    assert "was approved by" in planner.panels["verdict"]._error.value
    planner.market.value = "SA"
    assert planner.state.market == "SA"


def test_a_plan_file_has_no_workspace_panels(planner):
    assert not {"workspace", "history", "comparison"} & set(planner.panels)
    assert planner.status in planner.widget.children
