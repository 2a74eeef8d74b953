"""Where parents listen: one folder that only its owner can enter, one socket and lock per key.

Everything is reached through the descriptor of the folder that was checked, so that no path can be
swapped afterwards and none is too long for the address of a local socket (107 bytes).
"""

import contextlib
import fcntl
import os
import socket
import stat
import time
from pathlib import Path

from workbench.kernel.errors import UnavailableError

_DAY = 86400.0


class Place:
    """The folder of the parents of one user.

    Parameters
    ----------
    folder
        Made with mode 0700 if it is missing; its parent must exist or be creatable.

    Raises
    ------
    UnavailableError
        If it can't be made, is a link, somebody else's, or open to others.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
        except OSError as error:
            raise UnavailableError(f"{folder} can't be made: {error.strerror}") from error
        try:
            self.fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            raise UnavailableError(f"{folder} must be a folder: {error.strerror}") from error
        found = os.fstat(self.fd)
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            self.close()
            raise UnavailableError(
                f"{folder} has owner {found.st_uid} and mode {stat.S_IMODE(found.st_mode):04o}: it "
                f"must belong to {os.geteuid()} and be open to nobody else (chmod 700)"
            )

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self.fd)

    def lock(self, key: str) -> int | None:
        """The right to be the parent of this key, as a descriptor; None if another has it.

        It belongs to whoever holds the descriptor open, and ends with the last of them.
        """
        while True:
            fd = os.open(f"{key}.lock", os.O_RDWR | os.O_CREAT, 0o600, dir_fd=self.fd)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(fd)
                return None
            with contextlib.suppress(FileNotFoundError):
                if os.fstat(fd).st_ino == os.stat(f"{key}.lock", dir_fd=self.fd).st_ino:
                    return fd
            os.close(fd)  # its holder took the file away meanwhile

    def connect(self, key: str, seconds: float) -> socket.socket | None:
        """A connection to the parent of this key, with this timeout; None if it does not listen."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds)
        try:
            connection.connect(self._address(key))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            return None
        except BaseException:
            connection.close()
            raise
        return connection

    def listen(self, key: str) -> socket.socket:
        """The listening socket of this key; for the holder of its lock."""
        self.forget(f"{key}.sock")
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(self._address(key))
        os.chmod(f"{key}.sock", 0o600, dir_fd=self.fd)
        listening.listen(128)
        listening.setblocking(False)
        return listening

    def log(self, key: str) -> int:
        """A new log of this key, to append to."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        return os.open(f"{key}.log", flags, 0o600, dir_fd=self.fd)

    def forget(self, *names: str) -> None:
        """Remove files that may be gone already."""
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name, dir_fd=self.fd)

    def clear(self, key: str) -> None:
        """Remove what a parent of this key left; for the holder of its lock, who then lets go."""
        self.forget(f"{key}.sock", f"{key}.log", f"{key}.lock")

    def sweep(self) -> None:
        """Remove what killed parents left: sockets at once, logs after a day."""
        for name in os.listdir(self.fd):  # noqa: PTH208 - by descriptor
            key, _, kind = name.rpartition(".")
            lock = self.lock(key) if kind == "lock" else None
            if lock is None:
                continue
            old = time.time() - os.fstat(lock).st_mtime > _DAY
            self.clear(key) if old else self.forget(f"{key}.sock")
            os.close(lock)

    def _address(self, key: str) -> str:
        return f"/proc/self/fd/{self.fd}/{key}.sock"
