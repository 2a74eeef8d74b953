"""Mappings: which column of an export fills which column of ours. Data, not code.

A mapping is a YAML file (``data/reference/exports``, or the user's own)::

    name: {en: impact Actions, zh: impact 交易明细}
    timezone: UTC              # of times without a zone
    statuses: {APPROVED: approved}
    tables:
      conversions:
        only: {event_name: [purchase]}   # rows that make a row here; else all
        needs: [referring_date]          # rows without these make none
        columns:
          order: [Id, action_id]         # the first of these that is filled
          source: {is: impact}           # a constant
          value: {from: [amount], minor: currency}   # in the currency's small unit
          commission: {from: [reward], in: reward_currency}   # null where the row's is another
          touch: {digest: true}          # made from the whole row

Names of columns are compared by their letters and digits, so ``CampaignId``, ``campaign_id`` and
``Campaign Id`` are one. A dot leads into nested records.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from workbench.domain.errors import InputError
from workbench.domain.events import (
    CUSTOMERS,
    EVENT_TABLES,
    STATUSES,
    TOUCH_KINDS,
    EventColumn,
)
from workbench.events.schema import ARROW
from workbench.sources.exports.money import AMOUNTS
from workbench.sources.exports.times import zone_of
from workbench.sources.exports.values import folded
from workbench.sources.files import read_mapping
from workbench.sources.paths import data_folder


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cell(_Strict):
    """How a column of ours is filled."""

    columns: tuple[str, ...] = ()
    """Columns of the export; the first that is filled counts."""
    constant: str | None = None
    minor: str | None = None
    """Amounts are in the small unit of the currency that this column of ours has."""
    within: tuple[str, ...] = ()
    """Columns of the export with the currency of these amounts; the first that is filled counts.
    Where it is another than the row's, the amount is unknown."""
    digest: bool = False
    """Made from the whole row; rows that are alike get numbers."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"columns": (value,)}
        if isinstance(value, list):
            return {"columns": tuple(value)}
        if isinstance(value, dict):
            renamed = {"from": "columns", "is": "constant", "in": "within"}
            found = {renamed.get(name, name): inner for name, inner in value.items()}
            for several in ("columns", "within"):
                if isinstance(found.get(several), str):
                    found[several] = (found[several],)
            return found
        return value


class TableMapping(_Strict):
    """How a row of the export becomes one of a table of ours."""

    columns: dict[str, Cell]
    needs: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = {}


class Mapping(_Strict):
    """A whole mapping; see the module."""

    name: dict[str, str]
    timezone: str = "UTC"
    statuses: dict[str, str] = {}
    customers: dict[str, str] = {}
    kinds: dict[str, str] = {}
    paid: dict[str, tuple[str, ...]] = {}
    """An approved order is paid where one of these columns says so; without words, if filled."""
    empty: tuple[str, ...] = ()
    """What the export writes where it has nothing."""
    tables: dict[str, TableMapping]

    @model_validator(mode="after")
    def _known(self) -> Self:
        for said, allowed in (
            (self.statuses, STATUSES),
            (self.customers, CUSTOMERS),
            (self.kinds, TOUCH_KINDS),
        ):
            for word, ours in said.items():
                if ours not in allowed:
                    raise ValueError(f"{word}: {ours} is none of {', '.join(allowed)}")
        if not self.tables:
            raise ValueError("tables: at least one is needed")
        for name, table in self.tables.items():
            if name not in EVENT_TABLES:
                raise ValueError(f"tables: {name} is none of {', '.join(EVENT_TABLES)}")
            names = EVENT_TABLES[name].names
            for filled in table.columns:
                if filled not in names:
                    raise ValueError(f"{name}: {filled} is none of {', '.join(names)}")
            for column in EVENT_TABLES[name].columns:
                cell = table.columns.get(column.name)
                if column.required and (cell is None or cell == Cell()):
                    raise ValueError(f"{name}: the column {column.name} must be filled")
                if cell is not None:
                    _check(f"{name}.{column.name}", column, cell, table)
        return self

    def wanted(self) -> set[str]:
        """Folded names of all columns of the export that the mapping reads."""
        found: set[str] = set()
        for table in self.tables.values():
            found.update(map(folded, (*table.needs, *table.only, *self.paid)))
            for cell in table.columns.values():
                found.update(map(folded, (*cell.columns, *cell.within)))
        return found

    def fits(self, names: Sequence[str]) -> int:
        """How many of these names it reads."""
        wanted = self.wanted()
        return sum(folded(name) in wanted for name in names)

    def missing(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Required column of ours -> the columns, none of which is there, by table.

        Tables that could be filled are left out of it; empty if at least one can.
        """
        lacking = self._lacking(names)
        if not all(lacking.values()):
            return {}
        return {column: columns for found in lacking.values() for column, columns in found.items()}

    def first_filled(self, names: Iterable[str]) -> str | None:
        """The first table that columns of these names can fill; None if there is none."""
        return next((table for table, found in self._lacking(names).items() if not found), None)

    def fills(self, table: str, names: Iterable[str]) -> bool:
        """Whether columns of these names can fill a table."""
        return not self._lacking(names)[table]

    def makes(self, names: Iterable[str]) -> bool:
        """Whether a record with these names alone can make a row of some table."""
        there = {folded(name) for name in names}
        return any(
            not lacking
            and there.issuperset(map(folded, (*self.tables[table].needs, *self.tables[table].only)))
            for table, lacking in self._lacking(there).items()
        )

    def _lacking(self, names: Iterable[str]) -> dict[str, dict[str, list[str]]]:
        """Table -> required column of ours that can't be filled -> what could fill it."""
        there = {folded(name) for name in names}
        return {
            name: {
                f"{name}.{column}": list(cell.columns)
                for column, cell in table.columns.items()
                if _required(name, column)
                and cell.columns
                and cell.constant is None
                and not cell.digest
                and not there & set(map(folded, cell.columns))
            }
            for name, table in self.tables.items()
        }


def _check(place: str, column: EventColumn, cell: Cell, table: TableMapping) -> None:
    """Raise ValueError where a column can't be filled like this."""
    if cell.constant is not None:
        if column.allowed and cell.constant not in column.allowed:
            raise ValueError(f"{place}: {cell.constant} is none of {', '.join(column.allowed)}")
        try:
            pa.scalar(cell.constant, pa.string()).cast(ARROW[column.kind])
        except pa.ArrowException as error:
            raise ValueError(f"{place}: {cell.constant} is no {column.kind}") from error
    if cell.digest and column.kind != "text":
        raise ValueError(f"{place}: a digest is a text, and this is a {column.kind}")
    if cell.minor is not None and (column.kind != "number" or cell.minor not in table.columns):
        raise ValueError(f"{place}: {cell.minor} is no column that is filled here")
    if cell.within and (column.name not in AMOUNTS or "currency" not in table.columns):
        raise ValueError(f"{place}: in is for amounts of a row with a currency")


def _required(table: str, column: str) -> bool:
    return any(each.name == column and each.required for each in EVENT_TABLES[table].columns)


def mapping_folder() -> Path:
    """The mappings that come with the workbench."""
    return data_folder() / "reference" / "exports"


@lru_cache(maxsize=1)
def known_mappings() -> dict[str, Mapping]:
    """Id, as ``impact-actions``, -> mapping."""
    return {path.stem: load_mapping(path) for path in sorted(mapping_folder().glob("*.yaml"))}


def load_mapping(path: Path) -> Mapping:
    """A mapping from its file.

    Raises
    ------
    InputError
        If it can't be read, or breaks a rule; with the place in it.
    """
    try:
        found = Mapping.model_validate(read_mapping(path))
        zone_of(found.timezone)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            "The mapping {path} can't be used: {place}: {why}.",
            path=path,
            place=".".join(str(part) for part in first["loc"]) or "-",
            why=first["msg"],
        ) from error
    return found


def exports() -> tuple[str, ...]:
    """Names of exports: the first word of each mapping's id."""
    return tuple(dict.fromkeys(name.split("-")[0] for name in known_mappings()))


def mappings_of(export: str) -> dict[str, Mapping]:
    """The mappings of an export by id; one alone if its whole id is given.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    known = known_mappings()
    if export in known:
        return {export: known[export]}
    found = {name: one for name, one in known.items() if name.split("-")[0] == export}
    if not found:
        raise InputError(
            "Unknown export {name!r}; exports are: {known}.",
            name=export,
            known=", ".join((*exports(), *known)),
        )
    return found
