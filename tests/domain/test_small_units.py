"""Small units by ISO 4217, not by what CLDR writes."""

import pytest
from babel.core import get_global

from workbench.domain.small_units import EXPONENTS, small_unit_digits


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("USD", 2), ("usd ", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4),
     ("RSD", 2), ("IQD", 3), ("LBP", 2), ("PKR", 2), ("COP", 2), ("IDR", 2), ("UYW", 4)],
)  # fmt: skip
def test_digits_of_small_units(currency, digits):
    """CLDR has 0 for the Serbian and the Iraqi dinar, and for others whose coins are out of use."""
    assert small_unit_digits(currency) == digits


def test_every_exception_is_a_currency():
    assert set(EXPONENTS) <= {*get_global("all_currencies"), "UYW"}
    assert len(EXPONENTS) == 17 + 7 + 2
