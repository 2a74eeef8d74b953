"""Schemas: the committed migrations make the tables that the code declares, from every version."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import meddle
from sqlalchemy import URL

from workbench.domain.errors import InputError, StoreError
from workbench.store import open_workspace
from workbench.store.engine import open_engine
from workbench.store.schema import SCHEMA_VERSION, metadata
from workbench.store.upgrading import MIGRATIONS, upgrade


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_the_code_asks_for_the_last_migration():
    assert script().get_heads() == [SCHEMA_VERSION]


def test_migrations_make_the_declared_tables(database):
    engine = open_engine(database)
    assert upgrade(engine) == ("", SCHEMA_VERSION)
    assert upgrade(engine) == (SCHEMA_VERSION, SCHEMA_VERSION)  # twice is as good as once
    with engine.connect() as connection:
        differs = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differs == []
    engine.dispose()


def test_an_empty_database_gets_its_tables_when_someone_edits_and_not_for_a_reader(database):
    with pytest.raises(StoreError, match="There is no workspace"):
        open_workspace(database, readonly=True)
    assert open_workspace(database).scenarios() == []
    assert open_workspace(database, readonly=True).scenarios() == []


@pytest.mark.parametrize("left", [b"", b"S"])
def test_a_file_that_was_cut_off_is_not_taken_for_a_new_workspace(tmp_path, left):
    file = tmp_path / "w.db"
    url = f"sqlite:///{file}"
    file.write_bytes(left)
    for readonly in (False, True):
        with pytest.raises(StoreError, match=r"workbench db restore .* workbench db upgrade"):
            open_workspace(url, readonly=readonly)
    assert file.read_bytes() == left
    if not left:  # on request it gets its tables
        upgrade(open_engine(url))
        assert open_workspace(url).scenarios() == []


def test_a_file_without_tables_is_not_taken_for_a_new_workspace(tmp_path):
    with sqlite3.connect(tmp_path / "w.db") as file:
        file.execute("PRAGMA journal_mode=WAL")
    file.close()
    with pytest.raises(StoreError, match="workbench db restore"):
        open_workspace(f"sqlite:///{tmp_path / 'w.db'}")


def test_the_latest_changes_of_a_file_that_is_gone_are_not_mixed_into_a_new_one(tmp_path):
    (tmp_path / "w.db-wal").write_bytes(b"changes")
    with pytest.raises(StoreError, match=r"w\.db-wal with its latest changes is there"):
        open_workspace(f"sqlite:///{tmp_path / 'w.db'}")
    assert not (tmp_path / "w.db").exists()


def test_a_new_workspace_leaves_nothing_aside_whatever_its_name(tmp_path):
    for name in ("w.db", "我 100%.db"):
        address = URL.create("sqlite", database=str(tmp_path / name))
        open_workspace(address.render_as_string()).engine.dispose()
        assert {path.name for path in tmp_path.iterdir() if name in path.name} == {
            name,
            f"{name}-turn",
        }


def test_processes_that_make_the_same_workspace_at_once_all_get_it(database):
    program = "import sys; from workbench.store import open_workspace; open_workspace(sys.argv[1])"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, database],
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(4)
    ]
    for one in started:
        errors = one.communicate(timeout=120)[1]
        assert (one.returncode, errors) == (0, "")
    assert open_workspace(database).scenarios() == []


@pytest.mark.parametrize(("found", "reason"), [("9999", "newer"), ("0000", "workbench db upgrade")])
def test_another_schema_is_named_and_left_alone(workspace, database, found, reason):
    meddle(database, f"UPDATE alembic_version SET version_num = '{found}'")
    with pytest.raises(StoreError, match=reason):
        open_workspace(database)


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://me:secret@host/w", "/tmp/w.db"],
)
def test_an_address_that_names_no_database_of_ours_is_refused(url):
    with pytest.raises(
        InputError, match=r"give sqlite:///path/of/file\.db or postgresql://"
    ) as found:
        open_workspace(url)
    assert "secret" not in str(found.value)


def test_a_server_that_does_not_answer_is_said_without_the_password():
    with pytest.raises(StoreError, match="Check the address") as found:
        open_workspace("postgresql://me:secret@127.0.0.1:9/w")
    assert "secret" not in str(found.value)
