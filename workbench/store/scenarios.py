"""Scenarios: lines of planning, branched from each other, one day approved and frozen."""

import difflib
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text
from workbench.store import schema

LONGEST = 80
"""Characters of a scenario's name."""
_NAMED = 10
"""How many scenarios an error names."""


@dataclass(frozen=True)
class Scenario:
    """One line of planning.

    Attributes
    ----------
    revision
        Number of the last command; 0: only just made.
    parent, parent_revision
        What it was branched from; None: nothing.
    frozen_by, frozen_at
        Who approved it and when; empty while it can change.
    """

    id: int
    name: str
    revision: int
    parent: str | None
    parent_revision: int | None
    frozen_by: str
    frozen_at: str

    @property
    def frozen(self) -> bool:
        """Whether it was approved: an approved scenario can't change."""
        return bool(self.frozen_by)


def all_scenarios(connection: Connection) -> list[Scenario]:
    """All scenarios, oldest first."""
    return [_scenario(row) for row in connection.execute(_query().order_by(schema.scenario.c.id))]


def find_scenario(connection: Connection, name: str) -> Scenario:
    """A scenario by name.

    Raises
    ------
    InputError
        If there is none; names those there are, and the one that was probably meant.
    """
    table = schema.scenario
    row = connection.execute(_query().where(table.c.name == name)).one_or_none()
    if row is not None:
        return _scenario(row)
    known = list(connection.execute(select(table.c.name).order_by(table.c.id)).scalars())
    close = difflib.get_close_matches(name, known, n=1)
    more = len(known) - _NAMED
    raise InputError(
        "Unknown scenario {name!r}{hint}; scenarios are: {known}{more}.",
        name=name,
        hint=T_(" (did you mean {close!r}?)", close=close[0]) if close else "",
        known=", ".join(known[:_NAMED]) or "—",
        more=T_(" and {count} more", count=more) if more > 0 else "",
    )


def _query() -> Select[Any]:
    own = schema.scenario
    parent = own.alias("parent")
    return select(own, parent.c.name.label("parent_name")).outerjoin(
        parent, own.c.parent == parent.c.id
    )


def _scenario(row: Row[Any]) -> Scenario:
    return Scenario(
        id=row.id,
        name=row.name,
        revision=row.revision,
        parent=row.parent_name,
        parent_revision=row.parent_revision,
        frozen_by=row.frozen_by or "",
        frozen_at=row.frozen_at or "",
    )


def open_scenario(connection: Connection, name: str) -> Scenario:
    """A scenario that can change; raises :class:`InputError` if it is approved."""
    found = find_scenario(connection, name)
    if found.frozen:
        raise InputError(
            "Scenario {name!r} was approved by {who} on {day} and can't change; branch from it, "
            "and go on there.",
            name=name,
            who=found.frozen_by,
            day=found.frozen_at[:10],
        )
    return found


def new_number(connection: Connection, name: str) -> int:
    """The number of a new scenario; the caller holds the end of the log.

    Raises
    ------
    InputError
        If the name is taken, looks like one that is, or breaks a rule.
    """
    table = schema.scenario
    broken = _broken_by(name)
    if broken is not None:
        raise InputError(
            "The scenario name {name} is not allowed: {rule}; give another one.",
            name=ascii(name) if not name.isprintable() else repr(name),
            rule=broken,
        )
    for taken in connection.execute(select(table.c.name)).scalars():
        if _as_read(taken) == _as_read(name):
            raise InputError(
                "There is a scenario {name!r} already; choose another name.", name=taken
            )
    last = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    return int(last) + 1


def _broken_by(name: str) -> Text | None:
    """The rule that a name breaks; None: none."""
    if not 1 <= len(name) <= LONGEST:
        return T_("a name has 1 to {most} characters", most=LONGEST)
    if name != name.strip():
        return T_("there is a space at an end")
    for letter in name:
        # Cc, Cf, Co, Cs, Cn and line ends: nobody sees them, and some turn the text around.
        if unicodedata.category(letter) in ("Zl", "Zp") or unicodedata.category(letter)[0] == "C":
            return T_("the character {code} can't be seen", code=f"U+{ord(letter):04X}")
    return None


def _as_read(name: str) -> str:
    """What two names have in common that a reader can't tell apart: width, case, composition."""
    return unicodedata.normalize("NFKC", name).casefold()
