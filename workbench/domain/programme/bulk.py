"""Changing the terms of many contracts at once, with a preview of who is touched and how (A12)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
from pydantic import ValidationError

from workbench.domain.errors import InputError
from workbench.domain.programme.incentives import Scheme
from workbench.domain.programme.orders import matching
from workbench.domain.programme.terms import Contract, Terms
from workbench.domain.validation import first_problem

COLUMNS = ("source", "partner", "name", "contract", "field", "before", "after", "worse")
_UNBOUND = float("inf")
_SPEED = {"weekly": 4, "biweekly": 3, "monthly": 2, "quarterly": 1}
_GAIN: dict[str, Callable[[Any], float | None]] = {
    "rate": lambda value: float(value or 0),
    "fixed": lambda value: float(value or 0),
    "min_value": lambda value: -float(value or 0),
    "locking_days": lambda value: None if value is None else -float(value),
    "lookback_days": lambda value: _UNBOUND if value is None else float(value),
    "action_limit": lambda value: _UNBOUND if value is None else float(value),
    "spend_limit": lambda value: _UNBOUND if value is None else float(value),
    "payout_cycle": _SPEED.get,
    "max_return_percent": lambda value: -_UNBOUND if value is None else -float(value),
    "min_earning_per_click": lambda value: float(value or 0),
    "notice_days": lambda value: None if value is None else float(value),
    "monthly_fee": lambda value: float(value or 0),
}
"""Field -> a number that is larger the better it is for the partner; None: can't be said."""


def with_change(
    contracts: tuple[Contract, ...],
    named: tuple[str, ...],
    changes: Mapping[str, Any],
    valid_from: date,
) -> tuple[Contract, ...]:
    """The contracts with a new version from a day: the terms of that day with some fields changed.

    Versions that begin later keep their terms; one that begins on the very day is replaced.

    Parameters
    ----------
    named
        Which contracts; empty: all.
    changes
        Field of :class:`~workbench.domain.programme.terms.Terms` -> value.

    Raises
    ------
    InputError
        If a contract is not there or had no terms yet, or a field or value is not allowed.
    """
    known = [each.contract for each in contracts]
    for name in named:
        if name not in known:
            raise InputError(
                "There is no contract {name!r}; contracts are: {known}.",
                name=name,
                known=", ".join(known),
            )
    return tuple(
        _changed(each, changes, valid_from) if not named or each.contract in named else each
        for each in contracts
    )


def _changed(contract: Contract, changes: Mapping[str, Any], valid_from: date) -> Contract:
    held = contract.on(valid_from)
    if held is None:
        raise InputError(
            "Contract {name!r} has no terms on {day} that could be changed; choose a later day.",
            name=contract.contract,
            day=valid_from,
        )
    try:
        changed = Terms.model_validate({**held.model_dump(), **changes, "valid_from": valid_from})
    except ValidationError as error:
        found = first_problem(error, Terms)
        raise InputError(
            "Terms of contract {name!r}, {field}: {value!r} is not allowed ({rule}).",
            name=contract.contract,
            field=found.place,
            value=found.value,
            rule=found.rule,
        ) from error
    kept = tuple(each for each in contract.versions if each.valid_from != valid_from)
    return contract.model_copy(update={"versions": (*kept, changed)})


def turns(scheme: Scheme) -> list[date]:
    """Days on which a version of terms begins, in order."""
    days = {terms.valid_from for each in scheme.contracts for terms in each.versions}
    return sorted(day for day in days if day)


def preview(before: Scheme, after: Scheme, partners: pd.DataFrame, day: date) -> pd.DataFrame:
    """Which partners' terms differ on a day, field by field.

    Parameters
    ----------
    partners
        Columns ``source, partner, name, type, country, contract``.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`; ``contract`` is that of the scheme after; ``worse`` is True or
        False for the partner, None where it can't be said. A partner that a scheme doesn't cover
        has no row.
    """
    old, new = (_held(scheme, partners, day) for scheme in (before, after))
    rows = []
    for place, about in enumerate(partners[["source", "partner", "name"]].to_numpy(object)):
        if old[place] is None or new[place] is None:
            continue
        (_, was), (contract, becomes) = old[place], new[place]
        for field in Terms.model_fields:
            one, other = getattr(was, field), getattr(becomes, field)
            if field != "valid_from" and one != other:
                rows.append((*about, contract, field, one, other, _worse(field, one, other)))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def comparison(before: Scheme, after: Scheme, partners: pd.DataFrame) -> tuple[date, pd.DataFrame]:
    """The preview once every version has begun, and that day."""
    last = max([*turns(before), *turns(after)], default=date.min + timedelta(days=1))
    return last, preview(before, after, partners, last)


def _held(scheme: Scheme, partners: pd.DataFrame, day: date) -> list[Any]:
    found: list[tuple[str, Terms] | None] = [None] * len(partners)
    taken = [False] * len(partners)
    for contract in scheme.contracts:
        terms = contract.on(day)
        for place, fits in enumerate(matching(partners, contract.whom)):
            if fits and not taken[place]:
                taken[place] = True
                found[place] = (contract.contract, terms) if terms else None
    return found


def _worse(field: str, one: Any, other: Any) -> bool | None:
    gain = _GAIN.get(field)
    if gain is None:
        return None
    was, becomes = gain(one), gain(other)
    if was is None or becomes is None or was == becomes:
        return None
    return becomes < was


def shown(value: Any) -> str | float | int | list[str] | None:
    """A field's value as JSON has it."""
    if isinstance(value, Decimal):
        return float(value)
    return list(value) if isinstance(value, tuple) else value
