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


# ---- Records with arrays of their own ----

HISTORY = [{"status": "pending", "order": "h", "timestamp": "2026-01-01"}]
PARTS = [dict.fromkeys(("order", "item", "partner", "status", "country", "value"), "x") | {
    "timestamp": "2026-01-01"
}]  # fmt: skip
ORDER = {
    "timestamp": "2026-01-05", "status": "approved", "value": 10, "currency": "USD", "partner": "A",
}  # fmt: skip


@pytest.mark.parametrize("own", [{"history": HISTORY}, {"items": PARTS}, {"data": {"h": HISTORY}}])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("between", ["\n", ",\n"])
def test_an_array_in_a_record_is_a_part_of_it(desk, own, first, between):
    """Wherever it stands in the record, and whatever is known of its names."""
    made = [ORDER | {"order": f"o{place}"} for place in range(3)]
    lines = between.join(json.dumps(own | one if first else one | own) for one in made)
    report = desk.load("generic", lines if between == "\n" else f"[{lines}]", "nest.jsonl")
    assert (report.read, report.loaded) == (3, 3)
    assert held(desk) == ["o0", "o1", "o2"]
    if between == "\n":
        assert list(report.left.values()) == [3]  # they could be orders themselves: that is said


def test_arrays_that_fill_a_column_of_the_record_are_not_named_as_left(desk):
    events = [{"Id": 1, "EventDate": 2, "media_name": "a"}]
    text = json.dumps({"ModelId": 1, "Revenue": 5, "Events": events})
    report = desk.load("impact", text, "path.json")
    assert desk.rows("paths", "path", "value") == [("a", 5.0)]
    assert report.left == {}


def test_an_array_is_no_record_by_its_name_alone(desk):
    """Paths of impact have events, and a model."""
    text = json.dumps({"Events": [{"Id": "c", "EventDate": "2026-01-01", "MediaName": "a"}]})
    desk.load("impact", text, "clicks.json")
    assert desk.rows("touchpoints", "touch", "partner") == [("c", "a")]


def test_a_record_after_pages_with_an_array_of_their_name(desk):
    """It has an order's names by itself; an empty page has not."""
    rows = [{"items": orders("a")}, orders("b")[0] | {"items": []}, {"items": []}]
    desk.load("generic", "\n".join(map(json.dumps, rows)), "mixed.json")
    assert held(desk) == ["a", "b"]


def test_what_is_too_long_for_a_record_is_a_wrapper(desk, monkeypatch):
    """Its names are enough for a record of a partner; beyond a limit it is none."""
    text = json.dumps({"items": orders(*map(str, range(30))), "partner": "A"})
    report = desk.load("generic", text, "short.json", dry=True)
    assert (report.mapping, report.read, report.left) == ("generic-partners", 1, {"items": 30})
    for limit in (1_000, len(text) - 1):
        monkeypatch.setattr(json_records, "MOST", limit)
        monkeypatch.setattr(json_records, "CHUNK", 300)
        assert desk.load("generic", text, "long.json").loaded == 30
