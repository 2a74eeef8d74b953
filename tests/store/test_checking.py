"""Tampering, damage and derived tables that drifted are found and named."""

import random
import sqlite3

import pytest
from databases import change, meddle

from workbench.domain.changes import Cell
from workbench.domain.errors import StoreError
from workbench.store import open_workspace
from workbench.store.checking import check


@pytest.fixture
def worked(workspace):
    """A workspace with a few commands of every kind."""
    workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)], "first")
    workspace.apply("base", [change("floors", "kol", None, 10.0)])
    workspace.undo("base")
    workspace.branch("base", "old", revision=1)
    workspace.redo("base")
    workspace.apply("old", [change("weights", "privacy", 3.0, None)])
    workspace.approve("base")
    return workspace


def unguarded(url: str, table: str) -> list[str]:
    if url.startswith("sqlite"):
        return [f"DROP TRIGGER only_grows_{table}_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER only_grows_{table} ON {table}"]


def test_a_workspace_that_was_only_worked_in_is_whole(worked):
    found = check(worked.engine)
    assert (found.commands, found.scenarios, found.cells, found.faults) == (8, 2, 2, ())
    worked.branch("base", "next")
    assert check(worked.engine).hash != found.hash


@pytest.mark.parametrize("table", ["command", "change"])
@pytest.mark.parametrize("verb", ["UPDATE {0} SET seq = seq", "DELETE FROM {0}"])
def test_the_log_refuses_to_be_rewritten(worked, database, table, verb):
    with pytest.raises(Exception, match="append-only log"):
        meddle(database, verb.format(table))
    assert check(worked.engine).faults == ()


@pytest.mark.parametrize(
    ("table", "statement", "fault"),
    [
        (
            "command",
            "UPDATE command SET reason = 'nobler' WHERE seq = 2",
            "Command 2 does not have",
        ),
        ("command", "UPDATE command SET who = 'wang' WHERE seq = 8", "Command 8 does not have"),
        ("change", "UPDATE change SET after = '9.0' WHERE seq = 2", "Command 2 does not have"),
        ("change", "DELETE FROM change WHERE seq = 3", "Command 3 does not have"),
    ],
)
def test_a_rewritten_log_is_found(worked, database, table, statement, fault):
    meddle(database, *unguarded(database, table), statement)
    assert any(fault in str(one) for one in check(worked.engine).faults)


def test_a_log_whose_end_was_cut_off_is_found(worked, database):
    meddle(
        database,
        *unguarded(database, "command"),
        *unguarded(database, "change"),
        "DELETE FROM cell WHERE seq = 7",
        "DELETE FROM change WHERE seq = 8",
        "DELETE FROM command WHERE seq = 8",
    )
    assert "ends at command 7, it should end at 8" in str(check(worked.engine).faults[0])


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE cell SET value = '8.5' WHERE scenario = 1 AND key = 'privacy'",
            "'base', weights privacy: it holds 8.5, the log says 3.0",
        ),
        ("DELETE FROM cell WHERE key = 'kol'", "'base', floors kol: it holds —, the log says 10.0"),
        (
            "INSERT INTO cell VALUES (2, 'caps', 'kol', '1.0', 1)",
            "'old', caps kol: it holds 1.0, the log says —",
        ),
    ],
)
def test_cells_that_do_not_follow_from_the_log_are_found(worked, database, statement, fault):
    meddle(database, statement)
    (found,) = check(worked.engine).faults
    assert fault in str(found)


def test_an_approval_that_was_quietly_lifted_is_found(worked, database):
    meddle(database, "UPDATE scenario SET frozen_by = NULL WHERE id = 1")
    assert "Scenario 1 is not what the log says" in str(check(worked.engine).faults[0])


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (["UPDATE change SET scenario = 2 WHERE seq = 3"], "1 rows of change belong to no command"),
        (["DELETE FROM head"], "end of the log is not recorded"),
    ],
)
def test_rows_that_only_look_right_are_found(worked, database, statements, fault):
    meddle(database, *unguarded(database, "change"), *statements)
    assert any(fault in str(one) for one in check(worked.engine).faults)


def test_missing_guards_are_found(worked, database):
    meddle(database, *unguarded(database, "command"))
    assert all("The trigger only_grows_command" in str(one) for one in check(worked.engine).faults)
    assert check(worked.engine).faults


def forged(worked, **fields) -> list[str]:
    """What a check says of a command that was appended with a proper hash, past all rules."""
    from dataclasses import replace

    from workbench.store import log
    from workbench.store.engine import transaction

    last = worked.commands(limit=1)[0]
    old = worked.scenario("old")
    command = replace(
        last, seq=last.seq + 1, scenario=old.id, revision=old.revision + 1, kind="edit",
        changes=(change("caps", "kol", None, 1.0),), details={}, reason="",
    )  # fmt: skip
    with transaction(worked.engine) as connection:
        _, previous = log.lock_head(connection)
        log.write(connection, replace(command, **fields), previous)
    return [str(one) for one in check(worked.engine).faults]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"scenario": 1, "revision": 6}, "changes an approved scenario"),
        ({"revision": 500}, "skips a revision"),
        ({"kind": "wish"}, "unknown kind 'wish'"),
        ({"kind": "record"}, "changes cells, which its kind never does"),
        ({"kind": "approve"}, "changes cells, which its kind never does"),
        ({"kind": "undo"}, "does not follow from the undo history"),
        ({}, "does not follow from the undo history"),  # an edit that stands on no stack
        ({"kind": "branch"}, "does not fit its scenario"),
    ],
)
def test_a_forged_command_with_a_proper_hash_is_found(worked, fields, fault):
    assert any(fault in one for one in forged(worked, **fields))


def test_a_hash_that_was_kept_proves_that_the_log_still_holds_it(worked):
    kept = check(worked.engine).hash
    worked.branch("base", "next")
    assert check(worked.engine, kept).faults == ()
    assert "bears the hash ffff" in str(check(worked.engine, "f" * 64).faults[0])


def many(tmp_path) -> str:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    store = open_workspace(url, who="li")
    store.create("base")
    for n in range(300):
        store.apply("base", [change("advert", f"k{n}", None, "x" * 200)])
    store.engine.dispose()
    with sqlite3.connect(tmp_path / "w.db") as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return url


def faulty(url: str) -> bool:
    """Whether opening or checking says that the workspace is damaged, in words of ours."""
    try:
        store = open_workspace(url)
        return bool(check(store.engine).faults)
    except StoreError:
        return True


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_file_is_found(tmp_path, share):
    url, file = many(tmp_path), tmp_path / "w.db"
    assert not faulty(url)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    assert faulty(url)


def test_flipped_bits_in_what_was_written_are_found(tmp_path):
    url, file = many(tmp_path), tmp_path / "w.db"
    content = file.read_bytes()
    chance = random.Random(7)
    places = [m for m in range(len(content)) if content[m : m + 20] == b"x" * 20]
    for place in chance.sample(places, 20):
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(7)
        file.write_bytes(flipped)
        assert faulty(url), place


def test_a_file_that_is_something_else_is_refused(tmp_path):
    (tmp_path / "w.db").write_bytes(b"This is no database, but a letter. " * 400)
    with pytest.raises(StoreError, match="damaged"):
        open_workspace(f"sqlite:///{tmp_path / 'w.db'}")


@pytest.mark.parametrize(
    ("table", "statement", "read"),
    [
        ("cell", "UPDATE cell SET value = '{' WHERE scenario = 1", lambda w: w.snapshot("base")),
        ("command", "UPDATE command SET evidence = '[1' WHERE seq = 2", lambda w: w.commands()),
        (
            "command",
            "UPDATE command SET evidence = '{\"x\": 1}' WHERE seq = 2",
            lambda w: w.commands(),
        ),
        ("command", "UPDATE command SET at = 'noon' WHERE seq = 2", lambda w: w.commands()),
        ("command", "UPDATE command SET details = '7' WHERE seq = 2", lambda w: w.commands()),
        (
            "change",
            "UPDATE change SET after = 'x' WHERE seq = 2",
            lambda w: w.history("base", Cell("weights", "privacy")),
        ),
    ],
)
def test_content_that_can_t_be_decoded_is_called_damage_and_check_names_it(
    worked, database, table, statement, read
):
    meddle(database, *(unguarded(database, table) if table != "cell" else ()), statement)
    with pytest.raises(StoreError, match=r"The workspace is damaged.*workbench db check"):
        read(worked)
    assert check(worked.engine).faults
