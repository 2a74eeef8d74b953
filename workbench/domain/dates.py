"""Days and months as people write them."""

from datetime import date

from workbench.domain.errors import InputError

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Years that anything here lies in; beyond them the arithmetic of dates ends."""


def day(text: str | None) -> date | None:
    """A day as 2026-01-31; None stays None.

    Raises
    ------
    InputError
        If it is written otherwise, or its year is out of range.
    """
    if text is None:
        return None
    try:
        return checked(date.fromisoformat(text.strip()))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "{value} is not a date; write it as 2026-01-31.", value=repr(text)
        ) from error


def month(text: str | None) -> date | None:
    """The first day of a month written as 2026-03; None stays None.

    Raises
    ------
    InputError
        As :func:`day` does.
    """
    try:
        return None if text is None else day(f"{text.strip()}-01")
    except InputError as error:
        if isinstance(error.__cause__, ValueError):
            raise InputError(
                "{value} is not a month; write it as 2026-03.", value=repr(text)
            ) from error
        raise


def checked(found: date) -> date:
    """The day itself, if its year is one that anything here lies in.

    Raises
    ------
    InputError
        If it is not.
    """
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InputError(
            "The year {year} is out of range; it lies between {first} and {last}.",
            year=found.year,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return found
