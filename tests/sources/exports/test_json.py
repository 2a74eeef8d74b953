"""JSON around records: pages one after the other, several arrays, ends that are missing."""

import json

import pytest

from workbench.domain.errors import InputError
from workbench.sources.exports import json_records


def orders(*names: str) -> list[dict]:
    return [
        {"order": name, "journey": "j", "timestamp": "2026-01-01", "value": 10} for name in names
    ]


def held(desk) -> list[str]:
    return [order for (order,) in desk.rows("conversions", "order")]


@pytest.mark.parametrize("between", ["", "\n", " \r\n\n"])
@pytest.mark.parametrize("nested", [False, True])
def test_pages_one_after_the_other_are_all_read(desk, between, nested):
    pages = [
        {"offset": 0, "items": []},
        {"page": 2, "items": orders("a", "b"), "next": "/3"},
        {"page": 3, "items": orders("c")},
        {"page": 4, "status": "ok", "items": []},
    ]
    if nested:
        pages = [{"data": page} for page in pages]
    report = desk.load("generic", between.join(map(json.dumps, pages)), "pages.json")
    assert (report.read, report.loaded, report.left) == (3, 3, {})
    assert held(desk) == ["a", "b", "c"]


def test_pages_after_records_and_records_after_pages(desk):
    first, second = json.dumps({"items": orders("b", "c")}), json.dumps(orders("a")[0])
    for text in (f"{first}\n{second}", f"{second}\n{first}"):
        report = desk.load("generic", text, "mixed.json")
        assert (report.read, report.loaded) == (3, 3)
    assert held(desk) == ["a", "b", "c"]


@pytest.mark.parametrize("count", [1, 63, 64, 65, 128])
def test_any_number_of_records_in_a_wrapper(desk, count):
    """So many are looked at before it is said what the array is."""
    assert json_records.FEW == 64
    text = json.dumps({"items": orders(*map(str, range(count))), "total": count})
    assert desk.load("generic", text, "items.json").loaded == count


@pytest.mark.parametrize("nested", [False, True])
def test_a_second_array_of_like_records_is_read_too(desk, nested):
    page = {"January": orders("a", "b"), "February": orders("c")}
    report = desk.load("generic", json.dumps({"data": page} if nested else page), "both.json")
    assert (report.read, report.loaded, report.left) == (3, 3, {})


def test_arrays_of_something_else_are_named_with_their_number(desk):
    """Before and after the records; numbers and texts are no records."""
    text = json.dumps(
        {
            "warnings": [{"code": 1}],
            "totals": {"by": [{"sum": 1}, {"sum": 2}]},
            "items": orders("a"),
            "links": [{"rel": "next"}] * 100,
            "pages": [1, 2, 3],
        }
    )
    report = desk.load("generic", text, "items.json")
    assert (report.read, report.loaded) == (1, 1)
    assert report.left == {"links": 100, "warnings": 1, "totals.by": 2}


@pytest.mark.parametrize(
    "end",
    ["", ",", ',"total":', ',"total":1', "}]", "} and more", '}{"items":', '}{"items":[{', "}}"],
)
def test_an_end_that_is_missing_or_garbage_is_refused(desk, end):
    """Cut off anywhere, the file may have had more records."""
    text = '{"items":' + json.dumps(orders("a", "b")) + end
    with pytest.raises(InputError, match="is not valid JSON near character"):
        desk.load("generic", text, "cut.json")
    assert not desk.dataset.exists


def test_another_array_is_passed_over_in_pieces(desk, monkeypatch):
    """However long it is: nothing of it is kept."""
    monkeypatch.setattr(json_records, "MOST", 2_000)
    monkeypatch.setattr(json_records, "CHUNK", 500)
    text = json.dumps({"items": orders("a"), "links": [{"rel": "x" * 100}] * 1_000})
    report = desk.load("generic", text, "long.json")
    assert (report.loaded, report.left) == (1, {"links": 1_000})
