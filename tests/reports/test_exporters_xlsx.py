"""Workbooks read back by two other libraries: every number is the records', unknown is empty."""

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from tests.reports.exported import plan
from workbench.locale import translator
from workbench.reports import records
from workbench.reports.exporters import FORMATS
from workbench.sources.opening import open_portfolio

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def portfolio():
    return open_portfolio(plan())


@pytest.fixture(scope="module")
def files(portfolio):
    """(market or "", language) -> the file."""
    made = {}
    for lang in LANGS:
        t = translator(lang)
        for code in ("ID", "SA", "SJ"):
            made[code, lang] = FORMATS["xlsx"].market(portfolio, code, t, Path())
        made["", lang] = FORMATS["xlsx"].whole(portfolio, t, Path())
    return made


def record(portfolio, topic, lang="en"):
    """As ``--json`` prints it."""
    plain = portfolio.but(portfolio.plan.but(lang=lang))
    content = records.TOPICS[topic](plain)
    return json.loads(json.dumps(records.envelope(plain, topic, content)))[topic]


def own(portfolio, topic, code, lang="en"):
    """The entries of one market."""
    return [row for row in record(portfolio, topic, lang) if row["market"] == code]


def table(content: bytes, place: int) -> tuple[list, list[list]]:
    """Head and rows of a sheet, as openpyxl's cells: from the row that has the filter."""
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[place]
    first, last = (
        int("".join(filter(str.isdigit, end))) for end in sheet.auto_filter.ref.split(":")
    )
    rows = [list(row) for row in sheet.iter_rows(min_row=first, max_row=last)]
    width = len([cell for cell in rows[0] if cell.value is not None])
    return [cell.value for cell in rows[0][:width]], [row[:width] for row in rows[1:]]


def column(content: bytes, place: int, number: int) -> list:
    return [row[number].value for row in table(content, place)[1]]


@pytest.mark.parametrize("lang", LANGS)
def test_the_sheets_of_a_market_and_of_the_portfolio(files, lang):
    found = openpyxl.load_workbook(BytesIO(files["ID", lang])).sheetnames
    assert len(found) == len(set(found)) == 12
    if lang == "en":
        assert found.pop(7) == "Programme"
        assert found[:5] == ["Verdict", "Needs", "Channels", "Readiness", "Promises"]
        assert found[5:9] == ["Value", "Competitors", "Ranking", "Contributions"]
        assert found[9:] == ["Weights", "Sources"]
    whole = openpyxl.load_workbook(BytesIO(files["", lang])).sheetnames
    assert len(set(whole)) == 9


def test_every_cell_is_a_number_a_date_or_plain_text(files):
    for content in files.values():
        for sheet in openpyxl.load_workbook(BytesIO(content)).worksheets:
            kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
            assert kinds <= {"n", "s", "d"}, sheet.title  # neither formula nor error
            assert not list(sheet._hyperlinks)


def test_needs_are_the_records(files, portfolio):
    for code in ("ID", "SA", "SJ"):
        wanted = {
            (row["score"], row["level"], row["known_weight"], row["derived_score"])
            for row in own(portfolio, "needs", code)
        }
        _, rows = table(files[code, "en"], 1)
        found = {(row[1].value, row[2].value, row[5].value, row[6].value) for row in rows}
        assert found == wanted
        assert all(row[1].number_format == "0.0" for row in rows if row[1].value is not None)


def test_unknown_is_an_empty_hatched_cell_and_never_zero(files, portfolio):
    unknown = [row for row in own(portfolio, "needs", "SJ") if row["score"] is None]
    _, rows = table(files["SJ", "en"], 1)
    hatched = [row[1] for row in rows if row[1].fill.patternType == "lightUp"]
    assert len(hatched) == len(unknown) > 4
    assert all(cell.value is None for cell in hatched)
    rank = next(row[1] for row in table(files["SJ", "en"], 0)[1] if row[0].value == "Rank")
    assert rank.value is None and rank.fill.patternType == "lightUp"


def test_the_mix_is_stored_as_shares_and_shown_in_percent(files, portfolio):
    for code in ("ID", "SJ"):
        wanted = [row["mix"] for row in own(portfolio, "channels", code)]
        _, rows = table(files[code, "en"], 2)
        assert [row[1].value * 100 for row in rows] == pytest.approx(wanted, abs=1e-12)
        assert sum(row[1].value for row in rows) == pytest.approx(1)
        assert {row[1].number_format for row in rows} == {"0%"}
        assert [row[4].value for row in rows] == [
            row["weight"] for row in own(portfolio, "channels", code)
        ]


def test_readiness_holds_dates_as_dates(files, portfolio):
    (found,) = own(portfolio, "readiness", "ID")
    due = sorted(check["due"] for check in found["checks"] if check["due"])
    _, rows = table(files["ID", "en"], 3)
    dates = [row[7] for row in rows if row[7].value is not None]
    assert sorted(cell.value.date().isoformat() for cell in dates) == due and len(due) == 3
    assert all(isinstance(cell.value, datetime) for cell in dates)
    assert {cell.number_format for cell in dates} == {"yyyy-mm-dd"}
    assert len(rows) == len(found["checks"])


def test_promises_value_and_competitors_are_the_records(files, portfolio):
    (promised,) = own(portfolio, "promise", "ID")
    assert column(files["ID", "en"], 4, 5) == [row["required"] for row in promised["promises"]]
    assert column(files["ID", "en"], 4, 6) == [row["available"] for row in promised["promises"]]
    (value,) = own(portfolio, "value", "ID")
    for place, field in ((1, "level"), (2, "strength"), (3, "served"), (4, "gap")):
        assert column(files["ID", "en"], 5, place) == [row[field] for row in value["needs"]]
    register = portfolio.market("ID").competition.channels
    assert (
        column(files["ID", "en"], 6, 2) == register["cpa_usd"].tolist() == [1.25, 0.95, 1.05, 1.45]
    )


def test_ranking_contributions_and_weights_are_the_records(files, portfolio):
    found = record(portfolio, "ranking")
    for content in (files["ID", "en"], files["", "en"]):
        sheets = openpyxl.load_workbook(BytesIO(content)).sheetnames
        place = sheets.index("Ranking")
        for number, field in (
            (1, "market"), (2, "rank"), (3, "score"), (4, "low"), (5, "high"), (6, "top_share"),
            (7, "topsis_rank"), (8, "promethee_rank"), (9, "missing"),
        ):  # fmt: skip
            assert column(content, place, number) == [row[field] for row in found["markets"]]
        _, rows = table(content, place + 1)
        for row in rows[:20]:
            assert sum(cell.value for cell in row[2:]) == pytest.approx(row[1].value)
        assert sorted(column(content, place + 2, 1)) == sorted(found["weights"].values())
    head, rows = table(files["ID", "en"], 10)
    mine = next(row for row in found["markets"] if row["market"] == "ID")
    assert sum(row[2].value for row in rows) == pytest.approx(mine["score"])
    assert head[2].endswith("Indonesia")


def test_the_portfolio_is_the_records(files, portfolio):
    found = record(portfolio, "markets")
    content = files["", "en"]
    for number, field in (
        (0, "name"), (1, "market"), (3, "rank"), (6, "top_share"), (7, "score"),
        (8, "value_fit"), (14, "open_items"),
    ):  # fmt: skip
        assert column(content, 0, number) == [row[field] for row in found]
    missing = [
        check
        for row in record(portfolio, "readiness")
        for check in row["checks"]
        if check["required"] == "yes" and check["status"] != "ready"
    ]
    assert len(table(content, 1)[1]) == len(missing) == sum(row["open_items"] for row in found)
    _, mix = table(content, 5)
    assert [sum(cell.value for cell in row[1:]) for row in mix] == pytest.approx([1] * 4)


def test_calamine_reads_what_openpyxl_reads(files):
    """A reader of another family (Rust): the same numbers, dates and texts."""
    for content in (files["ID", "zh"], files["", "en"]):
        book = openpyxl.load_workbook(BytesIO(content))
        with python_calamine.load_workbook(BytesIO(content)) as other:
            for sheet in book.worksheets:
                lines = other.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
                for row, line in zip(sheet.iter_rows(), lines, strict=False):
                    for cell, value in zip(row, line, strict=False):
                        read = cell.value.date() if isinstance(cell.value, datetime) else cell.value
                        assert value == ("" if read is None else read), (sheet.title, cell)
                        assert isinstance(value, str | int | float | date)


def test_a_sheet_is_ready_to_be_worked_with_and_printed(files):
    for lang in LANGS:
        for sheet in openpyxl.load_workbook(BytesIO(files["ID", lang])).worksheets:
            head = int("".join(filter(str.isdigit, sheet.auto_filter.ref.split(":")[0])))
            assert sheet.freeze_panes == f"B{head + 1}"
            assert (
                sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
            )
            assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
            assert sheet.print_title_rows == f"${head}:${head}"


def test_units_stand_in_the_heads(files):
    heads = [table(files["ID", "en"], place)[0] for place in range(10)]
    assert "Level (1–5)" in heads[1] and "Mix (%)" in heads[2]
    assert "Cost per acquisition (USD, median)" in heads[6] and "Score (0 to 1)" in heads[8]


def test_charts_are_native_and_refer_to_the_cells(files):
    book = openpyxl.load_workbook(BytesIO(files["ID", "en"]))
    drawn = {sheet.title: sheet._charts for sheet in book.worksheets if sheet._charts}
    assert list(drawn) == ["Needs", "Channels", "Value", "Ranking", "Contributions"]
    series = drawn["Channels"][0].series[0]
    head = int("".join(filter(str.isdigit, book["Channels"].auto_filter.ref.split(":")[0])))
    assert series.val.numRef.f.startswith(f"Channels!$B${head + 1}:")
    assert len(drawn["Contributions"][0].series) == len(table(files["ID", "en"], 9)[0]) - 2


def test_chinese_stands_in_the_chinese_file(files):
    text = " ".join(str(value) for value in column(files["ID", "zh"], 1, 0))
    assert "弱网" in text
    book = openpyxl.load_workbook(BytesIO(files["ID", "zh"]))
    assert book.properties.title == "印度尼西亚" and book.properties.created.date() == date(
        2026, 11, 20
    )
