"""What a column shows about itself only late in the file holds for all of it."""

import gzip
from datetime import UTC, date, datetime

import pytest

from workbench.domain.errors import InputError
from workbench.sources.exports import records

HEAD = "journey;timestamp;order;value;currency\n"


@pytest.fixture(autouse=True)
def _two_records_a_batch(monkeypatch):
    monkeypatch.setattr(records, "SIZE", 2)
    monkeypatch.setattr(records, "HEAD_WITHIN", 2)


def values(desk) -> list[float]:
    return [value for _, value in desk.rows("conversions", "order", "value")]


@pytest.mark.parametrize("late", ["0.5", "1,234.5"])
@pytest.mark.parametrize("dry", [False, True])
def test_the_decimal_sign(desk, late, dry):
    """Semicolons leave the comma to decimals: 1,234 is 1.234 until a point shows it is not."""
    rows = [f"j;2026-01-01;o{place};1,234;USD\n" for place in range(5)]
    text = HEAD + "".join(rows) + f"j;2026-01-01;o9;{late};USD\n"
    report = desk.load("generic", gzip.compress(text.encode()), dry=dry)
    assert (report.read, report.loaded) == (6, 6)
    assert report.first["conversions"][0]["value"] == 1234
    if not dry:
        assert values(desk) == [1234] * 5 + [float(late.replace(",", ""))]


def test_a_sign_that_is_told_is_not_reconsidered(desk):
    text = HEAD + "j;2026-01-01;o1;1,234;USD\n" * 3 + "j;2026-01-01;o2;0.5;USD\n"
    report = desk.load("generic", text, decimal=",")
    assert report.first["conversions"][0]["value"] == 1.234
    assert (report.loaded, report.quarantined) == (3, 1)  # 0.5 is no number with a comma


@pytest.mark.parametrize(
    ("late", "wanted"),
    [
        ("25/04/2026", datetime(2026, 5, 4, tzinfo=UTC)),
        ("04/25/2026", datetime(2026, 4, 5, tzinfo=UTC)),
    ],
)
def test_whether_day_or_month_comes_first(desk, late, wanted):
    rows = [f"j;04/05/2026;o{place};1;USD\n" for place in range(5)]
    report = desk.load("generic", HEAD + "".join(rows) + f"j;{late};o9;1;USD\n")
    assert (report.read, report.loaded) == (6, 6)
    assert {at for order, at in desk.rows("conversions", "order", "timestamp") if order != "o9"} \
        == {wanted}  # fmt: skip


@pytest.mark.parametrize("shown", [("25/04/2026", "04/25/2026"), ("04/25/2026", "25/04/2026")])
def test_a_column_that_shows_both_is_refused_however_late_the_other_comes(desk, shown):
    early, late = shown
    rows = [f"j;{early};o{place};1;USD\n" for place in range(5)]
    with pytest.raises(InputError, match="column timestamp days and months can't be told apart"):
        desk.load("generic", HEAD + "".join(rows) + f"j;{late};o9;1;USD\n")
    assert not desk.dataset.exists


@pytest.mark.parametrize("late", ["31/13/2026", "32/01/2026", "01/45/2026"])
def test_what_is_no_day_either_way_shows_nothing_and_is_set_aside(desk, late):
    rows = [f"j;25/04/2026;o{place};1;USD\n" for place in range(5)]
    report = desk.load("generic", HEAD + "".join(rows) + f"j;{late};o9;1;USD\n")
    assert (report.loaded, report.quarantined) == (5, 1)


def test_a_whole_column_that_shows_nothing_is_refused_and_nothing_is_loaded(desk):
    rows = [f"j;04/05/2026;o{place};1;USD\n" for place in range(5)]
    with pytest.raises(InputError, match="column timestamp days and months can't be told apart"):
        desk.load("generic", HEAD + "".join(rows))
    assert not desk.dataset.exists


def test_a_day_is_the_one_that_stands_there_whatever_the_zone(desk):
    text = (
        "partner,name,joined\na,A,2026-01-05\nb,B,2026-01-05T00:30:00+08:00\nc,C,05.01.2026 23:59\n"
    )
    desk.load("generic", text, zone="Asia/Shanghai")
    assert desk.rows("partners", "partner", "joined") == [
        (name, date(2026, 1, 5)) for name in ("a", "b", "c")
    ]


def test_a_count_is_a_whole_number_that_can_be_counted(desk):
    head = "Date,Partner,imp,total_click,unique_click,cv,revenue,payout\n"
    cells = ["12", "1.5", "1e300", "9007199254740992"]
    rows = "".join(f"2026-01-0{day},a,{seen},1,1,1,1,1\n" for day, seen in enumerate(cells, 1))
    report = desk.load("everflow", head + rows)
    assert desk.rows("performance", "impressions") == [(12,), (2**53,)]
    assert [wrong.value for wrong in report.wrong] == ["1.5", "1e300"]
