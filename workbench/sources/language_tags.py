"""Which language tags are known (BCP 47: language, script, region), and what a wrong one meant."""

import difflib
import re
from functools import lru_cache

import pandas as pd
from babel import Locale
from babel.core import get_global

_SHAPE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?", re.IGNORECASE)


def is_known(tag: str, languages: pd.DataFrame) -> bool:
    """Whether a tag such as ``en``, ``pt-BR`` or ``zh-Hant`` names what CLDR or the table knows.

    Parameters
    ----------
    languages
        The table with the columns ``market, language, share``.
    """
    parts = _SHAPE.fullmatch(tag)
    if parts is None:
        return False
    language, script, region = parts.groups()
    cldr = Locale("en")
    return (
        language.lower() in _in_table(languages) | _in_cldr()
        and (script is None or script.title() in cldr.scripts)
        and (region is None or region.upper() in cldr.territories)
    )


def meant(tag: str, languages: pd.DataFrame) -> str | None:
    """The known tag that a wrong one most likely meant; None where nothing is near.

    An outdated or three-letter code stands for today's (``eng`` -> ``en``), a country's for its
    most spoken language (``jp`` -> ``ja``), a name for its language (``日语`` -> ``ja``).
    """
    given = tag.strip().replace("_", "-")
    if is_known(given, languages):
        return given
    head, *rest = given.split("-")
    renamed = get_global("language_aliases").get(head.lower())
    if renamed:
        whole = "-".join([renamed.split("_")[0], *rest])
        return whole if is_known(whole, languages) else renamed.split("_")[0]
    own = languages[languages["market"] == head.upper()]
    if len(own):
        return str(own.loc[own["share"].idxmax(), "language"])
    names = {
        str(name).casefold(): str(code).replace("_", "-")
        for lang in ("en", "zh")
        for code, name in Locale(lang).languages.items()
    }
    near = difflib.get_close_matches(given.casefold(), names, n=1, cutoff=0.85)
    if near:
        return names[near[0]]
    return head.lower() if rest and is_known(head, languages) else None


def _in_table(languages: pd.DataFrame) -> set[str]:
    return set(languages["language"].str.split(r"[-_]").str[0])


@lru_cache(maxsize=1)
def _in_cldr() -> frozenset[str]:
    renamed = get_global("language_aliases")
    no_language = {"mul", "und", "zxx"}  # several, unknown, none
    names = map(str, Locale("en").languages)
    return frozenset(code for code in names if code not in renamed) - no_language
