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
import pyarrow.parquet as pq

from workbench.domain.errors import StoreError
from workbench.domain.events import EVENT_TABLES, EventTable
from workbench.events.merging import MARK, PLACE, literal, statement
from workbench.events.schema import arrow_schema
from workbench.events.session import SESSION


@dataclass(frozen=True)
class Merged:
    """What became of the rows that were added to a table; the six add up to all of them.

    Attributes
    ----------
    new, changed, unchanged
        Rows that were not there; that replaced one; that were there as they are.
    older
        Rows with an older state than the one there, which stays.
    repeated
        Rows of which the same load had a newer state.
    parts
        Sums that were added to another of the same partner and day.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    repeated: int = 0
    parts: int = 0

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
        self._marked: set[str] = set()

    def add(self, table: str, rows: pa.Table, marks: pa.Array | None = None) -> None:
        """Stage rows with the columns of the event table; the place of each is its order.

        Parameters
        ----------
        marks
            A digest of the record that each row is from, where that tells rows of one key apart:
            of an id that was made from it, or of sums that add up. Null: nothing of the kind.
        """
        schema = arrow_schema(EVENT_TABLES[table])
        for name, kind in ((PLACE, pa.int64()), (MARK, pa.string())):
            schema = schema.append(pa.field(name, kind))
        if table not in self._writers:
            self._writers[table] = pq.ParquetWriter(self._staging / f"{table}.parquet", schema)
        told = pa.nulls(rows.num_rows, pa.string()) if marks is None else marks
        if told.null_count < len(told):
            self._marked.add(table)
        start = self._places.get(table, 0)
        self._places[table] = start + rows.num_rows
        places = pa.array(range(start, start + rows.num_rows), pa.int64())
        placed = rows.append_column(PLACE, places).append_column(MARK, told)
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
        held = self._dataset.files(table.name) if self._dataset.exists else []
        file = self._staging / f"{table.name}.parquet"
        con.execute(statement(table, file, held, table.name in self._marked))
        fates = dict(con.sql("SELECT fate_, count(*) FROM compared GROUP BY ALL").fetchall())
        (before,), (parts,) = (
            con.sql(query).fetchall()[0]
            for query in (
                "SELECT count(*) FROM there",
                "SELECT coalesce(sum(parts_), 0)::BIGINT FROM latest",
            )
        )
        repeated = self._places[table.name] - sum(fates.values()) - parts
        counts = Merged(**fates, repeated=repeated, parts=parts)
        return counts, before + counts.new

    def _write(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        """Write the merged rows to a new file of the dataset, down to the disk."""
        target = self._dataset.folder / name
        con.execute(f"COPY merged TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)")
        with target.open("rb") as file:
            os.fsync(file.fileno())
