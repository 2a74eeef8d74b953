"""From the Factbook's own country codes to ISO 3166-1, by two independent facts of the profile.

The source's codes look like ISO codes and are not ("gm" is Germany, "ng" is Niger, "ch" China).
The profile's internet domain gives the ISO code, and the country's name must then agree with the
name the UN list has for it. Where it rightly differs, the pair stands in ``OTHER_NAMES``.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from workbench.domain.errors import InputError
from workbench.sources.derive.factbook import Profile
from workbench.sources.derive.figure_text import plain

DOMAIN_EXCEPTIONS = {"uk": "GB"}
"""Country domains that are not the ISO code."""

OTHER_NAMES = {
    "bm": "MM",  # Burma: Myanmar
    "fs": "TF",  # French Southern and Antarctic Lands
    "gz": "PS",  # Gaza Strip: one of two profiles of the State of Palestine
    "mc": "MO",  # Macau: Macao
    "sv": "SJ",  # Svalbard, without Jan Mayen
    "tu": "TR",  # Turkey: Türkiye
    "vm": "VN",  # Vietnam: Viet Nam
    "we": "PS",  # West Bank: the other
}
"""Source code -> ISO code, where the two lists call the same place by different names."""

_NAME_COLUMNS = (
    "Preferred Term",
    "ISO Alt Term",
    "DGACM Alt Term",
    "HPC Tools Alt Term",
    "RW Short Name",
    "RW API Alt Term",
    "English Short",
    "English Formal",
    "M49 English",
)
_DOMAIN = re.compile(r"\.([a-z]{2})\b")


def domain_code(profile: Profile) -> str | None:
    """Give the ISO alpha-2 code that the profile's internet domain stands for, None without one."""
    text = profile.get("Communications", {}).get("Internet country code", {}).get("text", "")
    match = _DOMAIN.search(text)
    return DOMAIN_EXCEPTIONS.get(match[1], match[1].upper()) if match else None


def name_key(name: str) -> str:
    """Reduce a country name to what two lists should share: no accents, articles or brackets."""
    bare = re.sub(r"\(.*?\)", " ", plain(name))
    letters = unicodedata.normalize("NFKD", bare)
    ascii_only = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    words = re.sub(r"[^a-z ]", " ", ascii_only).split()
    return " ".join(word for word in words if word not in {"the", "and", "of"})


def profile_names(profile: Profile) -> set[str]:
    """Collect the keys of the short and the long name of a profile."""
    names = profile.get("Government", {}).get("Country name", {})
    forms = ("conventional short form", "conventional long form")
    keys = {name_key(names[form]["text"]) for form in forms if form in names}
    return keys - {"none", ""}


def iso_code(code: str, profile: Profile, countries: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Map one profile to its ISO alpha-2 code; None for what is no ISO country or territory.

    Parameters
    ----------
    code
        The source's own code, such as "gm".
    profile
        The profile under that code.
    countries
        ISO alpha-2 -> row of the UN list (see ``un_list``).

    Raises
    ------
    InputError
        When domain and name point to different countries and ``OTHER_NAMES`` does not know it.
    """
    iso = domain_code(profile)
    if iso is None or iso not in countries:
        return None
    row = countries[iso]
    known = {name_key(row[column]) for column in _NAME_COLUMNS if row.get(column)}
    if OTHER_NAMES.get(code) != iso and not known & profile_names(profile):
        raise InputError(
            "Profile '{code}' has the domain of {iso} but is called {names}. "
            "If they are the same place, add it to OTHER_NAMES.",
            code=code,
            iso=iso,
            names=", ".join(sorted(profile_names(profile))) or "nothing",
        )
    return iso


def group_by_iso(
    profiles: Mapping[str, Profile], countries: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, list[str]], list[str]]:
    """Group source codes by ISO code; also list the codes that belong to no ISO code."""
    groups: dict[str, list[str]] = {}
    left: list[str] = []
    for code, profile in profiles.items():
        iso = iso_code(code, profile, countries)
        if iso is None:
            left.append(code)
        else:
            groups.setdefault(iso, []).append(code)
    return dict(sorted(groups.items())), left


def un_list() -> dict[str, Mapping[str, Any]]:
    """Read the UN list that the installed package carries, never its online copy.

    Returns ISO alpha-2 -> row; places without an official code are left out.
    """
    from hdx.location.country import Country

    rows = Country.countriesdata(use_live=False)["countries"].values()
    return {iso: row for row in rows if (iso := row["ISO 3166-1 Alpha 2-Codes"])}
