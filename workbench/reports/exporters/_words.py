"""Text that Office files can hold: no half characters, none of the two that XML forbids."""

from workbench.domain.errors import InputError

LONGEST = 32_767
"""UTF-16 units of text that a cell of Excel holds."""


def checked(text: str, place: str, most: int = 0) -> str:
    """The text as it is.

    Parameters
    ----------
    place
        Where it is to stand, for the error.
    most
        UTF-16 units that it may have; 0: any number.

    Raises
    ------
    InputError
        If Office can't keep a character of it, or it is too long.
    """
    unfit = next((one for one in text if "\ud800" <= one <= "\udfff" or one in "\ufffe\uffff"), "")
    if unfit:
        raise InputError(
            "The text of {place} holds the character {code}, which Office files can't keep; take "
            "it out of the plan or the product file.",
            place=place,
            code=f"U+{ord(unfit):04X}",
        )
    if most and len(text.encode("utf-16-le")) // 2 > most:
        raise InputError(
            "The text of {place} is longer than the {most} characters that a cell of Excel holds; "
            "shorten it.",
            place=place,
            most=most,
        )
    return text
