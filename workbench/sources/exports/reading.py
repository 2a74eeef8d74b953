"""How the cells of one file are read: what its columns have shown so far holds for all of them."""

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.sources.exports.mapping import Mapping
from workbench.sources.exports.times import Order, Reader
from workbench.sources.exports.values import Decimal, Numbers

CLOCK = r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})[T ].*$"
"""A day with a time behind it."""


@dataclass
class Reading:
    """How the cells of one file are read; it remembers what each column has shown.

    Attributes
    ----------
    zone
        Of times without one; None: the mapping's.
    dates
        Whether day or month comes first where that can't be told.
    decimal
        The decimal sign; None: as each column shows.
    usual
        The decimal sign where a column shows nothing.
    """

    mapping: Mapping
    zone: str | None = None
    dates: Order | None = None
    decimal: Decimal | None = None
    usual: Decimal = "."
    _numbers: dict[str, Numbers] = field(default_factory=dict)
    _times: dict[tuple[str, str], Reader] = field(default_factory=dict)
    _firsts: dict[str, str] = field(default_factory=dict)

    def number(self, column: str, cells: pa.Array) -> tuple[pa.Array, np.ndarray]:
        """A column's cells as numbers, and which are none."""
        reader = self._numbers.setdefault(column, Numbers(self.decimal, self.usual))
        return reader.read(cells)

    def time(self, column: str, cells: pa.Array) -> tuple[pa.Array, np.ndarray]:
        """A column's cells as times, and which are none."""
        zone = self.zone or self.mapping.timezone
        reader = self._times.setdefault((column, zone), Reader(zone, self.dates, column))
        return reader.read(cells)

    def day(self, column: str, cells: pa.Array) -> tuple[pa.Array, np.ndarray]:
        """A column's cells as the days that stand there, whatever the zone, and which are none."""
        reader = self._times.setdefault((column, "UTC"), Reader("UTC", self.dates, column))
        moments, wrong = reader.read(pc.replace_substring_regex(cells, CLOCK, r"\1"))
        return moments.cast(pa.date32(), safe=False), wrong

    def first(self, table: str, currency: str | None) -> str | None:
        """The currency that the first amount of a table says; here the first of some."""
        return self._firsts.setdefault(table, currency) if currency else self._firsts.get(table)

    @property
    def mistaken(self) -> bool:
        """Whether a column showed late that what was read of it before may be wrong."""
        readers: list[Numbers | Reader] = [*self._numbers.values(), *self._times.values()]
        return any(reader.mistaken for reader in readers)

    def settle(self) -> None:
        """Say that the file is at its end.

        Raises
        ------
        InputError
            If in a column days and months can't be told apart.
        """
        for reader in self._times.values():
            reader.settle()

    def anew(self) -> "Reading":
        """The same file from its start, with what its columns have shown."""
        numbers = {name: reader.anew() for name, reader in self._numbers.items()}
        times = {name: reader.anew() for name, reader in self._times.items()}
        return replace(self, _numbers=numbers, _times=times)
