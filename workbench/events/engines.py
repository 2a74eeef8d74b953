"""The engines by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, get_args

from workbench.domain.errors import InputError
from workbench.events.engine import MEMORY, DuckDB, Engine

Name = Literal["duckdb", "spark"]


def engine_name(text: str) -> Name:
    """``duckdb`` or ``spark``.

    Raises
    ------
    InputError
        If it is another text.
    """
    for name in get_args(Name):
        if text == name:
            return name
    raise InputError(
        "Unknown engine {name!r}; engines are: {known}.",
        name=text,
        known=", ".join(get_args(Name)),
    )


@contextmanager
def engine(
    name: Name = "duckdb", memory: str = MEMORY, threads: int | None = None, master: str = ""
) -> Iterator[Engine]:
    """An engine by name; closed at the end.

    Parameters
    ----------
    master
        Spark's master, as ``spark://host:7077`` or ``local[2]``.

    Raises
    ------
    InputError
        If the memory limit can't be read, or Spark is not installed or not reached.
    """
    if name == "spark":
        from workbench.events.spark import Spark

        cluster = Spark(master)
        try:
            yield cluster
        finally:
            cluster.close()
        return
    local = DuckDB(memory, threads)
    try:
        yield local
    finally:
        local.close()
