"""The tables of the portfolio: the chosen markets side by side."""

from typing import Any

from workbench.figures.channels import channel_names
from workbench.figures.needs import need_names
from workbench.figures.portfolio import headline
from workbench.figures.ranking import SHOWN
from workbench.figures.readiness import check_names
from workbench.locale import word
from workbench.reports.exporters._asked import Asked
from workbench.reports.exporters._market_tables import QUESTIONS
from workbench.reports.exporters._shared_tables import SHADES
from workbench.reports.exporters._table import UNKNOWN, Bars, Column, Table, day, known, part


def markets(asked: Asked) -> Table:
    """Verdict, rank and firmness of each chosen market, best first."""
    t = asked.t
    rows = [
        (
            row["name"],
            row["market"],
            word(t, "gate", row["gate"]),
            known(row["rank"]),
            known(row["low"]),
            known(row["high"]),
            known(row["top_share"]),
            known(row["score"]),
            known(row["value_fit"]),
            word(t, "posture", row["posture"]),
            *(word(t, "status", row[each]) for each in QUESTIONS),
            row["open_items"],
            row["owner"] or None,
            day(row["due"]),
            known(row["missing"]),
            t.region(row["region"]),
        )
        for row in asked.topic("markets")
    ]
    columns = (
        Column(t("Market"), width=24),
        Column(t("Code"), width=7),
        Column(t("Verdict"), width=20),
        Column(t("Rank"), "whole", 8),
        Column(t("Rank, low end (5%)"), "whole"),
        Column(t("Rank, high end (95%)"), "whole"),
        Column(t("Firmness (%)"), "share"),
        Column(t("Score (0 to 1)"), "score"),
        Column(t("Value fit (%)"), "share"),
        Column(t("Provider posture"), width=18),
        *(Column(word(t, "question", each), width=16) for each in QUESTIONS),
        Column(t("Items open"), "whole", 10),
        Column(t("Owner"), width=16),
        Column(t("Due"), "date"),
        Column(t("Missing (%)"), "share", 10),
        Column(t("Region"), width=22),
    )
    firm = t(
        "Firmness: share of {count} plausible weightings among the best {top}",
        count=t.number(asked.portfolio.plan.samples),
        top=asked.portfolio.ranking.top,
    )
    said = headline(asked.portfolio.verdicts(), t)
    return Table(t("Markets"), t("Market portfolio"), columns, rows, (said, *asked.remarks, firm))


def needs(asked: Asked) -> Table:
    """Markets × needs."""
    t, names = asked.t, need_names(asked.portfolio, asked.t)
    found: dict[str, dict[str, Any]] = {}
    for row in asked.topic("needs"):
        found.setdefault(row["market"], {})[row["need"]] = row["score"]
    rows = [
        (t.market(row["market"]), *(known(found[row["market"]].get(need)) for need in names))
        for row in asked.topic("markets")
    ]
    columns = (
        Column(t("Market"), width=24),
        *(Column(t("{name} (1–5)", name=name), "level", 14) for name in names.values()),
    )
    note = t("Level 1 (hardly asked for) to 5 (decisive)")
    title = t("What users care about most")
    return Table(t("Needs"), title, columns, rows, (note,))


def blockers(asked: Asked) -> Table:
    """Open required checks: the blocked first, then those with an owner or a date, by date."""
    t, names = asked.t, check_names(asked.portfolio, asked.t)
    rows = []
    checks = {found["market"]: found["checks"] for found in asked.topic("readiness")}
    for market in asked.topic("markets"):  # the best ranked first
        for row in checks[market["market"]]:
            if row["required"] == "yes" and row["status"] != "ready":
                rows.append((market["market"], row))
    order = ("blocked", "conditional", "unknown")
    rows.sort(
        key=lambda each: (
            not each[1]["due"] and not each[1]["owner"],
            order.index(each[1]["status"]),
            each[1]["due"] or "9999",
        )
    )
    columns = (
        Column(t("Market"), width=20),
        Column(t("To be settled"), width=34),
        Column(t("Status"), width=12),
        Column(t("Evidence"), width=70),
        Column(t("Owner"), width=16),
        Column(t("Due"), "date"),
    )
    lines = [
        (
            t.market(code),
            names[row["check"]],
            word(t, "status", row["status"]),
            row["evidence"] or None,
            row["owner"] or None,
            day(row["due"]),
        )
        for code, row in rows
    ]
    notes = () if lines else (t("Nothing stands in the way."),)
    return Table(t("Blockers"), t("What stands in the way"), columns, lines, notes)


def mix(asked: Asked) -> Table:
    """Markets × channels, percent of the budget."""
    t, names = asked.t, channel_names(asked.portfolio, asked.t)
    found: dict[str, dict[str, float]] = {}
    for row in asked.topic("channels"):
        found.setdefault(row["market"], {})[row["channel"]] = row["mix"]
    used = sorted(
        {name for shares in found.values() for name, share in shares.items() if share},
        key=lambda name: (-sum(shares.get(name, 0) for shares in found.values()), name),
    )
    codes = [row["market"] for row in asked.topic("markets")]
    rows = [(t.market(code), *(part(found[code].get(name, 0)) for name in used)) for code in codes]
    columns = (
        Column(t("Market"), width=24),
        *(Column(t("{name} (%)", name=names[name]), "share", 13) for name in used),
    )
    most = names[used[0]] if used else ""
    chart = Bars(
        t("{channel} takes the largest share over the markets", channel=most),
        tuple(range(1, 1 + len(used))),
        first=min(SHOWN, len(rows)),
        stacked=True,
        colours=tuple(SHADES[place % len(SHADES)] for place in range(len(used))),
    )
    note = t("Starting mix, whole percent; floors and caps apply")
    return Table(
        t("Mix"), t("Suggested channel mix"), columns, rows, (note,), chart if used else None
    )


def value(asked: Asked) -> Table:
    """Value fit, claim, gap and reason not to enter of each market."""
    t = asked.t
    found = {row["market"]: row for row in asked.topic("value")}
    rows = [
        (
            t.market(code),
            UNKNOWN if found[code]["fit"] is None else found[code]["fit"],
            found[code]["claim"] or None,
            found[code]["gap"] or None,
            found[code]["stay_out"] or None,
        )
        for code in (row["market"] for row in asked.topic("markets"))
    ]
    columns = (
        Column(t("Market"), width=24),
        Column(t("Value fit (%)"), "share"),
        Column(t("Value claim"), width=70),
        Column(t("Gap"), width=60),
        Column(t("Reason not to enter"), width=50),
    )
    return Table(t("Value"), t("Unique value"), columns, rows)
