"""Cells as rows of sheets."""

from workbench.domain.changes import Cell
from workbench.domain.sheets import columns_of, kind_of, rows_of


def test_columns_and_their_kinds():
    assert columns_of("weights") == ("criterion", "value")
    assert columns_of("levels") == (
        "market", "need", "level", "reason", "evidence", "confidence", "who", "when"
    )  # fmt: skip
    assert [kind_of("levels", name) for name in columns_of("levels")] == [
        "text", "text", "other", "text", "text", "other", "text", "date"
    ]  # fmt: skip
    assert [kind_of("advert", name) for name in columns_of("advert")] == ["text", "text"]
    assert [kind_of("caps", name) for name in columns_of("caps")] == ["text", "percent"]
    assert [kind_of("weights", name) for name in columns_of("weights")] == ["text", "other"]
    assert [kind_of("comments", name) for name in columns_of("comments")] == [
        "text", "other", "text", "text"
    ]  # fmt: skip


def test_rows_are_in_the_order_of_their_keys():
    cells = {
        Cell("levels", "SA/privacy"): {"level": None, "reason": "unsure", "evidence": ""},
        Cell("levels", "ID/reach"): {"level": 4.5, "reason": "seen", "when": "2026-01-31"},
        Cell("weights", "reach"): 2.0,
    }
    empty = dict.fromkeys(("evidence", "confidence", "who", "when"))
    assert rows_of(cells, "levels") == [
        {"market": "ID", "need": "reach", "level": 4.5, "reason": "seen"}
        | {**empty, "when": "2026-01-31"},
        {"market": "SA", "need": "privacy", "level": "?", "reason": "unsure"} | empty,
    ]
    assert rows_of(cells, "weights") == [{"criterion": "reach", "value": 2.0}]
    assert rows_of(cells, "caps") == []


def test_lists_are_written_as_text_and_comments_by_number():
    cells = {
        Cell("settings", "markets"): ["ID", "SA"],
        Cell("comments", "weights reach#10"): {"text": "ten", "who": "li"},
        Cell("comments", "weights reach#9"): {"text": "nine", "who": "li"},
    }
    assert rows_of(cells, "settings") == [{"name": "markets", "value": "ID, SA"}]
    assert [(row["about"], row["number"]) for row in rows_of(cells, "comments")] == [
        ("weights reach", 9),
        ("weights reach", 10),
    ]
