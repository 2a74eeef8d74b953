"""Cells: numbers and times of every form."""

from datetime import UTC, datetime

import pytest

from workbench.sources.exports.times import Reader
from workbench.sources.exports.values import Numbers, texts, words


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["12", "-3"], [12, -3]),
        (["1,234.50", "12.3"], [1234.5, 12.3]),
        (["1.234,50", "12,3"], [1234.5, 12.3]),
        (["1.234.567"], [1234567]),
        (["1,234,567"], [1234567]),
        (["1 234,5", "1\u202f234\u202f567,0"], [1234.5, 1234567]),
        (["1'234.50"], [1234.5]),
        (["€ 12,30", "12,30 EUR", "(5,00)"], [12.3, 12.3, -5]),
        (["$1,200", "Rp 15000", "R$ 1.00"], [1200, 15000, 1]),
        (["1e3", ".5", "+7"], [1000, 0.5, 7]),
        # One way or the other for a whole column: what contradicts it is no number.
        (["1,5", "2.50"], [None, 2.5]),
        (["abc", "1-2", "--1", "nan", "inf", "1,2,3", "12 34", "1e999"], [None] * 8),
        (["", None, " 4 "], [None, None, 4]),
    ],
)
def test_numbers(cells, wanted):
    found, wrong = Numbers().read(texts(cells))
    assert found.to_pylist() == wanted
    given = [bool(cell and cell.strip()) for cell in cells]
    assert wrong.tolist() == [
        one is None and there for one, there in zip(wanted, given, strict=True)
    ]


def test_a_thousand_or_one_and_something():
    """1,234 alone shows nothing: by the usual sign, or as told, or as the column showed before."""
    assert Numbers().read(texts(["1,234"]))[0].to_pylist() == [1234]
    assert Numbers(usual=",").read(texts(["1,234"]))[0].to_pylist() == [1.234]
    assert Numbers(decimal=",").read(texts(["1.234"]))[0].to_pylist() == [1234]
    reader = Numbers()
    reader.read(texts(["0,5"]))
    assert reader.read(texts(["1,234"]))[0].to_pylist() == [1.234]


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-01-31T10:00:00Z", at(2026, 1, 31, 10)),
        ("2026-01-31T10:00:00.123456Z", at(2026, 1, 31, 10, 0, 0, 123456)),
        ("2026-01-31T10:00:00+08:00", at(2026, 1, 31, 2)),
        ("2026-01-31 10:00:00 -0330", at(2026, 1, 31, 13, 30)),
        ("2026-01-31 10:00:00 UTC", at(2026, 1, 31, 10)),
        ("2026-01-31 10:00:00+00", at(2026, 1, 31, 10)),
        ("2026-01-31 10:00:00-0030", at(2026, 1, 31, 10, 30)),
        ("2026-01-31 10:00", at(2026, 1, 31, 9)),
        ("2026-07-31 10:00", at(2026, 7, 31, 8)),
        ("2026/1/3", at(2026, 1, 2, 23)),
        ("20260131", at(2026, 1, 30, 23)),
        ("31.01.2026", at(2026, 1, 30, 23)),
        ("1.2.2026 5:07", at(2026, 2, 1, 4, 7)),
        ("31/01/2026 11:59 pm", at(2026, 1, 31, 22, 59)),
        ("01/31/2026 12:00 AM", at(2026, 1, 30, 23)),
        ("1769853600", at(2026, 1, 31, 10)),
        ("1769853600123", at(2026, 1, 31, 10, 0, 0, 123000)),
        ("1769853600123456", at(2026, 1, 31, 10, 0, 0, 123456)),
        # The hour that is there twice in autumn is the first; the one missing in spring moves on.
        ("2026-10-25 02:30", at(2026, 10, 25, 0, 30)),
        ("2026-03-29 02:30", at(2026, 3, 29, 1)),
    ],
)
def test_times_in_berlin(text, wanted):
    found, wrong = Reader("Europe/Berlin").read(texts([text]))
    assert found.to_pylist() == [wanted]
    assert not wrong.any()


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "2026-00-10", "soon", "31.02.2026", "2026-01-31 25:00", "12345",
     "2026-01-31 13:00 pm", "2026-01-31 10:61", "99999999", "0000-01-01",
     "2026-01-31T00:00:00+99:99"],
)  # fmt: skip
def test_what_is_no_time(text):
    found, wrong = Reader().read(texts([text, ""]))
    assert found.to_pylist() == [None, None]
    assert wrong.tolist() == [True, False]


def test_words_by_their_letters():
    found = words(
        texts(["ON-HOLD", "Paid", None, "x"]), {"onhold": "pending", "paid": "paid"}, "other"
    )
    assert found.to_pylist() == ["pending", "paid", None, "other"]
