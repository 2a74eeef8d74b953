"""PostgreSQL over TLS: a real server with a certificate of our own authority."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from databases import new_postgresql
from lacking import lacking
from sqlalchemy import create_engine, text

from workbench.domain.errors import InputError, StoreError
from workbench.locale import translator
from workbench.store import open_workspace
from workbench.store.engine import open_engine, transaction


@dataclass(frozen=True)
class Authorities:
    """Files with the certificate of who signed the server's, and of somebody else."""

    right: Path
    wrong: Path


def _openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60)


def _authority(folder: Path, name: str) -> Path:
    certificate = folder / f"{name}.crt"
    _openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", folder / f"{name}.key", "-out", certificate, "-days", 2, "-subj", f"/CN={name}",
        "-addext", "keyUsage=critical,keyCertSign",
    )  # fmt: skip
    return certificate


def _signed(folder: Path, authority: Path, host: str) -> tuple[Path, Path]:
    """A certificate for a host and its key."""
    asked, certificate, key = (folder / f"{host}.{end}" for end in ("csr", "crt", "key"))
    names = folder / "names"
    names.write_text(f"subjectAltName=DNS:{host}\n", encoding="utf-8")
    _openssl(
        "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", key, "-out", asked, "-subj", f"/CN={host}",
    )  # fmt: skip
    _openssl(
        "x509", "-req", "-in", asked, "-CA", authority, "-CAkey", authority.with_suffix(".key"),
        "-CAcreateserial", "-days", 2, "-extfile", names, "-out", certificate,
    )  # fmt: skip
    return certificate, key


def _settings(server: str, *statements: str) -> None:
    """Change settings of the server that take hold when it reads them anew."""
    url = server.replace("postgresql://", "postgresql+pg8000://") + "/postgres"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in (*statements, "SELECT pg_reload_conf()"):
            connection.execute(text(statement))
    engine.dispose()


def _asked(server: str, query: str) -> str:
    engine = create_engine(server.replace("postgresql://", "postgresql+pg8000://") + "/postgres")
    with engine.connect() as connection:
        found = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return str(found)


def _wait_for(server: str, ssl: str) -> None:
    end = time.monotonic() + 30
    while _asked(server, "SHOW ssl") != ssl:
        assert time.monotonic() < end, f"the server does not turn ssl {ssl}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def authorities(
    postgresql_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Authorities]:
    """Of the tests' own server, which has encryption for the time of this module.

    Its certificate is for ``localhost``; whoever connects as ``strict`` has to encrypt.
    """
    if shutil.which("openssl") is None:
        lacking("openssl, which makes the certificates, is not installed")
    folder = tmp_path_factory.mktemp("certificates")
    found = Authorities(_authority(folder, "ours"), _authority(folder, "theirs"))
    data = Path(_asked(postgresql_server, "SHOW data_directory"))
    for made in _signed(folder, found.right, "localhost"):
        placed = Path(shutil.copy(made, data / f"server{made.suffix}"))
        os.chown(placed, data.stat().st_uid, data.stat().st_gid)
        placed.chmod(0o600)
    rules = data / "pg_hba.conf"
    usual = rules.read_text(encoding="utf-8")
    strict = "hostssl all strict all trust\nhostnossl all strict all reject\n"
    rules.write_text(strict + usual, encoding="utf-8")
    _settings(postgresql_server, "CREATE ROLE strict LOGIN", "ALTER SYSTEM SET ssl = on")
    _wait_for(postgresql_server, "on")
    yield found
    rules.write_text(usual, encoding="utf-8")
    _settings(postgresql_server, "ALTER SYSTEM RESET ssl")
    _wait_for(postgresql_server, "off")


@pytest.fixture
def url(authorities: Authorities, postgresql_server: str) -> str:
    """An empty database, at the name that the server's certificate is for."""
    return new_postgresql(postgresql_server).replace("127.0.0.1", "localhost")


def by_number(url: str) -> str:
    """The same address under a name that the certificate doesn't have."""
    return url.replace("localhost", "127.0.0.1")


def is_encrypted(url: str) -> bool:
    """Whether the server says that it talks to us encrypted."""
    engine = open_engine(url)
    with transaction(engine, reading=True) as connection:
        query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        found = bool(connection.exec_driver_sql(query).scalar_one())
    engine.dispose()
    return found


def refused(url: str) -> StoreError:
    with pytest.raises(StoreError) as found:
        open_workspace(url, who="li")
    return found.value


def trust(monkeypatch: pytest.MonkeyPatch, authority: Path) -> None:
    """Have the system trust an authority, as OpenSSL understands it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))


@pytest.mark.parametrize(
    ("mode", "expected"), [("", True), ("?sslmode=disable", False), ("?sslmode=require", True)]
)
def test_without_proof_the_mode_alone_decides(url, mode, expected):
    assert is_encrypted(url + mode) is expected
    assert is_encrypted(by_number(url) + mode) is expected


def test_verify_full_connects_where_authority_and_name_are_right(url, authorities, monkeypatch):
    trust(monkeypatch, authorities.right)
    url += "?sslmode=verify-full"
    assert is_encrypted(url)
    workspace = open_workspace(url, who="li")
    workspace.create("base")
    assert [one.name for one in workspace.scenarios()] == ["base"]
    workspace.engine.dispose()


def test_verify_full_refuses_a_certificate_of_somebody_else(url, authorities, monkeypatch):
    trust(monkeypatch, authorities.wrong)
    error = refused(url + "?sslmode=verify-full")
    assert "certificate verify failed" in str(error)
    assert "certificate verify failed" in translator("zh").error(error) != str(error)


def test_verify_full_refuses_a_certificate_for_another_name(url, authorities, monkeypatch):
    trust(monkeypatch, authorities.right)
    error = refused(by_number(url) + "?sslmode=verify-full")
    assert "certificate is not valid for '127.0.0.1'" in str(error)
    assert "'127.0.0.1'" in translator("zh").error(error) != str(error)


def test_nothing_is_sent_to_a_server_that_is_not_the_one_meant(url, authorities, monkeypatch):
    trust(monkeypatch, authorities.wrong)
    refused(url + "?sslmode=verify-full")
    plain = open_engine(url)
    with transaction(plain, reading=True) as connection:
        query = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'command'"
        assert connection.exec_driver_sql(query).scalar_one() == 0
    plain.dispose()


@pytest.mark.parametrize("mode", ["verify-ca", "prefer", "allow", "on"])
def test_a_mode_that_is_not_understood_is_refused_before_anything_is_sent(url, mode):
    with pytest.raises(InputError, match="sslmode; give disable, require or") as said:
        open_workspace(f"{url}?sslmode={mode}")
    assert "sslmode 无法识别" in translator("zh").error(said.value)


def test_a_server_that_insists_is_heard(url):
    url = url.replace("wb@", "strict@")
    assert is_encrypted(url)
    assert is_encrypted(url + "?sslmode=require")
    error = refused(url + "?sslmode=disable")
    assert 'rejects connection for host "127.0.0.1", user "strict"' in str(error)
    assert "no encryption" in str(error)


def test_a_viewer_s_connection_is_encrypted_too(url, authorities, monkeypatch):
    trust(monkeypatch, authorities.right)
    open_workspace(url, who="li").create("base")
    url += "?sslmode=verify-full"
    assert [one.name for one in open_workspace(url, readonly=True).scenarios()] == ["base"]
    trust(monkeypatch, authorities.wrong)
    with pytest.raises(StoreError, match="certificate verify failed"):
        open_workspace(url, readonly=True)
