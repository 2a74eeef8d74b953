"""Views that are kept (A7): what to show of the programme, as a small file or an address."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from workbench.domain.dates import month
from workbench.domain.errors import InputError
from workbench.domain.programme.dimensions import checked_dimensions
from workbench.domain.programme.facts import Scope
from workbench.domain.programme.measures import checked_measures
from workbench.domain.programme.period import AGAINST, Period, period_of
from workbench.domain.programme.statuses import Statuses
from workbench.domain.tables import MARKET_PATTERN

MOST_WEEKS = 52
MOST_ORDERS = 1e12


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
    market
        Only events of customers in this country (ISO 3166-1 alpha-2); empty: of all.
    weeks
        Newest weeks that alerts are looked for in, 1 to 52.
    target
        Orders of a mature month, for the slow ramp; None: not set.
    start
        First month of the ramp, as ``2026-03``; empty: that of the first order.
    incentives, experiment
        Names of the plan of incentives and of the experiment that are shown; empty: the first.

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
    market: str = ""
    weeks: int = 1
    target: float | None = None
    start: str = ""
    incentives: str = ""
    experiment: str = ""

    def __post_init__(self) -> None:
        checked_dimensions(self.by)
        checked_measures(self.measures)
        for name in self.filters:
            checked_dimensions((name,))
        scope = self.scope
        if self.against:
            if self.against not in AGAINST:
                Period(date(2000, 1, 1), date(2000, 1, 1)).against(self.against)
            scope.period.against(self.against)
        if self.market and not re.fullmatch(MARKET_PATTERN, self.market):
            raise InputError(
                "{market!r} is no market; name one by its code, such as ID.", market=self.market
            )
        if not 1 <= self.weeks <= MOST_WEEKS:
            raise InputError(
                "Alerts of {weeks} weeks can't be shown; ask for 1 to {most}.",
                weeks=self.weeks,
                most=MOST_WEEKS,
            )
        if self.target is not None and not 0 < self.target <= MOST_ORDERS:
            raise InputError(
                "A mature month can't bring {target} orders; give a number above 0, up to {most}.",
                target=self.target,
                most=f"{MOST_ORDERS:.0f}",
            )
        month(self.start or None)

    def but(self, **changes: Any) -> "SavedView":
        """The same with changes."""
        return replace(self, **changes)

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
    try:
        json.dumps(content, ensure_ascii=False).encode("utf-8")
    except (TypeError, ValueError) as error:  # half a character, or a date where a text belongs
        raise InputError(
            "A saved view holds texts and numbers only; see docs/programme.md."
        ) from error
    for name, value in content.items():
        if name not in known:
            raise InputError(
                "A saved view has no field {name!r}; it has: {known}.",
                name=name,
                known=", ".join(known),
            )
        if name in ("by", "measures", "statuses"):
            right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        elif name == "weeks":
            right = isinstance(value, int) and not isinstance(value, bool)
        elif name == "target":
            right = value is None or (
                isinstance(value, int | float) and not isinstance(value, bool)
            )
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


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


IN_ADDRESS = {
    "market": "market",
    "by": "by",
    "period": "period",
    "against": "against",
    "statuses": "status",
    "currency": "currency",
    "measures": "measures",
    "filters": "filters",
    "weeks": "weeks",
    "target": "target",
    "start": "start",
    "incentives": "incentives",
    "experiment": "experiment",
}
"""Field of a view -> its name in an address and among a notebook's parameters."""


def view_of_texts(values: Mapping[str, str]) -> SavedView:
    """A view from texts by the names of :data:`IN_ADDRESS`; what is missing is as usual.

    Several values have commas between; ``filters`` is JSON, as in a file.

    Raises
    ------
    InputError
        If a text can't be read or a value is unknown.
    """
    content: dict[str, Any] = {}
    for name, short in IN_ADDRESS.items():
        text = values.get(short, "").strip()
        if text:
            content[name] = _read(short, text)
    return view_of(content)


def texts_of_view(view: SavedView) -> dict[str, str]:
    """The texts that :func:`view_of_texts` makes the view of; what is as usual is left out."""
    usual = _texts(SavedView())
    return {name: text for name, text in _texts(view).items() if text != usual[name]}


def _texts(view: SavedView) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in view.to_mapping().items():
        if name in IN_ADDRESS:
            found[IN_ADDRESS[name]] = _written(value)
    return found


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
    if isinstance(value, list):
        return ",".join(value)
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _read(short: str, text: str) -> Any:
    if short in ("by", "status", "measures"):
        return [part.strip() for part in text.split(",") if part.strip()]
    if short not in ("weeks", "target", "filters"):
        return text
    try:
        if short == "weeks":
            return int(text)
        return float(text) if short == "target" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            "{value!r} can't be read as {name}; see docs/programme.md.", value=text, name=short
        ) from error
