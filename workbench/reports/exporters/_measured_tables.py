"""The tables of what the imported events say of one market; without any, one says why."""

from typing import Any

from workbench.figures.attribution import SHOWN, apart, label, name_of, shares_of, taking_part
from workbench.locale import word
from workbench.reports.exporters._asked import Asked
from workbench.reports.exporters._table import UNKNOWN, Bars, Column, Table


def programme(asked: Asked) -> Table:
    """The story in its three levels, a sentence a row."""
    t, found = asked.t, asked.measured
    columns = (Column(t("Level"), width=34), Column(t("What is measured"), width=110))
    name, title = t("Programme"), t("What the programme measures here")
    if isinstance(found, str):
        return Table(name, title, columns, [], (found,))
    rows = [
        (t.text(level.title), t.text(said)) for level in found.levels for said in level.sentences
    ]
    return Table(name, title, columns, rows, (*found.said, found.source))


def partners(asked: Asked) -> Table | None:
    """The incremental list; None where no order is credited to anybody."""
    t, found = asked.t, asked.measured
    if isinstance(found, str):
        return None
    table = taking_part(found.answer)
    if table.empty:
        return None
    rows = [
        (
            name_of(row.name, t),
            *(_number(each) for each in (row.conversions, row.orders, row.ratio, row.value)),
            *(_number(each) for each in (row.cost, row.cpa, row.roas)),
            word(t, "part", row.role),
            word(t, "basis", row.basis),
        )
        for row in table.itertuples(index=False)
    ]
    money = found.answer.counted.currency or t("unknown")
    columns = (
        Column(t("Name"), width=26),
        Column(t("Conversions"), "parts", 13),
        Column(t("Orders taken part in"), "whole", 13),
        Column(t("Credit per order"), "share", 12),
        Column(t("Order value ({currency})", currency=money), "money", 16),
        Column(t("Cost ({currency})", currency=money), "money", 14),
        Column(t("Cost per conversion ({currency})", currency=money), "money", 18),
        Column(t("Value per cost"), "money", 12),
        Column(t("Main role"), width=16),
        Column(t("Basis"), width=22),
    )
    notes = (
        label(t),
        t(
            "{model}. Only a test with a control group shows what would have been sold anyway.",
            model=word(t, "model", found.answer.question.model),
        ),
        t("Cost: commission of the orders counted and what touches cost."),
    )
    best = t(
        "{name} is credited with the most conversions: {count}",
        name=rows[0][0],
        count=t.number(rows[0][1], 1),
    )
    chart = Bars(best, (1,), first=min(SHOWN, len(rows)))
    return Table(t("Partners"), t("Incremental list"), columns, rows, notes, chart)


def models(asked: Asked) -> Table | None:
    """Each partner's share of the conversions by each model; None where there is no credit."""
    t, found = asked.t, asked.measured
    if isinstance(found, str):
        return None
    shares = shares_of(found.answer)
    if shares.empty or shares.isna().all(axis=None):
        return None
    rows = [
        (name_of(row[0], t), *(_number(each) for each in row[1:]))
        for row in shares.itertuples(name=None)
    ]
    columns = (
        Column(t("Name"), width=26),
        *(Column(word(t, "model", model), "weight", 14) for model in shares.columns),
    )
    notes = (apart(shares.head(SHOWN), t), t("Share of the conversions credited"), label(t))
    return Table(t("Models"), t("Who gets credit, model by model"), columns, rows, notes)


def _number(value: float) -> Any:
    return UNKNOWN if value != value else value
