"""The same rows whatever the encoding, delimiter, packing and format."""

import csv
import gzip
import io
import json
import zipfile
from datetime import UTC, datetime
from itertools import product

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.domain.errors import InputError

TIME = "must be a time, such as 2026-01-31 or 31.01.2026 18:00"
HEAD = ["journey", "timestamp", "order", "value", "currency", "partner", "status"]
ROWS = [
    ["j1", "2026-01-31 10:00", "o1", "1234.5", "USD", "蓝海, “评测”", "approved"],
    ["j2", "2026-02-01T00:00:00Z", "o2", "0.5", "USD", "two\nlines", "reversed"],
]
WANTED = [
    ("o1", datetime(2026, 1, 31, 10, tzinfo=UTC), 1234.5, "蓝海, “评测”", "approved"),
    ("o2", datetime(2026, 2, 1, tzinfo=UTC), 0.5, "two\nlines", "reversed"),
]
COLUMNS = ("order", "timestamp", "value", "partner", "status")


def written(delimiter=",", comma=False) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(HEAD)
    for row in ROWS:
        writer.writerow([cell.replace(".", ",") if comma and place == 3 else cell
                         for place, cell in enumerate(row)])  # fmt: skip
    return text.getvalue()


def packed(content: bytes, how: str) -> bytes:
    if how == "gz":
        return gzip.compress(content)
    if how == "zip":
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("export.csv", content)
        return target.getvalue()
    return content


@pytest.mark.parametrize(
    ("encoding", "delimiter", "packing"),
    list(
        product(
            ["utf-8", "utf-8-sig", "utf-16", "gb18030"], [",", ";", "\t"], ["plain", "gz", "zip"]
        )
    ),
)
def test_every_encoding_delimiter_and_packing(desk, encoding, delimiter, packing):
    content = written(delimiter, comma=delimiter == ";").encode(encoding)
    report = desk.load("generic", packed(content, packing))
    assert (report.read, report.loaded) == (2, 2)
    assert report.form == ("CSV", encoding.upper(), "tab" if delimiter == "\t" else delimiter)
    assert desk.rows("conversions", *COLUMNS) == WANTED


def test_an_encoding_that_is_named(desk):
    desk.load("generic", written().encode("big5", "replace"), encoding="big5")
    assert desk.rows("conversions", "order") == [("o1",), ("o2",)]


@pytest.mark.parametrize("form", ["array", "lines", "wrapper", "parquet", "xlsx"])
def test_every_format(desk, form):
    records = [dict(zip(HEAD, row, strict=True)) for row in ROWS]
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(records), desk.folder / "x.parquet")
        path = desk.folder / "x.parquet"
    elif form == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(["notes of somebody"])
        sheet = book.create_sheet("Data")
        for row in [HEAD, *ROWS]:
            sheet.append(row)
        sheet["D2"], sheet["B2"] = 1234.5, datetime(2026, 1, 31, 10)
        path = desk.folder / "x.xlsx"
        book.save(path)
    else:
        text = {
            "array": json.dumps(records, ensure_ascii=False),
            "lines": "\n".join(json.dumps(one) for one in records),
            "wrapper": json.dumps({"total": 2, "items": records}),
        }[form]
        path = desk.file(text, "x.json")
    assert desk.load("generic", path).loaded == 2
    assert desk.rows("conversions", *COLUMNS) == WANTED


def test_the_members_of_an_archive_are_files_of_their_own(desk):
    from workbench.locale import translator
    from workbench.sources.exports.importing import import_file
    from workbench.sources.exports.mapping import mappings_of

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a/january.csv", written())
        archive.writestr("touches.csv", "journey,timestamp,partner\nj1,2026-01-30,Ayu\n")
    path = desk.file(target.getvalue(), "both.zip")
    found = import_file(path, mappings_of("generic"), desk.dataset, translator("en"))
    assert [(one.file, one.mapping, one.loaded) for one in found] == [
        ("both.zip/a/january.csv", "generic-conversions", 2),
        ("both.zip/touches.csv", "generic-touchpoints", 1),
    ]


def test_lines_above_the_head_and_excels_own_line(desk):
    assert desk.load("generic", "Export of 2026\n\n" + written()).loaded == 2
    assert desk.load("generic", "sep=;\n" + written(";")).merged["conversions"].unchanged == 2


def test_bad_rows_are_set_aside_with_file_row_column_value_and_rule(desk):
    text = (
        "journey,timestamp,order,value,currency\n"
        "j,2026-01-01,o1,5,USD\n"
        "j,2026-02-30,o2,5,USD\n"
        "j,2026-01-01,,5,USD\n"
        "j,soon,o4,=1+1,USD\n"
        "j,2026-01-01,o5\n"
        'j,2026-01-01,"o"6,5,USD\n'
        "\n"
        "j,2026-01-01,o7,5,USD\n"
    )
    report = desk.load("generic", text, "bad.csv")
    assert (report.read, report.loaded, report.quarantined) == (7, 2, 5)
    with report.quarantine.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["file", "row", "column", "value", "rule"],
        ["bad.csv", "2", "timestamp", "2026-02-30", TIME],
        ["bad.csv", "3", "order", "", "must not be empty"],
        ["bad.csv", "4", "timestamp", "soon", TIME],
        ["bad.csv", "4", "value", "'=1+1", "must be a number"],
        ["bad.csv", "5", "", "", "has 3 cells where the head has 5"],
        ["bad.csv", "6", "", "", "has a quotation mark inside a cell"],
    ]  # fmt: skip
    assert desk.rows("conversions", "order") == [("o1",), ("o7",)]


def test_bytes_that_are_no_text_are_set_aside(desk):
    """UTF-8 by its first million bytes, and a GBK cell later on."""
    many = "\n".join(f"j,2026-01-01,o{number},5,USD,a" for number in range(60_000))
    text = f"journey,timestamp,order,value,currency,partner\n{many}\n".encode()
    report = desk.load("generic", text + "j,2026-01-01,x,5,USD,蓝海\n".encode("gbk"))
    assert (report.read, report.quarantined) == (60_001, 1)
    assert "must be text that can be decoded" in str(report.wrong[0].rule)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n \n", "is empty"),
        (b"a,b\n1,2\n", "lacks touchpoints.journey: one of journey. The file has: a, b"),
        (b"journey,timestamp,order,value\n", "has no record"),
        (b'journey,timestamp\nj,"2026', "quotation mark before line 2 is never closed"),
        (b'[{"journey": "j"', "is not valid JSON near character"),
        (b'{"journey": ]}', "is not valid JSON near character 13"),
        (b"[1, 2]", "fit no mapping"),
        (b"PAR1 and no more", "can't be read"),
        (b"\x1f\x8b\x08broken", "is damaged"),
        (b"PK\x03\x04broken", "is damaged"),
        (b"journey,timestamp,partner\nj,03/04/2026,a\n", "column timestamp days and months can't"),
    ],
)  # fmt: skip
def test_what_is_refused_as_a_whole(desk, content, message):
    with pytest.raises(InputError, match=message):
        desk.load("generic", content)
    assert not desk.dataset.exists


def test_a_file_that_is_not_there_and_options_that_make_no_sense(desk):
    with pytest.raises(InputError, match="There is no file"):
        desk.load("generic", desk.folder / "none.csv")
    with pytest.raises(InputError, match="Unknown encoding 'martian'"):
        desk.load("generic", written(), encoding="martian")


@pytest.mark.parametrize(
    "zone",
    ["Mars/Olympus", "posixrules", "Factory", "right/UTC", "posix/UTC", "localtime", "", "../UTC"],
)
def test_a_zone_that_is_none_or_is_not_the_same_everywhere(desk, zone):
    """Python opens more files of the zones' folder than name a zone; Arrow knows fewer."""
    with pytest.raises(InputError, match=f"Unknown time zone '{zone}'"):
        desk.load("generic", written(), zone=zone)
    assert not desk.dataset.exists


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "US/Eastern", "Etc/GMT+8", "EST5EDT"])
def test_zones_that_are_known(desk, zone):
    assert desk.load("generic", written(), zone=zone).zone == zone


def test_day_and_month_as_told_or_as_the_column_shows(desk):
    rows = "journey,timestamp,partner\nj,03/04/2026,a\n"
    desk.load("generic", rows, dates="day")
    assert desk.rows("touchpoints", "timestamp") == [(datetime(2026, 4, 3, tzinfo=UTC),)]
    report = desk.load("generic", rows + "j,05/31/2026,a\nj,31/05/2026,a\n", dates="month")
    assert report.quarantined == 1
    desk.load("generic", rows + "j,05/31/2026,b\n")
    assert (datetime(2026, 3, 4, tzinfo=UTC),) in desk.rows("touchpoints", "timestamp")
