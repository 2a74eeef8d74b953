"""The table of markets: codes, UN regions, trade groups, income level and currency."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.sources.derive.income_level import income_level
from workbench.sources.derive.trade_groups import groups_of

COLUMNS = (
    "market",
    "iso3",
    "m49",
    "name_en",
    "region",
    "subregion",
    "trade_groups",
    "income_level",
    "currency",
)
KEYS = ("market",)

FINEST_REGIONS = frozenset({"002", "019"})
"""Africa and the Americas: here the intermediate region is the useful one (West Africa, 011)."""


def region_code(code: str | None) -> str:
    """Write an M49 code with its three digits; empty where there is none."""
    return f"{int(code):03d}" if code else ""


def subregion(row: Mapping[str, Any]) -> str:
    """Give the finest M49 region that is common usage: intermediate in Africa and the Americas."""
    region = region_code(row["Region Code"])
    finest = row.get("Intermediate Region Code") if region in FINEST_REGIONS else None
    return region_code(finest or row["Sub-region Code"])


def main_currency(listed: str | None, in_use: Sequence[str]) -> str:
    """Choose one ISO 4217 code.

    Parameters
    ----------
    listed
        The UN list's single currency, at times a withdrawn one.
    in_use
        Current currencies of the trade-data package; the national one first where it is not the
        listed one.
    """
    if listed in in_use or not in_use:
        return listed or ""
    return in_use[0]


def market_row(
    market: str,
    name: str,
    row: Mapping[str, Any],
    currencies: Sequence[str],
    members: Mapping[str, frozenset[str]],
) -> dict[str, str]:
    """Make one row; ``row`` is the UN list's, ``members`` group id -> ISO codes."""
    return {
        "market": market,
        "iso3": row["ISO 3166-1 Alpha 3-Codes"],
        "m49": region_code(row["m49 numerical code"]),
        "name_en": name,
        "region": region_code(row["Region Code"]),
        "subregion": subregion(row),
        "trade_groups": groups_of(market, members),
        "income_level": income_level(market, row["World Bank Income Level"]),
        "currency": main_currency(row["Currency"], currencies),
    }
