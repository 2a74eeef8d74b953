"""Cells of an export as texts, numbers and words of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.sources.exports.money import ANY, CURRENCY, SPACE, inside

Decimal = Literal[".", ","]
SPACED = f"^[+-]?\\d{{1,3}}(?:{SPACE[:-1]}'’]\\d{{3}})+(?:[.,]\\d*)?$"
"""A number with spaces or apostrophes between thousands."""
PLAIN = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$"
THOUSANDS = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$"
SHOWS = {
    ",": r"\d,\d{1,2}$|\d,\d{4,}$|\.\d{3},\d|^\d+\.\d{3}\.\d{3}|^0,\d",
    ".": r"\d\.\d{1,2}$|\d\.\d{4,}$|,\d{3}\.\d|^\d+,\d{3},\d{3}|^0\.\d",
}
"""Decimal sign -> what only a number written with it looks like."""


def texts(cells: list[str | None], empty: Sequence[str] = ()) -> pa.Array:
    """Cells without space around them; empty ones, and words for that, are null."""
    found = pc.utf8_trim_whitespace(pa.array(cells, pa.string()))
    nothing = pc.is_in(found, pa.array(["", *empty], pa.string()))
    return pc.if_else(nothing, pa.scalar(None, pa.string()), found)


@dataclass
class Numbers:
    """Reads one column of numbers; what its cells show about it holds for all of them.

    Until a cell shows the decimal sign the usual one is taken. If a later one shows the other,
    what was read before it may be wrong (:attr:`mistaken`) and is to be read anew.

    Attributes
    ----------
    decimal
        The decimal sign; None: what the column shows, else ``usual``.
    usual
        Where the column shows nothing, as with 1,234.
    """

    decimal: Decimal | None = None
    usual: Decimal = "."
    _shown: Decimal | None = field(default=None, repr=False)
    _guessed: bool = field(default=False, repr=False)

    @property
    def mistaken(self) -> bool:
        """Whether 1,234 was read by the usual sign before a cell showed the other."""
        return self._guessed and self._shown not in (None, self.usual)

    def anew(self) -> "Numbers":
        """A reader of the same column from its start that knows what this one has seen."""
        return Numbers(self.decimal, self.usual, self._shown)

    def read(self, cells: pa.Array) -> tuple[pa.Array, np.ndarray]:
        """Numbers, and which cells are none; an empty cell is null."""
        plain = pc.match_substring_regex(cells, r"^[+-]?\d+$")
        if pc.all(pc.fill_null(plain, True)).as_py():  # by far the most common
            return _cast(cells)
        marked = pc.any(pc.match_substring_regex(cells, ANY)).as_py()
        bare = pc.replace_substring_regex(inside(cells), CURRENCY, "") if marked else cells
        spaced = pc.match_substring_regex(bare, SPACED)
        closed = pc.replace_substring_regex(bare, f"{SPACE[:-1]}'’]", "")
        bare = pc.if_else(spaced, closed, bare)
        bare = pc.replace_substring_regex(bare, r"^\((.*)\)$", r"-\1")  # an accountant's minus
        if self._sign(bare) == ",":
            swapped = pc.replace_substring(bare, ".", "\x00")
            bare = pc.replace_substring(pc.replace_substring(swapped, ",", "."), "\x00", ",")
        grouped = pc.match_substring_regex(bare, THOUSANDS)
        ungrouped = pc.if_else(grouped, pc.replace_substring(bare, ",", ""), bare)
        return _cast(ungrouped)

    def _sign(self, bare: pa.Array) -> Decimal:
        if self.decimal is not None:
            return self.decimal
        if self._shown is None:
            shows = {
                sign: bool(pc.any(pc.match_substring_regex(bare, pattern)).as_py())
                for sign, pattern in SHOWS.items()
            }
            if shows[","] != shows["."]:
                self._shown = "," if shows[","] else "."
            elif pc.any(pc.match_substring_regex(bare, "[.,]")).as_py():
                self._guessed = True
        return self._shown or self.usual


def _cast(cells: pa.Array) -> tuple[pa.Array, np.ndarray]:
    good = pc.fill_null(pc.match_substring_regex(cells, PLAIN), False)
    wrong = pc.and_(pc.is_valid(cells), pc.invert(good)).to_numpy(zero_copy_only=False)
    none = pa.scalar(None, pa.string())
    numbers = pc.if_else(good, cells, none).cast(pa.float64())
    endless = pc.fill_null(pc.invert(pc.is_finite(numbers)), False)
    wrong |= endless.to_numpy(zero_copy_only=False)
    return pc.if_else(endless, pa.scalar(None, pa.float64()), numbers), wrong


def words(cells: pa.Array, known: Mapping[str, str], otherwise: str | None) -> pa.Array:
    """Words of ours for those of the export, whatever their case and signs.

    Parameters
    ----------
    known
        The export's words, folded (:func:`folded`) -> ours.
    otherwise
        For a word that isn't known.
    """
    coded = cells.dictionary_encode()
    ours = [known.get(folded(word), otherwise) for word in coded.dictionary.to_pylist()]
    return pa.array(ours, pa.string()).take(coded.indices)


def folded(word: str) -> str:
    """A word or a column's name by its letters and digits alone, in small letters."""
    return "".join(sign for sign in word.casefold() if sign.isalnum())
