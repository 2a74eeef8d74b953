"""The folder of the parents: whose it must be, and what is left in it."""

import os
import socket
import stat
import time
from pathlib import Path

import pytest
from lacking import lacking

from workbench.kernel.errors import UnavailableError
from workbench.kernel.place import Place


def test_it_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    place = Place(tmp_path / "runtime" / "warm")
    with place.listen("key"):
        assert stat.S_IMODE((tmp_path / "runtime" / "warm").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "runtime" / "warm" / "key.sock").stat().st_mode) == 0o600
    place.close()


@pytest.mark.parametrize("mode", [0o755, 0o701, 0o710])
def test_a_folder_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(mode)
    with pytest.raises(UnavailableError, match=f"mode 0{mode:o}.*chmod 700"):
        Place(tmp_path / "open")


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        lacking("only root can give a folder away")
    (tmp_path / "theirs").mkdir(mode=0o700)
    os.chown(tmp_path / "theirs", 12345, 12345)
    with pytest.raises(UnavailableError, match="owner 12345"):
        Place(tmp_path / "theirs")


def test_a_link_or_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").touch()
    for name in ("link", "file"):
        with pytest.raises(UnavailableError, match="must be a folder"):
            Place(tmp_path / name)


@pytest.mark.parametrize("folder", ["warm", "runtime/warm"])
def test_a_folder_that_can_not_be_made_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").touch()  # also root can't make a folder in it
    with pytest.raises(UnavailableError, match=rf"file/{folder} can't be made: "):
        Place(tmp_path / "file" / folder)


def test_a_long_path_is_no_obstacle(tmp_path: Path) -> None:
    place = Place(tmp_path / ("a" * 120) / ("b" * 120))
    with place.listen("key"), place.connect("key", 5.0) as connection:
        assert isinstance(connection, socket.socket)
    place.close()


def test_one_holds_the_lock(tmp_path: Path) -> None:
    place = Place(tmp_path / "warm")
    held = place.lock("key")
    assert held is not None
    assert place.lock("key") is None
    place.clear("key")
    os.close(held)
    again = place.lock("key")
    assert again is not None
    os.close(again)
    place.close()


def test_nobody_listens(tmp_path: Path) -> None:
    place = Place(tmp_path / "warm")
    assert place.connect("key", 5.0) is None
    place.listen("key").close()
    assert place.connect("key", 5.0) is None
    place.close()


def test_sweeping_spares_the_living_and_what_is_new(tmp_path: Path) -> None:
    place = Place(tmp_path / "warm")
    held = {key: place.lock(key) for key in ("alive", "old", "new")}
    for key in held:
        place.listen(key).close()
        os.close(place.log(key))
    for key in ("old", "alive"):
        two_days_ago = time.time() - 2 * 86400
        os.utime(tmp_path / "warm" / f"{key}.lock", (two_days_ago, two_days_ago))
    os.close(held["old"])
    os.close(held["new"])
    place.sweep()
    left = {path.name for path in (tmp_path / "warm").iterdir()}
    assert left == {"alive.sock", "alive.lock", "alive.log", "new.lock", "new.log"}
    os.close(held["alive"])
    place.close()
