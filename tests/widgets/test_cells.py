import math

import pytest

from workbench.domain.errors import InputError
from workbench.widgets._cells import check_column, parse

OPTIONS = [{"value": "a", "label": "Alpha"}, {"value": 2, "label": "二"}]


def column(kind, **more):
    return check_column({"key": "k", "title": "K", "kind": kind, **more})


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "=1+1", "=1+1"),
        ("text", "a\nb\x00", "a\nb"),
        ("text", 5, "5"),
        ("number", "1,234.5", 1234.5),
        ("number", "１２", 12),
        ("number", "-5", -5),
        ("number", 2.5, 2.5),
        ("number", "1e3", 1000.0),
        ("level", "3", 3),
        ("level", 5.0, 5),
        ("date", "2026-01-31", "2026-01-31"),
        ("date", "2026/1/3", "2026-01-03"),
        ("date", "2026年1月3日", "2026-01-03"),
        ("select", "a", "a"),
        ("select", " ALPHA ", "a"),
        ("select", "二", 2),
        ("select", "2", 2),
    ],
)
def test_text_that_reads_as_the_kind_is_taken(kind, typed, value):
    more = {"options": OPTIONS} if kind == "select" else {}
    got = parse(column(kind, **more), typed)
    assert got == value and type(got) is type(value)


@pytest.mark.parametrize("kind", ["text", "number", "level", "date", "select"])
@pytest.mark.parametrize("typed", [None, "", "  ", "?", "？"])
def test_nothing_and_a_question_mark_mean_unknown(kind, typed):
    assert parse(column(kind, options=OPTIONS), typed) is None


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        ("number", "1,23", "not a number"),
        ("number", "12%", "not a number"),
        ("number", "nan", "not a number"),
        ("number", math.inf, "not a number"),
        ("number", True, "not a number"),
        ("level", "0", "from 1 to 5"),
        ("level", "2.5", "from 1 to 5"),
        ("level", "high", "from 1 to 5"),
        ("date", "2026-02-30", "write it as"),
        ("date", "31.1.2026", "write it as"),
        ("select", "c", "not among: Alpha, 二"),
    ],
)
def test_what_breaks_a_rule_names_the_rule(kind, typed, reason):
    with pytest.raises(InputError, match=reason):
        parse(column(kind, options=OPTIONS), typed)


def test_limits_hold_at_both_ends():
    share = column("number", min=0, max=100)
    assert [parse(share, v) for v in ("0", "100")] == [0, 100]
    with pytest.raises(InputError, match="The least is 0"):
        parse(share, "-0.1")
    with pytest.raises(InputError, match="The most is 100"):
        parse(share, 100.1)
    with pytest.raises(InputError, match="The least is 2026-01-01"):
        parse(column("date", min="2026-01-01"), "2025-12-31")


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"key": "k", "title": "K", "editble": True}, "Unknown column property editble"),
        ({"key": "_k", "title": "K"}, "needs a key"),
        ({"key": "k"}, "a title"),
        ({"key": "k", "title": "K", "kind": "colour"}, "unknown kind colour"),
        ({"key": "k", "title": "K", "kind": "select"}, "needs options"),
    ],
)
def test_a_wrong_column_says_what_is_wrong(spec, reason):
    with pytest.raises(InputError, match=reason):
        check_column(spec)
