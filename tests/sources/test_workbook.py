"""The workspace as a workbook: nothing lost, nothing live, every row counted.

openpyxl stands in for Excel here: it reads what we write, and edits it.
"""

import io
import random
import re
import time
import zipfile
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from workbench.domain.changes import Cell
from workbench.domain.errors import InputError
from workbench.domain.exchange import compare
from workbench.domain.keys import KEYS
from workbench.domain.sheets import columns_of
from workbench.sources import _xlsx
from workbench.sources.workbook import LONGEST, read_workbook, write_workbook

from .filled import CELLS, HOSTILE, KNOWN

REACH = Cell("weights", "reach")
PRIVACY = Cell("levels", "ID/privacy")
SMALL = {
    REACH: 2.0,
    Cell("weights", "privacy"): 1.0,
    PRIVACY: {
        "level": 4.5, "reason": "seen", "evidence": "", "confidence": "high", "who": "Li",
        "when": "2026-01-31",
    },
}  # fmt: skip


@pytest.fixture
def path(tmp_path) -> Path:
    """An exported workbook with a few cells; weights B2 is privacy's, B3 is reach's."""
    path = tmp_path / "w.xlsx"
    write_workbook(path, SMALL, "base", 3, KNOWN)
    return path


def edited(path: Path, edit):
    """What a file asks for after an edit of the workbook."""
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return asked(path)


def asked(path: Path, cells=SMALL):
    """What a file asks for; every row is counted once."""
    found = read_workbook(path)
    result = compare(found.rows, cells, cells, KNOWN)
    assert result.rows == len(found.rows)
    return result


def reasons(found) -> list[str]:
    """Why rows are rejected."""
    return [f"{one.table} {one.number}: {one.why}" for one in found.rejected]


def patched(path: Path, name: str, change) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as packed:
        parts = {one: packed.read(one) for one in packed.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for one, content in parts.items():
            packed.writestr(one, content)
    return path


LEVELS = "xl/worksheets/sheet8.xml"


# out and back


def test_a_full_workspace_comes_back_without_a_change(tmp_path):
    path = tmp_path / "w.xlsx"
    write_workbook(path, CELLS, "基准 =1+1", 12, KNOWN)
    found = read_workbook(path)
    assert (found.scenario, found.revision, found.notes) == ("基准 =1+1", 12, ())
    assert {row.table for row in found.rows} == set(KEYS)
    result = compare(found.rows, CELLS, CELLS, KNOWN)
    assert (result.changes, result.conflicts, reasons(result)) == ((), (), [])
    assert result.unchanged == len(CELLS) == len(found.rows)


def test_a_full_workspace_goes_into_an_empty_one_whole(tmp_path):
    """Beyond the form of the rows: the values themselves are the same."""
    path = tmp_path / "w.xlsx"
    write_workbook(path, CELLS, "base", 1, KNOWN)
    result = compare(read_workbook(path).rows, {}, {}, KNOWN, author="li")
    assert reasons(result) == []
    after = {change.cell: change.after for change in result.changes}
    rounded = {cell: value for cell, value in CELLS.items() if cell not in after}
    assert rounded == {Cell("advert", "en"): ""}  # an empty cell is no value
    for cell, value in after.items():
        assert value == (pytest.approx(CELLS[cell]) if isinstance(value, float) else CELLS[cell])


def test_openpyxl_reads_the_texts_that_were_written(tmp_path):
    path = tmp_path / "w.xlsx"
    write_workbook(path, CELLS, "base", 1, KNOWN)
    sheet = openpyxl.load_workbook(path)["levels"]
    assert [cell.value for cell in sheet[1]] == list(columns_of("levels"))
    texts = {row[4].value for row in sheet.iter_rows(min_row=2)}
    plain = {one for one in HOSTILE if one and "_x" not in one and one.isprintable()}
    assert plain <= texts
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds == {"s", "n", "d"}  # text, numbers and empty cells, dates; "f": a formula


def test_nothing_that_is_exported_is_live(tmp_path):
    path = tmp_path / "w.xlsx"
    write_workbook(path, CELLS, "=1+1", 1, {**KNOWN, "need": ["=1+1", *KNOWN["need"]]})
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            assert not re.search(rb"<(\w+:)?f[\s>/]|<hyperlink|externalLink|DDE", packed.read(name))
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)


def test_texts_stay_texts_when_they_are_edited_in_place(path):
    """Excel makes a formula of ``=A1`` that is typed into a cell, unless its format is text."""
    book = openpyxl.load_workbook(path)
    levels, styles = book["levels"], ["@", "@", "General", "@", "@", "General", "@", "yyyy-mm-dd"]
    for sheet, wanted in ((levels, styles), (book["advert"], ["@", "@"])):
        widths = sheet.column_dimensions.values()
        found = {
            place: one.number_format for one in widths for place in range(one.min, one.max + 1)
        }
        assert [found[place] for place in range(1, len(wanted) + 1)] == wanted
    assert [levels[f"{one}2"].number_format for one in "ABCDFGH"] == (
        ["@", "@", "General", "@", "@", "@", "yyyy-mm-dd"]
    )


def test_sheets_offer_the_ids_that_exist(path):
    book = openpyxl.load_workbook(path)
    offered = {
        str(one.sqref)[0]: one.formula1 for one in book["levels"].data_validations.dataValidation
    }
    assert offered["A"] == f"ids!$A$2:$A${len(KNOWN['market']) + 1}"
    assert offered["F"] == '"high,medium,low"'
    assert [cell.value for cell in book["ids"]["B"]][:3] == ["need", *KNOWN["need"][:2]]
    assert book["ids"].sheet_state == "hidden"


def test_the_same_cells_give_the_same_bytes(tmp_path):
    one, two = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    write_workbook(one, CELLS, "base", 1, KNOWN)
    time.sleep(2.1)  # the times inside a zip file are even seconds
    write_workbook(two, dict(reversed(CELLS.items())), "base", 1, KNOWN)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * (LONGEST + 1), "Table levels, row 2: the text is longer than the 32767 characters"),
        ("😀" * 16_384, "longer than the 32767"),
        ("a\ufffe", r"the character U\+FFFE, which Excel can't keep; take it out, or export YAML"),
        ("a\ud800", r"the character U\+D800"),
    ],
)
def test_what_a_cell_of_excel_can_not_hold_is_an_error_not_cut(tmp_path, text, reason):
    cells = {PRIVACY: SMALL[PRIVACY] | {"evidence": text}}
    with pytest.raises(InputError, match=reason):
        write_workbook(tmp_path / "w.xlsx", cells, "base", 1, KNOWN)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["x" * LONGEST, "😀" * 16_383])
def test_the_longest_text_comes_back_whole(tmp_path, text):
    cells = {PRIVACY: SMALL[PRIVACY] | {"evidence": text}}
    write_workbook(tmp_path / "w.xlsx", cells, "base", 1, KNOWN)
    assert asked(tmp_path / "w.xlsx", cells).unchanged == 1


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_comes_back(tmp_path, texts):
    cells = {
        Cell("levels", f"{market}/privacy"): {"level": 1.0, "reason": text, "evidence": text}
        for market, text in zip(KNOWN["market"], texts, strict=False)
    }
    write_workbook(tmp_path / "w.xlsx", cells, "base", 1, KNOWN)
    assert asked(tmp_path / "w.xlsx", cells).unchanged == len(cells)


# one table


def test_each_table_goes_alone(tmp_path):
    path = tmp_path / "w.xlsx"
    for table in KEYS:
        write_workbook(path, CELLS, "base", 1, KNOWN, tables=[table])
        found = read_workbook(path)
        assert {row.table for row in found.rows} == {table}
        own = {cell: value for cell, value in CELLS.items() if cell.table == table}
        assert compare(found.rows, CELLS, CELLS, KNOWN).unchanged == len(own)


def test_tables_are_chosen_when_reading(path):
    found = read_workbook(path, tables=["weights"])
    assert ({row.table for row in found.rows}, found.notes) == ({"weights"}, ())
    write_workbook(path, SMALL, "base", 1, KNOWN, tables=["caps", "levels"])
    with pytest.raises(InputError, match="does not hold the table weights; it holds caps, levels"):
        read_workbook(path, tables=["weights", "caps"])
    with pytest.raises(InputError, match="Unknown table 'weight'"):
        read_workbook(path, tables=["weight"])
    with pytest.raises(InputError, match="Unknown table 'weight'"):
        write_workbook(path, SMALL, "base", 1, KNOWN, tables=["weight"])


# edited by hand


def test_values_are_changed_emptied_and_added(path):
    def edit(book):
        book["weights"]["B2"] = 3.5
        book["weights"]["B3"] = None
        book["weights"].append(["regulation", 4])
        book["levels"]["C2"] = "?"
        book["levels"]["H2"] = date(2026, 2, 28)

    found = edited(path, edit)
    assert reasons(found) == []
    after = {str(change.cell): change.after for change in found.changes}
    assert after["weights privacy"] == 3.5
    assert after["weights reach"] is None
    assert after["weights regulation"] == 4.0
    assert (after["levels ID/privacy"]["level"], after["levels ID/privacy"]["when"]) == (
        None,
        "2026-02-28",
    )


def test_saving_without_an_edit_asks_for_nothing(tmp_path):
    path = tmp_path / "w.xlsx"
    # openpyxl itself loses carriage returns, control characters and texts of nothing but spaces.
    lost = re.compile(r"\\[rx]|_x|' '")
    kept = {cell: value for cell, value in CELLS.items() if not lost.search(repr(value))}
    assert len(kept) > 100
    write_workbook(path, kept, "base", 1, KNOWN)
    openpyxl.load_workbook(path).save(path)
    assert asked(path, kept).unchanged == len(kept)


def test_days_are_the_same_in_workbooks_that_count_from_1904(path):
    def edit(book):
        book.epoch = CALENDAR_MAC_1904

    assert edited(path, edit).unchanged == 3
    with zipfile.ZipFile(path) as packed:
        assert b'date1904="1"' in packed.read("xl/workbook.xml")


def test_a_deleted_row_leaves_its_cell_alone(path):
    found = edited(path, lambda book: book["weights"].delete_rows(2))
    assert (found.unchanged, found.changes) == (2, ())


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        ("C2", "high", "Column level: 'high' is not allowed"),
        ("C2", 9, "Column level: 9 is not allowed"),
        ("C2", True, "Column level: True is not allowed"),
        ("C2", date(2026, 1, 4), "Column level holds 2026-01-04, a date or a time"),
        ("C2", clock(10, 30), "Column level holds 10:30:00, a date or a time"),
        ("C2", timedelta(hours=30), "Column level holds 1 day, 6:00:00, a date or a time"),
        ("D2", 5, "Column reason holds 5, which is no text"),
        ("D2", True, "Column reason holds True, which is no text"),
        ("D2", date(2026, 1, 31), "Column reason holds 2026-01-31, a date or a time"),
        ("D2", None, "Column reason is empty; fill it in."),
        ("D2", "x" * 32_767, "most 2000"),
        ("C2", None, "Column level is empty; write ?"),
        ("F2", "sure", "Column confidence: 'sure' is not allowed"),
        ("H2", "31.01.2026", "Column when: '31.01.2026' is not allowed"),
        ("H2", datetime(2026, 1, 31, 10, 30), "Column when: '2026-01-31 10:30:00' is not allowed"),
        ("H2", 46053, "Column when: 46053 is not allowed"),
        ("A2", "Id", "Column market: unknown 'Id' (did you mean 'ID'?)"),
        ("A2", None, "Column market: '' is not an id"),
        ("A2", 7, "Column market: 7 is not an id"),
        ("B2", "privcy", "unknown 'privcy' (did you mean 'privacy'?)"),
        ("C2", "=1+1", "Cell C2 holds a formula; paste its value."),
        ("C2", "#N/A", "Cell C2 holds an error such as #N/A; write a value, or empty it."),
        ("D2", "#REF!", "Cell D2 holds an error"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_rejected_with_its_row(path, place, value, reason):
    def edit(book):
        cell = book["levels"][place]
        cell.number_format = "General"
        cell.value = value

    found = edited(path, edit)
    assert (found.changes, found.unchanged) == ((), 2)
    assert len(found.rejected) == 1
    assert reasons(found)[0].startswith("levels 2: ")
    assert reason in reasons(found)[0]


def test_dates_and_numbers_that_are_kept_as_text_are_read(path):
    def edit(book):
        book["levels"]["H2"].number_format = "@"
        book["levels"]["H2"] = "2026-01-31"
        book["levels"]["C2"] = "4.5"

    assert edited(path, edit).unchanged == 3


def test_a_formula_with_a_stored_result_is_rejected_too(path):
    def edit(content: bytes) -> bytes:
        return content.replace(b"<v>4.5</v>", b"<f>4+0.4</f><v>4.4</v>")

    assert reasons(asked(patched(path, LEVELS, edit))) == [
        "levels 2: Cell C2 holds a formula; paste its value."
    ]


def test_a_formula_that_fills_other_cells_is_rejected_in_each_of_them(path):
    """Only the first cell of an array is marked as a formula; the others look like values."""

    def edit(book):
        book["weights"]["B2"] = ArrayFormula("B2:B3", "=A1:A2")

    assert [one.split(";")[0] for one in reasons(edited(path, edit))] == [
        "weights 2: Cell B2:B3 holds a formula",
        "weights 3: Cell B2:B3 holds a formula",
    ]


def test_a_row_of_nothing_but_formulas_is_counted(path):
    """Without stored results, such a row is empty for the reader."""

    def edit(book):
        book["weights"]["A9"], book["weights"]["B9"] = "=A2", "=B2"

    assert reasons(edited(path, edit)) == ["weights 9: Cell A9 holds a formula; paste its value."]


def test_merged_cells_are_rejected_in_each_of_their_rows(path):
    found = edited(path, lambda book: book["weights"].merge_cells("A2:A3"))
    assert reasons(found) == [
        "weights 2: Cells of this row are merged (A2:A3); unmerge them.",
        "weights 3: Cells of this row are merged (A2:A3); unmerge them.",
    ]


def test_what_stands_beside_the_table_is_left_out_with_a_note(path):
    def edit(book):
        book["weights"]["D1"], book["weights"]["D2"] = "my sum", "=B2*2"
        book["weights"]["D3"] = "#N/A"
        book["weights"].merge_cells("D3:E4")
        book["weights"]["D9"] = "a remark"
        book.create_sheet("Notes")["A1"] = "hello"

    assert edited(path, edit).unchanged == 3
    assert list(map(str, read_workbook(path).notes)) == [
        "Sheet Notes is not ours and was not read.",
        "Sheet weights: column my sum is not ours and was not read.",
    ]


def test_columns_may_be_in_another_order(path):
    def edit(book):
        sheet = book["weights"]
        for row in sheet.iter_rows():
            row[0].value, row[1].value = row[1].value, row[0].value

    assert edited(path, edit).unchanged == 3


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (lambda sheet: sheet.delete_cols(4), "reason"),
        (lambda sheet: sheet.insert_rows(1), "market, need, level"),
        (lambda sheet: setattr(sheet["D1"], "value", "level"), "reason, level"),
        (lambda sheet: setattr(sheet["I1"], "value", "level"), "level"),
        (lambda sheet: [setattr(cell, "value", None) for cell in sheet[1]], "market, need, level"),
    ],
)
def test_a_missing_or_doubled_column_rejects_the_rows(path, edit, found):
    result = edited(path, lambda book: edit(book["levels"]))
    assert len(result.rejected) in (1, 2)  # a line put above the head makes a row of the head
    assert "The sheet needs each of the columns market, need, level, reason" in reasons(result)[0]
    assert f"check {found}" in reasons(result)[0]


def test_a_sheet_with_nothing_but_its_head_or_nothing_at_all_has_no_rows(path):
    def edit(book):
        book["weights"].delete_rows(2, 9)
        book["levels"].delete_rows(1, 9)

    found = edited(path, edit)
    assert found.rows == 0
    assert read_workbook(path).notes == ()


def test_a_workbook_made_by_hand_does_not_know_its_revision(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "weights"
    for line in (["criterion", "value"], ["reach", 3], [None, None], ["privacy", 2]):
        book.active.append(line)
    book.save(tmp_path / "w.xlsx")
    found = read_workbook(tmp_path / "w.xlsx")
    assert (found.scenario, found.revision) == (None, None)
    assert [row.number for row in found.rows] == [2, 4]
    assert "does not say which revision" in str(found.notes[0])


@pytest.mark.parametrize("value", ["three", -1, 2.5, True, None, "=3"])
def test_a_revision_that_is_none_is_said_to_be_missing(path, value):
    book = openpyxl.load_workbook(path)
    book["workspace"]["B2"] = value
    book["workspace"]["B1"] = 2027
    book.save(path)
    found = read_workbook(path)
    assert (found.scenario, found.revision, len(found.notes)) == ("2027", None, 1)


def test_readings_over_chinese_words_are_not_part_of_the_text(path):
    """Excel keeps them beside the text, and other readers have run the two together."""

    def edit(content: bytes) -> bytes:
        rich = "<si><r><t>see</t></r><r><t>n</t></r><rPh sb='0' eb='1'><t>SIIN</t></rPh></si>"
        return content.replace(b"<si><t>seen</t></si>", rich.encode())

    before = path.read_bytes()
    assert asked(patched(path, "xl/sharedStrings.xml", edit)).unchanged == 3
    assert path.read_bytes() != before


def test_cells_without_a_place_follow_one_another(path):
    weights = "xl/worksheets/sheet3.xml"

    def edit(content: bytes) -> bytes:
        return re.sub(rb'(<(?:c|row)) r="\w+"', rb"\1", content)

    assert asked(patched(path, weights, edit)).unchanged == 3
    again = patched(path, weights, lambda content: content.replace(b"<v>2<", b"<f>1+1</f><v>2<"))
    assert reasons(asked(again)) == ["weights 3: Cell B3 holds a formula; paste its value."]


def test_formulas_of_rules_beside_the_cells_are_no_cells(path):
    def edit(content: bytes) -> bytes:
        rule = (
            b'<extLst><ext xmlns:x="http://schemas.microsoft.com/office/excel/2006/main">'
            b"<x:f>ids!$A$1</x:f></ext></extLst></worksheet>"
        )
        return content.replace(b"</worksheet>", rule)

    assert asked(patched(path, LEVELS, edit)).unchanged == 3


# files that are something else


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"market,need\nID,privacy\n",
        b"PK\x03\x04 torn",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),  # an old .xls
        "<html>".encode("utf-16"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path, content):
    path = tmp_path / "w.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"is not an \.xlsx workbook; save it as"):
        read_workbook(path)


def test_other_zip_files_a_folder_and_a_missing_file_are_refused(tmp_path):
    path = tmp_path / "w.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("content.xml", "<a/>")
    with pytest.raises(InputError, match=r"is not an \.xlsx workbook"):
        read_workbook(path)
    with pytest.raises(InputError, match=r"is not an \.xlsx workbook"):
        read_workbook(tmp_path)
    with pytest.raises(InputError, match=r"There is no file .*none\.xlsx; check the path"):
        read_workbook(tmp_path / "none.xlsx")


def test_a_workbook_with_none_of_our_sheets_is_refused(tmp_path):
    openpyxl.Workbook().save(tmp_path / "w.xlsx")
    with pytest.raises(InputError, match="holds none of the tables settings, weights"):
        read_workbook(tmp_path / "w.xlsx")


def test_a_workbook_under_a_password_says_so(tmp_path, path):
    """Excel wraps it in an OLE file with a stream of this name (MS-OFFCRYPTO, 1.3.2)."""
    wrapped = tmp_path / "p.xlsx"
    name = "EncryptedPackage".encode("utf-16-le")
    wrapped.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + name + bytes(1000))
    with pytest.raises(InputError, match="is protected by a password; save it without one"):
        read_workbook(wrapped)
    content = bytearray(path.read_bytes())
    for found in re.finditer(rb"PK\x01\x02", bytes(content)):
        content[found.start() + 8] |= 1  # the flag of an encrypted part
    path.write_bytes(content)
    with pytest.raises(InputError, match="is protected by a password"):
        read_workbook(path)


# files made to harm


def test_what_unpacks_to_too_much_is_refused(path, monkeypatch):
    """A megabyte of a zip file can hold a gigabyte."""
    patched(path, "xl/sharedStrings.xml", lambda content: content + b" " * 200_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="unpacks to more than 128 MB; split it"):
        read_workbook(path)


def test_what_is_too_large_is_not_even_opened(path, monkeypatch):
    monkeypatch.setattr(_xlsx, "MAX_BYTES", 1024)
    with pytest.raises(InputError, match="is larger than 0 MB; split it"):
        read_workbook(path)


def test_a_part_that_lies_about_its_size_is_refused(path):
    content = bytearray(path.read_bytes())
    for found in re.finditer(rb"PK\x01\x02", bytes(content)):
        content[found.start() + 24 : found.start() + 28] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"is not an \.xlsx workbook"):
        read_workbook(path)


def test_the_reader_gets_the_parts_that_were_measured_and_nothing_else(path):
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/media/image1.png", b"x" * 1000)
    parts = _xlsx.unpack(path)
    assert "xl/media/image1.png" not in parts
    with zipfile.ZipFile(_xlsx.repacked(parts)) as packed:
        assert {one: packed.read(one) for one in packed.namelist()} == parts


@pytest.mark.parametrize("cell", [b"<v>1</v>", b"<is><t>x</t></is>", b"<extLst/><v>1</v>"])
def test_a_cell_far_out_does_not_fill_the_memory(path, cell):
    """The reader makes room for every cell from A1 to the farthest one."""

    def edit(content: bytes) -> bytes:
        row = b'<row r="1048576"><c r="XFD1048576" t="inlineStr">' + cell + b"</c></row>"
        return content.replace(b"</sheetData>", row + b"</sheetData>")

    with pytest.raises(InputError, match="Sheet levels reaches as far as XFD1048576; delete"):
        read_workbook(patched(path, LEVELS, edit))


def test_a_format_far_out_does_no_harm(path):
    def edit(content: bytes) -> bytes:
        row = b'<row r="1048576"><c r="XFD1048576" s="1"/></row>'
        return content.replace(b"</sheetData>", row + b"</sheetData>")

    assert asked(patched(path, LEVELS, edit)).unchanged == 3


@pytest.mark.parametrize("part", [LEVELS, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_declared_entities_are_refused(path, part):
    """ "A billion laughs": a few lines that grow to gigabytes."""

    def edit(content: bytes) -> bytes:
        lines = [b'<!ENTITY a0 "ha">']
        lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
        head, _, rest = content.partition(b"?>")
        return head + b"?><!DOCTYPE x [" + b"".join(lines) + b"]>" + rest

    with pytest.raises(InputError, match=r"is not an \.xlsx workbook"):
        read_workbook(patched(path, part, edit))


def test_entities_in_the_texts_do_not_grow(path):
    def edit(content: bytes) -> bytes:
        lines = [b'<!ENTITY a0 "ha">']
        lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
        head, _, rest = content.partition(b"?>")
        rest = rest.replace(b"<t>seen</t>", b"<t>&a9;</t>")
        return head + b"?><!DOCTYPE x [" + b"".join(lines) + b"]>" + rest

    with pytest.raises(InputError, match=r"is not an \.xlsx workbook"):
        read_workbook(patched(path, "xl/sharedStrings.xml", edit))


def test_a_million_merged_rows_take_no_time(path):
    def edit(content: bytes) -> bytes:
        area = b'<mergeCell ref="A1:B1048576"/>' * 20_000
        return content.replace(
            b"</sheetData>", b"</sheetData><mergeCells>" + area + b"</mergeCells>"
        )

    start = time.perf_counter()
    assert len(asked(patched(path, LEVELS, edit)).rejected) == 1
    assert time.perf_counter() - start < 5


def test_damaged_workbooks_are_read_or_refused(path):
    """Bytes turned over, cut out and doubled, in the file and in its parts."""
    source = path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        parts = {one: packed.read(one) for one in packed.namelist()}
    dice = random.Random(2026)

    def damaged(content: bytes) -> bytes:
        new = bytearray(content)
        for _ in range(dice.randint(1, 6)):
            place = dice.randrange(len(new))
            match dice.randrange(4):
                case 0:
                    new[place] = dice.randrange(256)
                case 1:
                    del new[place : place + dice.randint(1, 30)]
                case 2:
                    new[place:place] = new[max(0, place - 40) : place]
                case _:
                    new[place : place + 1] = str(dice.randrange(10**9)).encode()
        return bytes(new)

    refused = 0
    for turn in range(400):
        target = io.BytesIO()
        if turn % 3:
            name = dice.choice([one for one in parts if one.startswith("xl/")])
            with zipfile.ZipFile(target, "w") as packed:
                for one, content in parts.items():
                    packed.writestr(one, damaged(content) if one == name else content)
        else:
            target.write(damaged(source))
        path.write_bytes(target.getvalue())
        try:
            asked(path)
        except InputError:
            refused += 1
    assert 0 < refused < 400


# percentages


def with_formats(path: Path, table: str, head: tuple[str, ...], rows) -> Path:
    """A workbook as XlsxWriter makes it: each row is key, value and the value's number format."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(table)
    sheet.write_row(0, 0, head)
    for row, (key, value, code) in enumerate(rows, start=1):
        sheet.write(row, 0, key)
        sheet.write(row, 1, value, book.add_format({"num_format": code}))
    book.close()
    return path


@pytest.mark.parametrize(
    ("value", "code", "percent"),
    [
        (0.3, "0%", 30),
        (0.07, "0.00%", 7),  # 0.07 * 100 is 7.000000000000001
        (0.125, "0.0%", 12.5),
        (1, "0%", 100),
        (0.005, "0.0%;[Red]-0.0%", 0.5),
        (30, "General", 30),
        (0.5, "0.0", 0.5),
        (30, '0"%"', 30),  # only shows the sign
        (30, "0\\%", 30),
        (30, "[>1]0.0", 30),
        ("30", "0%", 30),  # a text, whatever the format
    ],
)
def test_a_cap_is_as_many_percent_as_the_cell_shows(tmp_path, value, code, percent):
    given = [("kol", value, code)]
    path = with_formats(tmp_path / "w.xlsx", "caps", ("channel", "value"), given)
    (change,) = asked(path).changes
    assert (change.key, change.after) == ("kol", percent)


def test_each_cell_of_a_column_has_its_own_format(tmp_path):
    rows = [("kol", 0.3, "0%"), ("seo", 30, "General"), ("aso", 0.3, "General"), ("sharing", 3, 9)]
    path = with_formats(tmp_path / "w.xlsx", "floors", ("channel", "value"), rows)
    result = asked(path)
    assert {one.key: one.after for one in result.changes} == {"kol": 30, "seo": 30, "aso": 0.3}
    assert reasons(result) == [
        "floors 5: Column value: 300 is not allowed (it must be at most 100)."
    ]


@pytest.mark.parametrize(
    ("table", "column", "key"), [("weights", "criterion", "reach"), ("settings", "name", "top")]
)
def test_a_percentage_in_another_column_is_rejected_not_guessed_at(tmp_path, table, column, key):
    rows = [(key, 3, "0%"), ("seed" if table == "settings" else "privacy", 4, "0")]
    path = with_formats(tmp_path / "w.xlsx", table, (column, "value"), rows)
    result = asked(path)
    assert reasons(result) == [
        f"{table} 2: Cell B2 is a percentage, and this column holds none; format the cell as a "
        "number, then write it anew."
    ]
    assert [change.after for change in result.changes] == [4]


def test_a_percentage_that_a_formula_makes_is_a_formula(tmp_path):
    path = with_formats(tmp_path / "w.xlsx", "caps", ("channel", "value"), [("kol", "=3/10", "0%")])
    assert reasons(asked(path)) == ["caps 2: Cell B2 holds a formula; paste its value."]


def test_an_exported_cap_that_is_shown_as_a_percentage_later_does_not_pass(tmp_path):
    """30 in a cell that is formatted 0% afterwards shows 3000%."""
    cells = {Cell("caps", "kol"): 30.0}
    path = tmp_path / "w.xlsx"
    write_workbook(path, cells, "base", 1, KNOWN)
    book = openpyxl.load_workbook(path)
    book["caps"]["B2"].number_format = "0%"
    book.save(path)
    assert reasons(asked(path, cells)) == [
        "caps 2: Column value: 3000 is not allowed (it must be at most 100)."
    ]
    book["caps"]["B2"].value = 0.3
    book.save(path)
    assert asked(path, cells).unchanged == 1


# whatever stands in the cells

VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=5)
    | st.sampled_from(["?", "ID", "SA", "privacy", "reach", "high", "#N/A", "=1+1", "2026-01-31"])
    | st.dates(date(1900, 3, 1))
    | st.datetimes(datetime(1901, 1, 1))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(VALUES, max_size=9), max_size=6), st.booleans())
def test_whatever_the_cells_hold_each_row_is_counted_once(path, lines, head):
    book = openpyxl.Workbook()
    book.active.title = "levels"
    for line in [list(columns_of("levels")), *lines] if head else lines:
        book.active.append(line)
    book.save(path)
    found = read_workbook(path)
    body = lines if head else lines[1:]
    filled = [line for line in body if any(one not in (None, "") for one in line[:8])]
    if head:
        assert len(found.rows) == len(filled)
    assert compare(found.rows, SMALL, SMALL, KNOWN).rows == len(found.rows)


# many rows


def many(path: Path, rows: int) -> None:
    """A workbook with many levels; in four of them, one is wrong and one of an unknown need."""
    write_workbook(path, {}, "base", 1, KNOWN, tables=["levels"])

    def line(number: int) -> str:
        market = f"{chr(65 + number // 26 % 26)}{chr(65 + number % 26)}"
        need = f"n{number // 676}" + "x" * (number % 4 == 1)
        level = "high" if number % 4 == 0 else "2"
        texts = (market, need, level, f"reason {number}", "evidence", "low", "Li")
        return "<row>" + "".join(f'<c t="str"><v>{one}</v></c>' for one in texts) + "</row>"

    body = "".join(map(line, range(rows))).encode()
    patched(path, "xl/worksheets/sheet2.xml", lambda content: content.replace(
        b"</sheetData>", body + b"</sheetData>"
    ))  # fmt: skip


def test_a_hundred_thousand_rows_are_each_in_or_named_in_bounded_time(tmp_path):
    many(tmp_path / "w.xlsx", 100_000)
    known = KNOWN | {
        "market": [f"{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(676)],
        "need": [f"n{n}" for n in range(148)],
    }
    start = time.process_time()
    found = read_workbook(tmp_path / "w.xlsx")
    result = compare(found.rows, {}, {}, known)
    took = time.process_time() - start
    assert len(found.rows) == result.rows == 100_000
    assert (len(result.changes), len(result.rejected)) == (50_000, 50_000)
    assert {str(one.why)[:13] for one in result.rejected} == {"Column level:", "Column need: "}
    assert took < 40  # 8 s on the machine where this was written
