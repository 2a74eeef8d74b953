"""Trade groups of a market: those of the trade-data package, and a few blocs it lacks."""

from collections.abc import Iterable, Mapping
from typing import Any

ACTIVE = frozenset({"member", "party"})
"""Standings that count; a signatory that has not ratified or a suspended member does not."""

OTHER_BLOCS: dict[str, frozenset[str]] = {
    "CPTPP": frozenset(
        {"AU", "BN", "CA", "CL", "GB", "JP", "MX", "MY", "NZ", "PE", "SG", "VN"},
    ),
    "EAEU": frozenset({"AM", "BY", "KG", "KZ", "RU"}),
    "RCEP": frozenset(
        {"AU", "BN", "CN", "ID", "JP", "KH", "KR", "LA", "MM", "MY", "NZ", "PH", "SG", "TH", "VN"}
    ),
}
"""Bloc -> the states that have signed or joined its treaty, as of 2025-06-30 (``trade_blocs``)."""


def group_members(groups: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Give group id (its short name, such as "ASEAN") -> ISO codes of its active members.

    Parameters
    ----------
    groups
        Records with "short_name" and "members" (each with "type", "id", "status"). A member that
        is itself a group is passed over.
    """
    members = {
        group["short_name"]: frozenset(
            member["id"]
            for member in group["members"]
            if member["type"] == "country" and member["status"] in ACTIVE
        )
        for group in groups
    }
    return dict(sorted({**members, **OTHER_BLOCS}.items()))


def groups_of(market: str, members: Mapping[str, frozenset[str]]) -> str:
    """List a market's groups, sorted and separated by semicolons."""
    return ";".join(group for group, codes in members.items() if market in codes)
