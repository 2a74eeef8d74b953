"""Decks read back: native charts with the records' numbers, text inside its box, whole notes."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE

from tests.reports.exported import plan
from workbench.figures import needs as need_figures
from workbench.locale import translator
from workbench.reports import records
from workbench.reports.exporters import FORMATS, _fit
from workbench.sources.opening import open_portfolio

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def portfolio():
    return open_portfolio(plan())


@pytest.fixture(scope="module")
def decks(portfolio):
    made = {}
    for lang in LANGS:
        t = translator(lang)
        for code in ("ID", "SA", "SJ"):
            made[code, lang] = Presentation(
                BytesIO(FORMATS["pptx"].market(portfolio, code, t, Path()))
            )
        made["", lang] = Presentation(BytesIO(FORMATS["pptx"].whole(portfolio, t, Path())))
    return made


def chart_of(slide):
    return next(shape.chart for shape in slide.shapes if shape.has_chart)


def table_of(slide):
    return next(shape.table for shape in slide.shapes if shape.has_table)


def test_a_slide_each_for_what_a_board_asks(decks):
    for (code, _), deck in decks.items():
        assert len(deck.slides) == (8 if code else 5)
        assert (deck.slide_width, deck.slide_height) == (12191695, 6858000)  # 16:9
        for slide in deck.slides:
            assert slide.shapes.title.text_frame.text.strip()
            assert slide.has_notes_slide


def test_titles_say_the_finding(decks, portfolio):
    titles = [slide.shapes.title.text_frame.text for slide in decks["ID", "en"].slides]
    assert titles[0].startswith("Indonesia: conditional entry, rank ")
    t = translator("en")
    one = portfolio.market("ID")
    drawn = need_figures.bars(one.cells, need_figures.need_names(portfolio, t), t)
    assert titles[1] == drawn.finding
    assert titles[7].startswith(f"{len(one.readiness.open_items)} checks")
    assert "not ranked" in decks["SJ", "en"].slides[0].shapes.title.text_frame.text


def test_charts_are_native_with_the_records_numbers(decks, portfolio):
    deck = decks["ID", "en"]
    own = [row for row in records.needs(portfolio) if row["market"] == "ID"]
    found = chart_of(deck.slides[1]).plots[0].series[0].values
    assert sorted(found) == pytest.approx(sorted(row["score"] for row in own))
    mix = [
        row["mix"] for row in records.channels(portfolio) if row["market"] == "ID" and row["mix"]
    ]
    assert [value * 100 for value in chart_of(deck.slides[3]).plots[0].series[0].values] == (
        pytest.approx(mix)
    )
    ranked = {row["market"]: row for row in records.ranking(portfolio)["markets"]}
    names = {translator("en").market(code): code for code in portfolio.chosen}
    chart = chart_of(deck.slides[6])
    for label, value in zip(
        chart.plots[0].categories, chart.plots[0].series[0].values, strict=True
    ):
        assert value == pytest.approx(ranked[names[label]]["score"])


def test_an_unknown_need_has_no_bar_and_says_so(decks, portfolio):
    plot = chart_of(decks["SJ", "en"].slides[1]).plots[0]
    pairs = list(zip(plot.categories, plot.series[0].values, strict=True))
    unknown = [label for label, value in pairs if value is None]
    assert len(unknown) == portfolio.scores.loc["SJ"].isna().sum() > 4
    assert all(label.endswith("(?)") for label in unknown)


def test_edit_data_opens_the_same_numbers(decks):
    for deck in decks.values():
        for slide in deck.slides:
            for shape in slide.shapes:
                if not shape.has_chart:
                    continue
                blob = shape.chart.part.chart_workbook.xlsx_part.blob
                sheet = openpyxl.load_workbook(BytesIO(blob))["Sheet1"]
                plot = shape.chart.plots[0]
                labels = [sheet.cell(down, 1).value for down in range(2, sheet.max_row + 1)]
                assert labels == list(plot.categories)
                for place, series in enumerate(plot.series, start=2):
                    cells = [sheet.cell(down, place).value for down in range(2, sheet.max_row + 1)]
                    assert [value is None for value in cells] == [
                        value is None for value in series.values
                    ]
                    known = [value for value in cells if value is not None]
                    assert known == pytest.approx(
                        [each for each in series.values if each is not None]
                    )
                    assert sheet.cell(1, place).value == series.name


def test_nothing_stands_outside_the_slide_or_on_something_else(decks):
    for deck in decks.values():
        for slide in deck.slides:
            for shape in slide.shapes:
                assert shape.left >= 0 and shape.top >= 0
                assert shape.left + shape.width <= deck.slide_width
                assert shape.top + shape.height <= deck.slide_height
            solid = [shape for shape in slide.shapes if shape.has_chart or shape.has_table]
            for place, one in enumerate(solid):
                for other in solid[place + 1 :]:
                    assert (
                        one.left + one.width <= other.left or other.left + other.width <= one.left
                    )


def lines_of(frame, width: float) -> float:
    """Height of a frame's text in points, by Arial's widths."""
    total = 0.0
    for paragraph in frame.paragraphs:
        size = max((run.font.size.pt for run in paragraph.runs if run.font.size), default=0)
        bold = any(run.font.bold for run in paragraph.runs)
        text = "".join(run.text for run in paragraph.runs)
        if text:
            total += len(_fit.wrapped(text, size, width, bold)) * size * 1.2
    return total


def test_no_text_runs_out_of_its_box(decks):
    for deck in decks.values():
        for slide in deck.slides:
            for shape in slide.shapes:
                if shape.has_text_frame and shape.text_frame.text:
                    assert lines_of(shape.text_frame, shape.width.pt) <= shape.height.pt + 1
                if shape.has_table:
                    for row in shape.table.rows:
                        for cell, column in zip(row.cells, shape.table.columns, strict=True):
                            width = column.width.pt - cell.margin_left.pt - cell.margin_right.pt
                            assert lines_of(cell.text_frame, width) + 6 <= row.height.pt + 1
                    used = sum(row.height for row in shape.table.rows)
                    assert shape.top + used <= deck.slide_height


def test_what_is_cut_stands_whole_in_the_notes(decks, portfolio):
    slide = decks["", "en"].slides[4]
    left_out = [shape.text_frame.text for shape in slide.shapes
                if shape.has_text_frame and "more row" in shape.text_frame.text]  # fmt: skip
    total = sum(len(portfolio.market(code).readiness.open_items) for code in portfolio.chosen)
    shown = len(table_of(slide).rows) - 1
    assert left_out == [f"and {total - shown} more rows"]
    notes = slide.notes_slide.notes_text_frame.text
    assert len(notes.splitlines()) == total + 2
    assert "…" in str([cell.text for row in table_of(slide).rows for cell in row.cells])
    assert "…" not in notes


def test_the_market_stands_in_its_ranking_however_far_down(portfolio):
    """Fifteen markets are shown; of 235, Namibia would not be among the best fifteen."""
    every = portfolio.but(portfolio.plan.but(markets=()))
    for lang in LANGS:
        t = translator(lang)
        deck = Presentation(BytesIO(FORMATS["pptx"].market(every, "NA", t, Path())))
        slide = deck.slides[6]
        names = [row.cells[0].text for row in table_of(slide).rows]
        assert t.market("NA") in names and len(names) == 16
        assert list(chart_of(slide).plots[0].categories) == names[1:]


def test_without_a_product_there_is_no_empty_slide():
    bare = open_portfolio(plan().but(product=None, answers=()))
    deck = Presentation(BytesIO(FORMATS["pptx"].market(bare, "ID", translator("en"), Path())))
    assert len(deck.slides) == 6
    for slide in deck.slides:
        assert any(shape.has_chart or shape.has_table for shape in slide.shapes) or len(
            [shape for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text]
        ) > 4  # fmt: skip


def test_a_very_long_text_still_fits(portfolio):
    long = "A condition that was written down at great length. " * 39
    told = open_portfolio(plan(evidence=long))
    deck = Presentation(BytesIO(FORMATS["pptx"].market(told, "ID", translator("en"), Path())))
    test_no_text_runs_out_of_its_box({"": deck})
    assert long.strip() in deck.slides[7].notes_slide.notes_text_frame.text


def test_fonts_and_colours_are_the_houses(decks):
    for (_, lang), deck in decks.items():
        theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode()
        assert (
            '<a:ea typeface="Microsoft YaHei"/>' in theme and '<a:latin typeface="Arial"' in theme
        )
        assert "0A5FB4" in theme
        run = deck.slides[0].shapes.title.text_frame.paragraphs[0].runs[0]
        assert run._r.rPr.get("lang") == {"zh": "zh-CN", "en": "en-US"}[lang]
    core = decks["ID", "zh"].core_properties
    assert core.title == "印度尼西亚" and core.created.isoformat()[:10] == "2026-11-20"


def test_charts_have_words_for_who_can_not_see_them(decks):
    for deck in decks.values():
        for slide in deck.slides:
            for shape in slide.shapes:
                if shape.has_chart:
                    assert len(shape._element.nvGraphicFramePr.cNvPr.get("descr")) > 20
