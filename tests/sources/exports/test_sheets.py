"""Workbooks of several sheets: those of one kind are one file, the others are named."""

import openpyxl
import pytest

HEAD = ["order", "journey", "timestamp", "value", "currency"]


def book(desk, sheets: dict[str, list[list]]):
    found = openpyxl.Workbook()
    found.remove(found.active)
    for title, rows in sheets.items():
        sheet = found.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = desk.folder / "book.xlsx"
    found.save(path)
    return path


def order(name: str, value: object = 10) -> list:
    return [name, "j", "2026-01-01", value, "USD"]


def held(desk) -> list[tuple]:
    return desk.rows("conversions", "order", "value")


def test_sheets_of_the_same_head_are_read_one_after_the_other(desk):
    months = {
        "January": [HEAD, order("a"), order("b")],
        "February": [HEAD, order("c", 20)],
        "March": [["Orders of March"], [], HEAD, order("d", 30)],
    }
    report = desk.load("generic", book(desk, months))
    assert (report.read, report.loaded, report.left) == (4, 4, {})
    assert held(desk) == [("a", 10), ("b", 10), ("c", 20), ("d", 30)]


@pytest.mark.parametrize("turned", [False, True])
def test_a_sheet_in_another_order_of_columns_or_without_what_may_lack_is_read(desk, turned):
    """The second has no currency and no journey, the columns that are required it has."""
    sheets = {
        "full": [HEAD, order("a")],
        "short": [["Value", "Timestamp", "Order", "note"], [20, "2026-01-02", "b", "x"]],
    }
    chosen = dict(reversed(sheets.items())) if turned else sheets
    report = desk.load("generic-conversions", book(desk, chosen))
    assert (report.loaded, report.left) == (2, {})
    assert held(desk) == [("a", 10), ("b", 20)]


def test_sheets_of_something_else_are_named_with_their_rows(desk):
    """Touchpoints fit another mapping; an empty sheet holds nothing that could be lost."""
    sheets = {
        "About": [["Made by", "us"], ["on", "Monday"]],
        "Touches": [["journey", "timestamp", "partner", "device"], ["j", "2026-01-01", "x", "tv"]],
        "Orders": [HEAD, order("a")],
        "Empty": [],
    }
    report = desk.load("generic", book(desk, sheets))
    assert report.mapping == "generic-conversions"
    assert (report.read, report.loaded) == (1, 1)
    assert report.left == {"About": 2, "Touches": 2}


def test_rows_that_are_set_aside_are_numbered_through(desk):
    sheets = {
        "January": [HEAD, order("a"), order("b", "much")],
        "February": [HEAD, order("c", "more"), order("d")],
    }
    report = desk.load("generic", book(desk, sheets))
    assert [(wrong.row, wrong.value) for wrong in report.wrong] == [(2, "much"), (3, "more")]
    assert held(desk) == [("a", 10), ("d", 10)]


def test_what_one_sheet_shows_of_a_column_holds_for_all(desk):
    """1,234 is 1.234 where a later sheet writes 0,5."""
    sheets = {"January": [HEAD, order("a", "1,234")], "February": [HEAD, order("b", "0,5")]}
    desk.load("generic", book(desk, sheets))
    assert held(desk) == [("a", 1.234), ("b", 0.5)]
