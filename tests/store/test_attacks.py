"""Several processes at one workspace: backups, approvals, undo and branches while others write."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from databases import change, new_postgresql

from workbench.store import Workspace, open_workspace
from workbench.store.backup import backup, restore
from workbench.store.checking import check

BEGIN = """
import sys
from workbench.domain.changes import Change
from workbench.domain.errors import ConflictError, InputError
from workbench.store import open_workspace
store = open_workspace(sys.argv[1], who=sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
"""
WRITE = """
for n in range(100_000):
    key = f"{sys.argv[2]}-{n}"
    store.apply("base", [Change("advert", key, None, "x" * 100), Change("floors", key, None, 1.0)])
    print(key, flush=True)
"""
UNDO = """
while True:
    try:
        store.undo("base")
    except InputError as error:
        print(error, flush=True)
        break
    print("undone", flush=True)
"""
MIXED = """
from random import Random
chance = Random(sys.argv[2])
for n in range(40):
    names = [one.name for one in store.scenarios() if not one.frozen]
    name = chance.choice(names)
    try:
        what = chance.choice(["edit"] * 5 + ["undo", "undo", "redo", "branch", "approve", "take"])
        if what == "edit":
            key = f"k{chance.randrange(4)}"
            held = store.snapshot(name).cells.get(("caps", key))
            store.apply(name, [Change("caps", key, held, float(n + 1))])
        elif what == "take":
            key, cells = f"k{chance.randrange(4)}", store.snapshot(name).cells
            if ("caps", key) in cells:
                store.apply(name, [Change("caps", key, cells["caps", key], None)])
        elif what == "branch":
            store.branch(name, f"{sys.argv[2]} {n}", revision=chance.randrange(3))
        elif what == "approve" and name != "base":
            store.approve(name)
        elif what in ("undo", "redo"):
            getattr(store, what)(name)
    except (ConflictError, InputError) as refused:
        print(type(refused).__name__, flush=True)
"""
FOLDER = Path(__file__).parents[2]


@contextmanager
def working(code: str, url: str, *names: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes of these users that begin at the same moment; killed at the end if need be."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BEGIN + code, url, who],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=FOLDER,
        )
        for who in names
    ]
    try:
        for one in processes:
            assert one.stdout.readline() == "ready\n", one.stderr.read()
        for one in processes:
            one.stdin.write("\n")
            one.stdin.flush()
        yield processes
    finally:
        for one in processes:
            one.kill()
            one.wait(timeout=30)
            for pipe in (one.stdin, one.stdout, one.stderr):
                pipe.close()


def ended(process: subprocess.Popen[str]) -> list[str]:
    """The lines of a process that ends by itself and without an error."""
    lines = process.stdout.read().splitlines()
    assert (process.wait(timeout=60), process.stderr.read()) == (0, "")
    return lines


def keys(store: Workspace, table: str) -> set[str]:
    return {cell.key for cell in store.snapshot("base").cells if cell.table == table}


@pytest.fixture
def fresh(database: str, request: pytest.FixtureRequest, tmp_path: Path):
    """Makes empty workspaces, of the kind of ``database``."""
    made: list[Workspace] = []

    def make() -> Workspace:
        if database.startswith("sqlite"):
            url = f"sqlite:///{tmp_path / f'fresh{len(made)}.db'}"
        else:
            url = new_postgresql(request.getfixturevalue("postgresql_server"))
        made.append(open_workspace(url, who="li"))
        return made[-1]

    yield make
    for one in made:
        one.engine.dispose()


def test_a_backup_made_while_four_write_is_a_moment_of_the_log(
    workspace, database, fresh, tmp_path
):
    hashes, sizes, known = [], [], []
    with working(WRITE, database, "w0", "w1", "w2", "w3") as writers:
        for n in range(4):
            known.append({writer.stdout.readline().strip() for writer in writers for _ in "12345"})
            sizes.append(backup(workspace.engine, tmp_path / f"{n}.gz"))
        after = {writer.stdout.readline().strip() for writer in writers}
        assert [writer.poll() for writer in writers] == [None] * 4  # nobody had to give up
    assert len(after) == 4
    log = {one.seq: one for one in workspace.commands(limit=1_000_000)}
    for n, size in enumerate(sizes):
        empty = fresh()
        assert restore(empty.engine, tmp_path / f"{n}.gz") == size
        found = check(empty.engine)
        assert (found.commands, found.faults) == (size, ())
        (last,) = empty.commands(limit=1)
        assert last == log[size]
        assert empty.commands(limit=1_000_000) == [log[seq] for seq in range(size, 0, -1)]
        assert set().union(*known[: n + 1]) <= keys(empty, "advert") == keys(empty, "floors")
        hashes.append(found.hash)
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]
    for one in hashes:
        assert check(workspace.engine, known=one).faults == ()


def test_nothing_follows_an_approval_however_many_are_writing(workspace, database):
    with working(WRITE, database, "w0", "w1", "w2", "w3") as writers:
        told = {writer.stdout.readline().strip() for writer in writers for _ in "123"}
        approval = workspace.approve("base", "board")
        for writer in writers:
            told |= set(writer.stdout.read().split())  # communicate() would miss what is buffered
            assert "InputError: Scenario 'base' was approved by li on" in writer.stderr.read()
            assert writer.wait(timeout=60) == 1
    found = workspace.scenario("base")
    assert (found.revision, found.frozen_by) == (approval.revision, "li")
    assert workspace.commands("base", limit=1) == [approval]
    assert keys(workspace, "advert") == keys(workspace, "floors") == told
    assert approval.revision == len(told) + 1
    assert check(workspace.engine).faults == ()


def test_three_pages_of_one_user_take_each_edit_back_once(workspace, database):
    for n in range(30):
        workspace.apply("base", [change("caps", f"k{n}", None, 1.0)])
    with working(UNDO, database, "li", "li", "li") as pages:
        said = [ended(page) for page in pages]
    assert [lines[-1] for lines in said] == ["There is nothing to undo."] * 3
    assert sum(len(lines) - 1 for lines in said) == 30
    assert keys(workspace, "caps") == set()
    for _ in range(30):
        workspace.redo("base")
    assert keys(workspace, "caps") == {f"k{n}" for n in range(30)}
    assert check(workspace.engine).faults == ()


def test_after_everything_at_once_the_log_is_whole(workspace, database, fresh, tmp_path):
    with working(MIXED, database, "w0", "w1", "w1", "w2") as people:
        for one in people:
            assert set(ended(one)) <= {"ConflictError", "InputError"}
    found = check(workspace.engine)
    assert found.faults == ()
    assert found.commands == len(workspace.commands(limit=1_000_000)) > 40
    assert backup(workspace.engine, tmp_path / "w.gz") == found.commands
    again = fresh()
    restore(again.engine, tmp_path / "w.gz")
    assert check(again.engine) == found
    for one in workspace.scenarios():
        assert again.snapshot(one.name) == workspace.snapshot(one.name)


RESTORE = """
import os, signal
from itertools import count
from pathlib import Path
from sqlalchemy import event
from workbench.store.backup import restore
statements = count()
@event.listens_for(store.engine, "before_cursor_execute")
def die_in_the_middle(*_):
    if next(statements) == 300:
        os.kill(os.getpid(), signal.SIGKILL)
restore(store.engine, Path(sys.argv[2]))
"""


def test_a_restore_that_is_killed_leaves_the_workspace_empty(workspace, fresh, tmp_path):
    for n in range(200):
        workspace.apply("base", [change("advert", f"k{n}", None, "x" * 100)])
    backup(workspace.engine, tmp_path / "w.gz")
    empty = fresh()
    url = empty.engine.url.set(drivername=empty.engine.dialect.name)
    with working(RESTORE, url.render_as_string(False), str(tmp_path / "w.gz")) as (process,):
        assert process.wait(timeout=60) == -signal.SIGKILL
    assert empty.commands() == [] and empty.scenarios() == []
    assert restore(empty.engine, tmp_path / "w.gz") == 201
    assert check(empty.engine) == check(workspace.engine)
