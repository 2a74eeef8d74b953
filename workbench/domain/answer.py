"""What attribution answers: credits with names, and what must be said of what was counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from workbench.domain.credited import Calibration, Credited, incremental_table
from workbench.domain.question import Question


@dataclass(frozen=True)
class Counted:
    """The conversions behind the credits.

    Attributes
    ----------
    currency
        The one currency of the values; None if no row names any.
    without_journey, without_value
        Conversions that no touch can be found for; and those, among the rest, of unknown value,
        which add to the conversions and not to the value.
    sources
        The exports that the conversions come from, where the rows say so.
    foreign_costs
        Touches that cost something in another currency: what their names cost in all is unknown.
    """

    currency: str | None = None
    without_journey: int = 0
    without_value: int = 0
    sources: tuple[str, ...] = ()
    foreign_costs: int = 0


@dataclass(frozen=True)
class Answer:
    """Credits, and what must be said of the conversions behind them.

    Attributes
    ----------
    question
        What was asked.
    credited
        Credits with names.
    counted
        Which conversions were counted.
    cost
        Name -> what was paid, commission and the touches' own cost; names of which nothing is
        known are missing.
    valueless
        Name -> of that the commission of conversions of unknown value.
    calibrations
        Lift tests, each beside what the question's model credited in the days of the test.
    """

    question: Question
    credited: Credited
    counted: Counted
    cost: dict[str | None, float]
    calibrations: tuple[Calibration, ...] = ()
    valueless: Mapping[str | None, float] = field(default_factory=dict)

    @property
    def incremental(self) -> pd.DataFrame:
        """The incremental list by the question's model; see :func:`incremental_table`."""
        return incremental_table(
            self.credited, self.question.model, self.cost, self.calibrations, self.valueless
        )
