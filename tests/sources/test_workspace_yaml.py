"""The workspace as YAML: one cell a line, nothing lost, every row counted."""

import difflib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.domain.changes import Cell
from workbench.domain.errors import InputError
from workbench.domain.exchange import compare
from workbench.domain.keys import KEYS
from workbench.sources.workspace_yaml import read_yaml, write_yaml

from .filled import CELLS, KNOWN

SMALL = {
    Cell("weights", "reach"): 2.0,
    Cell("settings", "markets"): ["NO", "ID"],
    Cell("levels", "ID/privacy"): {
        "level": None, "reason": "unsure", "evidence": "a\nb", "confidence": "low", "who": "",
        "when": "2026-01-31",
    },
}  # fmt: skip
TEXT = """\
workspace: {scenario: base, revision: 3}
settings:
- {name: markets, value: 'NO, ID'}
weights:
- {criterion: reach, value: 2.0}
channel_weights: []
floors: []
caps: []
advert: []
levels:
- {market: ID, need: privacy, level: '?', reason: unsure, evidence: "a\\nb", confidence: low, when: '2026-01-31'}
answers: []
comments: []
"""  # noqa: E501


@pytest.fixture
def path(tmp_path):
    """An exported file."""
    path = tmp_path / "w.yaml"
    write_yaml(path, SMALL, "base", 3)
    return path


def asked(path, cells=SMALL):
    """What a file asks for; every row is counted once."""
    found = read_yaml(path)
    result = compare(found.rows, cells, cells, KNOWN)
    assert result.rows == len(found.rows)
    return result


def edited(path, old: str, new: str):
    """What a file asks for after an edit of its text."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return asked(path)


def test_one_cell_a_line_in_a_fixed_order(path):
    assert path.read_text(encoding="utf-8") == TEXT


def test_a_full_workspace_comes_back_without_a_change(tmp_path):
    path = tmp_path / "w.yaml"
    write_yaml(path, CELLS, "基准 #1", 12)
    found = read_yaml(path)
    assert (found.scenario, found.revision, found.notes) == ("基准 #1", 12, ())
    assert {row.table for row in found.rows} == set(KEYS)
    result = asked(path, CELLS)
    assert (result.changes, result.conflicts, result.rejected) == ((), (), ())
    assert result.unchanged == len(CELLS)
    lines = path.read_text(encoding="utf-8").split("\n")  # not splitlines: \x85 is text
    assert len(lines) == 1 + len(KEYS) + len(CELLS) + 1


def test_a_full_workspace_goes_into_an_empty_one_whole(tmp_path):
    path = tmp_path / "w.yaml"
    write_yaml(path, CELLS, "base", 1)
    result = compare(read_yaml(path).rows, {}, {}, KNOWN, author="li")
    assert result.rejected == ()
    after = {change.cell: change.after for change in result.changes}
    assert after | {Cell("advert", "en"): ""} == CELLS  # an empty text is no value


def test_the_same_cells_give_the_same_bytes_and_an_edit_changes_one_line(tmp_path):
    one, two = tmp_path / "1.yaml", tmp_path / "2.yaml"
    write_yaml(one, CELLS, "base", 1)
    write_yaml(two, dict(reversed(CELLS.items())), "base", 1)
    assert one.read_bytes() == two.read_bytes()
    write_yaml(two, CELLS | {Cell("weights", "reach"): 9.0}, "base", 1)
    texts = [file.read_text(encoding="utf-8").split("\n") for file in (one, two)]
    changed = [line for line in difflib.ndiff(*texts) if line[0] in "+-"]
    assert changed[-1] == "+ - {criterion: reach, value: 9.0}"
    assert len(changed) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=8))
def test_any_text_comes_back_from_its_line(tmp_path, texts):
    cells = {
        Cell("levels", f"{market}/privacy"): {"level": 1.0, "reason": text, "evidence": text}
        for market, text in zip(KNOWN["market"], texts, strict=False)
    }
    path = tmp_path / "w.yaml"
    write_yaml(path, cells, texts[0] or "base", 1)
    assert asked(path, cells).unchanged == len(cells)
    assert path.read_bytes().count(b"\n") == 1 + len(KEYS) + len(cells)


def test_each_table_goes_alone(tmp_path):
    path = tmp_path / "w.yaml"
    for table in KEYS:
        write_yaml(path, CELLS, "base", 1, tables=[table])
        own = {cell: value for cell, value in CELLS.items() if cell.table == table}
        assert asked(path, CELLS).unchanged == len(own)


def test_tables_are_chosen_when_reading(path):
    found = read_yaml(path, tables=["weights"])
    assert ({row.table for row in found.rows}, found.notes) == ({"weights"}, ())
    write_yaml(path, SMALL, "base", 1, tables=["caps"])
    with pytest.raises(InputError, match="does not hold the table weights; it holds caps"):
        read_yaml(path, tables=["weights"])
    with pytest.raises(InputError, match="Unknown table 'weight'"):
        read_yaml(path, tables=["weight"])


def test_values_are_changed_emptied_added_and_left_out(path):
    (change,) = edited(path, "value: 2.0", "value: 3").changes
    assert (change.before, change.after) == (2.0, 3.0)
    (change,) = edited(path, ", value: 3", "").changes
    assert change.after is None
    assert edited(path, "- {criterion: reach}\n", "").rows == 2
    (change,) = edited(path, "caps: []", "caps:\n- channel: kol\n  value: 30").changes
    assert (change.key, change.after) == ("kol", 30.0)
    change = edited(path, "'?'", "4").changes[-1]
    assert change.after["level"] == 4.0


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("value: 2.0", "value: high", "weights 1: Column value: 'high' is not allowed"),
        ("value: 2.0", "value: true", "Column value: True is not allowed"),
        ("value: 2.0", "value: .nan", "Column value: nan is not allowed"),
        ("value: 2.0", "value: [1, 2]", "Column value holds several values"),
        ("value: 2.0", "value: {a: 1}", "Column value holds several values"),
        ("value: 2.0", "value: !!set {a, b}", "Column value holds several values"),
        ("value: 2.0", "value: !!binary aGVsbG8=", "Column value holds several values"),
        ("value: 2.0", "valeu: 2.0", "written as {criterion: …, value: …}; it holds valeu."),
        ("reason: unsure", 'reason: "a\\ud800"', "Column reason: 'a\\ud800' is not allowed"),
        ("{criterion: reach, value: 2.0}", "reach", "it holds nothing of that."),
        ("{criterion: reach, value: 2.0}", "[reach, 2]", "it holds nothing of that."),
        ("{criterion: reach, value: 2.0}", "", "it holds nothing of that."),
        ("reason: unsure", "reason: 5", "Column reason holds 5, which is no text; in Excel"),
        ("'?'", "null", "Column level is empty; write ?"),
        ("2026-01-31", "31.1.2026", "Column when: '31.1.2026' is not allowed"),
        ("market: ID", "market: id", "Column market: unknown 'id' (did you mean 'ID'?)."),
        ("market: ID", "market: 5", "Column market: 5 is not an id"),
        ("criterion: reach", "criterion: [reach]", "Column criterion: '…' is not an id"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_rejected_with_its_place(path, old, new, reason):
    found = edited(path, old, new)
    assert (found.changes, found.unchanged) == ((), 2)
    (rejected,) = found.rejected
    assert reason in f"{rejected.table} {rejected.number}: {rejected.why}"


def test_a_row_that_stands_twice_is_rejected_the_second_time(path):
    line = "- {criterion: reach, value: 2.0}\n"
    found = edited(path, line, line + line)
    assert str(found.rejected[0].why) == "weights reach stands in row 1 already; keep one."


def test_a_few_lines_that_grow_endless_are_rejected_in_no_time(path):
    bomb = ["x0: &x0 [a, a, a, a, a, a, a, a, a]"]
    bomb += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12)]
    path.write_text(
        "\n".join(bomb) + "\nweights:\n- {criterion: reach, value: *x11}\n- *x11\n",
        encoding="utf-8",
    )
    start = time.perf_counter()
    with pytest.raises(InputError, match=r"line 2: a \* stands for a value from elsewhere"):
        asked(path)
    assert time.perf_counter() - start < 5


def test_sections_that_are_not_ours_are_noted(path):
    edited(path, "caps: []", "limits: []")
    assert list(map(str, read_yaml(path).notes)) == ["Section limits is not ours and was not read."]


@pytest.mark.parametrize("head", ["", "workspace: base\n", "workspace: {revision: '3'}\n"])
def test_a_file_without_a_revision_says_so(path, head):
    path.write_text(head + "weights:\n- {criterion: reach, value: 2.0}\n", encoding="utf-8")
    found = read_yaml(path)
    assert (found.scenario, found.revision, len(found.rows)) == (None, None, 1)
    assert "does not say which revision" in str(found.notes[0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must hold a mapping"),
        ("a: [", "is not valid YAML, line 1"),
        ("a: 1", "holds none of the tables settings, weights"),
        ("weights: {reach: 2}", r"weights must hold a list of rows, such as - {criterion: …, va"),
        ("<<<<<<< ours\nweights: []\n", "is not valid YAML"),
        ("weights: []\nweights: []\n", "the key weights stands twice"),
    ],
)
def test_a_file_of_another_kind_is_refused(path, text, reason):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        read_yaml(path)


def test_a_plan_file_is_told_apart(path):
    """It names fields where an exported file lists rows."""
    path.write_text("product: live_show\nmarkets: [ID]\nweights: {reach: 2}\n", encoding="utf-8")
    with pytest.raises(InputError, match="weights must hold a list of rows"):
        read_yaml(path)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NESTED = VALUES | st.lists(VALUES, max_size=2) | st.dictionaries(VALUES, VALUES, max_size=2)
ROWS = NESTED | st.dictionaries(st.sampled_from(["market", "need", "level", "reason"]), NESTED)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(ROWS, max_size=6))
def test_whatever_the_rows_hold_each_is_counted_once(path, rows):
    import yaml

    path.write_text(yaml.safe_dump({"levels": rows}), encoding="utf-8")
    try:
        found = read_yaml(path)
    except InputError as error:  # a key that stands twice, such as 0 and 0.0
        assert "is not valid YAML" in str(error)
        return
    assert len(found.rows) == len(rows)
    asked(path)
