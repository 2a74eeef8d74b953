"""Files that would take all memory, or end the process, are refused by name."""

import gzip
import io
import json
import zipfile
from itertools import count

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.sources.exports.workbooks import row, workbook
from workbench.domain.errors import InputError
from workbench.sources.exports import delimited, json_records, opening, records
from workbench.sources.exports import workbook as workbooks

HEAD = ("journey", "timestamp", "partner")
TEXT = ",".join(HEAD) + "\nj,2026-01-01,a\n"


@pytest.mark.parametrize(
    "place",
    ["XFD1048576", "AAAA1", "ZZZZZZZZ9", "A4294967295", "A1048577", "A0", "1", "é7"],
)
def test_a_cell_far_out_is_refused_before_its_sheet_is_held(desk, place):
    """The library would take memory for all cells up to there, or end the process."""
    far = f'<row r="3"><c r="{place}"><v>1</v></c></row>'
    with pytest.raises(InputError, match=r"workbook export.csv (has more than|can't be read)"):
        desk.load("generic", workbook(row(1, *HEAD) + row(2, "j", "2026-01-01", "a") + far))


@pytest.mark.parametrize("number", ["99999999", "0", "-1", "x"])
def test_a_row_that_no_sheet_has(desk, number):
    with pytest.raises(InputError, match=r"can't be read: <row r="):
        desk.load("generic", workbook(row(1, *HEAD) + f'<row r="{number}"><c><v>1</v></c></row>'))


def test_a_sheet_within_its_bounds_is_read(desk, monkeypatch):
    monkeypatch.setattr(workbooks, "CELLS", 6)
    sheet = row(1, *HEAD) + row(2, "j", "2026-01-01", "a")
    assert desk.load("generic", workbook(sheet)).loaded == 1
    with pytest.raises(InputError, match="has more than 6 cells"):
        desk.load("generic", workbook(sheet + row(3, "k")))


def test_a_workbook_that_unpacks_to_more_than_can_be(desk, monkeypatch):
    monkeypatch.setattr(workbooks, "BYTES", 10_000)
    with pytest.raises(InputError, match="has more than"):
        desk.load("generic", workbook(row(1, *HEAD) + " " * 20_000))


def test_a_sheet_whose_text_is_no_xml(desk):
    with pytest.raises(InputError, match=r"workbook export.csv can't be read"):
        desk.load("generic", workbook(row(1, *HEAD) + "<row"))


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_without_end(desk, end):
    with pytest.raises(InputError, match="has lines of millions of characters"):
        desk.load("generic", gzip.compress((TEXT + "j" * 5_000_000 + end).encode()))


def test_spaces_without_end(desk):
    with pytest.raises(InputError, match="is empty"):
        desk.load("generic", gzip.compress(b" " * 5_000_000))


def test_many_long_records_are_read_in_small_batches(desk, monkeypatch):
    """A batch ends by its characters: 200 records of 3,000 in batches of 30,000."""
    monkeypatch.setattr(records, "CHARACTERS", 30_000)
    monkeypatch.setattr(delimited, "STEP", 1)
    text = ",".join(HEAD) + "\n" + "".join(f"j,2026-01-01,{'a' * 3_000}\n" for _ in range(200))
    path = desk.file(text)
    with opening.reading(path) as members:
        sizes = [len(one.numbers) for one in records.batches(next(members), len)]
    assert sum(sizes) == 200
    # The head stands among the first thirty, which are taken at once.
    assert max(sizes[1:]) <= 11


def test_records_longer_than_any_export_has(desk, monkeypatch):
    monkeypatch.setattr(delimited, "MOST", 10_000)
    with pytest.raises(InputError, match="has lines of millions of characters"):
        desk.load("generic", TEXT + f"j,2026-01-01,{'a' * 900}\n" * 100)


def test_json_with_other_names_in_each_record_is_read_in_small_batches(desk, monkeypatch):
    monkeypatch.setattr(records, "WIDE", 1)
    monkeypatch.setattr(records, "SIZE", 100)
    made = [dict(zip(HEAD, ("j", "2026-01-01", "a"), strict=True)) | {f"x{place}": 1}
            for place in range(500)]  # fmt: skip
    path = desk.file(json.dumps(made), "x.json")
    with opening.reading(path) as members:
        found = list(records.batches(next(members), len))
    assert [one for batch in found for one in batch.numbers] == list(range(1, 501))
    assert all(len(one.columns) * len(one.numbers) < 250 for one in found)
    assert desk.load("generic", path).loaded == 500


def test_an_array_without_end_in_a_record(desk, monkeypatch):
    monkeypatch.setattr(json_records, "MOST", 1_000)
    with pytest.raises(InputError, match="one record has millions of characters"):
        desk.load("generic", json.dumps({"journey": "j", "ids": list(range(2_000))}), "x.json")


def packed(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def parquet(**columns: pa.Array) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


SHEET = workbook(row(1, *HEAD) + row(2, "j", "2026-01-01", "a"))
COLUMNS = {"journey": ["j"], "timestamp": ["2026-01-01"], "partner": ["a"]}


@pytest.mark.parametrize("inner", [SHEET, parquet(**COLUMNS), gzip.compress(TEXT.encode())],
                         ids=["xlsx", "parquet", "gz"])  # fmt: skip
@pytest.mark.parametrize("pack", [gzip.compress, lambda inner: packed(x=inner)],
                         ids=["gz", "zip"])  # fmt: skip
def test_workbooks_and_parquet_out_of_archives(desk, inner, pack):
    desk.load("generic", pack(inner))
    assert desk.rows("touchpoints", "journey", "partner") == [("j", "a")]


def test_packed_again_and_again(desk):
    content = TEXT.encode()
    for _ in range(3):
        content = gzip.compress(content)
    with pytest.raises(InputError, match="is packed several times over"):
        desk.load("generic", content)


def test_what_unpacks_onto_the_disk_has_an_end(desk, monkeypatch):
    monkeypatch.setattr(opening, "LARGEST", 100)
    with pytest.raises(InputError, match="GB when unpacked"):
        desk.load("generic", gzip.compress(SHEET))


def test_files_that_macos_adds_to_an_archive_are_passed_over(desk):
    content = packed(
        **{"x.csv": TEXT.encode(), "__MACOSX/._x.csv": b"\0\5\x16\7", ".DS_Store": b"\0"}
    )
    assert desk.load("generic", content).file == "export.csv/x.csv"


def test_chinese_names_in_an_archive_of_windows(desk):
    """The name is in GBK, and no flag says so."""
    content = packed(**{"AAAA.csv": TEXT.encode()}).replace(b"AAAA", "数据".encode("gbk"))
    assert desk.load("generic", content).file == "export.csv/数据.csv"


def test_a_way_of_packing_that_is_unknown(desk):
    content = bytearray(packed(**{"x.csv": TEXT.encode()}))
    for sign, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(sign) + place
        content[at : at + 2] = (9).to_bytes(2, "little")  # Deflate64, as Windows packs beyond 2 GB
    with pytest.raises(InputError, match="is damaged"):
        desk.load("generic", bytes(content))


def test_what_parquet_alone_can_hold(desk):
    """Bytes for texts, not-a-number for what isn't there, times that no calendar has."""
    content = parquet(
        journey=pa.array([b"j", "蓝海".encode(), b"k"], pa.binary()),
        timestamp=pa.array([0, 1_000_000, 2**62], pa.timestamp("us")),
        partner=["a", "b", "c"],
        cost=[1.5, float("nan"), 1],
    )
    report = desk.load("generic", content)
    assert desk.rows("touchpoints", "journey", "cost") == [("j", 1.5), ("蓝海", None)]
    assert [(one.row, one.column) for one in report.wrong] == [(3, "timestamp")]


def test_half_a_character_in_json_is_set_aside(desk):
    text = '[{"journey": "\\ud800", "timestamp": "2026-01-01", "\\udfff": 1}, ' \
        '{"journey": "\\ud83d\\ude00", "timestamp": "2026-01-01"}]'  # fmt: skip
    report = desk.load("generic", text, "x.json")
    assert (report.loaded, report.quarantined) == (1, 1)
    assert desk.rows("touchpoints", "journey") == [("😀",)]
    json.dumps(report.unmapped, ensure_ascii=False).encode()


def test_a_digest_is_the_same_whatever_else_is_in_the_file(desk):
    """Records of JSON have other names in each; the same record must be found again."""
    one = {"journey": "j", "timestamp": "2026-01-01", "partner": "a"}
    other = {"journey": "k", "timestamp": "2026-01-02", "country": "ID"}
    desk.load("generic", json.dumps([one]), "x.json")
    merged = desk.load("generic", json.dumps([other, one]), "y.json").merged["touchpoints"]
    assert (merged.new, merged.unchanged) == (1, 1)


def test_a_head_whose_first_name_is_empty(desk):
    """As pandas writes its index with tabs."""
    desk.load("generic", "\n\t" + "\t".join(HEAD) + "\n0\tj\t2026-01-01\ta\n")
    assert desk.rows("touchpoints", "journey", "partner") == [("j", "a")]


def test_utf_16_without_a_mark(desk):
    for encoding, place in zip(("utf-16-le", "utf-16-be"), count(1), strict=False):
        desk.load("generic", TEXT.replace("j,", f"j{place},").encode(encoding))
    assert desk.rows("touchpoints", "journey") == [("j1",), ("j2",)]


@pytest.mark.parametrize("name", ["hex", "rot13", "undefined", "idna", "x\0"])
def test_what_is_no_encoding_of_text(desk, name):
    with pytest.raises(InputError, match="Unknown encoding"):
        desk.load("generic", TEXT, encoding=name)
