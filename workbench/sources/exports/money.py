"""Currencies that cells of amounts say themselves, as ``10 USD`` and ``€10``: they count.

``$`` and ``¥`` mean several: they agree with any of these, and by themselves give no currency.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from babel.core import get_global

AMOUNTS = ("value", "commission", "cost", "revenue")
"""Columns of ours that are money in the row's currency."""
CODES = frozenset(get_global("all_currencies"))
"""ISO 4217."""
_DOLLARS = (
    "ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD "
    "SRD TTD TWD USD UYU XCD ZWL"
)
MEANT = {
    "$": frozenset(_DOLLARS.split()),
    "¥": frozenset({"CNY", "JPY"}),
    "US$": frozenset({"USD"}),
    "R$": frozenset({"BRL"}),
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "₹": frozenset({"INR"}),
    "₽": frozenset({"RUB"}),
    "₩": frozenset({"KRW"}),
    "₺": frozenset({"TRY"}),
    "฿": frozenset({"THB"}),
    "₫": frozenset({"VND"}),
    "Rp": frozenset({"IDR"}),
}
"""Sign -> currencies that write it; dollars and pesos share one."""
SIGN = r"(?:[A-Z]{3}|R\$|US\$|Rp|[$€£¥₹₽₩₺฿₫])"
SPACE = "[\u00a0\u202f\u2009 ]"
CURRENCY = f"^({SIGN}{SPACE}*)|({SPACE}*{SIGN})$"
"""A currency before or behind a number."""
PARTS = f"^(?P<before>{SIGN}?){SPACE}*.*?{SPACE}*(?P<behind>{SIGN}?)$"
MINUS = (f"^([+-]|\\()({SIGN}{SPACE}*)", r"\2\1"), (f"({SPACE}*{SIGN})\\)$", r")\1")
"""A minus, or an accountant's bracket, outside the currency: as in -$5 and ($5)."""
ANY = r"[A-Z$€£¥₹₽₩₺฿₫]"
"""What a cell with a currency has; numbers by themselves, by far the most, are told by it fast."""
BETWEEN = "\x1f"


def meaning(word: str) -> frozenset[str] | None:
    """The currencies that a sign or code may stand for; None: a word of the export's own."""
    sign = word.strip()
    if sign in MEANT:
        return MEANT[sign]
    return frozenset({sign.upper()}) if sign.upper() in CODES else None


def agree(one: str, other: str) -> bool:
    """Whether both may be the same currency."""
    first, second = meaning(one), meaning(other)
    return one == other or first is None or second is None or bool(first & second)


def certain(word: str) -> str | None:
    """The one currency that a sign or code stands for."""
    found = meaning(word) or frozenset()
    return next(iter(found)) if len(found) == 1 else None


def codes(words: pa.Array) -> pa.Array:
    """Currencies by their codes; signs of several and words that are none stay as written."""
    return _each(words, lambda word: certain(word) or word, pa.string())


def inside(cells: pa.Array) -> pa.Array:
    """The same amounts, the minus beside the number: ``$-5`` for ``-$5``, ``$(5)`` for ``($5)``."""
    for pattern, turned in MINUS:
        cells = pc.replace_substring_regex(cells, pattern, turned)
    return cells


def said(cells: pa.Array) -> tuple[pa.Array, np.ndarray] | None:
    """The sign or code in each cell, and which cells name none or two; None: there is no sign."""
    marked = pc.fill_null(pc.match_substring_regex(cells, ANY), False)
    if not pc.any(marked).as_py():
        return None
    money = pc.if_else(marked, cells, pa.scalar(None, pa.string()))
    parts = pc.extract_regex(inside(money), PARTS)
    both = pc.binary_join_element_wise(parts.field("before"), parts.field("behind"), BETWEEN)
    both = pc.if_else(parts.is_valid(), both, pa.scalar(None, pa.string()))
    known = _each(both, lambda pair: _is_one(*_pair(pair)), pa.bool_())
    wrong = ~pc.fill_null(known, True).to_numpy(zero_copy_only=False)
    signs = _each(both, _one_sign, pa.string())
    return pc.if_else(pa.array(wrong), pa.scalar(None, pa.string()), signs), wrong


def apart(one: pa.Array, other: pa.Array) -> np.ndarray:
    """Where two columns of currencies name different ones; not where one names none."""
    both = pc.binary_join_element_wise(one, other, BETWEEN)
    found = _each(both, lambda pair: not agree(*pair.split(BETWEEN)), pa.bool_())
    return pc.fill_null(found, False).to_numpy(zero_copy_only=False)


def foreign(amounts: pa.Array, own: pa.Array, currencies: pa.Array) -> np.ndarray:
    """Amounts with a currency of their own that isn't known to be the row's."""
    other = apart(own, currencies) | currencies.is_null().to_numpy(zero_copy_only=False)
    stated = pc.and_(own.is_valid(), amounts.is_valid())
    return other & stated.to_numpy(zero_copy_only=False)


class Said:
    """What the cells of a table's amounts say of their rows' currency."""

    def __init__(self) -> None:
        self._signs: list[tuple[str, str, pa.Array]] = []

    def add(self, column: str, shown: str, signs: pa.Array) -> None:
        """Signs in the cells of a column of the export that fill one of ours."""
        self._signs.append((column, shown, signs))

    def drop(self, column: str, rows: np.ndarray) -> None:
        """Of a column of ours these amounts are not used."""
        none = pa.scalar(None, pa.string())
        self._signs = [
            (name, shown, pc.if_else(pa.array(rows), none, signs) if name == column else signs)
            for name, shown, signs in self._signs
        ]

    def first(self) -> str | None:
        """The first sign or code of all."""
        found = (signs.drop_null() for _, _, signs in self._signs)
        return next((some[0].as_py() for some in found if len(some)), None)

    def filled(self, stated: pa.Array) -> pa.Array:
        """The currency that a row states, else that which its amounts say for certain."""
        for _, _, signs in self._signs:
            stated = pc.coalesce(stated, _each(signs, certain, pa.string()))
        return stated

    def contrary(self, currencies: pa.Array) -> Iterator[tuple[str, np.ndarray, str]]:
        """Column of the export, rows whose amount is in another currency, and the rows' own."""
        for _, _, signs in self._signs:
            currencies = pc.coalesce(currencies, signs)  # one that means several is one too
        for _, shown, signs in self._signs:
            wrong = apart(currencies, signs)
            for currency in pc.unique(currencies.filter(pa.array(wrong))).to_pylist():
                of_it = pc.fill_null(pc.equal(currencies, currency), False)
                yield shown, wrong & of_it.to_numpy(zero_copy_only=False), currency


def _pair(pair: str) -> tuple[str, str]:
    """Signs before and behind; where there is one, twice that."""
    before, behind = pair.split(BETWEEN)
    return before or behind, behind or before


def _is_one(before: str, behind: str) -> bool:
    """Whether two signs are of one currency; no sign is of none."""
    return not before or (agree(before, behind) and None not in (meaning(before), meaning(behind)))


def _one_sign(pair: str) -> str | None:
    before, behind = _pair(pair)
    return certain(before) or certain(behind) or before or None


def _each(words: pa.Array, change: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """A function of each different word."""
    coded = words.dictionary_encode()
    return pa.array([change(word) for word in coded.dictionary.to_pylist()], kind).take(
        coded.indices
    )
