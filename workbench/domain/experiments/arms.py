"""What an experiment's table must look like (A4): a row an arm, or a row an arm and day."""

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError, TableError
from workbench.domain.tables import Column, Schema, conform
from workbench.domain.text import N_

_COUNTS = (
    Column("exposures", "integer", required=True, low=0),
    Column("conversions", "integer", required=True, low=0),
    Column("value", "number"),
    Column("value_squares", "number", low=0),
)
ARMS = Schema(
    "arms",
    (Column("arm", required=True), *_COUNTS, Column("share", "number", low=0)),
    key=("arm",),
)
"""Arm (creative, page, channel), how many saw it, how many of them converted; of their value the
sum and the sum of squares over all exposures, empty where unknown; the share it was planned to
get, in any unit, empty for equal shares."""
DAYS = Schema(
    "days",
    (Column("day", "date", required=True), Column("arm", required=True), *_COUNTS),
    key=("day", "arm"),
)
"""The same counts of each day by itself."""
SUMS = ("exposures", "conversions", "value", "value_squares")
_OPTIONAL = ("value", "value_squares", "share")


def check_arms(frame: pd.DataFrame) -> pd.DataFrame:
    """The table of arms, typed and checked: what every measure here takes.

    Parameters
    ----------
    frame
        Columns of :data:`ARMS`; ``value``, ``value_squares`` and ``share`` may be left out.

    Returns
    -------
    pandas.DataFrame
        Index ``arm`` in the order given; ``exposures`` and ``conversions`` int64; ``value`` and
        ``value_squares`` float64, NaN where unknown; ``share`` float64, adding up to 1.

    Raises
    ------
    TableError
        If a cell breaks its rule, an arm stands twice, fewer than two arms are there, or the
        figures of an arm contradict each other.
    """
    table = _counts(_filled(frame), ARMS)
    for row, arm in zip(range(2, len(table) + 2), table["arm"], strict=True):
        if table["exposures"].iloc[row - 2] == 0:
            raise TableError(
                "Table arms, row {row}: arm {arm} has no exposures; leave it out until it has.",
                row=row,
                arm=arm,
            )
    if len(table) < 2:
        raise TableError(
            "An experiment compares at least two arms; the table has {found}. Give a row for "
            "each, the control among them.",
            found=N_("{count} arm", "{count} arms", len(table)),
        )
    known = table["share"].notna()
    if known.any() and not (known.all() and (table["share"] > 0).all()):
        raise TableError(
            "Table arms, row {row}: the planned share of {arm} is missing or 0; give each arm a "
            "share above 0, or none to any for equal shares.",
            row=int((~(table["share"] > 0)).to_numpy().argmax()) + 2,
            arm=table["arm"].iloc[int((~(table["share"] > 0)).to_numpy().argmax())],
        )
    share = table["share"] if known.all() else pd.Series(1.0, index=table.index)
    return table.assign(share=share / share.sum()).set_index("arm")


def check_days(frame: pd.DataFrame, cumulative: bool = False) -> pd.DataFrame:
    """The table of arms and days, typed, checked and sorted by day.

    Parameters
    ----------
    frame
        Columns of :data:`DAYS`; ``value`` and ``value_squares`` may be left out.
    cumulative
        The counts are those up to the end of each day; they are turned into the day's own.

    Returns
    -------
    pandas.DataFrame
        Columns of :data:`DAYS`, each arm once a day, each day's own counts.

    Raises
    ------
    TableError
        As :func:`check_arms`; also if a day lacks an arm, or cumulative counts fall.
    """
    table = _counts(_filled(frame), DAYS)
    arms, days = table["arm"].unique(), np.sort(table["day"].unique())
    wanted = pd.MultiIndex.from_product([days, arms], names=["day", "arm"])
    lacking = wanted.difference(pd.MultiIndex.from_frame(table[["day", "arm"]]), sort=False)
    if len(lacking):
        day, arm = lacking[0]
        raise TableError(
            "Day {day} has no row for arm {arm}; add it, with 0 exposures if nobody saw it.",
            day=day,
            arm=arm,
        )
    table = table.set_index(["day", "arm"]).loc[wanted]
    if cumulative:
        table = _own_counts(table)
    return table.reset_index()


def totals(days: pd.DataFrame, shares: dict[str, float] | None = None) -> pd.DataFrame:
    """The arms that the days add up to, as :func:`check_arms` returns them.

    Parameters
    ----------
    days
        As :func:`check_days` returns them.
    shares
        Arm -> planned share; None: equal.
    """
    sums = days.groupby("arm", sort=False)[list(SUMS)].sum(min_count=len(days["day"].unique()))
    sums["share"] = np.nan if shares is None else [shares.get(arm, np.nan) for arm in sums.index]
    return check_arms(sums.reset_index())


def seem_cumulative(days: pd.DataFrame) -> bool:
    """Whether no count of any arm falls from day to day, over four days or more.

    Own counts of days do that by chance in less than one of a thousand tables.
    """
    if days["day"].nunique() < 4:
        return False
    steps = days.groupby("arm", sort=False)[["exposures", "conversions"]].diff()
    return bool(((steps >= 0) | steps.isna()).all(axis=None))


def control_of(arms: pd.DataFrame, control: str | None) -> str:
    """The arm that the others are held against: the one named, else the first.

    Raises
    ------
    InputError
        If no arm has that name.
    """
    if control is None:
        return str(arms.index[0])
    if control not in arms.index:
        raise InputError(
            "There is no arm {control!r} to be the control; the arms are: {arms}.",
            control=control,
            arms=", ".join(arms.index),
        )
    return control


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """With the columns that may be left out, empty."""
    lacking = [name for name in _OPTIONAL if name not in frame]
    return frame.assign(**dict.fromkeys(lacking, np.nan))


def _counts(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    if schema is DAYS:
        frame = frame.drop(columns="share")
    table = conform(frame, schema).astype({"exposures": "int64", "conversions": "int64"})
    for position, row in enumerate(table.itertuples(index=False)):
        where = {"table": schema.name, "row": position + 2, "arm": row.arm}
        if row.conversions > row.exposures:
            raise TableError(
                "Table {table}, row {row}: arm {arm} has {conversions} conversions and only "
                "{exposures} exposures; count each exposure once, and at most one conversion of "
                "it.",
                **where,
                conversions=row.conversions,
                exposures=row.exposures,
            )
        if np.isnan(row.value) != np.isnan(row.value_squares):
            raise TableError(
                "Table {table}, row {row}: arm {arm} has only one of value and value_squares; "
                "give both, or none for unknown.",
                **where,
            )
        # Cauchy and Schwarz: squares that are too small belong to another sum.
        if row.value_squares * max(row.exposures, 1) < row.value**2 * (1 - 1e-9):
            raise TableError(
                "Table {table}, row {row}: arm {arm} has a sum of squares of {squares}, but a sum "
                "of {value} over {exposures} exposures needs at least {least}; add up the square "
                "of each exposure's value.",
                **where,
                squares=row.value_squares,
                value=row.value,
                exposures=row.exposures,
                least=row.value**2 / max(row.exposures, 1),
            )
    return table


def _own_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Each day's own counts from those up to its end."""
    own = table.groupby("arm", sort=False).diff()
    own = own.where(own.notna(), table)  # the first day, and nothing else, has no day before
    falling = (own[["exposures", "conversions"]] < 0).any(axis=1)
    if falling.any():
        day, arm = own.index[int(falling.to_numpy().argmax())]
        raise TableError(
            "The cumulative counts of arm {arm} fall on {day}; give counts that only grow, or "
            "each day's own counts.",
            arm=arm,
            day=day,
        )
    return own.astype({"exposures": "int64", "conversions": "int64"})
