"""Schemas: the committed migrations make the tables that the code declares, from every version."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import meddle

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
