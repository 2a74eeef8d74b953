"""A user's table of an experiment, as CSV or XLSX, in their own column names."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from workbench.domain.errors import InputError
from workbench.sources.experiments import read_experiment, read_own_table
from workbench.sources.paths import data_folder

DAYS = """日期,版本,点击,订单,备注
2026-11-01,A,100,3,
2026-11-01,B,90,4,slow day
2026-11-02,A,110,2,
2026-11-02,B,120,6,
"""


def saved(folder: Path, text: str) -> Path:
    path = folder / "arms.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_row_an_arm(tmp_path):
    found = read_experiment(saved(tmp_path, "Variant,Visitors,Orders\nA,100,3\nB,90,4\n"))
    assert found.days is None
    assert found.arms["exposures"].to_dict() == {"A": 100, "B": 90}
    assert np.isnan(found.arms.loc["A", "value"])


def test_days_in_chinese_with_a_remark(tmp_path):
    found = read_experiment(saved(tmp_path, DAYS))
    assert len(found.days) == 4
    assert found.arms["conversions"].to_dict() == {"A": 5, "B": 10}


def test_running_totals(tmp_path):
    found = read_experiment(saved(tmp_path, DAYS.replace("A,110,2", "A,110,5")), cumulative=True)
    assert found.arms["exposures"].to_dict() == {"A": 110, "B": 120}


def test_planned_shares_come_from_the_days(tmp_path):
    text = "day,arm,clicks,orders,share\n2026-11-01,A,300,3,3\n2026-11-01,B,100,4,1\n"
    assert read_experiment(saved(tmp_path, text)).arms["share"].tolist() == [0.75, 0.25]
    more = text + "2026-11-02,A,300,3,2\n2026-11-02,B,100,4,1\n"
    with pytest.raises(InputError, match="planned share of arm A changes from day to day"):
        read_experiment(saved(tmp_path, more))


def test_a_workbook_reads_as_the_same_table(tmp_path):
    path = tmp_path / "arms.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    lines = [line.split(",") for line in DAYS.split()]
    for at, line in enumerate(line for line in lines if len(line) == 5):
        for column, cell in enumerate(line):
            if at and column == 0:
                year, month, number = map(int, cell.split("-"))
                sheet.write_datetime(at, 0, datetime(year, month, number), day)
            elif at and column in (2, 3):
                sheet.write_number(at, column, int(cell))
            else:
                sheet.write_string(at, column, cell)
    book.close()
    one, two = read_experiment(path), read_experiment(saved(tmp_path, DAYS))
    assert one.days.equals(two.days) and one.arms.equals(two.arms)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("arm,clicks\nA,3\nB,4\n", "Table arms lacks the column conversions"),
        ("arm,creative,clicks,orders\nA,A,3,1\n", "columns arm, creative, which all mean arm"),
        ("arm,clicks,orders,ctr\nA,3,1,1\n", "unknown column ctr"),
        ("arm,clicks,orders\nA,3,1\nB,9,x\n", "row 3, column conversions: 'x' is not allowed"),
        ("", "is empty; it needs a header line"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path, text, message):
    with pytest.raises(InputError) as caught:
        read_experiment(saved(tmp_path, text))
    assert message in str(caught.value)


def test_what_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "arms.xlsx"
    path.write_bytes(b"arm,clicks")
    with pytest.raises(InputError, match=r"is not an \.xlsx workbook"):
        read_own_table(path)


@pytest.mark.parametrize(
    "name", ["programme/experiments/banners", "creatives", "programme/creatives/traits"]
)
def test_the_examples_say_that_they_are_invented(name):
    text = (data_folder() / "examples" / f"{name}.csv").read_text(encoding="utf-8")
    assert "Invented" in text and "虚构" in text
