"""All markets at a glance: gates, ranking with stability, blockers with owner and date."""

from collections.abc import Container, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.figures.channels import channel_names
from workbench.figures.needs import need_names
from workbench.figures.readiness import check_names
from workbench.figures.verdict import product_name
from workbench.figures.view import View, render
from workbench.locale import Translator

GATES = ("go", "conditional", "no_go", "insufficient")
MOST_BLOCKERS = 40


def headline(verdicts: pd.DataFrame, t: Translator) -> str:
    """The portfolio in one sentence: what is go, what is one step away, what is out."""
    named = {
        gate: [t.market(str(code)) for code in verdicts.index[verdicts["gate"] == gate]]
        for gate in GATES
    }
    parts = []
    for gate, few, many in (
        ("go", t("{markets} can be entered"), t("{count} markets can be entered")),
        (
            "conditional",
            t("{markets} must first settle conditions"),
            t("{count} markets must first settle conditions"),
        ),
        ("no_go", t("{markets} should not be entered"), t("{count} markets should not be entered")),
        (
            "insufficient",
            t("{markets} can't be judged for lack of evidence"),
            t("{count} markets can't be judged for lack of evidence"),
        ),
    ):
        found = named[gate]
        if found:
            template = few if len(found) <= 4 else many
            parts.append(template.format(markets=t.listing(found), count=len(found)))
    return t("; ").join(parts) + t(".") if parts else t("No market is chosen.")


def table(
    portfolio: Portfolio,
    t: Translator,
    count: int | None = None,
    link: str = "",
    linked: Container[str] | None = None,
) -> str:
    """The comparison table, sortable: gate, rank, interval, firmness, needs, open items.

    Parameters
    ----------
    count
        How many rows; None: all.
    link
        Template of a market's address with ``{market}``; "": no links.
    linked
        Markets that have such a page; None: all.
    """
    verdicts = portfolio.verdicts()
    if count is not None:
        verdicts = verdicts.head(count)
    names, checks = need_names(portfolio, t), check_names(portfolio, t)
    rows = []
    for code, row in zip(verdicts.index, verdicts.to_dict("records"), strict=True):
        todo = portfolio.market(str(code)).readiness.open_items
        rows.append(
            {
                **row,
                "code": code,
                "name": t.market(str(code)),
                "link": link.format(market=code) if linked is None or code in linked else "",
                "levels": [
                    (names[str(need)], level) for need, level in portfolio.scores.loc[code].items()
                ],
                "todo": t.listing([checks[name] for name in todo["check"].head(2)]),
                "more": max(0, len(todo) - 2),
            }
        )
    return render("portfolio", t, rows=rows, needs=list(names.values()), top=portfolio.ranking.top)


def view(
    portfolio: Portfolio,
    t: Translator,
    link: str = "",
    count: int | None = None,
    linked: Container[str] | None = None,
) -> View:
    """Verdict first: the sentence, the counts of gates, the comparison table (:func:`table`)."""
    verdicts = portfolio.verdicts()
    counts = verdicts["gate"].value_counts()
    head = render(
        "portfolio_head",
        t,
        sentence=headline(verdicts, t),
        remarks=[t.text(remark) for remark in portfolio.remarks(t.lang)],
        counts=[(gate, int(counts.get(gate, 0))) for gate in GATES],
        open_items=int(verdicts.loc[verdicts["gate"] == "conditional", "open_items"].sum()),
    )
    title = t(
        "Market portfolio · {industry}",
        industry=portfolio.reference.label("industries", portfolio.industry, t.lang),
    )
    return View("portfolio", title, head + table(portfolio, t, count, link, linked))


def blockers(portfolio: Portfolio, t: Translator) -> View:
    """Open required checks of the chosen markets: the blocked first, then by due date."""
    checks = check_names(portfolio, t)
    rows = []
    for code in portfolio.chosen:
        for row in portfolio.market(code).readiness.open_items.to_dict("records"):
            rows.append(
                {
                    **row,
                    "market": t.market(code),
                    "name": checks[row["check"]],
                    "text": t.text(row["evidence"]),
                }
            )
    order = {"blocked": 0, "unknown": 2, "conditional": 1}
    rows.sort(
        key=lambda row: (
            not row["due"] and not row["owner"],
            order[row["status"]],
            str(row["due"] or "9999"),
        )
    )
    return View(
        "blockers",
        t("What stands in the way"),
        render("blockers", t, rows=rows[:MOST_BLOCKERS], more=max(0, len(rows) - MOST_BLOCKERS)),
    )


def subtitle(portfolio: Portfolio, t: Translator) -> str:
    """Product, scenario, day and number of markets in one line."""
    plan = portfolio.plan
    scenario = plan.scenario
    if plan.revision is not None:
        scenario = t("{scenario}, revision {revision}", scenario=scenario, revision=plan.revision)
    return t.n(
        "{product} · scenario “{scenario}” · {count} market · as of {day}",
        "{product} · scenario “{scenario}” · {count} markets · as of {day}",
        len(portfolio.chosen),
        product=product_name(portfolio, t),
        scenario=scenario,
        day=plan.as_of,
    )


def since(
    portfolio: Portfolio,
    day: date,
    moves: Sequence[tuple[str, Mapping[str, Any] | None, Mapping[str, Any]]],
    count: int,
    t: Translator,
) -> View:
    """What became different since the batch before: verdicts, ranks, leading channels.

    Parameters
    ----------
    day
        When that batch was made.
    moves
        Market, how it stood then (None: it wasn't there), how it stands now; each with ``gate``,
        ``rank`` (None: not ranked) and ``channels``, the largest of the mix first.
    count
        How many markets were held side by side.
    """
    names = channel_names(portfolio, t)
    rows = [
        {
            "name": t.market(code),
            "before": before,
            "now": now,
            "channels": [
                t.listing([names.get(each, each) for each in standing["channels"]])
                if standing
                else ""
                for standing in (before, now)
            ],
        }
        for code, before, now in moves
    ]
    if rows:
        said = t.n(
            "{count} market stands differently than on {day}.",
            "{count} markets stand differently than on {day}.",
            len(rows),
            day=day,
        )
    else:
        said = t.n(
            "Verdict, rank and leading channel of {count} market are as on {day}.",
            "Verdicts, ranks and leading channels of {count} markets are as on {day}.",
            count,
            day=day,
        )
    return View("since", t("Since the last run"), render("since", t, said=said, rows=rows))


def failed(rows: Sequence[Mapping[str, str]], t: Translator) -> View:
    """What could not be made, and why.

    Parameters
    ----------
    rows
        ``market`` (a code, or "" for the file about all), ``format``, ``state``, ``reason``, and
        ``earlier``, the address of the file of an earlier run that is still there, or "".
    """
    states = {
        "failed": t("Failed"),
        "timed_out": t("Took too long"),
        "died": t("Kernel died"),
    }
    found = [
        {
            **row,
            "name": t.market(row["market"]) if row["market"] else t("All markets"),
            "state": states[row["state"]],
        }
        for row in rows
    ]
    title = t.n("{count} file is missing", "{count} files are missing", len(rows))
    return View("failed", title, render("failed", t, rows=found))


def files(rows: Sequence[tuple[str, Sequence[tuple[str, str]]]], t: Translator) -> View:
    """The same in other formats: a market's code or "" for all, and ``(format, address)``."""
    found = [(t.market(code) if code else t("All markets"), links) for code, links in rows]
    return View("files", t("To print and to work on"), render("files", t, rows=found))


def lines(rows: Sequence[Mapping[str, Any]], t: Translator) -> View:
    """Several portfolios side by side: scenarios and industries with their verdicts counted.

    Parameters
    ----------
    rows
        ``link`` ("": no index was made), ``scenario``, ``industry`` (its name), ``product``,
        ``gates`` (gate -> count), ``missing`` (files that could not be made).
    """
    return View(
        "portfolio",
        t("Scenarios and industries"),
        render("lines", t, rows=rows, gates=GATES),
    )
