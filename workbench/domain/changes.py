"""A plan taken apart into cells: the unit of history, conflict, comparison and exchange (W6).

A cell is one thing that a strategist can set: a level of one need in one market, an answer, a
weight. ``cells_of`` and ``plan_of`` are inverse to each other for everything but the fields of
:data:`VIEW_FIELDS`, which say how a page is looked at and are nobody's decision.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from workbench.domain.errors import ConflictError, InputError
from workbench.domain.plan import Plan, make_plan

VIEW_FIELDS = ("scenario", "revision", "market", "lang", "as_of")
SETTINGS = ("industry", "product", "competitors", "markets", "top", "samples", "seed")
MAPPINGS = ("weights", "channel_weights", "floors", "caps", "advert")
RECORDS = {"levels": ("market", "need"), "answers": ("market", "check")}
COMMENTS = "comments"
TABLES = ("settings", *MAPPINGS, *RECORDS, COMMENTS)
"""The tables that people fill; ``comments`` holds what they say about cells of the others."""
INPUTS = "inputs"
"""The table of what a scenario rests on beside itself: the files that it names, as they were read,
and the program. The workbench records it, nobody sets it."""


class Cell(NamedTuple):
    """The name of a cell: a table of :data:`TABLES` and a key such as ``ID/privacy``."""

    table: str
    key: str

    def __str__(self) -> str:
        return f"{self.table} {self.key}"


Cells = dict[Cell, Any]
"""Cell -> JSON value; a cell that isn't there is at its default."""


@dataclass(frozen=True)
class Change:
    """One cell, what stood in it and what is to stand; None: nothing (the default holds)."""

    table: str
    key: str
    before: Any
    after: Any

    @property
    def cell(self) -> Cell:
        """The cell's name."""
        return Cell(self.table, self.key)

    def reversed(self) -> "Change":
        """The change that takes this one back."""
        return Change(self.table, self.key, self.after, self.before)


@dataclass(frozen=True)
class Evidence:
    """What a change rests on; every part may be empty."""

    text: str = ""
    link: str = ""
    day: str = ""
    """ISO date of the evidence itself."""
    confidence: str = ""
    """``high``, ``medium``, ``low`` or empty."""


NOTHING = Evidence()


@dataclass(frozen=True)
class Why:
    """The reason for a change, and what it rests on."""

    reason: str = ""
    evidence: Evidence = NOTHING


NO_REASON = Why()


class PlanStore(Protocol):
    """Where one plan is kept; panels know nothing else of it."""

    @property
    def writable(self) -> bool:
        """Whether :meth:`save` can be called at all."""

    @property
    def copies(self) -> Mapping[str, str]:
        """Path in the plan -> path of a kept copy that is to be read in its place."""

    def load(self) -> Plan:
        """The plan as it stands."""

    def look(self, plan: Plan) -> None:
        """A page shows ``plan``, which an address or a notebook may have put over the kept one."""

    def save(self, plan: Plan, why: Why = NO_REASON) -> Plan:
        """Keep the plan; returns, only when it is safely stored, the plan as it stands now.

        That may hold what others changed meanwhile in other cells.
        """


def cells_of(plan: Plan) -> Cells:
    """The cells that a plan sets."""
    record = plan.model_dump(mode="json", exclude_defaults=True, exclude=set(VIEW_FIELDS))
    cells = {Cell("settings", name): record[name] for name in SETTINGS if name in record}
    for table in MAPPINGS:
        cells |= {Cell(table, key): value for key, value in record.get(table, {}).items()}
    for table, names in RECORDS.items():
        for item in getattr(plan, table):
            value = item.model_dump(mode="json")
            key = "/".join(value.pop(name) for name in names)
            if Cell(table, key) in cells:
                raise InputError("{cell} is set twice; keep one.", cell=Cell(table, key))
            cells[Cell(table, key)] = value
    return cells


def plan_of(cells: Mapping[Cell, Any], **view: Any) -> Plan:
    """The plan that cells make up, validated; ``view`` gives the fields of :data:`VIEW_FIELDS`.

    Raises
    ------
    InputError
        If a cell names no table or breaks a rule of the plan.
    """
    values: dict[str, Any] = dict(view)
    for (table, key), value in sorted(cells.items(), key=lambda item: item[0]):
        if table == "settings":
            values[key] = value
        elif table in MAPPINGS:
            values.setdefault(table, {})[key] = value
        elif table in RECORDS:
            if not isinstance(value, Mapping):
                raise InputError(
                    "{cell} holds {value!r}, which is no record; restore an earlier value.",
                    cell=Cell(table, key),
                    value=value,
                )
            named = dict(zip(RECORDS[table], key.split("/"), strict=False))
            values.setdefault(table, []).append(named | dict(value))
        elif table not in (COMMENTS, INPUTS):
            raise InputError(
                "Unknown table {table!r}; tables are: {known}.",
                table=table,
                known=", ".join(TABLES),
            )
    return make_plan(values)


def decisions(cells: Mapping[Cell, Any]) -> Cells:
    """The cells that make up the plan: without comments and without what was recorded."""
    return {cell: value for cell, value in cells.items() if cell.table not in (COMMENTS, INPUTS)}


def differences(before: Mapping[Cell, Any], after: Mapping[Cell, Any]) -> tuple[Change, ...]:
    """The changes that lead from one set of cells to another, by table and key."""
    return tuple(
        Change(*cell, before.get(cell), after.get(cell))
        for cell in sorted({*before, *after})
        if before.get(cell) != after.get(cell)
    )


def applied(cells: Mapping[Cell, Any], changes: Iterable[Change]) -> Cells:
    """The cells after some changes.

    Raises
    ------
    ConflictError
        If a cell doesn't hold what its change expects; nothing is applied then.
    """
    result = dict(cells)
    for change in changes:
        if result.get(change.cell) != change.before:
            raise ConflictError(
                "{cell} was changed meanwhile: it holds {found}, not {expected}; reload, then "
                "make your change again.",
                cell=change.cell,
                found=result.get(change.cell),
                expected=change.before,
            )
        if change.after is None:
            result.pop(change.cell, None)
        else:
            result[change.cell] = change.after
    return result
