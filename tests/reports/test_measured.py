"""What imported events add to a market's brief."""

import re

import pytest
from imported import import_example

from tests.reports.batches import Trial
from workbench.locale import translator
from workbench.reports import measured
from workbench.reports.batch.hashing import made_with
from workbench.sources.example_events import example_events


@pytest.fixture
def imported(tmp_path, monkeypatch):
    import_example(tmp_path / "events")
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    return tmp_path


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Nothing is measured yet"), ("zh", "尚无效果数据")]
)
def test_without_imports_a_brief_shows_no_invented_figure(lang, said):
    view = measured.view(None, "ID", translator(lang))
    assert said in view.html and view.drawing is None
    assert not re.search(r"\d", view.html)


def test_a_market_shows_its_own_orders_and_credits(imported):
    rows = example_events().conversions.to_pandas()
    here = rows[(rows["country"] == "ID") & rows["status"].isin(("pending", "approved", "paid"))]
    view = measured.view(None, "ID", translator("en"))
    worth = f"{here['value'].sum():,.0f}"
    assert f"{len(here):,} conversions, worth {worth} USD" in view.html
    assert "Credit, not cause" in view.html and "Level 3: who adds value" in view.html
    assert view.drawing is not None and "furthest apart" in view.drawing.finding


def test_a_market_without_orders_says_so(imported):
    assert (
        "customers is among the imported events" in measured.view(None, "SJ", translator("en")).html
    )


def test_an_import_makes_the_briefs_anew_and_only_then(tmp_path_factory, tmp_path, monkeypatch):
    """Through the command's own batch: skipped, then remade with the figures, then skipped."""
    folder = tmp_path / "events"
    monkeypatch.setenv("WORKBENCH_EVENTS", str(folder))
    trial = Trial(tmp_path_factory.mktemp("batch"))
    plan = trial.plan("ID")
    assert [job.state for job in trial.run(plan).values()] == ["done"]
    assert [job.state for job in trial.run(plan).values()] == ["skipped"]
    before = made_with()["events"]
    import_example(folder, "touchpoints", "conversions")
    assert before == "" != made_with()["events"]
    assert [job.state for job in trial.run(plan).values()] == ["done"]
    page = (trial.out / "ID.en.html").read_text(encoding="utf-8")
    assert "Nothing is measured yet" not in page and "Level 3: who adds value" in page
    assert [job.state for job in trial.run(plan).values()] == ["skipped"]
