"""Amounts as whole minor units: the nearest, halves away from zero, whatever the float."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.errors import InputError
from workbench.domain.programme.minor import LARGEST, minor_units


@pytest.mark.parametrize(
    ("amount", "currency", "wanted"),
    [
        (19.99, "USD", 1999),
        (0.125, "USD", 13),  # exactly half a cent; the even one would be 12
        (-0.125, "USD", -13),
        (0.375, "USD", 38),
        (1.005, "USD", 101),  # times 100 it is 100.49999999999999
        (-1.005, "USD", -101),
        (8.345, "USD", 835),
        (1.004999, "USD", 100),
        (1.0049999999999, "USD", 100),  # fourteen digits, and less than half
        (0.00499999999999999, "USD", 0),
        (2.5, "JPY", 3),
        (1.5, "JPY", 2),
        (-0.5, "JPY", -1),
        (0.0005, "KWD", 1),
        (0.0, "USD", 0),
        (LARGEST - 1.0, "JPY", LARGEST - 1),  # whole amounts stay what they are
        (2.0**51 + 1, "JPY", 2**51 + 1),
        (2.0**50 + 0.25, "JPY", 2**50),
        (2.0**50 + 0.75, "JPY", 2**50 + 1),
    ],
)
def test_an_amount_becomes_the_nearest_unit_and_a_half_the_one_away_from_zero(
    amount, currency, wanted
):
    assert minor_units(np.array([amount]), currency).tolist() == [wanted]


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=5))
def test_floats_round_as_the_decimals_that_exports_write(amount):
    cents = int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert minor_units(np.array([float(amount)]), "USD").tolist() == [cents]


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(st.integers(-(10**11), 10**11))
def test_every_half_cent_is_rounded_away_from_zero(halves):
    amount = Decimal(2 * halves + 1) / 200
    cents = int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert minor_units(np.array([float(amount)]), "USD").tolist() == [cents]


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(InputError, match="can't be kept to the minor unit"):
        minor_units(np.array([1.0, amount]), "USD")
