"""Addresses, waiting for others, and what drivers and file systems refuse, in words of ours."""

import sqlite3
import ssl
import threading
import time

import pytest
from databases import change
from sqlalchemy.engine import make_url

from workbench.domain.errors import InputError, StoreError
from workbench.store import engine as engines
from workbench.store import open_workspace
from workbench.store.address import encryption, parsed
from workbench.store.engine import explained, open_engine, place_of, transaction


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://wb:sekret@h:abc/db",
        "postgresql://wb:sekret@h:99999/db",
        "postgresql://wb:se@sekret@h/db",
        "postgresql://wb:sekret",
        "postgresql://h/db?user=wb&password=sekret",
        "postgres://h/db?sslmode=sekret",
        "postgres://h/db?sslmode=require&sslmode=disable",
        "mysql://h/db?user=wb&password=sekret",
        "mysql://h/db?user=wb&password=p@sekret",
        "mysql://wb:p@sekret@h/db",
        "mysql://wb:p?sekret@h/db",
        "mysql://wb:sekret/db",
        "mysql:sekret@h/db",
        "sqlite:///w.db?mode=sekret",
    ],
)
def test_an_address_that_can_t_be_used_is_refused_without_its_secrets(url):
    with pytest.raises(InputError) as found:
        open_engine(url)
    assert "sekret" not in str(found.value)
    assert found.value.__cause__ is None


def test_the_option_that_is_not_known_is_named():
    with pytest.raises(InputError, match="the option 'connect_timeout'; only sslmode"):
        open_engine("postgresql://h/db?sslmode=require&connect_timeout=3")


def test_each_sslmode_is_what_postgresql_means_by_it():
    def context(options: str):
        return encryption(parsed(f"postgresql://h/db{options}"))

    assert context("") is None
    assert context("?sslmode=disable") is False
    assert context("?sslmode=require").verify_mode == ssl.CERT_NONE
    proven = context("?sslmode=verify-full")
    assert (proven.verify_mode, proven.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_place_shows_neither_user_nor_password_nor_options():
    engine = open_engine("postgres://wb:sekret@h:5433/db?sslmode=require")
    assert place_of(engine) == "postgresql://h:5433/db"


def test_a_server_without_encryption_is_said_and_disable_connects(postgresql_server):
    from databases import new_postgresql

    url = new_postgresql(postgresql_server)
    assert open_workspace(url + "?sslmode=disable").scenarios() == []
    with pytest.raises(StoreError, match=r"can't be used: .*SSL"):
        open_workspace(url + "?sslmode=require")


def test_what_the_server_says_is_quoted_alone(postgresql_server):
    name = make_url(postgresql_server).set(database="missing")
    with pytest.raises(StoreError) as found:
        open_workspace(name.render_as_string(hide_password=False))
    assert 'can\'t be used: database "missing" does not exist. Check' in str(found.value)


def test_a_writer_that_stalls_holds_up_the_others_for_a_while_only(database, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.5)
    workspace = open_workspace(database, who="li")
    workspace.create("base")
    other = open_workspace(database, who="wang")
    with pytest.raises(StoreError, match="Others are writing"):
        other.apply("base", [change("caps", "kol", None, 1.0)], check=_stall(workspace))
    workspace.apply("base", [change("caps", "kol", None, 2.0)])
    workspace.engine.dispose()
    other.engine.dispose()


def _stall(workspace):
    """A check that waits until somebody else has failed to write, and raises what they heard."""

    def wait(_cells) -> None:
        heard: list[Exception] = []

        def write() -> None:
            try:
                workspace.apply("base", [change("caps", "kol", None, 2.0)])
            except StoreError as error:
                heard.append(error)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(timeout=30)
        assert not thread.is_alive()
        raise heard[0]

    return wait


def test_a_transaction_that_does_nothing_is_ended_by_postgresql(postgresql_server, monkeypatch):
    from databases import new_postgresql

    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.1)
    engine = open_engine(new_postgresql(postgresql_server))
    with transaction(engine, reading=True) as connection:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "100ms"
    with (
        pytest.raises(StoreError, match="connection to the database broke"),
        transaction(engine) as connection,
    ):
        connection.exec_driver_sql("SELECT 1")
        time.sleep(1)
        connection.exec_driver_sql("SELECT 1")
    with transaction(engine, reading=True) as connection:  # the next one gets a new connection
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    engine.dispose()


@pytest.mark.parametrize(
    "error",
    [
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        sqlite3.DatabaseError("what SQLite never said before"),
        sqlite3.OperationalError("Could not decode to UTF-8 column 'who' with text 'x'"),
    ],
)
def test_what_a_driver_raises_over_damaged_rows_is_called_damage(error):
    with pytest.raises(StoreError, match="damaged"), explained():
        raise error


def test_a_path_that_can_hold_no_file_is_said(tmp_path):
    (tmp_path / "x.db").write_bytes(b"")
    for path in ("/proc/x/y.db", tmp_path / "x.db" / "y.db", tmp_path / "f%00.db", "/proc/y.db"):
        with pytest.raises(StoreError, match=r"can't be opened|can't be used"):
            open_workspace(f"sqlite:///{path}")
