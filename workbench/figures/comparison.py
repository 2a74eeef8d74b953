"""Two scenarios side by side: what differs in the inputs and what follows from it."""

from typing import Any

from workbench.domain.assess import Portfolio
from workbench.domain.changes import Cell, Change
from workbench.domain.comparison import Comparison
from workbench.figures.cells import cell_name, cell_value, why_of
from workbench.figures.channels import channel_names
from workbench.figures.view import View, render
from workbench.locale import Translator

MOVED = 0.05
"""Percentage points below which a mix counts as the same."""


def view(one: Portfolio, two: Portfolio, found: Comparison, t: Translator) -> View:
    """The differences between two scenarios' portfolios.

    Parameters
    ----------
    one, two
        Their plans name the scenarios.
    found
        From :func:`workbench.domain.comparison.compare`.
    """
    channels = channel_names(one, t)
    html = render(
        "comparison",
        t,
        one=one.plan.scenario,
        two=two.plan.scenario,
        said=headline(found, t),
        inputs=[_input(one, two, change, t) for change in found.inputs],
        markets=[
            {**row, "name": t.market(str(code))}
            for code, row in zip(found.markets.index, found.markets.to_dict("records"), strict=True)
        ],
        mixes=[
            {**row, "market": t.market(row["market"]), "channel": channels[row["channel"]]}
            for row in found.mixes.to_dict("records")
        ],
    )
    return View("comparison", title(t), html)


def title(t: Translator) -> str:
    """The heading, also of an empty state."""
    return t("Scenarios side by side")


def headline(found: Comparison, t: Translator) -> str:
    """How many inputs differ and what they change, in one or two sentences."""
    if not found.inputs:
        return t("Both scenarios hold the same inputs.")
    table = found.markets
    differ = t.n("{count} input differs.", "{count} inputs differ.", len(found.inputs))
    changed = int(table["changed"].sum())
    if not changed:
        return t.sentences(differ, t("Verdicts, ranks and mixes stay the same."))
    gates = int((table["gate_one"] != table["gate_two"]).sum())
    ranks = int((table["rank_one"].fillna(-1) != table["rank_two"].fillna(-1)).sum())
    mixes = int((table["mix_moved"] >= MOVED).sum())
    effect = t.n(
        "Of {all} markets {count} changes: verdict in {gates}, rank in {ranks}, mix in {mixes}.",
        "Of {all} markets {count} change: verdict in {gates}, rank in {ranks}, mix in {mixes}.",
        changed,
        all=len(table),
        gates=gates,
        ranks=ranks,
        mixes=mixes,
    )
    return t.sentences(differ, effect)


def _input(one: Portfolio, two: Portfolio, change: Change, t: Translator) -> dict[str, str]:
    here = _value(one, change.cell, change.before, t)
    there = _value(two, change.cell, change.after, t)
    if here == there:  # then the reason or the evidence differs
        here = " · ".join([here, *filter(None, why_of(change.cell, change.before))])
        there = " · ".join([there, *filter(None, why_of(change.cell, change.after))])
    return {"name": cell_name(one, change.cell, t), "one": here, "two": there}


def _value(portfolio: Portfolio, cell: Cell, value: Any, t: Translator) -> str:
    """What stands in a cell; of a weight that isn't set, what the industry gives it."""
    if cell.table == "weights" and value is None and cell.key in portfolio.weights:
        usual = cell_value(portfolio, cell, float(portfolio.weights[cell.key]), t)
        return t("default ({value})", value=usual)
    return cell_value(portfolio, cell, value, t)
