"""Expressions that several questions are asked of, each handed to the engine once."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import ibis.expr.types as ir


@dataclass(frozen=True)
class Views:
    """Views of the engine over the tables of some events.

    The facts are a union of three tables with dozens of columns each: Ibis takes longer to write
    their SQL than DuckDB to run it over a year of a small programme. Of a view only its name is
    written.

    Attributes
    ----------
    name
        Gives an expression a name in the engine, or gives it back as it is.
    """

    name: Callable[[ir.Table], ir.Table]
    _held: dict[Hashable, ir.Table] = field(default_factory=dict, repr=False)
    _part: Hashable = None

    def of(self, key: Hashable, make: Callable[[], ir.Table]) -> ir.Table:
        """The rows that ``make`` gives; for the same key those of before."""
        whole = (self._part, key)
        if whole not in self._held:
            self._held[whole] = self.name(make())
        return self._held[whole]

    def part(self, which: Hashable) -> "Views":
        """Those over a part of the events."""
        return Views(self.name, self._held, (self._part, which))
