"""Topics as plain rows of text, for a terminal."""

from collections.abc import Callable
from typing import Any

from workbench.domain.assess import Portfolio
from workbench.figures.channels import channel_names
from workbench.figures.needs import need_names
from workbench.figures.readiness import check_names
from workbench.figures.value import claim
from workbench.locale import Translator, translator, word
from workbench.reports import records

Rows = tuple[list[str], list[list[str]], str]


def listing(topic: str, portfolio: Portfolio) -> Rows:
    """Header, rows and closing notes, a line each, of a topic, in the plan's language."""
    t = translator(portfolio.plan.lang)
    head, rows, note = _LISTINGS[topic](portfolio, t)
    remarks = [t.text(remark) for remark in portfolio.remarks(t.lang)]
    return head, rows, "\n".join(line for line in (*remarks, note) if line)


def _whole(value: Any) -> str:
    return "—" if value is None or value != value else f"{value:.0f}"


def _markets(portfolio: Portfolio, t: Translator) -> Rows:
    rows = [
        [
            row["market"],
            row["name"],
            word(t, "gate", row["gate"]),
            _whole(row["rank"]),
            f"{_whole(row['low'])}–{_whole(row['high'])}",
            t.percent(row["top_share"]),
            t.percent(row["missing"]),
            word(t, "posture", row["posture"]),
            str(row["open_items"]),
        ]
        for row in records.markets(portfolio)
    ]
    head = [
        t("Code"),
        t("Market"),
        t("Verdict"),
        t("Rank"),
        t("Interval"),
        t("Firmness"),
        t("Missing"),
        t("Provider posture"),
        t("Items open"),
    ]
    return (
        head,
        rows,
        t(
            "Firmness: share of {count} plausible weightings among the best {top}",
            count=t.number(portfolio.plan.samples),
            top=portfolio.ranking.top or portfolio.plan.top,
        ),
    )


def _ranking(portfolio: Portfolio, t: Translator) -> Rows:
    table = portfolio.ranking.table
    rows = [
        [
            _whole(row["rank"]),
            t.market(str(code)),
            t.number(row["score"], 3),
            f"{_whole(row['low'])}–{_whole(row['high'])}",
            t.percent(row["top_share"]),
            _whole(row["topsis_rank"]),
            _whole(row["promethee_rank"]),
            t.percent(row["missing"]),
        ]
        for code, row in table.iterrows()
        if code in set(portfolio.chosen)
    ]
    head = [
        t("Rank"),
        t("Market"),
        t("Score"),
        t("Interval"),
        t("Firmness"),
        "TOPSIS",
        "PROMETHEE II",
        t("Missing"),
    ]
    agreement = portfolio.ranking.agreement
    return (
        head,
        rows,
        t(
            "Agreement of methods (Kendall's tau): TOPSIS {topsis}, PROMETHEE II {promethee}",
            topsis=t.number(agreement["topsis"], 2),
            promethee=t.number(agreement["promethee"], 2),
        ),
    )


def _needs(portfolio: Portfolio, t: Translator) -> Rows:
    names = need_names(portfolio, t)
    table = portfolio.scores.loc[list(portfolio.chosen)]
    rows = [
        [t.market(str(code)), *("?" if level != level else f"{level:.1f}" for level in row)]
        for code, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    return [t("Market"), *names.values()], rows, t("Level 1 (hardly asked for) to 5 (decisive)")


def _channels(portfolio: Portfolio, t: Translator) -> Rows:
    names = channel_names(portfolio, t)
    rows = [
        [
            t.market(row["market"]),
            names[row["channel"]],
            f"{row['mix']:.0f}%",
            f"{row['weight']:.1f}",
            f"{row['base']:.1f}",
            f"{row['change']:+.1f}",
            t.listing(row["platforms"][:4]),
        ]
        for row in records.channels(portfolio)
    ]
    return (
        [
            t("Market"),
            t("Channel"),
            t("Mix"),
            t("Weight"),
            t("Base"),
            t("Change"),
            t("Local platforms"),
        ],
        rows,
        t("Starting mix, whole percent; floors and caps apply"),
    )


def _readiness(portfolio: Portfolio, t: Translator) -> Rows:
    names = check_names(portfolio, t)
    rows = []
    for found in records.readiness(portfolio):
        for check in found["checks"]:
            rows.append(
                [
                    t.market(found["market"]),
                    word(t, "gate", found["gate"]),
                    word(t, "question", check["question"]),
                    names[check["check"]],
                    word(t, "status", check["status"]),
                    check["evidence"],
                ]
            )
    return (
        [t("Market"), t("Verdict"), t("Question"), t("Check"), t("Status"), t("Evidence")],
        rows,
        "",
    )


def _promise(portfolio: Portfolio, t: Translator) -> Rows:
    rows = []
    for found in records.promise(portfolio):
        for row in found["promises"]:
            short = "—" if row["shortfall"] != row["shortfall"] else f"{row['shortfall']:g}"
            have = "?" if row["available"] != row["available"] else f"{row['available']:g}"
            rows.append(
                [
                    t.market(found["market"]),
                    row["phrase"],
                    word(t, "verdict", row["verdict"]),
                    word(t, "metric", row["metric"]),
                    f"{row['required']:g}",
                    have,
                    short,
                    row["unit"],
                    row[f"honest_{t.lang}"],
                ]
            )
    note = "" if rows else t("No product is chosen, or its copy makes no measurable promise.")
    return (
        [
            t("Market"),
            t("Promise"),
            t("Result"),
            t("Requirement"),
            t("Required"),
            t("Product here"),
            t("Short by"),
            t("Unit"),
            t("Honest wording"),
        ],
        rows,
        note,
    )


def _value(portfolio: Portfolio, t: Translator) -> Rows:
    rows = []
    for code in portfolio.chosen:
        one = portfolio.market(code)
        said = claim(one, portfolio, t)
        rows.append(
            [
                t.market(code),
                t.percent(one.value.fit) if one.value else "—",
                said["claim"],
                said["gap"],
                said["stay_out"],
            ]
        )
    return (
        [t("Market"), t("Value fit"), t("Value claim"), t("Gap"), t("Reason not to enter")],
        rows,
        "",
    )


def _providers(portfolio: Portfolio, t: Translator) -> Rows:
    rows = [
        [t.region(row["region"]), _whole(row["coverage"]), word(t, "posture", row["posture"])]
        for row in records.providers(portfolio)
    ]
    return (
        [t("Region"), t("Coverage"), t("Provider posture")],
        rows,
        t("Curated, dated opinion; ? = unknown"),
    )


_LISTINGS: dict[str, Callable[[Portfolio, Translator], Rows]] = {
    "markets": _markets,
    "ranking": _ranking,
    "needs": _needs,
    "channels": _channels,
    "readiness": _readiness,
    "promise": _promise,
    "value": _value,
    "providers": _providers,
}
