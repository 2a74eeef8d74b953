"""Which orders count: every ratio of the programme says so."""

from dataclasses import dataclass

from workbench.domain.errors import InputError
from workbench.domain.events import COUNTED, STATUSES

JUDGED = ("pending", "approved", "reversed", "paid")
"""Orders that a reversal rate is a share of: all but ``other``, whose fate isn't told."""


@dataclass(frozen=True)
class Statuses:
    """The statuses whose orders, value and commission count.

    Attributes
    ----------
    counted
        Of :data:`workbench.domain.events.STATUSES`.
    unstated
        Whether orders count that an export gives as sums only, without a status.

    Raises
    ------
    InputError
        If there is none, or an unknown one.
    """

    counted: tuple[str, ...] = COUNTED
    unstated: bool = True

    def __post_init__(self) -> None:
        wrong = [status for status in self.counted if status not in STATUSES]
        if wrong or not self.counted:
            raise InputError(
                "The status {status!r} is unknown; statuses are: {known}.",
                status=wrong[0] if wrong else "",
                known=", ".join(STATUSES),
            )
