"""Income level of a market: the UN list's, brought forward by the World Bank's later changes."""

from workbench.domain.errors import InputError

LEVELS = {
    "Low": "low",
    "Lower middle": "lower_middle",
    "Upper middle": "upper_middle",
    "High": "high",
}

CHANGES: tuple[tuple[int, str, str, str], ...] = (
    (2025, "BG", "upper_middle", "high"),
    (2025, "DZ", "lower_middle", "upper_middle"),
    (2025, "IR", "lower_middle", "upper_middle"),
    (2025, "MN", "lower_middle", "upper_middle"),
    (2025, "PS", "upper_middle", "lower_middle"),
    (2025, "PW", "upper_middle", "high"),
    (2025, "RU", "upper_middle", "high"),
    (2025, "UA", "lower_middle", "upper_middle"),
    (2026, "CR", "upper_middle", "high"),
    (2026, "CV", "lower_middle", "upper_middle"),
    (2026, "ET", "low", ""),  # unclassified until its national accounts are revised
    (2026, "NA", "upper_middle", "lower_middle"),
    (2026, "WS", "lower_middle", "upper_middle"),
)
"""(Fiscal year, market, level before, level after); the package's list is that of fiscal 2024."""


def income_level(market: str, listed: str | None) -> str:
    """Give low, lower_middle, upper_middle or high as of fiscal 2026; empty where unclassified.

    Parameters
    ----------
    market
        ISO alpha-2.
    listed
        The level as the UN list writes it, such as "Upper middle"; None where it has none.

    Raises
    ------
    InputError
        When the list has moved on, so that a change no longer starts from what it says.
    """
    level = LEVELS[listed] if listed else ""
    for year, code, before, after in CHANGES:
        if code == market:
            if level != before:
                raise InputError(
                    "The income level of {market} was {before} before fiscal {year}, but the "
                    "package lists {level}. Take out the changes it already contains.",
                    market=market,
                    before=before,
                    year=year,
                    level=level or "none",
                )
            level = after
    return level
