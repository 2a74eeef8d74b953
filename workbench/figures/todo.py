"""What is to be settled, by whom and by when."""

import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.domain.rows import records
from workbench.figures.readiness import check_names
from workbench.figures.view import View, render
from workbench.locale import Translator

FILTERS = ("all", "mine", "overdue")
FIRST = 12
"""Rows that stand open; the others are folded away."""


def view(portfolio: Portfolio, table: pd.DataFrame, t: Translator, shown: str = "all") -> View:
    """The open checks (:func:`workbench.domain.todo.todo`), those of a filter only."""
    checks = check_names(portfolio, t)
    chosen = table if shown == "all" else table[table[shown].astype(bool)]
    rows = [
        {**row, "market": t.market(row["market"]), "name": checks[row["check"]]}
        for row in records(chosen)
    ]
    empty = {
        "all": t("Nothing is left to settle in the chosen markets."),
        "mine": t("No open check is yours; write your name as owner in the readiness table."),
        "overdue": t("No open check is overdue."),
    }
    first, more = rows[:FIRST], rows[FIRST:]
    html = render("todo", t, rows=first, more=more, said=headline(table, t), empty=empty[shown])
    return View("todo", t("To do"), html)


def headline(table: pd.DataFrame, t: Translator) -> str:
    """How many checks are open, how many of them yours, how many overdue, nobody's."""
    if table.empty:
        return ""
    nobody = int((table["owner"].astype(str).str.strip() == "").sum())
    return t.n(
        "{count} check is open: {mine} yours, {overdue} overdue, {nobody} without an owner.",
        "{count} checks are open: {mine} yours, {overdue} overdue, {nobody} without an owner.",
        len(table),
        mine=int(table["mine"].sum()),
        overdue=int(table["overdue"].sum()),
        nobody=nobody,
    )
