"""Credits with their names, as tables: what command, page and report show of attribution (A5).

All of it is credit, not cause. Only a test with a control group measures cause, so a lift test
that was entered goes over every model (:class:`LiftTest`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workbench.domain.attribution import Attribution, disagreement, incremental
from workbench.domain.errors import InputError
from workbench.domain.text import T_, Text

UNATTRIBUTED = "(unattributed)"
"""The row of conversions that no touch led to; with it the rows add up to all conversions."""
ROLES = ("solo", "introducer", "influencer", "closer")
DEFAULT_MODEL = "u_shaped"


@dataclass(frozen=True)
class Credited:
    """Credits and whose they are.

    Attributes
    ----------
    names
        Shape (members,): names in ascending order; None, at the end, for touches without one.
    found
        Credits, by member in that order.
    """

    names: tuple[str | None, ...]
    found: Attribution


@dataclass(frozen=True)
class LiftTest:
    """What a test with a control group found for one member.

    Attributes
    ----------
    name
        The partner or channel.
    start, end
        First and last day of the test.
    conversions, low, high
        Conversions that would not have come without it: estimate and interval, 0 or more.
    note
        How it was tested; free text.
    """

    name: str
    start: date
    end: date
    conversions: float
    low: float
    high: float
    note: str = ""

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise InputError(
                "The lift test of {name} ends on {end}, before it starts on {start}; swap the "
                "days.",
                name=self.name,
                start=self.start,
                end=self.end,
            )
        if not 0 <= self.low <= self.conversions <= self.high < np.inf:
            raise InputError(
                "The lift test of {name} gives {conversions} conversions between {low} and "
                "{high}; numbers are 0 or more, and the estimate lies in its interval.",
                name=self.name,
                conversions=self.conversions,
                low=self.low,
                high=self.high,
            )


@dataclass(frozen=True)
class Calibration:
    """A lift test beside what a model credited in the same days.

    Attributes
    ----------
    test
        The test.
    credited
        Conversions that the model credited to the member during the test.
    """

    test: LiftTest
    credited: float

    def factor(self, tested: float) -> float:
        """Tested conversions for each credited one; NaN where nothing was credited."""
        return tested / self.credited if self.credited > 0 else float("nan")


def credits_table(credited: Credited, models: Sequence[str] = ()) -> pd.DataFrame:
    """One row a name and model: columns ``name, model, conversions, value``.

    With conversions that no touch led to there is a row :data:`UNATTRIBUTED` for each model, so
    that each model's rows add up to all conversions and their value.

    Parameters
    ----------
    models
        Which, in this order; none: all that could be had.

    Raises
    ------
    InputError
        If a model is unknown, or could not be had.
    """
    found = credited.found
    chosen = tuple(models) or found.models
    rows = [found.row(model) for model in chosen]
    names: list[str | None] = list(credited.names)
    conversions, value = found.conversions[rows], found.value[rows]
    totals = found.totals
    if totals.unattributed or totals.unattributed_value:
        names.append(UNATTRIBUTED)
        rest = np.full((len(rows), 1), totals.unattributed)
        conversions = np.hstack((conversions, rest))
        value = np.hstack((value, np.full_like(rest, totals.unattributed_value)))
    return pd.DataFrame(
        {
            "name": pd.Series(names * len(chosen), dtype=object),
            "model": np.repeat(chosen, len(names)),
            "conversions": conversions.ravel(),
            "value": value.ravel(),
        }
    )


def disagreement_table(credited: Credited) -> pd.DataFrame:
    """Where models disagree, most first: ``name, spread, highest, high_share, lowest, low_share``.

    Shares are of the attributed conversions, 0 to 1; NaN without any.
    """
    apart, models = disagreement(credited.found), np.array(credited.found.models)
    place = np.arange(len(credited.names))
    frame = pd.DataFrame(
        {
            "name": pd.Series(credited.names, dtype=object),
            "spread": apart.spread,
            "highest": models[apart.highest],
            "high_share": apart.share[apart.highest, place],
            "lowest": models[apart.lowest],
            "low_share": apart.share[apart.lowest, place],
        }
    )
    return frame.sort_values("spread", ascending=False, kind="stable", ignore_index=True)


def roles_table(credited: Credited) -> pd.DataFrame:
    """Conversions by role: ``name, solo, introducer, influencer, closer, main``.

    ``main`` is the role with most conversions, the first of the order above among equals; empty
    for a name that no conversion came by.
    """
    roles = credited.found.roles[0]
    main = np.where(roles.max(axis=0) > 0, np.array(ROLES)[roles.argmax(axis=0)], "")
    columns = dict(zip(ROLES, roles, strict=True))
    names = pd.Series(credited.names, dtype=object)
    return pd.DataFrame({"name": names, **columns, "main": main})


def incremental_table(
    credited: Credited,
    model: str = DEFAULT_MODEL,
    cost: Mapping[str | None, float] | None = None,
    calibrations: Sequence[Calibration] = (),
    valueless: Mapping[str | None, float] | None = None,
) -> pd.DataFrame:
    """The incremental list, most conversions first.

    A member with a lift test has its credit and value multiplied by tested / credited of the
    test's days, so that the list shows what the test found, carried over to the days shown.

    Parameters
    ----------
    cost
        Name -> what was paid to it; a name that is missing, or NaN, is unknown.
    valueless
        Name -> of that what was paid for conversions of unknown value; it is not in the return.

    Returns
    -------
    pandas.DataFrame
        ``name, conversions, value, orders, ratio, cost, cpa, roas, role, basis, low, high``:
        orders taken part in; ratio conversions / orders; ``basis`` is ``credit`` or ``test``;
        ``low`` and ``high`` bound the conversions where a test gave an interval, else NaN.
    """
    given = cost or {}
    paid = np.array([given.get(name, np.nan) for name in credited.names], float)
    bare = np.array([(valueless or {}).get(name, 0.0) for name in credited.names], float)
    listed = incremental(credited.found, model, paid, bare)
    frame = pd.DataFrame(
        {
            "name": pd.Series(credited.names, dtype=object),
            "conversions": listed.credit,
            "value": listed.value,
            "orders": listed.orders,
            "ratio": listed.ratio,
            "cost": listed.cost,
            "cpa": listed.cpa,
            "roas": listed.roas,
            "role": roles_table(credited)["main"],
            "basis": "credit",
            "low": np.nan,
            "high": np.nan,
        }
    )
    for calibration in calibrations:
        _calibrate(frame, calibration)
    order = ["conversions", "value"]
    return frame.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _calibrate(frame: pd.DataFrame, calibration: Calibration) -> None:
    test = calibration.test
    place = frame.index[frame["name"] == test.name]
    if not len(place):
        raise InputError(
            "The lift test names {name}, which has no touchpoint here; check the spelling.",
            name=test.name,
        )
    factor = calibration.factor(test.conversions)
    if np.isnan(factor):
        raise InputError(
            "The model credits {name} with nothing from {start} to {end}, so its lift test can't "
            "be carried over; check the days, or choose another model.",
            name=test.name,
            start=test.start,
            end=test.end,
        )
    row = place[0]
    credit = frame.at[row, "conversions"]
    frame.loc[row, ["low", "high"]] = [
        credit * calibration.factor(test.low),
        credit * calibration.factor(test.high),
    ]
    frame.loc[row, ["conversions", "value", "ratio", "roas"]] *= factor
    frame.at[row, "cpa"] = frame.at[row, "cpa"] / factor if factor > 0 else np.nan
    frame.at[row, "basis"] = "test"


ALIKE = 0.01
"""Shares of the orders that differ by less are said to agree."""


def said_of(credited: Credited) -> tuple[Text, ...]:
    """What attribution found, in sentences: who begins, who closes, where models disagree."""
    roles = roles_table(credited)
    said: list[Text] = []
    if names := _biggest(roles, "introducer"):
        said.append(T_("Customers are introduced mostly by {names}.", names=tuple(names)))
    if names := _biggest(roles, "closer"):
        said.append(T_("Orders are closed mostly by {names}.", names=tuple(names)))
    apart = disagreement_table(credited)
    apart = apart[apart["name"].notna()]
    if len(apart) and (apart["high_share"] - apart["low_share"]).max() < ALIKE:
        said.append(T_("All models agree to within a percentage point."))
    elif len(apart):
        first = apart.iloc[0]
        said.append(
            T_(
                "Models disagree most about {name}: between {low} and {high} of the orders. "
                "Credit is no cause; a lift test settles it.",
                name=first["name"],
                low=f"{first['low_share']:.1%}",
                high=f"{first['high_share']:.1%}",
            )
        )
    return tuple(said)


def _biggest(roles: pd.DataFrame, role: str) -> list[str]:
    """The three names whose main role it is that have most orders in it."""
    mine = roles[(roles["main"] == role) & roles["name"].notna()]
    return mine.sort_values(role, ascending=False, kind="stable")["name"].head(3).to_list()
