"""Names and arrays in an object of JSON, and what is said of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

NESTED = (list, dict)
KINDS = 1_000
"""Of records, by their names, that are remembered; and most names of such a record."""
DEEPEST = 8
"""Objects inside each other that columns of exports are in, at most."""
Fills = Callable[[Sequence[str]], bool]
"""Whether a record with these names can fill a table."""
Told = TypeVar("Told")


class Asked(Generic[Told]):
    """What is said of some names, asked once, for many records have the same."""

    def __init__(self, ask: Callable[[Sequence[str]], Told]) -> None:
        self._ask = ask
        self._told: dict[tuple[str, ...], Told] = {}

    def __call__(self, names: Iterable[str]) -> Told:
        """What is said of these."""
        asked = tuple(names)
        if len(asked) > KINDS:
            return self._ask(asked)
        if asked not in self._told:
            if len(self._told) >= KINDS:
                self._told.clear()
            self._told[asked] = self._ask(asked)
        return self._told[asked]


def paths(record: dict[str, Any], deep: int = DEEPEST) -> Iterator[str]:
    """The names of a record as those of its cells; an array is one."""
    for name, value in record.items():
        if isinstance(value, dict) and deep:
            yield from (f"{name}.{inner}" for inner in paths(value, deep - 1))
        else:
            yield name


def arrays(key: str, value: Any) -> Iterator[tuple[str, list[Any]]]:
    """A member that is an array, or the arrays in one that is an object, by their paths."""
    if isinstance(value, list):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, list):
                yield f"{key}.{name}", inner
