"""The long table of indicators: one row per market and figure; what is unknown has no row."""

from collections.abc import Iterable, Mapping

from workbench.sources.derive.csv_text import number_text
from workbench.sources.derive.figure_text import Figure

COLUMNS = ("market", "indicator", "value", "unit", "year", "low", "high", "source")
KEYS = ("market", "indicator")

UNITS = {
    "population": "persons",
    "internet_users": "%",
    "fixed_broadband": "per 100",
    "mobile_subscriptions": "per 100",
    "median_age": "years",
    "urban": "%",
    "gdp_per_head": "PPP USD",
    "mobile_share": "% of page views",
    "ios_share": "% of mobile page views",
    "english_share": "%",
    "top_language_share": "%",
}
"""Indicator -> unit; a bare % is of population. The meanings stand in indicator_catalogue.csv."""


def indicator_rows(
    market: str, source: str, figures: Mapping[str, Figure | None]
) -> Iterable[dict[str, str]]:
    """Make the rows of one market from one source; a missing figure gives no row."""
    for indicator, figure in figures.items():
        if figure is not None:
            yield {
                "market": market,
                "indicator": indicator,
                "value": number_text(figure.value),
                "unit": UNITS[indicator],
                "year": "" if figure.year is None else str(figure.year),
                "low": number_text(figure.low),
                "high": number_text(figure.high),
                "source": source,
            }
