"""A report names its revision, and that revision gives the same bytes again (W6)."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workbench.apps import _keeping
from workbench.commands.line import app
from workbench.sources.products import example_products
from workbench.store import open_workspace, plans

pytestmark = pytest.mark.notebook


class Later(date):
    """A day on which nothing was done."""

    @classmethod
    def today(cls) -> date:
        return date(2031, 5, 6)


def run(*words: str, code: int = 0):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, (result.output, result.exception)
    return result


def pages(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.html"))}


def commands(tmp_path) -> list[tuple[str, int]]:
    store = open_workspace(f"sqlite:///{tmp_path / 'w.db'}", readonly=True)
    return [(one.kind, len(one.changes)) for one in reversed(store.commands("base"))]


@pytest.fixture
def product(tmp_path, monkeypatch) -> Path:
    """A product file of one's own, which the scenario base names."""
    monkeypatch.setenv("WORKBENCH_DATABASE", f"sqlite:///{tmp_path / 'w.db'}")
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    product = tmp_path / "own.yaml"
    text = example_products()["live_show"].read_text(encoding="utf-8")
    product.write_text(text, encoding="utf-8")
    run("scenario", "new", "base")
    run("set", "settings", "product", product)
    return product


def test_a_report_is_made_again_whatever_became_of_the_files_since(product, tmp_path, monkeypatch):
    text = product.read_text(encoding="utf-8")
    report = ("report", "-s", "base", "--market", "ID", "--lang", "en", "--out")
    run(*report, tmp_path / "one")
    assert commands(tmp_path) == [("create", 1), ("edit", 2), ("record", 1)]  # program; file; day
    first = pages(tmp_path / "one")
    assert "“base, revision 2”".encode() in first["ID.en.html"]

    run(*report, tmp_path / "two")  # nothing is different: nothing more is recorded
    assert len(commands(tmp_path)) == 3
    assert pages(tmp_path / "two") == first

    product.write_text(text.replace("interactivity: 5", "interactivity: 1"), encoding="utf-8")
    run("set", "weights", "privacy", "9")
    run(*report, tmp_path / "now")
    assert pages(tmp_path / "now") != first

    for module in (plans, _keeping):
        monkeypatch.setattr(module, "date", Later)
    product.unlink()
    run(*report, tmp_path / "again", "--revision", "2")
    assert pages(tmp_path / "again") == first


def test_an_approved_scenario_stays_as_it_was_approved(product, tmp_path, monkeypatch):
    text = product.read_text(encoding="utf-8")
    run("scenario", "approve", "base")
    ask = ("ranking", "-s", "base", "--json")
    before = json.loads(run(*ask).stdout)
    product.write_text(text.replace("interactivity: 5", "interactivity: 1"), encoding="utf-8")
    monkeypatch.setattr(plans, "date", Later)
    assert json.loads(run(*ask).stdout) == before
    run("scenario", "branch", "base", "next")
    branched = json.loads(run("ranking", "-s", "next", "--json").stdout)
    assert branched["ranking"] != before["ranking"]
    assert branched["plan"]["as_of"] == "2031-05-06"
