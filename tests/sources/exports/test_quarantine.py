"""What is set aside is on the disk before the rest is loaded, in a file of its own."""

import csv

import pytest

from workbench.events.loading import Load

TEXT = "journey,timestamp,partner\nj,2026-01-01,a\nk,=never,b\n"


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def test_it_is_whole_when_the_rest_is_loaded(desk, monkeypatch):
    commit = Load.commit

    def looked_at(self):
        (file,) = (desk.dataset.folder / "quarantine").iterdir()
        assert [row[1:4] for row in lines(file)] == [["2", "timestamp", "'=never"]]
        return commit(self)

    monkeypatch.setattr(Load, "commit", looked_at)
    assert desk.load("generic", TEXT).quarantine.is_file()


def test_files_of_the_same_name_and_second_are_kept_beside_each_other(desk):
    found = {desk.load("generic", TEXT).quarantine for _ in range(4)}
    assert len(found) == 4
    assert all(len(lines(path)) == 1 for path in found)


def test_a_name_as_long_as_can_be(desk):
    assert desk.load("generic", TEXT, "名" * 80 + ".csv").quarantine.is_file()


def test_a_load_that_fails_leaves_none(desk, monkeypatch):
    def fails(self):
        raise RuntimeError

    monkeypatch.setattr(Load, "commit", fails)
    with pytest.raises(RuntimeError):
        desk.load("generic", TEXT)
    assert not list((desk.dataset.folder / "quarantine").iterdir())


@pytest.mark.parametrize("sign", list("=+-@\t\r"))
def test_no_cell_begins_a_formula(desk, sign):
    """Neither a value, nor a name of a column, nor one of a file."""
    text = f'journey,timestamp,partner\nj,"{sign}1;x",b\n'
    report = desk.load("generic", text, f"{'=' if sign == '=' else 'x'}.csv")
    (row,) = lines(report.quarantine)
    assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in row)


def test_a_long_value_is_cut(desk):
    report = desk.load("generic", f"journey,timestamp,partner\nj,{'9' * 5000},b\n")
    assert lines(report.quarantine)[0][3] == "9" * 1000 + "…"
