"""Backups: the whole log as lines of JSON, the same for every database.

A backup is a gzip file: a first line with the format, one line per command with its hash, a last
line with the number of commands. Restoring replays it into an empty database and checks each hash,
so that a cut or changed backup is refused, and a workspace can move from SQLite to PostgreSQL.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from workbench.domain.changes import Change, Evidence
from workbench.domain.errors import InputError, StoreError
from workbench.store import log
from workbench.store.accepting import accept
from workbench.store.checking import all_commands, examined
from workbench.store.engine import breaks_a_rule, place_of, transaction
from workbench.store.log import Command
from workbench.store.stacks import Node, Tops

FORMAT = "workbench-log-1"


def backup(engine: Engine, path: Path) -> int:
    """Write a backup, whole or not at all; return the number of commands.

    People may go on editing meanwhile: the backup holds the log as it was at the beginning.

    Raises
    ------
    InputError
        If there is a file already.
    """
    if path.exists():
        raise InputError("There is a file {path} already; give another name.", path=path)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as raw:
            # No name and no time inside, so that the same log gives the same bytes.
            with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
                count = _write(engine, packed)
            raw.flush()
            os.fsync(raw.fileno())
        aside.replace(path)
    except OSError as error:
        raise StoreError(
            "The backup {path} can't be written: {reason}.", path=path, reason=error.strerror
        ) from error
    finally:
        with suppress(OSError):  # of a folder that could not be made
            aside.unlink()
    return count


def restore(engine: Engine, path: Path) -> int:
    """Replay a backup into an empty workspace, in one transaction; return the number of commands.

    Raises
    ------
    InputError
        If the workspace isn't empty.
    StoreError
        If the backup is cut off, changed or of another format; nothing is written then.
    """
    with transaction(engine) as connection:
        seq, previous = log.lock_head(connection)
        if seq:
            raise InputError(
                "The workspace at {place} is not empty; restore into a new one, then point the "
                "workbench at it.",
                place=place_of(engine),
            )
        count = 0
        with _whole(path):
            for command, stored in _read(path):
                if command.seq != count + 1 or command.digest(previous) != stored:
                    raise StoreError(
                        "The backup {path} was changed at command {seq}; nothing was restored. "
                        "Take an older one.",
                        path=path,
                        seq=command.seq,
                    )
                accept(connection, command, previous)
                previous, count = stored, count + 1
        # The hashes hold; they don't show that each command was allowed.
        for fault in examined(connection).faults[:1]:
            raise StoreError(
                "The backup {path} is not that of a whole workspace; nothing was restored. Take "
                "an older one. ({why})",
                path=path,
                why=fault,
            )
    return count


def _write(engine: Engine, packed: Any) -> int:
    def line(content: Any) -> None:
        packed.write(log.to_json(content).encode("utf-8") + b"\n")

    count = 0
    with transaction(engine, reading=True) as connection:
        line({"format": FORMAT})
        for command, stored in all_commands(connection):
            line({**asdict(command), "at": command.at.isoformat(), "hash": stored})
            count += 1
    line({"commands": count})
    return count


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Turn whatever the content of a backup can raise into one error."""
    try:
        yield
    except (InputError, StoreError):
        raise
    except FileNotFoundError as error:
        raise InputError("There is no file {path}.", path=path) from error
    except (
        OSError,
        EOFError,
        zlib.error,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise _not_whole(path) from error
    except DBAPIError as error:
        if not breaks_a_rule(error):
            raise
        raise _not_whole(path) from error


def _not_whole(path: Path) -> StoreError:
    return StoreError(
        "The backup {path} is not whole, or not a backup of a workspace; nothing was restored.",
        path=path,
    )


def _read(path: Path) -> Iterator[tuple[Command, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from _commands(lines)


def _commands(lines: TextIO) -> Iterator[tuple[Command, str]]:
    if json.loads(lines.readline()) != {"format": FORMAT}:
        raise ValueError(FORMAT)
    for count, line in enumerate(lines):
        record = json.loads(line)
        if record == {"commands": count}:
            if lines.read():  # and reading to the end has the checksum compared
                raise ValueError("more after the last line")
            return
        stored, node = record.pop("hash"), record.pop("node")
        yield (
            Command(
                **{
                    **record,
                    "at": datetime.fromisoformat(record["at"]),
                    "evidence": Evidence(**record["evidence"]),
                    "changes": tuple(Change(**one) for one in record["changes"]),
                    "node": Node(node["refers"], node["below"], Tops(**node["tops"])),
                }
            ),
            stored,
        )
    raise EOFError("no last line")
