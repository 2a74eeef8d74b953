"""Contract terms as typed values (A12): what a partner is paid, when, and under which rules.

A contract has versions; the version whose ``valid_from`` is the last on or before an order's day
(UTC) holds for the order. Amounts are in the plan's currency.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.validation import NOT_A_FLAG, Day

Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=4), NOT_A_FLAG]
"""Percent of an order's value, 0 to 100, at most four decimals."""
Amount = Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=4), NOT_A_FLAG]
"""An amount of the plan's currency."""
Count = Annotated[int, Field(ge=0, le=10**9), NOT_A_FLAG]
Days = Annotated[int, Field(ge=0, le=3650), NOT_A_FLAG]
Period = Literal["day", "week", "month", "total"]
"""Of a limit: a calendar day, a week from Monday, a calendar month (all UTC), the whole history."""
Label = Annotated[str, Field(min_length=1, max_length=120)]
Cycle = Literal["weekly", "biweekly", "monthly", "quarterly"]


class Strict(BaseModel):
    """A model that refuses fields it doesn't know and doesn't change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Whom(Strict):
    """Which partners: those that match every list that is not empty; all lists empty: everyone."""

    partners: tuple[Label, ...] = ()
    types: tuple[Label, ...] = ()
    """Ids of data/reference/partner_types.csv, or the export's own words."""
    contracts: tuple[Label, ...] = ()
    """What the partner table says in ``contract``."""
    countries: tuple[Label, ...] = ()


class Terms(Strict):
    """One version of a contract's terms; a rule that is left out does not bind."""

    valid_from: Day | None = None
    """First day on which the version holds; None: from the beginning."""
    rate: Percent | None = None
    fixed: Amount | None = None
    """Per order, beside the rate."""
    min_value: Amount | None = None
    """An order worth less pays nothing."""
    locking_days: Days | None = None
    """Days after an order until its commission can no longer be taken back."""
    lookback_days: Days | None = None
    """An order later than this after its click pays nothing."""
    action_limit: Count | None = None
    """Orders per partner and ``action_limit_period`` that pay; later ones don't."""
    action_limit_period: Period = "month"
    spend_limit: Amount | None = None
    """Commission per partner and ``spend_limit_period``; the order that reaches it is cut."""
    spend_limit_period: Period = "month"
    payout_cycle: Cycle | None = None
    max_return_percent: Percent | None = None
    """Share of orders that may be reversed at most."""
    min_earning_per_click: Amount | None = None
    notice_days: Days | None = None
    """Days between announcing a change and its first day."""
    monthly_fee: Amount | None = None
    """Slotting fee, independent of orders."""
    compliance: tuple[Label, ...] = ()
    """Rules in words: no brand bidding, disclosure …"""


NOT_REPLAYED = (
    "payout_cycle",
    "max_return_percent",
    "min_earning_per_click",
    "notice_days",
    "monthly_fee",
    "compliance",
)
"""Terms that a history of orders can't judge: kept, compared, shown, but they move no amount."""


class Contract(Strict):
    """A contract: whose it is, and its versions.

    A partner has the first contract of a list whose ``whom`` it matches.
    """

    contract: Label
    whom: Whom = Whom()
    versions: Annotated[tuple[Terms, ...], Field(min_length=1)]

    def on(self, day: date) -> Terms | None:
        """The version that holds on a day; None: none yet."""
        begun = [each for each in self.versions if (each.valid_from or date.min) <= day]
        return max(begun, key=lambda each: each.valid_from or date.min, default=None)
