"""What imported events add to a market's brief."""

import io
import re

import openpyxl
import pptx
import pytest
from imported import import_example

from tests.reports.batches import Trial
from tests.reports.exported import plan
from workbench.domain.question import Question
from workbench.locale import translator
from workbench.reports import measured
from workbench.reports.batch.hashing import made_with
from workbench.reports.exporters import slides, xlsx
from workbench.sources.example_events import example_events
from workbench.sources.ground import ground
from workbench.sources.measuring import measured as asked_of
from workbench.sources.opening import open_portfolio


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


@pytest.fixture(scope="module")
def portfolio():
    return open_portfolio(plan())


def sheets(content: bytes) -> dict[str, list[list]]:
    """Sheet -> the rows below its head."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: [
            [cell.value for cell in row]
            for row in sheet.iter_rows(
                min_row=1 + int(re.sub(r":.*|\D", "", sheet.auto_filter.ref))
            )
        ]
        for sheet in book.worksheets
    }


def test_the_workbook_holds_what_the_brief_shows(imported, portfolio):
    """Every partner with an order, not only those that fit a page, with the same figures."""
    content = xlsx.market(portfolio, "ID", translator("en"))
    found = sheets(content)
    answer = asked_of(ground(), Question(market="ID"))
    listed = answer.incremental.query("orders > 0")
    rows = {row[0]: row for row in found["Partners"]}
    assert len(rows) == len(listed) > measured.LISTED
    for one in listed.itertuples():
        conversions, orders, ratio, value, cost = rows[one.name][1:6]
        assert (conversions, orders, ratio, value) == pytest.approx(
            (one.conversions, one.orders, one.ratio, one.value)
        )
        assert (cost is None) == (one.cost != one.cost)  # an unknown cost is no zero
    (drawn,) = openpyxl.load_workbook(io.BytesIO(content))["Partners"]._charts
    assert drawn.y_axis.scaling.max is None  # no bar ends before its value
    for model in range(1, len(found["Models"][0])):
        assert sum(row[model] for row in found["Models"]) == pytest.approx(1)
    assert {row[0] for row in found["Programme"]} == {
        "Level 1: what happened",
        "Level 2: what moved and what we try",
        "Level 3: who adds value",
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_slides_tell_the_story_and_who_is_credited(imported, portfolio, lang):
    t = translator(lang)
    deck = pptx.Presentation(io.BytesIO(slides.market(portfolio, "ID", t)))
    assert len(deck.slides) == 10
    story, credited = deck.slides[7], deck.slides[8]
    said = " ".join(shape.text_frame.text for shape in story.shapes if shape.has_text_frame)
    for level in ("Level 1: what happened", "Level 3: who adds value"):
        assert t(level) in said
    (chart,) = (shape.chart for shape in credited.shapes if shape.has_chart)
    drawn = list(chart.plots[0].series[0].values)
    assert chart.value_axis.maximum_scale is None  # no bar ends before its value
    listed = asked_of(ground(), Question(market="ID")).incremental["conversions"]
    assert drawn == pytest.approx(listed.head(len(drawn)).tolist())


def test_without_orders_the_files_say_why_and_have_no_empty_slide(imported, portfolio):
    t = translator("en")
    content = xlsx.market(portfolio, "SJ", t)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Programme"]
    assert sheet["A3"].value == (
        "No order of this market's customers is among the imported events."
    )
    assert not {"Partners", "Models"} & sheets(content).keys()
    assert len(pptx.Presentation(io.BytesIO(slides.market(portfolio, "SJ", t))).slides) == 8
