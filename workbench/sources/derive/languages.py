"""Languages of a market with the share of people who use them, from CLDR through Babel."""

from collections.abc import Mapping
from typing import Any

from workbench.sources.derive.csv_text import number_text
from workbench.sources.derive.figure_text import Figure

COLUMNS = ("market", "language", "share", "official", "source")
KEYS = ("market", "language")
MIN_SHARE = 1.0
"""Languages used by fewer people than this, in % of population, are left out of the table."""

_STATUS = {"official": "official", "de_facto_official": "de_facto", "official_regional": "regional"}

Languages = Mapping[str, Mapping[str, Any]]


def read_languages(market: str) -> Languages:
    """Read Babel's record for one territory: language -> share and status; empty if unknown."""
    from babel.core import get_global

    languages: Languages = get_global("territory_languages").get(market, {})
    return languages


def language_rows(market: str, languages: Languages) -> list[dict[str, str]]:
    """Make the rows of one market: BCP-47 tag, share in % of population, official status.

    Shares may add up to more than 100: people use several languages, and a language written in
    two scripts has one entry for each ("sr" and "sr-Latn").
    """
    return [
        {
            "market": market,
            "language": tag.replace("_", "-"),
            "share": number_text(entry["population_percent"]),
            "official": _STATUS.get(entry["official_status"] or "", "none"),
            "source": "cldr",
        }
        for tag, entry in languages.items()
        if entry["population_percent"] >= MIN_SHARE
    ]


def language_figures(languages: Languages) -> dict[str, Figure | None]:
    """Reckon the share of English and of the most used language, in % of population.

    CLDR dates no single share, so the year stays unknown. It writes 0 for "next to none, not
    counted", which is unknown too.
    """
    english = languages.get("en", {}).get("population_percent")
    top = max((entry["population_percent"] for entry in languages.values()), default=None)
    return {
        "english_share": Figure(english) if english else None,
        "top_language_share": Figure(top) if top else None,
    }
