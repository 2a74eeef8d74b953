"""The tables of one market, made of the records that ``--json`` prints."""

from typing import Any

from workbench.figures import channels as channel_figures
from workbench.figures import needs as need_figures
from workbench.figures import promise as promise_figures
from workbench.figures import value as value_figures
from workbench.figures.channels import channel_names
from workbench.figures.needs import need_names
from workbench.figures.readiness import check_names
from workbench.locale import Translator, word
from workbench.reports.exporters._asked import Asked
from workbench.reports.exporters._table import (
    UNKNOWN,
    Bars,
    Column,
    Table,
    Typed,
    day,
    known,
    part,
    shade_of,
)

QUESTIONS = ("infrastructure", "competitors", "promise", "compliance")
WIDE = 48


def yes_no(flag: bool, t: Translator) -> str:
    """Yes or no in the language."""
    return t("Yes") if flag else t("No")


def verdict(asked: Asked) -> Table:
    """The verdict and the key figures, an item a row."""
    t = asked.t
    (row,) = asked.topic("markets")
    (fit,) = asked.topic("value")
    rank, whole = known(row["rank"]), known(row["low"])
    rows = [
        (t("Verdict"), word(t, "gate", row["gate"])),
        (t("Rank"), Typed(rank, "whole")),
        (t("Markets with a rank"), Typed(ranked(asked), "whole")),
        (t("Rank, low end (5%)"), Typed(whole, "whole")),
        (t("Rank, high end (95%)"), Typed(known(row["high"]), "whole")),
        (t("Firmness"), Typed(known(row["top_share"]), "share")),
        (t("Score (0 to 1)"), Typed(known(row["score"]), "score")),
        (t("Missing in the ranking"), Typed(known(row["missing"]), "share")),
        (t("Value fit"), Typed(known(row["value_fit"]), "share")),
        (t("Needs unknown"), Typed(asked.one.missing, "share")),
        (t("Provider posture"), word(t, "posture", row["posture"])),
        *((word(t, "question", each), word(t, "status", row[each])) for each in QUESTIONS),
        (t("Items open"), Typed(row["open_items"], "whole")),
        (t("Value claim"), fit["claim"] or None),
        (t("Proof"), fit["proof"] or None),
        (t("Gap"), fit["gap"] or None),
        (t("Reason not to enter"), fit["stay_out"] or None),
    ]
    columns = (Column(t("Item"), width=30), Column(t("Value"), width=80))
    firm = t(
        "Firmness: share of {count} plausible weightings among the best {top}",
        count=t.number(asked.portfolio.plan.samples),
        top=asked.portfolio.ranking.top,
    )
    return Table(t("Verdict"), t.market(asked.code), columns, rows, (*asked.remarks, firm))


def ranked(asked: Asked) -> int:
    """How many markets have a rank."""
    return sum(row["rank"] is not None for row in asked.topic("ranking")["markets"])


def needs(asked: Asked) -> Table:
    """Every need, strongest first."""
    t, names = asked.t, need_names(asked.portfolio, asked.t)
    order = {cell.need: place for place, cell in enumerate(asked.one.cells.itertuples())}
    found = sorted(asked.topic("needs"), key=lambda row: order[row["need"]])
    rows = [
        (
            names[row["need"]],
            known(row["score"]),
            known(row["level"]),
            word(t, "origin", row["origin"]),
            word(t, "confidence", row["confidence"]) or None,
            known(row["known_weight"]),
            known(row["derived_score"]),
            yes_no(row["message_focus"], t),
            _evidence(asked, row),
        )
        for row in found
    ]
    columns = (
        Column(t("Need"), width=30),
        Column(t("Level (1–5)"), "level"),
        Column(t("Level, whole (1–5)"), "whole"),
        Column(t("How it came about"), width=20),
        Column(t("Confidence"), width=18),
        Column(t("Share of the figures that is known (%)"), "share", 16),
        Column(t("Derived level (1–5)"), "level"),
        Column(t("Message focus"), width=12),
        Column(t("Evidence"), width=WIDE),
    )
    drawn = need_figures.bars(asked.one.cells, names, t)
    return Table(
        t("Needs"),
        t("What users care about most"),
        columns,
        rows,
        (drawn.source,),
        Bars(drawn.finding, (1,), shades=tuple(shade_of(row[2]) for row in rows)),
    )


def _evidence(asked: Asked, row: dict[str, Any]) -> str | None:
    """What a need's level rests on; a record has a prior's in English only."""
    if row["origin"] == "prior" and asked.t.lang != "en":
        table = asked.portfolio.reference.need_priors
        own = table[(table["need"] == row["need"]) & (table["evidence_en"] == row["evidence"])]
        return str(own.iloc[0][f"evidence_{asked.t.lang}"])
    return row["evidence"] or None


def channels(asked: Asked) -> Table:
    """The starting mix, largest first."""
    t, names = asked.t, channel_names(asked.portfolio, asked.t)
    wants = need_names(asked.portfolio, t)
    rows = [
        (
            names[row["channel"]],
            part(row["mix"]),
            part(row["floor"]),
            part(row["cap"]),
            row["weight"],
            row["base"],
            row["change"],
            word(t, "origin", row["origin"]),
            t("; ").join(_rule(step, wants, t) for step in row["rules"]) or None,
            t.listing(row["platforms"]) or None,
        )
        for row in asked.topic("channels")
    ]
    columns = (
        Column(t("Channel"), width=26),
        Column(t("Mix (%)"), "share", 9),
        Column(t("Floor (%)"), "share", 9),
        Column(t("Cap (%)"), "share", 9),
        Column(t("Weight (points)"), "level"),
        Column(t("Base (points)"), "level"),
        Column(t("Change (points)"), "level"),
        Column(t("Origin"), width=18),
        Column(t("Why"), width=WIDE),
        Column(t("Local platforms"), width=40),
    )
    drawn = channel_figures.mix(asked.one.channels, names, t)
    carrying = sum(row[1] > 0 for row in rows)
    return Table(
        t("Channels"),
        t("Suggested channel mix"),
        columns,
        rows,
        (drawn.source,),
        Bars(drawn.finding, (1,), first=carrying),
    )


def _rule(step: dict[str, Any], names: dict[str, str], t: Translator) -> str:
    if step["level"] is None:
        return f"{step['change']:+g} {t('Crowded: every known competitor spends here')}"
    return f"{step['change']:+g} {names[step['need']]} {t.number(step['level'])}"


def readiness(asked: Asked) -> Table:
    """Every check under its question."""
    t, names = asked.t, check_names(asked.portfolio, asked.t)
    (found,) = asked.topic("readiness")
    rows = [
        (
            word(t, "question", row["question"]),
            names[row["check"]],
            yes_no(row["required"] == "yes", t),
            word(t, "status", row["status"]),
            row["evidence"] or None,
            word(t, "origin", row["origin"]),
            row["owner"] or None,
            day(row["due"]),
            day(row["expiry"]),
            word(t, "status", row["automatic_status"]),
        )
        for row in sorted(found["checks"], key=lambda row: QUESTIONS.index(row["question"]))
    ]
    columns = (
        Column(t("Question"), width=22),
        Column(t("Check"), width=34),
        Column(t("Required?"), width=10),
        Column(t("Status"), width=12),
        Column(t("Evidence"), width=60),
        Column(t("Origin"), width=14),
        Column(t("Owner"), width=16),
        Column(t("Due"), "date"),
        Column(t("Holds until"), "date"),
        Column(t("Automatic answer"), width=16),
    )
    note = t("A question is as weak as its weakest required check; unknown never passes.")
    return Table(t("Readiness"), t("Four-question readiness check"), columns, rows, (note,))


def promise(asked: Asked) -> Table:
    """Each promise against each of its requirements."""
    t = asked.t
    (found,) = asked.topic("promise")
    rows = [
        (
            row["phrase"],
            {"zh": "中文", "en": "English"}[row["lang"]],
            word(t, "verdict", row["verdict"]),
            word(t, "metric", row["metric"]),
            t("at most") if row["comparison"] == "max" else t("at least"),
            row["required"],
            known(row["available"]),
            row["shortfall"] if row["available"] is not None else UNKNOWN,
            row["unit"],
            row[f"honest_{t.lang}"] or None,
            row["source"] or None,
        )
        for row in found["promises"]
    ]
    columns = (
        Column(t("Promise"), width=24),
        Column(t("Language"), width=10),
        Column(t("Result"), width=14),
        Column(t("Requirement"), width=22),
        Column(t("Bound"), width=10),
        Column(t("Required"), "figure", 10),
        Column(t("Product here"), "figure", 14),
        Column(t("Short by"), "figure", 10),
        Column(t("Unit"), width=8),
        Column(t("Honest wording"), width=40),
        Column(t("Source"), width=WIDE),
    )
    check = asked.one.promise
    note = (
        promise_figures.against_requirement(check, t).finding
        if check is not None and rows
        else t("No product is chosen, or its copy makes no measurable promise.")
    )
    return Table(t("Promises"), t("Promise against capability"), columns, rows, (note,))


def value(asked: Asked) -> Table:
    """Each need against the product's strength."""
    t, names = asked.t, need_names(asked.portfolio, asked.t)
    (found,) = asked.topic("value")
    rows = [
        (
            names[row["need"]],
            known(row["level"]),
            known(row["strength"]),
            known(row["served"]),
            known(row["gap"]),
            word(t, "fit", row["verdict"]),
        )
        for row in found["needs"]
    ]
    columns = (
        Column(t("Need"), width=30),
        Column(t("Market's need (1–5)"), "level", 16),
        Column(t("Product's strength (1–5)"), "level", 18),
        Column(t("Served (1–5)"), "level", 14),
        Column(t("Gap (levels)"), "level", 14),
        Column(t("Result"), width=16),
    )
    fit = asked.one.value
    if fit is None:
        note = t("No product is chosen. Choose one to see where its strengths meet the needs.")
        return Table(t("Value"), t("Unique value"), columns, rows, (note,))
    if found["fit"] is None:
        return Table(t("Value"), t("Unique value"), columns, rows)
    drawn = value_figures.need_against_strength(fit, names, t)
    chart = Bars(drawn.finding, (1, 2), colours=("accent", "go"))
    return Table(t("Value"), t("Unique value"), columns, rows, (), chart)


def competitors(asked: Asked) -> Table:
    """Where known competitors spend."""
    t, names = asked.t, channel_names(asked.portfolio, asked.t)
    found = asked.one.competition
    rows = [
        (
            names.get(str(row.Index), str(row.Index)),
            int(row.competitors),
            UNKNOWN if row.cpa_usd != row.cpa_usd else float(row.cpa_usd),
            UNKNOWN if row.return_ratio != row.return_ratio else float(row.return_ratio),
            yes_no(bool(row.crowded), t),
        )
        for row in found.channels.itertuples()
    ]
    columns = (
        Column(t("Channel"), width=26),
        Column(t("Competitors (count)"), "whole", 16),
        Column(t("Cost per acquisition (USD, median)"), "money", 22),
        Column(t("Return (ratio, median)"), "money", 16),
        Column(t("Crowded?"), width=14),
    )
    notes = tuple(
        t("Source: {source}, latest {day}", source=row["source"], day=row["as_of"])
        for row in found.sources.to_dict("records")
    ) or (t("No competitor is registered for this market and industry."),)
    return Table(t("Competitors"), t("Competitors' acquisition"), columns, rows, notes)
