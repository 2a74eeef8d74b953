"""Scenarios: lines of planning, branched from each other, one day approved and frozen."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from workbench.domain.errors import InputError
from workbench.store import schema

_NAME = re.compile(r"[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,78}[^\s\x00-\x1f\x7f])?")


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
    own = schema.scenario
    parent = own.alias("parent")
    rows = connection.execute(
        select(own, parent.c.name.label("parent_name"))
        .outerjoin(parent, own.c.parent == parent.c.id)
        .order_by(own.c.id)
    )
    return [
        Scenario(
            id=row.id,
            name=row.name,
            revision=row.revision,
            parent=row.parent_name,
            parent_revision=row.parent_revision,
            frozen_by=row.frozen_by or "",
            frozen_at=row.frozen_at or "",
        )
        for row in rows
    ]


def find_scenario(connection: Connection, name: str) -> Scenario:
    """A scenario by name.

    Raises
    ------
    InputError
        If there is none; names those there are.
    """
    known = all_scenarios(connection)
    for one in known:
        if one.name == name:
            return one
    raise InputError(
        "Unknown scenario {name!r}; scenarios are: {known}.",
        name=name,
        known=", ".join(one.name for one in known) or "—",
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


def new_scenario(
    connection: Connection, name: str, parent: int | None = None, revision: int | None = None
) -> int:
    """Write a scenario's row and return its number; the caller holds the head of the log.

    Raises
    ------
    InputError
        If the name is taken, empty, longer than 80 characters or not one line.
    """
    table = schema.scenario
    if not _NAME.fullmatch(name):
        raise InputError(
            "The scenario name {name!r} is not allowed; give 1 to 80 characters on one line, "
            "without a space at either end.",
            name=name,
        )
    if connection.execute(select(table.c.id).where(table.c.name == name)).first():
        raise InputError("There is a scenario {name!r} already; choose another name.", name=name)
    number = (
        int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1
    )
    connection.execute(
        insert(table).values(
            id=number, name=name, parent=parent, parent_revision=revision, revision=0
        )
    )
    return number
