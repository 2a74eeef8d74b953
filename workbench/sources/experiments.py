"""A user's table of an experiment: a row an arm, or a row an arm and day (CSV or XLSX)."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from workbench.domain.errors import TableError
from workbench.domain.experiments import check_arms, check_days, totals
from workbench.sources import _xlsx
from workbench.sources.files import read_table

NAMES = {
    "arm": (
        "arm",
        "variant",
        "creative",
        "page",
        "landing_page",
        "channel",
        "版本",
        "素材",
        "渠道",
    ),
    "day": ("day", "date", "日期"),
    "exposures": (
        "exposures",
        "clicks",
        "visits",
        "visitors",
        "sessions",
        "impressions",
        "曝光",
        "点击",
        "访问",
        "访客",
    ),
    "conversions": ("conversions", "orders", "转化", "订单"),
    "value": ("value", "revenue", "金额", "收入"),
    "value_squares": ("value_squares", "revenue_squares", "金额平方和", "收入平方和"),
    "share": ("share", "planned_share", "计划占比"),
}
"""Our name of a column -> names that files give it; upper case and spaces don't matter."""
REMARKS = ("note", "备注")
"""Columns for people, which are not read."""


class Experiment(NamedTuple):
    """The arms, and their counts by day where the file has days."""

    arms: pd.DataFrame
    days: pd.DataFrame | None


def read_experiment(path: Path, cumulative: bool = False) -> Experiment:
    """The experiment of a file.

    Parameters
    ----------
    cumulative
        A day's counts are those since the start.

    Raises
    ------
    InputError
        If the file can't be read, two of its columns mean the same, or its counts break a rule.
    """
    table = read_own_table(path)
    table = table.rename(columns=_ours(path, table.columns))
    if "day" not in table:
        return Experiment(check_arms(table), None)
    shares = _shares(table) if "share" in table else None
    days = check_days(table.drop(columns="share", errors="ignore"), cumulative)
    return Experiment(totals(days, shares), days)


def read_own_table(path: Path) -> pd.DataFrame:
    """The cells of a CSV file, or of the first sheet of an XLSX file, as texts; no remarks.

    Raises
    ------
    InputError
        If the file can't be read or is empty.
    """
    table = _first_sheet(path) if path.suffix.lower() == ".xlsx" else read_table(path)
    return table.drop(columns=[name for name in table if str(name).strip().lower() in REMARKS])


def _ours(path: Path, given: pd.Index) -> dict[str, str]:
    known = {name: ours for ours, names in NAMES.items() for name in names}
    found = {name: known.get(str(name).strip().lower().replace(" ", "_"), name) for name in given}
    for ours in NAMES:
        same = [name for name, own in found.items() if own == ours]
        if len(same) > 1:
            raise TableError(
                "The table {path} has the columns {names}, which all mean {column}; keep one of "
                "them.",
                path=path,
                names=", ".join(map(str, same)),
                column=ours,
            )
    return found


def _shares(table: pd.DataFrame) -> dict[str, float]:
    """Arm -> planned share, from its first row; the shares of an experiment stay the same."""
    numbers = pd.to_numeric(table["share"].replace("", None), errors="coerce")
    changed = numbers.groupby(table["arm"]).nunique(dropna=False) > 1
    if changed.any():
        raise TableError(
            "The planned share of arm {arm} changes from day to day; an experiment keeps its "
            "shares. Begin a new one where they changed.",
            arm=changed.index[changed][0],
        )
    return dict(zip(table["arm"].map(str), numbers, strict=True))


def _first_sheet(path: Path) -> pd.DataFrame:
    """The first sheet of a workbook as texts; empty lines are left out."""
    import python_calamine

    parts = _xlsx.unpack(path)
    try:
        with python_calamine.load_workbook(_xlsx.repacked(parts)) as book:
            lines = book.get_sheet_by_index(0).to_python()
    except (python_calamine.CalamineError, *_xlsx.BROKEN_XML) as error:
        raise _xlsx.not_xlsx(path) from error
    rows = [[_text(cell) for cell in line] for line in lines]
    filled = [row for row in rows if any(row)]
    if not filled:
        raise TableError("The table {path} is empty; it needs a header line.", path=path)
    return pd.DataFrame(filled[1:], columns=filled[0], dtype=object)


def _text(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
