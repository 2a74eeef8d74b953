"""Spark as the engine: the same expressions, and the same work on rows in order, on a cluster.

Workers need this package installed (``pip install channel-workbench[spark]``) and to see the
files: a shared folder, or an object store that Spark is set up for.
"""

import os
import sys
from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from workbench.domain.errors import InputError
from workbench.events.engine import Engine, Work

LOCAL = "local[*]"
"""The master where none is named: all cores of this machine."""


class Spark(Engine):
    """A session of a Spark cluster.

    Parameters
    ----------
    master
        As ``spark://host:7077``; empty: :data:`LOCAL`.

    Raises
    ------
    InputError
        If PySpark or Java is not there, or the master does not answer.
    """

    def __init__(self, master: str = "") -> None:
        super().__init__()
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise InputError(
                "The Spark engine needs PySpark; install it with: pip install "
                "'channel-workbench[spark]'."
            ) from error
        # Workers on this machine run this Python, not the first one on their path.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = (
            SparkSession.builder.master(master or LOCAL)
            .appName("Channel Workbench")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "200000")
        )
        try:
            self.session = builder.getOrCreate()
        except Exception as error:  # py4j has no narrower class for all that can go wrong
            raise InputError(
                "Spark can't be started with master {master!r}: {why}. Check that Java 17 or newer "
                "is installed and that the master can be reached.",
                master=master or LOCAL,
                why=str(error).strip().splitlines()[0],
            ) from error
        self.backend = ibis.pyspark.connect(self.session)

    def close(self) -> None:
        """End the session."""
        super().close()
        self.session.stop()

    def read(self, paths: list[str]) -> ir.Table:
        """See :class:`Engine`."""
        view = ibis.util.gen_name("read")
        self.session.read.parquet(*paths).createOrReplaceTempView(view)
        return self.backend.table(view)

    def table(self, rows: pa.Table) -> ir.Table:
        """See :class:`Engine`."""
        view = ibis.util.gen_name("rows")
        self.session.createDataFrame(rows).createOrReplaceTempView(view)
        return self.backend.table(view)

    def digests(self, column: ir.Value) -> tuple[ir.Value, ir.Value]:
        """See :class:`Engine`."""
        return _xxhash64(column), _xxhash64(column.reverse())

    def micros(self, moment: ir.Value) -> ir.Value:
        """See :class:`Engine`."""
        return _unix_micros(moment)

    def fold(self, rows: ir.Table, by: list[str], work: Work) -> Iterator[bytes]:
        """See :class:`Engine`."""

        def partition(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            parts = list(work(batches, 1))
            yield pa.RecordBatch.from_pydict({"part": pa.array(parts, pa.binary())})

        found = self.session.sql(self.backend.compile(rows))
        in_order = found.repartition(by[0]).sortWithinPartitions(*by)
        for row in in_order.mapInArrow(partition, "part binary").toLocalIterator():
            yield bytes(row["part"])


@ibis.udf.scalar.builtin(name="xxhash64")
def _xxhash64(text: str) -> ibis.dtype("int64"):  # type: ignore[valid-type]
    """Spark's own hash function of 64 bits."""


@ibis.udf.scalar.builtin(name="unix_micros")
def _unix_micros(moment: ibis.dtype("timestamp('UTC')")) -> ibis.dtype("int64"):  # type: ignore[valid-type]
    """Spark's own: microseconds since 1970."""
