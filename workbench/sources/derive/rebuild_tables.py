"""Derive the three tables from the pinned packages and write them."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.sources.derive import indicators, languages, markets
from workbench.sources.derive.browsing import median_share, monthly_shares
from workbench.sources.derive.csv_text import csv_text
from workbench.sources.derive.factbook import (
    FIELDS,
    POPULATION,
    Profile,
    merge_figures,
    read_figure,
    read_profiles,
)
from workbench.sources.derive.figure_text import Figure
from workbench.sources.derive.iso_codes import group_by_iso, un_list
from workbench.sources.derive.npm_archives import EDITIONS, default_cache, fetch, read_regions
from workbench.sources.derive.packages import require_packages
from workbench.sources.derive.trade_groups import group_members

TABLES = ("markets.csv", "indicators.csv", "languages.csv")

Rows = list[dict[str, str]]
Shares = dict[str, dict[str, float | None]]


def rebuild(out: Path, cache: Path | None = None) -> list[str]:
    """Write ``TABLES`` into a folder and tell what was found and what could not be used.

    Parameters
    ----------
    out
        The folder to write into; made if it is missing.
    cache
        Where npm's archives are kept; default ``$WORKBENCH_CACHE`` or a temporary folder.

    Returns
    -------
    list of str
        Notes for a person: counts, and each field whose text could not be used.

    Raises
    ------
    InputError
        When a package or npm is missing or is not the pinned version.
    """
    texts, notes = derive_tables(cache)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    return notes


def derive_tables(cache: Path | None = None) -> tuple[dict[str, str], list[str]]:
    """Derive the tables without writing: file name -> its text, and the notes of ``rebuild``."""
    require_packages()
    folder = cache or default_cache()
    fetch(folder)
    un_rows = un_list()
    profiles = read_profiles()
    groups, left = group_by_iso(profiles, un_rows)
    notes = [f"Profiles that are no ISO country or territory: {', '.join(left)}."]
    figures, remarks = _factbook_figures(profiles, groups)
    settled = sorted(market for market, found in figures.items() if found[POPULATION])
    dropped = sorted(set(figures) - set(settled))
    notes.append(f"ISO territories without a population figure: {', '.join(dropped)}.")
    notes += [remark for market in settled for remark in remarks[market]]

    mobile, ios = _browsing_shares(folder)
    indicator_rows: Rows = []
    language_rows: Rows = []
    for market in settled:
        spoken = languages.read_languages(market)
        language_rows += languages.language_rows(market, spoken)
        browsing = {
            "mobile_share": median_share(mobile.get(market, {})),
            "ios_share": median_share(ios.get(market, {})),
        }
        for source, found in (
            ("factbook", figures[market]),
            ("caniuse", browsing),
            ("cldr", languages.language_figures(spoken)),
        ):
            indicator_rows += indicators.indicator_rows(market, source, found)
    market_rows = _market_rows(settled, un_rows)
    notes += _counts(market_rows, indicator_rows, language_rows)
    texts = (
        csv_text(markets.COLUMNS, markets.KEYS, market_rows),
        csv_text(indicators.COLUMNS, indicators.KEYS, indicator_rows),
        csv_text(languages.COLUMNS, languages.KEYS, language_rows),
    )
    return dict(zip(TABLES, texts, strict=True)), notes


def _factbook_figures(
    profiles: Mapping[str, Profile], groups: Mapping[str, list[str]]
) -> tuple[dict[str, dict[str, Figure | None]], dict[str, list[str]]]:
    figures: dict[str, dict[str, Figure | None]] = {}
    remarks: dict[str, list[str]] = {}
    for market, codes in groups.items():
        figures[market], remarks[market] = {}, []
        for indicator in FIELDS:
            read = [read_figure(profiles[code], indicator) for code in codes]
            merged = merge_figures([figure for figure, _ in read], indicator == POPULATION)
            figures[market][indicator] = merged
            reasons = [reason for _, reason in read if reason]
            if merged is None and not reasons and any(figure for figure, _ in read):
                reasons = [f"the profiles {', '.join(codes)} state different figures"]
            remarks[market] += [f"{market} {indicator}: {reason}." for reason in reasons]
    return figures, remarks


def _browsing_shares(folder: Path) -> tuple[Shares, Shares]:
    mobile: Shares = {}
    ios: Shares = {}
    for edition in EDITIONS:
        for market, region in read_regions(folder, edition).items():
            both = monthly_shares(region["data"])
            mobile.setdefault(market, {})[edition.month] = both[0]
            ios.setdefault(market, {})[edition.month] = both[1]
    return mobile, ios


def _market_rows(settled: list[str], un_rows: Mapping[str, Mapping[str, Any]]) -> Rows:
    from babel import Locale
    from firmapanel_trade_country_data import load_dataset

    names = Locale("en").territories
    members = group_members(load_dataset("trade-groups")["records"])
    in_use = {row["iso2"]: row["currency_codes"] for row in load_dataset("countries")["records"]}
    return [
        markets.market_row(market, names[market], un_rows[market], in_use.get(market, ()), members)
        for market in settled
    ]


def _counts(market_rows: Rows, indicator_rows: Rows, language_rows: Rows) -> list[str]:
    per_indicator = Counter(row["indicator"] for row in indicator_rows)
    bounds = sum(row["source"] == "factbook" and row["high"] != "" for row in indicator_rows)
    return [
        f"{len(market_rows)} markets, {len(indicator_rows)} figures, "
        f"{len(language_rows)} languages of markets.",
        f"{bounds} figures are bounds (less than 1), written as the middle with low and high.",
        *(f"{name}: {per_indicator[name]} markets." for name in indicators.UNITS),
    ]
