"""What is still to be settled, by whom and by when, across the markets of a plan (W6)."""

import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.domain.rows import records

COLUMNS = ["market", "check", "question", "status", "owner", "due", "mine", "overdue"]


def todo(portfolio: Portfolio, who: str) -> pd.DataFrame:
    """Open required checks of the chosen markets, the earliest due first, without a date last.

    Parameters
    ----------
    who
        Whose name counts as "mine"; compared without regard to case and outer spaces.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`; ``due`` is a date or None, ``overdue`` says that it lies before
        the plan's day.
    """
    name = who.strip().casefold()
    rows = [
        {
            "market": code,
            **{column: row[column] for column in ("check", "question", "status", "owner", "due")},
            "mine": bool(name) and row["owner"].strip().casefold() == name,
            "overdue": row["due"] is not None and row["due"] < portfolio.plan.as_of,
        }
        for code in portfolio.chosen
        for row in records(portfolio.market(code).readiness.open_items)
    ]
    rows.sort(key=lambda row: (row["due"] is None, row["due"] or portfolio.plan.as_of))
    return pd.DataFrame(rows, columns=COLUMNS)
