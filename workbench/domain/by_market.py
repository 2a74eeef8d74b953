"""Tables of the reference, looked up by market."""

import pandas as pd

from workbench.domain.reference import Reference
from workbench.domain.rows import records, tuples


def groups(markets: pd.DataFrame) -> pd.DataFrame:
    """Columns ``market, group``: the M49 regions, trade groups and the market itself."""
    trade = markets["trade_groups"].str.split(";")
    rows = [
        (code, group)
        for code, region, subregion, names in zip(
            markets["market"], markets["region"], markets["subregion"], trade, strict=True
        )
        for group in (code, region, subregion, *names)
        if group
    ]
    return pd.DataFrame(rows, columns=["market", "group"]).drop_duplicates()


def origins(reference: Reference) -> dict[str, dict[str, tuple[int, str]]]:
    """Market -> indicator -> year and source of the figure."""
    figures = reference.indicators[["market", "indicator", "year", "source"]]
    found: dict[str, dict[str, tuple[int, str]]] = {
        code: {} for code in reference.markets["market"]
    }
    for row in tuples(figures):
        found[row.market][row.indicator] = (row.year, row.source)
    return found


def subregions(reference: Reference) -> dict[str, str]:
    """Market -> M49 sub-region."""
    return reference.markets.set_index("market")["subregion"].to_dict()


def cells_by_market(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Market -> its need cells, highest first."""
    ordered = cells.sort_values("score", ascending=False, kind="stable")
    return {
        str(code): rows.reset_index(drop=True)
        for code, rows in ordered.groupby("market", sort=False)
    }


def platforms(reference: Reference) -> dict[str, pd.DataFrame]:
    """Market -> its rows of the platform table; markets without rows are not in it."""
    return {str(code): rows for code, rows in reference.platforms.groupby("market")}


def laws(reference: Reference) -> dict[str, dict[str, dict[str, str]]]:
    """Market -> topic -> row of the regulation table; markets without rows are not in it."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in records(reference.regulation):
        found.setdefault(row["market"], {})[row["topic"]] = row
    return found
