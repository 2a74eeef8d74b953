"""Answers that the pages of a server share on disk."""

import os
import subprocess
import sys

import pytest

from workbench.sources import shared_answers
from workbench.sources.shared_answers import VARIABLE, shared

ASKED = []


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    ASKED.clear()
    return tmp_path


def fresh():
    """The same function as a process that has just begun would have it."""

    def square(number):
        ASKED.append(number)
        return {"squared": number**2}

    return shared()(square)


def test_what_one_has_worked_out_the_next_reads(folder):
    assert fresh()(3) == fresh()(3) == {"squared": 9}
    assert ASKED == [3]
    assert fresh()(4) == {"squared": 16} and ASKED == [3, 4]
    assert len(list(folder.iterdir())) == 2


def test_another_process_reads_it_too(folder):
    code = (
        "from workbench.sources.ground import ground;"
        "from workbench.sources.measuring import currencies_in;"
        "print(currencies_in(ground()))"
    )
    run = [sys.executable, "-c", code]
    first = subprocess.run(run, capture_output=True, text=True, check=True, env=os.environ)
    (file,) = folder.iterdir()
    before = file.stat().st_ino
    again = subprocess.run(run, capture_output=True, text=True, check=True, env=os.environ)
    assert first.stdout == again.stdout == "('USD',)\n"
    assert file.stat().st_ino == before  # not written anew


def test_without_a_server_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    fresh()(3)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone"))
    fresh()(3)
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_no_answer(folder):
    @shared()
    def never(number):
        ASKED.append(number)
        raise ValueError(number)

    for _ in range(2):
        with pytest.raises(ValueError, match="7"):
            never(7)
    assert ASKED == [7, 7] and list(folder.iterdir()) == []


def test_no_more_are_kept_than_stated(folder, monkeypatch):
    monkeypatch.setattr(shared_answers, "MOST", 3)
    find = fresh()
    for number in range(6):
        find(number)
    assert len(list(folder.iterdir())) == 3


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(folder, monkeypatch, caplog):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    assert fresh()(5) == {"squared": 25}
    assert "No space left on device" in caplog.text
