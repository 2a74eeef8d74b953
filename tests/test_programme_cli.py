"""``workbench alerts`` and ``workbench basics``: what they print, write, and end with."""

import io
import json
import sys
from contextlib import contextmanager
from datetime import date, timedelta

import openpyxl
import pytest

from tests.domain.programme.tables import click, opened, order
from workbench import cli

UNTIL = date(2026, 3, 29)


def quiet_then(last: int):
    """Twelve partners with 30 clicks and 4 orders a week; the first has ``last`` clicks now.

    Then one click more, on the day on which the export was made.
    """
    touches, sold = [click("p1", (UNTIL + timedelta(days=1)).isoformat())], []
    for week in range(9):
        day = (UNTIL - timedelta(days=7 * week)).isoformat()
        for partner in range(12):
            count = last if not (week or partner) else 30
            touches += [click(f"p{partner}", day)] * count
            sold += [order(f"p{partner}", day, 50.0, commission=5.0, country="DE")] * 4
    return opened(
        touches,
        sold,
        [{"partner": "p0", "name": "=1+1", "type": "content", "joined": date(2026, 1, 1)}],
    )


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs a command over tables, in this process: exit code, output, errors."""

    def call(tables, *words):
        @contextmanager
        def events_of(folder, *_engine):
            yield tables

        for name in ("alerts", "basics", "ramp"):
            monkeypatch.setattr(f"workbench.commands.{name}.events_of", events_of)
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return call


def test_alerts_end_with_1_and_tell_all_as_json(run):
    code, out, err = run(quiet_then(0), "alerts", "--json", "--lang", "en")
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert (found["version"], found["until"]) == (1, "2026-03-29")
    (alert,) = found["alerts"]
    assert (alert["kind"], alert["partner"], alert["name"]) == ("no_clicks", "p0", "=1+1")
    assert (alert["now"], alert["before"], alert["week_ending"]) == (0, 30, "2026-03-29")
    assert "Click the partner's link yourself" in alert["next_step"]
    assert found["congratulations"] == []


def test_a_quiet_week_ends_with_0(run):
    code, out, _ = run(quiet_then(30), "alerts", "--lang", "en")
    assert code == 0
    assert out.startswith("Nothing out of the ordinary")


def test_alerts_are_printed_in_chinese(run):
    code, out, _ = run(quiet_then(0), "alerts", "--lang", "zh")
    assert code == 1
    assert "点击" in out and "下一步" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("alerts", "--since", "soon"), "'soon' is not a date"),
        (("alerts", "--level", "7"), "level 7.0 is not between"),
        (("basics", "--by", "colour"), "split by 'colour'"),
        (("basics", "--period", "soon"), "'soon' is not a period"),
        (("basics", "--against", "before"), "first and the last day"),
    ],
)
def test_errors_end_with_2(run, words, said):
    code, _, err = run(quiet_then(30), *words, "--lang", "en")
    assert code == 2 and said in err


def test_nothing_imported_yet_is_an_error_that_says_what_to_do(run):
    code, _, err = run(opened(), "alerts", "--lang", "en")
    assert code == 2 and "workbench import" in err


def test_basics_as_json(run):
    words = ("basics", "--by", "type,country", "--period", "2026-03", "--against", "before")
    code, out, _ = run(quiet_then(30), *words, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["statuses"] == ["pending", "approved", "paid"] and found["currency"] == "USD"
    assert found["by"] == ["type", "country"]
    assert found["total"]["orders"] == 5 * 12 * 4  # Sundays: 1, 8, 15, 22, 29 March
    assert sum(row["orders"] for row in found["rows"]) == found["total"]["orders"]
    assert found["total"]["roi"] == 9 and found["total"]["new_share"] is None
    assert found["activity"]["selling"] == 12 and found["activity"]["unlisted"] == 11
    assert found["concentration"]["hhi"] == pytest.approx(1 / 12)
    assert found["against"]["since"] == "2026-01-29"


def test_basics_as_a_table_and_a_workbook_without_formulas(run, tmp_path):
    path = tmp_path / "out.xlsx"
    words = ("basics", "--by", "partner", "--measures", "orders,roi", "--lang", "en")
    code, out, _ = run(quiet_then(30), *words, "--xlsx", path)
    assert code == 0 and "12 of 12 partners sell (100%)" in out
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    names = [cell for cell in cells if cell.value == "=1+1"]
    assert names and all(cell.data_type == "s" for cell in names)
    assert sum(cell.value == 36 for cell in cells) == 12


def test_a_saved_view_is_shown(run, tmp_path):
    path = tmp_path / "view.json"
    path.write_text(
        json.dumps({"name": "Germany", "by": ["month"], "measures": ["orders"],
                    "filters": {"country": ["DE"]}, "period": "2026-02"}),
        encoding="utf-8",
    )  # fmt: skip
    code, out, _ = run(quiet_then(30), "basics", "--view", path, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["rows"] == [{"month": "2026-02-01", "orders": 192}]
    assert found["activity"]["joined"] is None  # nobody joins in a customer's country


def sold_monthly():
    """2 orders in January, none in February, 30 in March, 1 of unknown value until 10 April."""
    days = [("2026-01-20", 2, 50.0), ("2026-03-31", 30, 50.0), ("2026-04-10", 1, None)]
    return opened((), [order("p", day, value) for day, count, value in days for _ in range(count)])


def test_ramp_holds_each_month_against_its_band(run):
    """Target 100: month 1 expects 6 to 8, month 2 9 to 19, month 3 14 to 38 orders."""
    code, out, err = run(sold_monthly(), "ramp", "--target", 100, "--json", "--lang", "en")
    assert (code, err) == (0, "")
    found = json.loads(out)
    told = [(each["month"], each["actual"], each["against"]) for each in found["months"]]
    assert told[:4] == [
        ("2026-01", 2, "below"),
        ("2026-02", 0, "below"),
        ("2026-03", 30, "within"),
        ("2026-04", None, "unknown"),  # it has not ended
    ]
    assert len(told) == 12 and told[-1][0] == "2026-12"
    assert (found["known"], found["target"], found["measure"]) == (3, 100, "orders")
    third = found["months"][2]
    assert (third["low"], third["high"]) == (pytest.approx(15.3, abs=0.3), pytest.approx(38, abs=1))


def test_ramp_by_value_from_another_month_in_both_languages(run):
    words = ("ramp", "--target", 1000, "--measure", "value", "--start", "2026-03")
    found = json.loads(run(sold_monthly(), *words, "--json")[1])
    assert [each["actual"] for each in found["months"][:2]] == [1500, None]
    assert "2026-03" in run(sold_monthly(), *words, "--lang", "en")[1]
    assert "2026-03" in run(sold_monthly(), *words, "--lang", "zh")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--start", "March"), "write it as 2026-03"),
        (("--measure", "clicks"), "choose one of: orders, value"),
    ],
)
def test_what_the_ramp_refuses(run, words, said):
    code, _, err = run(sold_monthly(), "ramp", "--target", 10, *words, "--lang", "en")
    assert code == 2 and said in err


def test_a_currency_may_be_named_in_small_letters(run):
    folder = sold_monthly()
    large = json.loads(run(folder, "basics", "--currency", "USD", "--json")[1])
    small = json.loads(run(folder, "basics", "--currency", "usd", "--json")[1])
    assert large == small and large["total"]["orders"] > 0
