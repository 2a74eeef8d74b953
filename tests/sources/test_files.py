"""Reading files with errors that can be acted on, and writing without tearing."""

import csv
import errno
import io
import os
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.domain.errors import InputError
from workbench.locale import translator
from workbench.sources import files
from workbench.sources._reasons import parser_reason, system_reason

quick = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(read, path: Path) -> str:
    """The error's text, the path in it cut down to the name."""
    with pytest.raises(InputError) as caught:
        read(path)
    return str(caught.value).replace(f"{path.parent}/", "")


# --- text --------------------------------------------------------------------------------------


def test_text_is_read_as_utf8_without_the_mark(tmp_path) -> None:
    """Excel puts a byte-order mark before the header; it is no part of the first column's name."""
    assert files.read_text(put(tmp_path, "a.csv", "\ufeffmarket,名称\r\n")) == "market,名称\n"


def test_a_file_that_cannot_be_read_says_why(tmp_path) -> None:
    """Missing, a folder, not UTF-8 (with the byte), a null in the path."""
    assert (
        refused(files.read_text, tmp_path / "no.csv") == "There is no file no.csv; check the path."
    )
    (tmp_path / "folder").mkdir()
    assert (
        refused(files.read_text, tmp_path / "folder") == "folder is not a file; name a text file."
    )
    assert (
        refused(files.read_text, put(tmp_path, "gbk.csv", "ab,名称".encode("gbk")))
        == "The file gbk.csv is not UTF-8 text (byte 3); save it as UTF-8."
    )
    assert refused(files.read_text, tmp_path / "a\0b").endswith(
        "a\\x00b' can't be read: there is a null character in it; take it out."
    )


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path) -> None:
    """64 MB and a byte; the file is sparse, so that the test costs nothing."""
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    assert refused(files.read_text, path) == "The file big.csv is larger than 64 MB; split it."


# --- mappings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.yaml", "market: ID\nweights: {privacy: 2.5}\n"),
        ("p.yml", "{market: ID, weights: {privacy: 2.5}}"),
        ("p.json", '{"market": "ID", "weights": {"privacy": 2.5}}'),
    ],
)
def test_yaml_and_json_hold_the_same(tmp_path, name, content) -> None:
    """The suffix decides; what isn't .json is YAML."""
    found = files.read_mapping(put(tmp_path, name, content))
    assert found == {"market": "ID", "weights": {"privacy": 2.5}}


def test_norway_is_no_falsehood_and_a_day_stays_text(tmp_path) -> None:
    """YAML 1.1 would read NO as false and a date as an object; true and false stay themselves."""
    content = "hosted: [NO, SE, NA]\nday: 2025-06-30\nno: 1\nteam: true\nofficer: false\nhours: ~\n"
    assert files.read_mapping(put(tmp_path, "p.yaml", content)) == {
        "hosted": ["NO", "SE", "NA"],
        "day": "2025-06-30",
        "no": 1,
        "team": True,
        "officer": False,
        "hours": None,
    }


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "p.json",
            '{"a": 1,\n "b" 2}',
            "The file p.json is not valid JSON, line 2: a colon is missing after the name.",
        ),
        (
            "p.yaml",
            "a: 1\nb: [1,\nc: 2\n",
            "The file p.yaml is not valid YAML, line 4: a bracket is not closed, or a comma",
        ),
        (
            "p.yaml",
            "a: !!python/object/apply:os.system ['true']\n",
            "The file p.yaml is not valid YAML, line 1: a text that starts with !",
        ),
        ("p.yaml", "", "The file p.yaml must hold a mapping of names to values; it holds nothing."),
        (
            "p.yaml",
            "- a\n- b\n",
            "The file p.yaml must hold a mapping of names to values; it holds a list.",
        ),
        (
            "p.json",
            "3",
            "The file p.json must hold a mapping of names to values; it holds a number.",
        ),
        (
            "p.json",
            "[" * 100_000,
            "The file p.json can't be read: it is nested too deeply.",
        ),
        ("p.yaml", "[" * 3_000, "The file p.yaml can't be read: it is nested too deeply."),
        (
            "p.json",
            '{"a": ' + "1" * 5000 + "}",
            "The file p.json can't be read: a number in it has too many digits.",
        ),
    ],
)
def test_a_broken_mapping_says_where_and_why(tmp_path, name, content, message) -> None:
    """File, line, reason; and nothing in the file is ever executed."""
    assert refused(files.read_mapping, put(tmp_path, name, content)).startswith(message)


def test_a_number_is_written_in_decimal_digits(tmp_path) -> None:
    """YAML 1.1 would read 035 as 29, 12:30 as 750 and 1_000 as 1000."""
    content = "a: 035\nb: 12:30\nc: 1_000\nd: 0x1F\ne: 0\nf: -12\ng: +5\nh: 1.5\n"
    assert files.read_mapping(put(tmp_path, "p.yaml", content)) == {
        **{"a": "035", "b": "12:30", "c": "1_000", "d": "0x1F"},
        **{"e": 0, "f": -12, "g": 5, "h": 1.5},
    }


BROKEN = {
    "a:\n\tb: 1\n": (2, "a tab indents the line; use spaces"),
    "a: b: c\n": (1, "a colon stands where none may; put a text that holds a colon in quotes"),
    "a: 1\nb\n": (3, "a colon is missing after the name"),
    "a: [1,\nb: 2\n": (3, "a bracket is not closed, or a comma between two entries is missing"),
    "a: 'x\n": (2, "a quote is not closed"),
    "a: *x\n": (1, "a text that starts with * needs quotes"),
    "a: !x y\n": (1, "a text that starts with ! needs quotes"),
    "a: @x\n": (1, "a text starts with a sign that means something else; put it in quotes"),
    "a: >x\n": (1, "a text starts with a sign that means something else; put it in quotes"),
    "{a}: 1\n": (1, "a name that starts with a bracket needs quotes"),
    "a: 1\n---\nb: 2\n": (2, "a line --- starts a second document; keep one"),
    'a: "\\q"\n': (1, "a backslash stands in double quotes; use single quotes"),
    "a: 1\nb: \x01\n": (2, "it holds a character that can't be printed; take it out"),
    "- a\nb: 1\n": (2, "the line does not fit the one above; check the indentation, the dashes "),
    "<<: 3\n": (1, "can't be parsed; check the indentation, the brackets and the quotes"),
    "a: 1\na: 2\n": (2, "the key a stands twice"),
    "a: &x [1]\nb: [*x, *x]\n": (2, "a * stands for a value from elsewhere; write the value out"),
    "a: &x {k: 1}\nb:\n  <<: *x\n": (
        3,
        "a * stands for a value from elsewhere; write the value out",
    ),
}
BROKEN_JSON = {
    '{"a" 1}': "a colon is missing after the name",
    "{a: 1}": 'a name in quotes is expected, such as "market"; the last entry ends without',
    '{"a": 1,}': 'a name in quotes is expected, such as "market"; the last entry ends without',
    '{"a":}': "a value is missing, or a text lacks its quotes",
    '{"a": 1} x': "something stands after the end; keep one object",
    '{"a": "x': "a quote is not closed",
    '{"a": "x\ty"}': r"a line break or tab stands inside quotes; write \n or \t",
    '{"a": "\\q"}': r"a backslash stands alone; write \\",
    '{"a": 1 "b": 2}': "a comma or a closing bracket is missing",
}


@pytest.mark.parametrize("content", BROKEN)
def test_what_breaks_yaml_is_said_with_line_and_remedy(tmp_path, content) -> None:
    """In words of ours, which can be translated."""
    line, why = BROKEN[content]
    found = refused(files.read_mapping, put(tmp_path, "p.yaml", content))
    assert found.startswith(f"The file p.yaml is not valid YAML, line {line}: {why}")


@pytest.mark.parametrize("content", BROKEN_JSON)
def test_what_breaks_json_is_said_with_the_remedy(tmp_path, content) -> None:
    """In words of ours too."""
    found = refused(files.read_mapping, put(tmp_path, "p.json", content))
    assert found.startswith(f"The file p.json is not valid JSON, line 1: {BROKEN_JSON[content]}")


@pytest.mark.parametrize(
    "error",
    [
        *(OSError(number, "in English") for number in errno.errorcode),
        OSError("in English"),
        csv.Error("line contains NUL"),
        csv.Error("in English"),
        ValueError("in English"),
        yaml.YAMLError("in English"),
    ],
    ids=repr,
)
def test_no_reason_stays_english(error) -> None:
    """Whatever the system or a parser says; a code such as EPIPE is kept."""
    reason = system_reason(error) if isinstance(error, OSError) else parser_reason(error)
    assert "in English" not in str(reason)
    said = translator("zh").text(reason)
    assert re.search("[\u4e00-\u9fff]", said)
    assert not re.search("[a-z]", re.sub("OSError", "", said))


@pytest.mark.parametrize("name", ["p.yaml", "p.json"])
def test_a_broken_file_is_told_wholly_in_chinese(tmp_path, name) -> None:
    """Nothing of the parser's own words is left."""
    contents = BROKEN if name == "p.yaml" else BROKEN_JSON
    for content in contents:
        with pytest.raises(InputError) as caught:
            files.read_mapping(put(tmp_path, name, content))
        said = translator("zh").error(caught.value).replace(str(tmp_path / name), "")
        rest = re.sub(r"YAML|JSON|\\[nt]|\"market\"|键 a", "", said)
        assert not re.search("[A-Za-z]", rest), said


# --- tables ------------------------------------------------------------------------------------


def test_a_table_is_read_as_strings(tmp_path) -> None:
    """ "NA" is Namibia; 020 keeps its zero; an empty cell is the empty text; quotes hold commas."""
    content = 'market,m49,name,cost\nNA,516,"Namibia, Republic of",\nAD,020,nan,1.0\n'
    found = files.read_table(put(tmp_path, "t.csv", content))
    assert found.to_dict("list") == {
        "market": ["NA", "AD"],
        "m49": ["516", "020"],
        "name": ["Namibia, Republic of", "nan"],
        "cost": ["", "1.0"],
    }
    assert found.notna().all().all()


def test_blank_lines_are_skipped_and_lines_may_break_in_quotes(tmp_path) -> None:
    """Old line ends are fine too."""
    found = files.read_table(put(tmp_path, "t.csv", b'a,b\r\n\r\n1,"x\r\ny"\r\n\r\n'))
    assert found.to_dict("list") == {"a": ["1"], "b": ["x\ny"]}


def test_a_table_with_a_header_only_has_its_columns(tmp_path) -> None:
    """No rows is no error."""
    found = files.read_table(put(tmp_path, "t.csv", "a,b\n"))
    assert found.columns.tolist() == ["a", "b"] and len(found) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "The table t.csv is empty; it needs a header line."),
        (
            "a,b\n1,2\n1,2,3\n",
            "The table t.csv, row 3, has 3 cells where the header has 2; a comma "
            "inside a cell needs quotes.",
        ),
        (
            "a,b\n\n\n1\n",
            "The table t.csv, row 4, has 1 cell where the header has 2; a comma "
            "inside a cell needs quotes.",
        ),
        (
            'a,b\n"1,2\n3,4\n',
            "The table t.csv, row 2, has 1 cell where the header has 2; a comma "
            "inside a cell needs quotes.",
        ),
    ],
)
def test_a_broken_table_says_where_and_why(tmp_path, content, message) -> None:
    """Empty, a cell too many or too few (blank lines count), a quote that is never closed."""
    assert refused(files.read_table, put(tmp_path, "t.csv", content)) == message


def test_a_cell_beyond_the_limit_is_told(tmp_path) -> None:
    """A quote that is never closed swallows a long file; the limit is the process's own."""
    before = csv.field_size_limit(1000)
    try:
        message = refused(files.read_table, put(tmp_path, "t.csv", 'a,b\n"1,2\n' + "1,2\n" * 500))
    finally:
        csv.field_size_limit(before)
    assert message == (
        "The file t.csv can't be read: a cell is longer than 1000 characters; "
        "a quote may lack its end."
    )


cell = st.text(st.sampled_from("aZ0.,;\"'\n\t =+-@名<>&NA"), max_size=6)


@quick
@given(st.lists(st.lists(cell, min_size=2, max_size=2), max_size=5))
def test_whatever_csv_can_hold_is_read_back(tmp_path, rows) -> None:
    """Quotes, commas, line breaks, formulas and Chinese come back as they were written."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([["a", "b"], *rows])
    path = tmp_path / "t.csv"
    files.write_text(path, buffer.getvalue())
    assert files.read_table(path).to_numpy().tolist() == rows


# --- writing -----------------------------------------------------------------------------------


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path) -> None:
    """Folders are made, line ends stay LF, no scrap stays."""
    path = tmp_path / "new" / "folder" / "plan.yaml"
    files.write_text(path, "市场: NA\n")
    assert path.read_bytes() == "市场: NA\n".encode()
    files.write_text(path, "b\n")
    assert path.read_text() == "b\n"
    assert [each.name for each in path.parent.iterdir()] == ["plan.yaml"]


@pytest.mark.skipif(os.name != "posix", reason="a mask of rights is a Unix thing")
@pytest.mark.parametrize("mask", [0o077, 0o027, 0o022, 0o002])
def test_a_file_has_the_rights_that_any_new_file_of_the_user_has(tmp_path, mask) -> None:
    before = os.umask(mask)
    try:
        files.write_text(tmp_path / "plan.yaml", "x")
        (tmp_path / "plain").write_text("x", encoding="utf-8")
    finally:
        os.umask(before)
    modes = {name: (tmp_path / name).stat().st_mode & 0o777 for name in ("plan.yaml", "plain")}
    assert modes == {"plan.yaml": 0o666 & ~mask, "plain": 0o666 & ~mask}


def test_a_text_that_cannot_be_encoded_leaves_the_old_file(tmp_path) -> None:
    """Half a surrogate pair, as JSON from a browser may hold it."""
    path = put(tmp_path, "plan.yaml", "old\n")
    message = refused(lambda where: files.write_text(where, "new \ud800"), path)
    assert message == (
        "The file plan.yaml can't be written: the text holds half a character, '\\ud800'; the old "
        "one is unchanged."
    )
    assert path.read_text() == "old\n"
    assert [each.name for each in tmp_path.iterdir()] == ["plan.yaml"]


def test_a_place_that_cannot_be_written_says_why(tmp_path) -> None:
    """A folder of that name, a file where a folder should be; no scrap stays."""
    (tmp_path / "taken").mkdir()
    assert (
        refused(lambda path: files.write_text(path, "x"), tmp_path / "taken")
        == "The file taken can't be written: there is a folder of that name; choose another name; "
        "the old one is unchanged."
    )
    put(tmp_path, "file", "x")
    assert refused(
        lambda path: files.write_text(path, "x"), tmp_path / "file" / "plan.yaml"
    ).startswith("The file plan.yaml can't be written: ")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "taken"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plan.yaml", "top: 3\ntop: 5\n"),
        ("plan.json", '{"top": 3, "top": 5}'),
        ("plan.yaml", "weights:\n  privacy: 1\n  privacy: 2\n"),
    ],
)
def test_a_key_that_stands_twice_is_refused(tmp_path, name, text) -> None:
    """The second would silently replace the first."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"the key (top|privacy) stands twice"):
        files.read_mapping(path)
