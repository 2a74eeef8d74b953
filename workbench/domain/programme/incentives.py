"""A plan of incentives (A12, P6): what partners shall be paid, beside what they are paid today.

The **base** of an order is what its contract gives: rate times value plus the fixed amount;
without a contract that covers it, the commission on record. Every season, hero and tier that
fits adds an **extra**: its points times the value, or what its own rate gives above the base
(never below: an incentive takes nothing away). How extras meet is the scheme's ``stacking``:
``highest`` pays the largest one alone (of equals the first, seasons before heroes before tiers),
``sum`` pays them all. A bonus for a first order always comes on top.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from workbench.domain.errors import InputError
from workbench.domain.programme.terms import Amount, Contract, Label, Percent, Strict, Whom
from workbench.domain.text import T_
from workbench.domain.validation import NOT_A_FLAG, Day, Flag, first_problem

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Rate = Annotated[Decimal, Field(gt=0, le=10**6, decimal_places=8), NOT_A_FLAG]


class _Incentive(Strict):
    name: Label
    whom: Whom = Whom()
    first_day: Day | None = None
    """First day (UTC) of the incentive; None: from the beginning."""
    last_day: Day | None = None
    """Last day, included; None: without end."""


class Season(_Incentive):
    """Another rate for a time: a sale, an anniversary."""

    rate: Percent | None = None
    extra: Percent | None = None
    """Percentage points above the base."""


class Hero(_Incentive):
    """Another rate for the products that matter most."""

    items: Annotated[tuple[Label, ...], Field(min_length=1)]
    """Values of the column ``item``."""
    rate: Percent | None = None
    extra: Percent | None = None


class Step(Strict):
    """From which volume of the month which rate or extra holds."""

    volume: Amount
    rate: Percent | None = None
    extra: Percent | None = None


class Tiers(_Incentive):
    """Rates by the partner's volume in the calendar month (UTC)."""

    by: Literal["value", "orders"] = "value"
    """Volume is the value of the orders that pay, in the plan's currency, or their number."""
    applies: Literal["whole", "onwards"] = "whole"
    """``whole``: the step that the month ends on holds for all its orders; ``onwards``: each order
    has the step that the orders before it had reached."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class FirstOrder(_Incentive):
    """A bonus for the first order of a partner that never sold before, as far as is on record."""

    amount: Amount


class Scheme(Strict):
    """Contracts and incentives that hold together."""

    contracts: tuple[Contract, ...] = ()
    seasons: tuple[Season, ...] = ()
    heroes: tuple[Hero, ...] = ()
    tiers: tuple[Tiers, ...] = ()
    first_orders: tuple[FirstOrder, ...] = ()
    stacking: Literal["highest", "sum"] = "highest"


class IncentivePlan(Strict):
    """What is proposed, held against today."""

    name: Label
    example: Flag = False
    """The plan is invented, to show the form."""
    currency: Currency
    """ISO 4217; that of every amount in the plan, and of totals over currencies."""
    exchange: dict[Currency, Rate] = Field(default_factory=dict)
    """Currency -> what one unit of it is worth in the plan's currency."""
    today: Scheme | None = None
    """None: what is paid today is the commission on record."""
    proposed: Scheme


def make_incentives(values: Mapping[str, Any]) -> IncentivePlan:
    """Validate a mapping, as a YAML or JSON file holds it, into a plan.

    Raises
    ------
    InputError
        Naming the field, its value, the rule and the remedy.
    """
    try:
        plan = IncentivePlan.model_validate(dict(values))
    except ValidationError as error:
        found = first_problem(error, IncentivePlan)
        if found.rule is None:
            raise InputError(
                "Plan of incentives: {name} is missing; add it.", name=found.place
            ) from error
        raise InputError(
            "Plan of incentives, {name}: {value!r} is not allowed ({rule}).",
            name=found.place or T_("the whole"),
            value=found.value,
            rule=found.rule,
        ) from error
    for scheme in filter(None, (plan.today, plan.proposed)):
        _check(scheme)
    return plan


def _check(scheme: Scheme) -> None:
    named = [each.name for each in incentives_of(scheme)]
    named += [each.contract for each in scheme.contracts]
    for name in named:
        if named.count(name) > 1:
            raise InputError(
                "Plan of incentives: the name {name!r} stands twice in one scheme; give each "
                "contract and incentive a name of its own.",
                name=name,
            )
    for contract in scheme.contracts:
        days = [terms.valid_from for terms in contract.versions]
        if len(set(days)) < len(days):
            raise InputError(
                "Contract {name!r}: two versions have the same valid_from; keep one of them.",
                name=contract.contract,
            )
        if any(terms.rate is None and terms.fixed is None for terms in contract.versions):
            raise InputError(
                "Contract {name!r}: a version states neither rate nor fixed; give one of them, 0 "
                "if nothing is paid.",
                name=contract.contract,
            )
    for each in incentives_of(scheme):
        if each.first_day and each.last_day and each.last_day < each.first_day:
            raise InputError(
                "Incentive {name!r} ends on {last}, before it begins on {first}; swap the days.",
                name=each.name,
                last=each.last_day,
                first=each.first_day,
            )
        _check_rates(each)


def _check_rates(incentive: _Incentive) -> None:
    rated: list[Season | Hero | Step] = []
    if isinstance(incentive, Season | Hero):
        rated = [incentive]
    elif isinstance(incentive, Tiers):
        rated = list(incentive.steps)
        volumes = [step.volume for step in incentive.steps]
        if volumes != sorted(set(volumes)):
            raise InputError(
                "Incentive {name!r}: the volumes of its steps must rise from one to the next; "
                "put them in order.",
                name=incentive.name,
            )
    if any((each.rate is None) == (each.extra is None) for each in rated):
        raise InputError(
            "Incentive {name!r}: give either rate (percent of the value) or extra (percentage "
            "points above the base), not both and not neither.",
            name=incentive.name,
        )


def incentives_of(scheme: Scheme) -> Iterator[_Incentive]:
    """Seasons, heroes, tiers and bonuses for first orders, in this order."""
    yield from (*scheme.seasons, *scheme.heroes, *scheme.tiers, *scheme.first_orders)
