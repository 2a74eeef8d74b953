"""The kinds of partners as rows for a terminal, and as records."""

from typing import Any

import pandas as pd

from workbench.domain.rows import records as rows_of
from workbench.domain.rows import tuples
from workbench.locale import Translator, word


def records(types: pd.DataFrame) -> list[dict[str, Any]]:
    """JSON-ready; aliases as a list, unknown as None."""
    return [
        {
            **{name: value or None for name, value in row.items()},
            "aliases": [each for each in row["aliases"].split(";") if each],
        }
        for row in rows_of(types)
    ]


def listing(types: pd.DataFrame, t: Translator) -> tuple[list[str], list[list[str]], str]:
    """Head, rows, and a closing note."""
    rows = [
        [
            row.type,
            getattr(row, f"name_{t.lang}"),
            word(t, "partner_role", row.role),
            getattr(row, f"pay_{t.lang}") or "—",
            getattr(row, f"watch_{t.lang}") or "—",
        ]
        for row in tuples(types)
    ]
    head = [t("Id"), t("Name"), t("Usual role"), t("Usual pay"), t("What to watch")]
    return head, rows, t("A dated opinion of ours: no measurement of your partners.")
