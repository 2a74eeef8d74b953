"""One load into a folder of events: rows are staged, then merged with what is there."""

import contextlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.domain.errors import StoreError
from workbench.domain.events import EVENT_TABLES, EventTable
from workbench.events.schema import arrow_schema
from workbench.events.session import SESSION

PLACE = "place_"
"""Column of the staged rows: their place in the load."""
DIGEST = "row-"
"""How an id begins that was made from a whole row. Rows that are alike have the same; within a
load the second becomes ``…-2``, so that none is lost, and a second load finds both again."""


@dataclass(frozen=True)
class Merged:
    """What became of the rows that were added to a table; the five add up to all of them.

    Attributes
    ----------
    new, changed, unchanged
        Rows that were not there; that replaced one; that were there as they are.
    older
        Rows with an older state than the one there, which stays.
    repeated
        Rows of which the same load had a newer state.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    repeated: int = 0

    def __add__(self, other: "Merged") -> "Merged":
        """Both together."""
        return Merged(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )

    @property
    def rows(self) -> int:
        """All rows that were added."""
        return sum(vars(self).values())


class Held(Protocol):
    """The folder that a load goes into; :class:`workbench.events.dataset.Dataset` is one."""

    @property
    def folder(self) -> Path: ...  # noqa: D102
    @property
    def exists(self) -> bool: ...  # noqa: D102
    def files(self, table: str) -> list[Path]:
        """The current files of a table."""
        ...

    def current(self) -> list[Path]:
        """The current files of all tables."""
        ...

    def publish(self, files: dict[str, str], rows: dict[str, int]) -> None:
        """Make files, by table, the current ones."""
        ...


class Load:
    """Rows on their way into a folder of events.

    Parameters
    ----------
    dataset
        Where they go.
    staging
        A folder of its own, on the same disk.
    memory
        What the merge may hold in memory.
    """

    def __init__(self, dataset: Held, staging: Path, memory: str) -> None:
        self._dataset, self._staging, self._memory = dataset, staging, memory
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._places: dict[str, int] = {}
        self._digested: set[str] = set()

    def add(self, table: str, rows: pa.Table) -> None:
        """Stage rows with the columns of the event table; the place of each is its order."""
        schema = arrow_schema(EVENT_TABLES[table]).append(pa.field(PLACE, pa.int64()))
        if table not in self._writers:
            self._writers[table] = pq.ParquetWriter(self._staging / f"{table}.parquet", schema)
        made = pc.starts_with(rows[EVENT_TABLES[table].key[-1]].cast(pa.string()), DIGEST)
        if pc.any(made).as_py():
            self._digested.add(table)
        start = self._places.get(table, 0)
        self._places[table] = start + rows.num_rows
        placed = rows.append_column(
            PLACE, pa.array(range(start, start + rows.num_rows), pa.int64())
        )
        with self._storing():
            self._writers[table].write_table(placed.cast(schema))

    def commit(self) -> dict[str, Merged]:
        """Merge what was added and make it the current state; what became of it, by table.

        Raises
        ------
        StoreError
            If the disk is full or can't be written; then nothing has changed.
        """
        found: dict[str, Merged] = {}
        files: dict[str, str] = {}
        rows: dict[str, int] = {}
        try:
            with self._storing():
                for writer in self._writers.values():
                    writer.close()
                with duckdb.connect(config=self._settings()) as con:
                    con.execute(SESSION)
                    for name in self._writers:
                        found[name], held = self._merge(con, EVENT_TABLES[name])
                        if found[name].new or found[name].changed:
                            files[name] = f"{name}-{uuid.uuid4().hex[:12]}.parquet"
                            rows[name] = held
                            self._write(con, files[name])
                if files:
                    self._dataset.publish(files, rows)
        except StoreError:
            current = {path.name for path in self._dataset.current()}
            for file in {*files.values()} - current:
                (self._dataset.folder / file).unlink(missing_ok=True)
            raise
        return found

    @contextlib.contextmanager
    def _storing(self) -> Iterator[None]:
        """What can't be written is said as such."""
        try:
            yield
        except (duckdb.IOException, duckdb.OutOfMemoryException, pa.ArrowException, OSError) as no:
            raise StoreError(
                "The events can't be written to {folder}: {why}. Nothing was changed.",
                folder=self._dataset.folder,
                why=str(no).splitlines()[0],
            ) from no

    def _settings(self) -> dict[str, Any]:
        return {
            "memory_limit": self._memory,
            "temp_directory": str(self._staging / "spill"),
            "preserve_insertion_order": False,
            "threads": len(os.sched_getaffinity(0)),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }

    def _merge(self, con: duckdb.DuckDBPyConnection, table: EventTable) -> tuple[Merged, int]:
        """Make the table ``merged`` and count what became of the rows, and how many it has."""
        key = ", ".join(_quoted(name) for name in table.key)
        same = " AND ".join(
            f"s.{_quoted(n)} IS NOT DISTINCT FROM e.{_quoted(n)}" for n in table.key
        )
        differs = " OR ".join(
            f"s.{_quoted(name)} IS DISTINCT FROM e.{_quoted(name)}" for name in table.names
        )
        last = _quoted(table.key[-1])
        newest = _quoted(table.newest) if table.newest else "NULL::TIMESTAMPTZ"
        open_, was_open = (
            (f"(s.{_quoted(table.undecided[0])} = {_text(table.undecided[1])})",
             f"(e.{_quoted(table.undecided[0])} = {_text(table.undecided[1])})")
            if table.undecided else ("false", "false")
        )  # fmt: skip
        older = (
            f"CASE WHEN s.{newest} <> e.{newest} THEN s.{newest} < e.{newest} "
            f"ELSE {open_} AND NOT {was_open} END"
            if table.newest
            else "false"
        )
        held = self._dataset.files(table.name) if self._dataset.exists else []
        rows = f"read_parquet({_literal(self._staging / f'{table.name}.parquet')})"
        told = (
            f"""REPLACE (CASE WHEN starts_with({last}, '{DIGEST}') THEN
                {last} || coalesce('-' || nullif(row_number() OVER (
                    PARTITION BY source, {last} ORDER BY {PLACE}), 1), '')
                ELSE {last} END AS {last})"""
            if table.name in self._digested
            else ""
        )
        there = (
            f"read_parquet([{', '.join(map(_literal, held))}])"
            if held
            else f"(SELECT * EXCLUDE {PLACE} FROM staged WHERE false)"
        )
        con.execute(
            f"""
            CREATE OR REPLACE TEMP VIEW staged AS SELECT * {told} FROM {rows};
            CREATE OR REPLACE TEMP TABLE latest AS
                {_latest(key, newest, open_)};
            CREATE OR REPLACE TEMP VIEW there AS SELECT * FROM {there};
            CREATE OR REPLACE TEMP TABLE compared AS
                SELECT s.*, CASE WHEN e.source IS NULL THEN 'new' WHEN NOT ({differs})
                    THEN 'unchanged' WHEN {older} THEN 'older' ELSE 'changed' END AS fate_
                FROM latest s LEFT JOIN there e ON {same};
            CREATE OR REPLACE TEMP VIEW merged AS
                SELECT * FROM there e WHERE NOT EXISTS (
                    SELECT 1 FROM compared s WHERE fate_ = 'changed' AND {same})
                UNION ALL BY NAME
                SELECT * EXCLUDE fate_ FROM compared WHERE fate_ IN ('new', 'changed');
            """
        )
        fates = dict(con.sql("SELECT fate_, count(*) FROM compared GROUP BY ALL").fetchall())
        before = con.sql("SELECT count(*) FROM there").fetchall()[0][0]
        added = self._places[table.name]
        counts = Merged(**fates, repeated=added - sum(fates.values()))
        return counts, before + counts.new

    def _write(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        """Write the merged rows to a new file of the dataset, down to the disk."""
        target = self._dataset.folder / name
        con.execute(f"COPY merged TO {_literal(target)} (FORMAT parquet, COMPRESSION zstd)")
        with target.open("rb") as file:
            os.fsync(file.fileno())


def _latest(key: str, newest: str, open_: str) -> str:
    """Of the staged rows of each key the one that counts, wherever in the load the others stand.

    Of those that are decided the newest, and of those that aren't; an undated one is taken to be as
    new as the newest before it that is of the same kind. Of both the decided one, unless the other
    is known to be newer.
    """
    return f"""
        SELECT * EXCLUDE ({PLACE}, since_, open_) FROM (
            SELECT * FROM (
                SELECT *, {open_} AS open_, coalesce({newest}, max({newest}) OVER (
                    PARTITION BY {key}, {open_} ORDER BY {PLACE})) AS since_
                FROM staged s)
            QUALIFY row_number() OVER (PARTITION BY {key}, open_
                ORDER BY since_ DESC NULLS LAST, {PLACE} DESC) = 1)
        WINDOW alike AS (PARTITION BY {key})
        QUALIFY open_ = coalesce(
            max({newest}) FILTER (open_) OVER alike > max({newest}) FILTER (NOT open_) OVER alike,
            bool_and(open_) OVER alike)"""


def _quoted(name: str) -> str:
    return f'"{name}"'


def _literal(path: Path) -> str:
    """A path as a text of SQL."""
    return _text(str(path))


def _text(said: str) -> str:
    """A text of SQL."""
    return "'" + said.replace("'", "''") + "'"
