"""Money as whole minor units (cents), so that it adds up; nothing here is a float but the input.

A currency has as many decimals as CLDR states (USD 2, JPY and VND 0, KWD 3). An amount between two
minor units becomes the nearest; half of one is rounded away from zero. A float stands for the
decimal that it is nearest to: 1.005 USD is half a cent more than 1.00, and becomes 101 cents,
though the float is a little less, and a hundred times it is 100.49999999999999.
"""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from babel.core import get_global
from babel.numbers import get_currency_precision

from workbench.domain.errors import InputError

Ints = npt.NDArray[np.int64]
LARGEST = 2**53
"""Minor units beyond which a float no longer knows each cent."""
CLOSE = 0.125
"""Of a minor unit: what is this far from a half is none, though no float lies between."""


@lru_cache(maxsize=256)
def digits(currency: str) -> int:
    """Decimals of a currency.

    Raises
    ------
    InputError
        If it is no ISO 4217 code.
    """
    if currency not in get_global("all_currencies"):
        raise InputError(
            "Unknown currency {currency!r}; a currency is an ISO 4217 code such as USD.",
            currency=currency,
        )
    return get_currency_precision(currency)


def minor_units(amounts: npt.NDArray[np.float64], currency: str) -> Ints:
    """Amounts as minor units: the nearest, of a half the one away from zero.

    Raises
    ------
    InputError
        If an amount is too large to be exact, or not finite.
    """
    scaled = amounts * 10.0 ** digits(currency)
    beyond = ~(np.abs(scaled) < LARGEST)  # a NaN too
    if beyond.any():
        raise InputError(
            "The amount {amount} {currency} can't be kept to the minor unit; check the export.",
            amount=float(amounts[beyond][0]),
            currency=currency,
        )
    size = np.abs(scaled)
    whole = np.floor(size)
    # The float nearest to a half, times the factor, is that half or one float beside it.
    beside = np.spacing(size)
    up = size - whole >= 0.5 - np.where(beside < CLOSE, beside, 0)
    return (np.sign(scaled) * (whole + up)).astype(np.int64)


def times(amounts: Ints, factor: Fraction) -> Ints:
    """Whole amounts times a fraction, each rounded to the nearest, half away from zero."""
    return _divided(amounts, factor, half=True)


def floored(amounts: Ints, factor: Fraction) -> Ints:
    """Whole amounts of at least 0 times a fraction, each rounded down."""
    return _divided(amounts, factor, half=False)


def _divided(amounts: Ints, factor: Fraction, half: bool) -> Ints:
    top, bottom = factor.numerator, factor.denominator
    if not len(amounts) or not top:
        return np.zeros(len(amounts), dtype=np.int64)
    size = np.abs(amounts)
    fits = 2 * int(size.max()) * top + bottom < 2**62
    whole = size if fits else size.astype(object)  # beyond int64: Python's own integers
    found = (2 * whole * top + bottom) // (2 * bottom) if half else whole * top // bottom
    return np.sign(amounts) * found.astype(np.int64)


def percent(rate: Decimal) -> Fraction:
    """A rate in percent as a fraction of 1."""
    return Fraction(rate) / 100


def unit(amount: Decimal, currency: str) -> int:
    """An amount stated by a person as minor units, half away from zero."""
    scaled = Fraction(amount) * 10 ** digits(currency)
    return int((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator))


def exchanged(rate: Decimal, source: str, target: str) -> Fraction:
    """Minor units of ``target`` for one minor unit of ``source``."""
    return Fraction(rate) * Fraction(10 ** digits(target), 10 ** digits(source))


def major(amount: int, currency: str) -> Decimal:
    """Minor units as an amount, exact."""
    return Decimal(amount).scaleb(-digits(currency))
