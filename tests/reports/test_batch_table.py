"""The job table: what is skipped, what is made again, what is kept of the batch before."""

import json
import threading
from dataclasses import replace
from hashlib import sha256

import pytest

from workbench.reports.batch import Job, workers
from workbench.reports.batch.hashing import digest, line_hash
from workbench.reports.batch.jobs import STATES, job_from
from workbench.reports.batch.table import Table
from workbench.sources.paths import data_folder

JOB = Job("base", 3, "live_show", "ID", "en", "html", "ID.en.html", "h")


def test_a_row_of_the_table_comes_back_as_the_job():
    assert job_from(json.loads(json.dumps(JOB.to_record()))) == JOB
    assert job_from({**JOB.to_record(), "state": "lost"}) is None
    assert job_from({**JOB.to_record(), "more": 1}) is None
    assert job_from({"market": "ID"}) is None


def test_what_is_noted_is_there_after_a_kill_and_a_torn_line_is_not(tmp_path):
    """The journal alone counts: the table of a killed batch still says queued."""
    (tmp_path / ".batch").mkdir()
    other = replace(JOB, market="SA", file="SA.en.html")
    table = Table.read(tmp_path)
    assert (table.before, table.last) == ({}, None)
    table.begin([JOB, other], started="now", workers=1, timeout=1.0)
    table.note(replace(JOB, state="running"))
    (tmp_path / "ID.en.html").write_bytes(b"page")
    done = replace(JOB, state="done", sha256=sha256(b"page").hexdigest(), attempts=1)
    table.note(done)
    with (tmp_path / ".batch" / "journal.jsonl").open("a") as file:
        file.write(json.dumps(replace(other, state="done").to_record())[:-9])
    found = Table.read(tmp_path)
    assert found.before == {"ID.en.html": done, "SA.en.html": other}
    assert found.up_to_date(JOB) == done
    assert found.up_to_date(other) is None
    assert found.up_to_date(replace(JOB, hash="another")) is None
    (tmp_path / "ID.en.html").write_bytes(b"page, edited")
    assert found.up_to_date(JOB) is None
    (tmp_path / "ID.en.html").unlink()
    assert found.up_to_date(JOB) is None


def test_a_table_that_is_damaged_or_of_another_version_counts_as_none(tmp_path):
    for text in ("{", "[]", '{"version": 99, "jobs": []}', "", "null"):
        (tmp_path / "run.json").write_text(text, encoding="utf-8")
        assert Table.read(tmp_path).before == {}


def test_a_batch_that_was_stopped_is_not_what_the_next_one_is_compared_with(tmp_path):
    first = Table.read(tmp_path)
    first.begin([JOB], started="a", workers=1, timeout=1.0)
    first.end("finished", [{"market": "ID"}])
    second = Table.read(tmp_path)
    assert second.last is not None and second.last.markets == [{"market": "ID"}]
    second.begin([JOB], started="b", workers=1, timeout=1.0)
    for state in ("killed", "stopped"):
        if state == "stopped":
            second.end("stopped", [])
        third = Table.read(tmp_path)
        assert third.last == second.last


def test_equal_inputs_have_equal_hashes_and_each_input_counts(trial):
    plan = trial.plan("ID", product="live_show")
    first = line_hash(plan, {})
    assert len(first) == 64 and first == line_hash(plan.but(lang="en", market="ID"), {})
    own = trial.folder / "own.yaml"
    text = (data_folder() / "examples" / "live_show.yaml").read_text(encoding="utf-8")
    own.write_text(text, encoding="utf-8")
    hashes = [
        first,
        line_hash(plan.but(as_of="2026-11-21"), {}),
        line_hash(plan.but(weights={"privacy": 3}), {}),
        line_hash(plan.but(revision=4), {}),
        line_hash(plan.but(markets=("ID", "SA")), {}),
        line_hash(plan.but(product="cleaner_tool"), {}),
    ]
    named = line_hash(plan.but(product=str(own)), {})
    assert named == first  # what counts is the text that is read, not where it lies
    own.write_text(text.replace("interactivity: 5", "interactivity: 1"), encoding="utf-8")
    hashes.append(line_hash(plan.but(product=str(own)), {}))
    trial.notebook("pass")
    hashes.append(line_hash(plan, {}))
    assert len(set(hashes)) == 8
    copy = trial.folder / "copy.yaml"
    copy.write_text(text, encoding="utf-8")
    kept = plan.but(product=str(own))
    trial.notebook()
    assert line_hash(kept, {str(own): str(copy)}) == first
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


@pytest.mark.notebook
def test_unchanged_briefs_are_skipped_and_a_touched_one_is_made_again(trial, monkeypatch):
    plan = trial.plan("ID", "SA", "SJ")
    trial.run(plan)
    before = {path.name: path.read_bytes() for path in trial.out.glob("??.en.html")}
    table = {job["file"]: job for job in trial.table()["jobs"]}
    assert {job["state"] for job in table.values()} == {"done"}
    assert set(table["ID.en.html"]) == set(JOB.to_record())
    assert len(trial.begun()) == 3

    assert {job.state for job in trial.run(plan).values()} == {"skipped"}
    assert len(trial.begun()) == 3  # no kernel was asked for anything

    (trial.out / "ID.en.html").write_text("edited", encoding="utf-8")
    (trial.out / "SA.en.html").unlink()
    states = {job.market: job.state for job in trial.run(plan).values()}
    assert states == {"ID": "done", "SA": "done", "SJ": "skipped"}
    assert {path.name: path.read_bytes() for path in trial.out.glob("??.en.html")} == before

    assert {job.state for job in trial.run(plan, force=True).values()} == {"done"}
    assert {path.name: path.read_bytes() for path in trial.out.glob("??.en.html")} == before
    other = plan.but(weights={"privacy": 5})
    assert {job.state for job in trial.run(other).values()} == {"done"}
    assert set(trial.states().values()) <= set(STATES)


@pytest.mark.notebook
def test_files_that_are_not_asked_for_stay_and_are_named(trial):
    plan = trial.plan("ID")
    trial.run(plan, "zh")
    trial.run(plan, "en")
    assert [job["file"] for job in trial.table()["others"]] == ["ID.zh.html"]
    assert "ID.zh.html" not in (trial.out / "index.html").read_text(encoding="utf-8")
    made = len(trial.begun())
    states = {job.file: job.state for job in trial.run(plan, "en", "zh").values()}
    assert set(states.values()) == {"done"}  # each now links to the other language
    assert trial.table()["others"] == [] and len(trial.begun()) == made + 2


def test_an_error_of_the_caller_ends_the_workers(monkeypatch):
    """What goes wrong while a page is taken leaves no thread and no kernel behind."""
    before = set(threading.enumerate())
    made = workers.made_side_by_side([("a", None), ("b", None)], 2, lambda key: None)
    with pytest.raises(AttributeError):  # None is no task
        next(made)
    assert set(threading.enumerate()) == before
