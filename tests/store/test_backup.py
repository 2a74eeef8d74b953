"""Backups: the same bytes for the same log, refused when changed, at home in either database."""

import gzip
import zlib
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from databases import change

from workbench.domain.errors import InputError, StoreError
from workbench.store import open_workspace
from workbench.store.backup import FORMAT, backup, restore
from workbench.store.checking import check
from workbench.store.log import GENESIS, Command, to_json


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


def test_a_backup_with_a_flipped_bit_is_refused_wherever_it_is(worked, tmp_path):
    backup(worked.engine, tmp_path / "w.gz")
    packed = (tmp_path / "w.gz").read_bytes()
    content = gzip.decompress(packed)
    empty = open_workspace(f"sqlite:///{tmp_path / 'empty.db'}", who="li")
    for place in range(10, len(packed), 7):  # the header before holds nothing of ours
        flipped = bytearray(packed)
        flipped[place] ^= 1 << place % 8
        (tmp_path / "flipped.gz").write_bytes(flipped)
        if _content(flipped) == content:  # a bit that says nothing, such as padding
            continue
        with pytest.raises(StoreError, match="nothing was restored"):
            restore(empty.engine, tmp_path / "flipped.gz")
    assert empty.commands() == []


def _content(packed: bytes) -> bytes | None:
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None


@pytest.mark.parametrize(
    ("kind", "details"),
    [("create", {}), ("branch", {"name": "b", "parent": 7, "revision": 0}), ("edit", {})],
)
def test_a_backup_whose_hashes_hold_but_whose_commands_can_t_be_replayed_is_refused(
    database, tmp_path, kind, details
):
    command = Command(1, 1, 0, kind, datetime(2026, 1, 1, tzinfo=UTC), "li", details=details)
    record = {**asdict(command), "at": command.at.isoformat(), "hash": command.digest(GENESIS)}
    lines = [{"format": FORMAT}, record, {"commands": 1}]
    path = tmp_path / "w.gz"
    path.write_bytes(gzip.compress("".join(to_json(line) + "\n" for line in lines).encode()))
    empty = open_workspace(database, who="li")
    with pytest.raises(StoreError, match="nothing was"):
        restore(empty.engine, path)
    assert empty.commands() == [] and empty.scenarios() == []
    empty.engine.dispose()


def test_a_backup_that_can_t_be_written_is_said(worked, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="can't be written"):
        backup(worked.engine, tmp_path / "file" / "w.gz")
