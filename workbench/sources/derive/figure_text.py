"""Read one figure out of the short English texts of country profiles."""

import html
import re
from dataclasses import dataclass
from decimal import Decimal

_TAG = re.compile(r"<[^>]*>")
_YEAR = re.compile(r"\((?:[A-Z][a-z]+ )?(?P<year>(?:19|20)\d{2})(?: est\.?)?\)")
_NUMBER = re.compile(
    r"(?P<bound>less than )?\$?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?: (?P<scale>thousand|million|billion|trillion))?"
    r"(?:%(?: of total population)?| years)?",
    re.IGNORECASE,
)
_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


@dataclass(frozen=True)
class Figure:
    """A number as its source states it.

    Parameters
    ----------
    value
        The number, in the unit of the field; for a bound ("less than 1") the middle of the interval
        from 0 to the bound, with both ends in ``low`` and ``high``.
    year
        The year the figure is for; None where the text gives none.
    low, high
        The ends of the interval that is known; None where the source gives a single number.
    """

    value: float
    year: int | None = None
    low: float | None = None
    high: float | None = None


def plain(text: str) -> str:
    """Drop tags and entities and collapse white space: ``"C&ocirc;te<br>"`` gives ``"Côte"``."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def parse_figure(text: str) -> Figure | None:
    """Read the figure that a field's text states, or None where it states none.

    Accepted are "84,012,284 (2025 est.)", "77.5% of total population (2023)", "29.3 years",
    "$15,400 (2024 est.)", "32.3 million (2023 est.)" and "(2023 est.) less than 1". Where several
    years stand in one text, separated by semicolons, only the latest counts. Any further word makes
    the text unreadable ("approximately 15,500 on the bases"): better missing than wrong. A stated
    zero is a figure; a text without a number is not.
    """
    found = [figure for part in plain(text).split(";") if (figure := _parse_part(part))]
    return max(found, key=lambda figure: figure.year or 0, default=None)


def _parse_part(part: str) -> Figure | None:
    years = [int(match["year"]) for match in _YEAR.finditer(part)]
    match = _NUMBER.fullmatch(" ".join(_YEAR.sub(" ", part).split()))
    if match is None or len(years) > 1:
        return None
    year = years[0] if years else None
    scale = _SCALE.get((match["scale"] or "").lower(), 1)
    number = float(Decimal(match["number"].replace(",", "")) * scale)
    if match["bound"]:
        return Figure(number / 2, year, 0.0, number)
    return Figure(number, year)
