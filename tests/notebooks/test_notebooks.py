"""Every notebook there is: kept short, stored without outputs, run for two markets."""

import ast

import nbformat
import papermill.exceptions
import pytest

from workbench.reports.page import views_of
from workbench.sources.paths import notebook_folder

FOLDER = notebook_folder()
ALL = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
APPS = [path for path in ALL if path.parent.name == "apps"]
REPORTS = [path for path in ALL if path.parent.name == "reports"]
PLAN = str(FOLDER.parent / "data" / "examples" / "plan.yaml")
MOST_LINES = 40
WIDGET = "application/vnd.jupyter.widget-view+json"


def name(path) -> str:
    return str(path.relative_to(FOLDER))


def test_both_kinds_are_found_by_looking():
    assert len(APPS) >= 3 and len(REPORTS) >= 1
    assert {*APPS, *REPORTS} == set(ALL)


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_notebook_holds_prose_parameters_and_calls(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.metadata.get("tags") for cell in code].count(["parameters"]) == 1
    tree = ast.parse("\n".join(cell.source for cell in code))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node for node in ast.walk(tree) if isinstance(node, kinds)]
    lines = [
        line
        for cell in code
        for line in cell.source.splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]
    assert len(lines) <= MOST_LINES
    assert not [cell for cell in code if cell.outputs or cell.execution_count]
    assert "widgets" not in notebook.metadata


@pytest.mark.notebook
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("market", ["ID", "SJ"])
@pytest.mark.parametrize("path", REPORTS, ids=name)
def test_a_report_runs(path, market, lang, kernel):
    executed = kernel.run(str(path), {"market": market, "lang": lang, "plan": PLAN})
    views = views_of(executed)
    cells = [cell for cell in executed.cells if "brief.show(" in cell.source]
    assert len(views) == len(cells) >= 10
    title = {"zh": {"ID": "印度尼西亚"}, "en": {"ID": "Indonesia"}}[lang].get(market, "")
    assert title in views[0]["title"] and views[0]["title"] != market


@pytest.mark.notebook
@pytest.mark.parametrize("market", ["ID", "SJ"])
@pytest.mark.parametrize("path", APPS, ids=name)
def test_an_app_runs(path, market, kernel):
    """No cell raises, and the last one displays a widget."""
    cells = nbformat.read(path, as_version=4).cells
    declared = next(cell for cell in cells if cell.metadata.get("tags") == ["parameters"]).source
    given = {"market": market, "lang": "en"}
    if "plan =" in declared:  # the measurement page is of events, not of a plan
        given["plan"] = PLAN
    executed = kernel.run(str(path), given)
    last = [cell for cell in executed.cells if cell.cell_type == "code"][-1]
    assert any(WIDGET in output.get("data", {}) for output in last.outputs)
    assert not [
        output
        for cell in executed.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


@pytest.mark.notebook
@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_misspelt_parameter_is_an_error_that_names_it(path, kernel):
    """As with ``papermill -p markte SA``: the value is not silently ignored."""
    with pytest.raises(papermill.exceptions.PapermillExecutionError) as caught:
        kernel.run(str(path), {"markte": "SA", "lang": "en"})
    assert caught.value.ename == "InputError"
    assert "Unknown parameter 'markte' (did you mean 'market'?)" in caught.value.evalue
    with pytest.raises(papermill.exceptions.PapermillExecutionError) as caught:
        kernel.run(str(path), {"markte": "SA"})  # pages are Chinese unless asked otherwise
    assert caught.value.evalue.startswith("未知参数 'markte'（是否想写 'market'？）")
