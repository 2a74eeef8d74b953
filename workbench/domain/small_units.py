"""The small unit that ISO 4217 gives each currency, in which networks and payment services count.

Where it is another than what CLDR writes (:mod:`workbench.domain.programme.minor`), as with the
Serbian dinar (2 against 0) or the Iraqi one (3 against 0), an amount in small units is read wrong
by CLDR, by a factor of 100 or 1,000.
"""

USUAL = 2
"""Digits of every other currency."""
_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""ISO 4217:2015, table A.1, column "minor unit", which SIX keeps; entered
by hand, as of 2025."""
EXPONENTS = {code: digits for digits, codes in _DIGITS.items() for code in codes.split()}
"""Currency -> digits, where they aren't the usual ones."""


def small_unit_digits(currency: str) -> int:
    """Digits of a currency's small unit: an amount of 1 is 10 to their power of small units."""
    return EXPONENTS.get(currency.strip().upper(), USUAL)
