"""What runs expressions over events: DuckDB in this process; :mod:`workbench.events.spark` another.

Measures are Ibis expressions over the event tables; only an engine runs them. Two things are asked
of an engine: the tables of a folder or of files, and rows in order, handed to a function piece by
piece (:meth:`Engine.fold`), which is what attribution needs.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from workbench.domain.errors import InputError
from workbench.domain.events import EventTable
from workbench.events.schema import arrow_schema
from workbench.events.session import SESSION
from workbench.scratch import Scratch

Work = Callable[[Iterator[pa.RecordBatch], int], Iterable[bytes]]
"""What is done to rows in order, with so many threads: pickles of partial results."""

MEMORY = "4GB"
"""How much DuckDB may hold before it spills to disk, where nothing else is said."""


class Engine(ABC):
    """Where expressions run.

    Attributes
    ----------
    backend
        The Ibis backend; expressions over its tables can be run with ``to_pandas()``.
    """

    backend: Any

    def __init__(self) -> None:
        self._kept: list[Scratch] = []

    def scratch(self) -> Path:
        """A folder that lives as long as the engine."""
        self._kept.append(Scratch("events"))
        return Path(self._kept[-1].name)

    def close(self) -> None:
        """Give back what it holds."""
        for folder in self._kept:
            folder.cleanup()

    def parquet(self, paths: Iterable[Path], table: EventTable) -> ir.Table:
        """Parquet files as one table with the schema's columns; none: a table without rows."""
        named = [str(path) for path in paths]
        fields = [field.with_nullable(True) for field in arrow_schema(table)]  # as files have them
        schema = ibis.Schema.from_pyarrow(pa.schema(fields))
        if not named:
            return self.table(pa.Table.from_pylist([], pa.schema(fields)))
        found = self.read(named)
        return found.select(
            *(
                found[name].cast(kind).name(name)
                if name in found.columns
                else ibis.null(kind).name(name)
                for name, kind in schema.items()
            )
        )

    @abstractmethod
    def read(self, paths: list[str]) -> ir.Table:
        """Parquet files as one table, with their own columns."""

    @abstractmethod
    def table(self, rows: pa.Table) -> ir.Table:
        """A small table of this process as one of the engine's."""

    def view(self, rows: ir.Table) -> ir.Table:
        """An expression under a name of the engine, where that is faster than the expression."""
        return rows

    @abstractmethod
    def digests(self, column: ir.Value) -> tuple[ir.Value, ir.Value]:
        """Two independent 64-bit digests of a text."""

    @abstractmethod
    def micros(self, moment: ir.Value) -> ir.Value:
        """Microseconds since 1970 of a time: int64."""

    @abstractmethod
    def fold(self, rows: ir.Table, by: list[str], work: Work) -> Iterator[bytes]:
        """Run ``work`` over rows sorted by columns; rows equal in the first come to one call."""


class DuckDB(Engine):
    """DuckDB in this process, larger than memory: it spills beside the temporary files.

    Parameters
    ----------
    memory
        What it may hold in memory, as ``4GB`` or ``512MB``.
    threads
        How many; None: one for each core.
    """

    def __init__(self, memory: str = MEMORY, threads: int | None = None) -> None:
        super().__init__()
        self.threads = threads or len(os.sched_getaffinity(0))
        self._spill = Scratch("spill")
        settings: dict[str, Any] = {
            "memory_limit": memory,
            "threads": self.threads,
            "temp_directory": self._spill.name,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
        try:
            self.backend = ibis.duckdb.connect(":memory:", **settings)
        except duckdb.Error as error:
            self._spill.cleanup()
            raise InputError(
                "DuckDB can't be started with memory {memory!r}: {why}. Write the limit as 4GB or "
                "512MB.",
                memory=memory,
                why=str(error).splitlines()[0],
            ) from error
        self.backend.con.execute(f"{SESSION}; SET lock_configuration = true")

    def close(self) -> None:
        """Give back memory and spilled files."""
        super().close()
        self.backend.disconnect()
        self._spill.cleanup()

    def read(self, paths: list[str]) -> ir.Table:
        """See :class:`Engine`."""
        return self.backend.read_parquet(paths)

    def table(self, rows: pa.Table) -> ir.Table:
        """See :class:`Engine`."""
        return self.backend.create_table(ibis.util.gen_name("rows"), rows, temp=True)

    def view(self, rows: ir.Table) -> ir.Table:
        """See :class:`Engine`."""
        return self.backend.create_view(ibis.util.gen_name("view"), rows)

    def digests(self, column: ir.Value) -> tuple[ir.Value, ir.Value]:
        """See :class:`Engine`."""
        return _hash(column), _hash(column.reverse())

    def micros(self, moment: ir.Value) -> ir.Value:
        """See :class:`Engine`."""
        return _epoch_us(moment)

    def fold(self, rows: ir.Table, by: list[str], work: Work) -> Iterator[bytes]:
        """See :class:`Engine`."""
        ordered = self.backend.compile(rows.order_by(by))
        # A DB-API result would be copied once more, and Ibis makes one.
        rows = self.backend.con.sql(ordered).to_arrow_reader(1_000_000)
        yield from work(iter(rows), self.threads)


@ibis.udf.scalar.builtin(name="hash")
def _hash(text: str) -> ibis.dtype("uint64"):  # type: ignore[valid-type]
    """DuckDB's own hash function."""


@ibis.udf.scalar.builtin(name="epoch_us")
def _epoch_us(moment: ibis.dtype("timestamp('UTC')")) -> ibis.dtype("int64"):  # type: ignore[valid-type]
    """DuckDB's own: microseconds since 1970."""
