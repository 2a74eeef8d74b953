"""A replay of incentives as numbers for programs, and as lines for a terminal."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from workbench.domain.programme.bulk import comparison, shown
from workbench.domain.programme.minor import digits, major
from workbench.domain.programme.replay import BreakEven, Replay, break_even
from workbench.domain.programme.terms import NOT_REPLAYED
from workbench.domain.rows import records, tuples
from workbench.locale import Translator, word

VERSION = 1
Rows = tuple[str, list[str], list[list[str]]]
MONEY = ("value", "today", "proposed", "change", "today_open", "proposed_open", "amount")


def record(found: Replay, margin: Decimal | None = None) -> dict[str, Any]:
    """Everything as JSON-ready values; amounts have the currency's decimals, unknown is None."""
    home = found.plan.currency
    total = {**found.plan_total, "change": _change(found)}
    return {
        "version": VERSION,
        "plan": {"name": found.plan.name, "example": found.plan.example},
        "currency": home,
        "first": found.first and found.first.isoformat(),
        "last": found.last and found.last.isoformat(),
        "label": "what the same orders would have cost; not what partners would have sold",
        "total": {
            name: _amount(amount, home) if name in MONEY else amount
            for name, amount in total.items()
        },
        "totals": [_money(row, home) for row in records(found.totals)],
        "parts": [_money(row, home) for row in records(found.parts)],
        "months": [_money(row, home) for row in records(found.months)],
        "partners": [_money(row, home) for row in records(found.partners)],
        "terms_changed": _terms(found),
        "left_out": found.left_out,
        "strangers": found.strangers,
        "rules": found.reasons,
        "break_even": None if margin is None else _needed(found, margin),
        "not_replayed": list(_stated(found)),
    }


def _change(found: Replay) -> int:
    return found.plan_total["proposed"] - found.plan_total["today"]


def _amount(amount: int, currency: str) -> float | int:
    return float(major(amount, currency)) if digits(currency) else int(amount)


def _money(row: dict[str, Any], home: str) -> dict[str, Any]:
    found = {
        name: _amount(int(value), home if name == "change_home" else row["currency"])
        if name in MONEY or name == "change_home"
        else _known(value)
        for name, value in row.items()
    }
    return {name: int(value) if name == "orders" else value for name, value in found.items()}


def _known(value: Any) -> Any:
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


def _needed(found: Replay, margin: Decimal) -> dict[str, Any]:
    needed = break_even(found, margin)
    return {
        "margin": float(margin),
        "value": _amount(needed.value, found.plan.currency),
        "share": needed.share,
    }


def _terms(found: Replay) -> list[dict[str, Any]] | None:
    """What changes for whom; None: today's terms are not stated."""
    if found.plan.today is None:
        return None
    day, table = comparison(found.plan.today, found.plan.proposed, found.people)
    return [
        {
            **{name: _known(row[name]) for name in ("source", "partner", "name", "contract")},
            "field": row["field"],
            "day": day.isoformat(),
            "before": shown(row["before"]),
            "after": shown(row["after"]),
            "worse": row["worse"],
        }
        for row in records(table)
    ]


def _stated(found: Replay) -> tuple[str, ...]:
    """Terms of the proposal that no replay can judge."""
    every = [terms for each in found.plan.proposed.contracts for terms in each.versions]
    return tuple(name for name in NOT_REPLAYED if any(getattr(terms, name) for terms in every))


def listings(
    found: Replay, most: int, t: Translator, kinds: Mapping[str, str] | None = None
) -> list[Rows]:
    """Tables for the terminal: heading, column names, rows.

    Parameters
    ----------
    most
        Of partners, the ``most`` that gain and the ``most`` that lose most; of changed terms
        twice as many, those that are worse for the partner first.
    kinds
        Type of partner -> its name in the language.
    """
    parts = [
        [
            row.currency,
            row.name or word(t, "pay_part", row.part),
            t.money(_amount(row.amount, row.currency), row.currency),
        ]
        for row in tuples(found.parts)
        if row.amount or row.part == "base"
    ]
    tables = [
        (
            _heading(t("Who gains and who loses"), 2 * most, len(found.partners)),
            _partner_head(t),
            _ends(found, most, t, kinds or {}),
        ),
        (
            t("What the proposed pay is made of"),
            [t("Currency"), t("Part"), t("Amount")],
            parts,
        ),
    ]
    if found.plan.today is not None:
        changed = _changed_terms(found, t)
        if changed:
            head = [t("Partner"), t("Contract"), t("Term"), t("Before"), t("After"), t("Judgement")]
            heading = _heading(t("Terms that change"), 2 * most, len(changed))
            tables.append((heading, head, changed[: 2 * most]))
    return tables


def _heading(text: str, most: int, total: int) -> str:
    return text if total <= most else f"{text} ({most} / {total})"


def _partner_head(t: Translator) -> list[str]:
    return [
        t("Partner"),
        t("Type"),
        t("Orders"),
        t("Sales"),
        t("Paid today"),
        t("Paid as proposed"),
        t("Difference"),
    ]


def _ends(found: Replay, most: int, t: Translator, kinds: Mapping[str, str]) -> list[list[str]]:
    table = found.partners
    if len(table) > 2 * most:
        table = pd.concat([table.head(most), table.tail(most)])
    return [
        [
            row.name if isinstance(row.name, str) else row.partner,
            kinds.get(row.type, row.type) if isinstance(row.type, str) else "—",
            t.number(row.orders),
            *(
                t.money(_amount(amount, row.currency), row.currency)
                for amount in (row.value, row.today, row.proposed, row.change)
            ),
        ]
        for row in tuples(table)
    ]


def _changed_terms(found: Replay, t: Translator) -> list[list[str]]:
    assert found.plan.today is not None
    _, table = comparison(found.plan.today, found.plan.proposed, found.people)
    return [
        [
            row.name if isinstance(row.name, str) else row.partner,
            row.contract,
            word(t, "term", row.field),
            _said(row.before),
            _said(row.after),
            word(t, "worse", {True: "yes", False: "no"}.get(row.worse, "")),
        ]
        for row in sorted(tuples(table), key=lambda row: row.worse is not True)
    ]


def _said(value: Any) -> str:
    if value is None or value == ():
        return "—"
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def lead(found: Replay, t: Translator) -> str:
    """What the proposal would have cost, in one sentence."""
    home = found.plan.currency
    total = found.plan_total
    return t.n(
        "{count} order from {first} to {last}: paid today {today}, as proposed {proposed}, a "
        "difference of {change}.",
        "{count} orders from {first} to {last}: paid today {today}, as proposed {proposed}, a "
        "difference of {change}.",
        total["orders"],
        first=t.date(found.first),
        last=t.date(found.last),
        today=t.money(_amount(total["today"], home), home),
        proposed=t.money(_amount(total["proposed"], home), home),
        change=t.money(_amount(_change(found), home), home),
    )


def remarks(found: Replay, needed: BreakEven | None, t: Translator) -> list[str]:
    """What the figures are and are not, a sentence each."""
    home = found.plan.currency
    said = []
    if found.plan.example:
        said.append(t("The plan is an invented example."))
    said.append(
        t(
            "The same orders are paid twice: a replay can't know whether partners would have sold "
            "more or less."
        )
    )
    if needed is not None:
        said.append(_needed_words(found, needed, t))
    pending = found.plan_total["proposed_open"]
    if pending:
        said.append(
            t(
                "Of the proposed pay {amount} is for orders that are still open and may be "
                "reversed.",
                amount=t.money(_amount(pending, home), home),
            )
        )
    for kind, counts, msg in (
        ("left_out", found.left_out, t("Left out")),
        ("pay_rule", found.reasons, t("Orders touched by the proposed rules")),
    ):
        listed = [
            t("{count} × {why}", count=t.number(count), why=word(t, kind, name))
            for name, count in counts.items()
            if count
        ]
        if listed:
            said.append(t("{what}: {items}.", what=msg, items=t.listing(listed)))
    if found.reasons["reversed_after_locking"]:
        said.append(
            t(
                "When an order was reversed is the date that the export gives for its state; "
                "where that is only a locking date, fewer orders were reversed after locking."
            )
        )
    if found.strangers:
        said.append(
            t.n(
                "The partner table says nothing of {count} partner; what is for a type, contract "
                "or country does not reach it.",
                "The partner table says nothing of {count} partners; what is for a type, contract "
                "or country does not reach them.",
                found.strangers,
            )
        )
    if found.plan.today is None:
        said.append(t("Paid today is the commission on record."))
    if _stated(found):
        said.append(
            t(
                "Stated but not replayed: {terms}.",
                terms=t.listing([word(t, "term", name) for name in _stated(found)]),
            )
        )
    said.append(
        t(
            "A partner's first order is the first on record, which begins on {day}.",
            day=t.date(found.first),
        )
    )
    return said


def _needed_words(found: Replay, needed: BreakEven, t: Translator) -> str:
    home = found.plan.currency
    if not needed.value:
        return t("The proposal costs no more than today, so it need not sell more.")
    return t(
        "It pays for itself if it brings {value} of additional sales, {share} of those on record.",
        value=t.money(_amount(needed.value, home), home),
        share=t.percent(needed.share, 1),
    )
