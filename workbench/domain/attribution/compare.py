"""Where models disagree, and what a member added to the orders it took part in."""

from dataclasses import dataclass

import numpy as np

from workbench.domain.attribution.credits import Attribution
from workbench.domain.errors import InputError


@dataclass(frozen=True)
class Disagreement:
    """How far the models are apart, by member.

    Attributes
    ----------
    share
        Shape (models, members): share of all attributed conversions, 0 to 1; NaN if there are
        none.
    spread
        Shape (members,): highest less lowest share.
    highest, lowest
        Shape (members,): row of the model that gives most, and least; the first among equals.
    """

    share: np.ndarray
    spread: np.ndarray
    highest: np.ndarray
    lowest: np.ndarray


@dataclass(frozen=True)
class Incremental:
    """Fractional credit against the orders taken part in; credit, not cause.

    Attributes
    ----------
    credit, value
        Shape (members,): conversions and value credited by the model.
    orders
        Shape (members,): conversions taken part in.
    ratio
        Shape (members,): credit / orders, 0 to 1 by every rule that credits single paths (Markov
        may go beyond); NaN without orders. 1: nobody else took part.
    cost
        Shape (members,): as given; NaN where unknown.
    cpa, roas
        Shape (members,): cost / credit, and value / cost of what has a value; NaN where cost is
        unknown, or where there is nothing to divide by.
    """

    credit: np.ndarray
    value: np.ndarray
    orders: np.ndarray
    ratio: np.ndarray
    cost: np.ndarray
    cpa: np.ndarray
    roas: np.ndarray


def disagreement(found: Attribution) -> Disagreement:
    """The models' shares of conversions side by side."""
    whole = found.totals.conversions - found.totals.unattributed
    share = found.conversions / (whole if whole > 0 else np.nan)
    return Disagreement(share, np.ptp(share, axis=0), share.argmax(axis=0), share.argmin(axis=0))


def incremental(
    found: Attribution,
    model: str = "u_shaped",
    cost: np.ndarray | None = None,
    valueless: np.ndarray | None = None,
) -> Incremental:
    """The incremental list by one model.

    Parameters
    ----------
    cost
        Shape (members,), in the currency of the values: paid to each member for the same time;
        NaN where unknown. None: unknown for all.
    valueless
        Shape (members,): the part of the cost that was paid for conversions of unknown value, which
        would make a return seem too low; 0 or more. None: nothing.

    Raises
    ------
    InputError
        If the model has no credits, or a cost is negative, infinite or missing.
    """
    row, members = found.row(model), found.conversions.shape[1]
    paid = np.full(members, np.nan) if cost is None else np.asarray(cost, float)
    _check(paid, members)
    credit, value, orders = found.conversions[row], found.value[row], found.orders[0]
    return Incremental(
        credit,
        value,
        orders,
        _divided(credit, orders),
        paid,
        _divided(paid, credit),
        _divided(value, paid if valueless is None else paid - valueless),
    )


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotients; NaN where ``below`` is 0 or unknown."""
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)


def _check(cost: np.ndarray, members: int) -> None:
    if cost.shape != (members,):
        raise InputError(
            "{found} costs are given for {members} members; give one for each, NaN where it is "
            "unknown.",
            found=cost.size,
            members=members,
        )
    wrong = (cost < 0) | np.isinf(cost)
    if wrong.any():
        raise InputError(
            "Cost {cost} is not allowed; it is a number, 0 or more, or NaN where it is unknown.",
            cost=float(cost[wrong][0]),
        )
