"""Views that are kept (A7): what to show of the programme, as a small file."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from workbench.domain.errors import InputError
from workbench.domain.programme.dimensions import checked_dimensions
from workbench.domain.programme.facts import Scope
from workbench.domain.programme.measures import checked_measures
from workbench.domain.programme.period import AGAINST, Period, period_of
from workbench.domain.programme.statuses import Statuses


@dataclass(frozen=True)
class SavedView:
    """What to show.

    Attributes
    ----------
    name
        The user's own.
    by
        Dimensions.
    measures
        None: all.
    filters
        Dimension -> values that stay; None: where it is unknown.
    period
        ``2026-01-01..2026-03-31``, ``2026-03``, or empty: everything.
    against
        Empty, ``before`` or ``last_year``.
    statuses
        That count.
    currency
        Only orders in this one; empty: any.

    Raises
    ------
    InputError
        If a value is unknown.
    """

    name: str = ""
    by: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    filters: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    period: str = ""
    against: str = ""
    statuses: tuple[str, ...] = Statuses().counted
    currency: str = ""

    def __post_init__(self) -> None:
        checked_dimensions(self.by)
        checked_measures(self.measures)
        for name in self.filters:
            checked_dimensions((name,))
        scope = self.scope
        if self.against:
            if self.against not in AGAINST:
                Period(date.min, date.min).against(self.against)
            scope.period.against(self.against)

    @property
    def scope(self) -> Scope:
        """What counts."""
        period = period_of(self.period) if self.period else Period()
        return Scope(period, Statuses(self.statuses), self.currency or None)

    def to_mapping(self) -> dict[str, Any]:
        """As JSON has it; :func:`view_of` gives the same view again."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        found["filters"] = {name: list(values) for name, values in self.filters.items()}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in found.items()}


def view_of(content: dict[str, Any]) -> SavedView:
    """A view from a file's content.

    Raises
    ------
    InputError
        If a field or a value is unknown, or of the wrong kind.
    """
    known = [one.name for one in fields(SavedView)]
    for name, value in content.items():
        if name not in known:
            raise InputError(
                "A saved view has no field {name!r}; it has: {known}.",
                name=name,
                known=", ".join(known),
            )
        if name in ("by", "measures", "statuses"):
            right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        elif name == "filters":
            right = isinstance(value, dict) and all(
                isinstance(values, list)
                and all(one is None or isinstance(one, str) for one in values)
                for values in value.values()
            )
        else:
            right = isinstance(value, str)
        if not right:
            raise InputError(
                "The field {name} of a saved view can't be {value!r}; see docs/programme.md.",
                name=name,
                value=value,
            )
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
    }
    plain["filters"] = {name: tuple(values) for name, values in content.get("filters", {}).items()}
    return SavedView(**plain)
