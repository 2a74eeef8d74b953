"""Backups: the same bytes for the same log, refused when changed, at home in either database."""

import gzip

import pytest
from databases import change

from workbench.domain.errors import InputError, StoreError
from workbench.store import open_workspace
from workbench.store.backup import backup, restore
from workbench.store.checking import check


@pytest.fixture
def worked(workspace):
    workspace.apply("base", [change("advert", "zh", None, "高清 <b>")], "why")
    workspace.undo("base")
    workspace.branch("base", "bold", revision=1)
    workspace.apply("bold", [change("weights", "privacy", 2.0, 5.0)])
    workspace.approve("base", "board")
    return workspace


@pytest.fixture
def other(postgresql_server, database, tmp_path):
    """An empty database of the other kind."""
    from databases import new_postgresql

    if database.startswith("sqlite"):
        return new_postgresql(postgresql_server)
    return f"sqlite:///{tmp_path / 'other.db'}"


def test_a_backup_is_restored_whole_into_the_other_kind_of_database(worked, other, tmp_path):
    assert backup(worked.engine, tmp_path / "w.gz") == 6
    moved = open_workspace(other, who="li")
    assert restore(moved.engine, tmp_path / "w.gz") == 6
    assert check(moved.engine) == check(worked.engine)
    assert check(moved.engine).faults == ()
    assert moved.commands() == worked.commands()
    assert moved.scenarios() == worked.scenarios()
    for name in ("base", "bold"):
        assert moved.snapshot(name).cells == worked.snapshot(name).cells
    moved.undo("bold")  # the stacks came along
    assert backup(moved.engine, tmp_path / "again.gz") == 7


def test_the_same_log_gives_the_same_bytes(worked, tmp_path):
    backup(worked.engine, tmp_path / "a.gz")
    backup(worked.engine, tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.gz")) == ["a.gz", "b.gz"]


def test_what_is_there_is_never_overwritten(worked, tmp_path):
    (tmp_path / "w.gz").write_text("mine")
    with pytest.raises(InputError, match="already; give another name"):
        backup(worked.engine, tmp_path / "w.gz")
    backup(worked.engine, tmp_path / "v.gz")
    with pytest.raises(InputError, match="not empty"):
        restore(worked.engine, tmp_path / "v.gz")


def test_a_cut_or_changed_backup_is_refused_and_writes_nothing(worked, other, tmp_path):
    backup(worked.engine, tmp_path / "w.gz")
    lines = gzip.decompress((tmp_path / "w.gz").read_bytes()).decode().splitlines(keepends=True)
    packed = (tmp_path / "w.gz").read_bytes()
    changed = "".join(lines).replace('"reason":"why"', '"reason":"who"')
    cases = {
        "half.gz": packed[: len(packed) // 2],
        "no-end.gz": gzip.compress("".join(lines[:-1]).encode()),
        "no-line.gz": gzip.compress("".join([*lines[:3], *lines[4:]]).encode()),
        "changed.gz": gzip.compress(changed.encode()),
        "text.gz": b"not gzip",
        "other.gz": gzip.compress(b'{"format":"else"}\n'),
        "empty.gz": b"",
    }
    assert changed != "".join(lines)
    moved = open_workspace(other, who="li")
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(StoreError, match="nothing was restored"):
            restore(moved.engine, tmp_path / name)
        assert moved.commands() == [] and moved.scenarios() == [], name
    with pytest.raises(InputError, match="There is no file"):
        restore(moved.engine, tmp_path / "missing.gz")
