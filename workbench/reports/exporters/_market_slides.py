"""The slides of one market: verdict, needs, value, channels, readiness, promises, next steps."""

from dataclasses import replace
from typing import Any

from workbench.figures import promise as promise_figures
from workbench.figures.readiness import check_names, open_rows
from workbench.figures.value import claim
from workbench.locale import word
from workbench.reports.exporters import _market_tables as market_tables
from workbench.reports.exporters._asked import Asked
from workbench.reports.exporters._chart import add_bars
from workbench.reports.exporters._deck import Deck
from workbench.reports.exporters._layout import BODY, LEFT, RIGHT, alt, beside, finding, grid, lines
from workbench.reports.exporters._slide import BOTTOM, Box, Head
from workbench.reports.exporters._table import UNKNOWN, Bars, Column, Table, known, shown

STATUS = {"ready": "go", "conditional": "cond", "blocked": "no", "unknown": "unk"}
GATE = {"go": "go", "conditional": "cond", "no_go": "no", "insufficient": "unk"}
"""Status and gate -> design token."""


def verdict(deck: Deck, asked: Asked) -> None:
    """Gate, rank, claim and key figures."""
    t = asked.t
    (row,) = asked.topic("markets")
    gate = word(t, "gate", row["gate"])
    name = t.market(asked.code)
    if row["rank"] is None:
        title = t(
            "{market}: {gate}; not ranked, too much is unknown", market=name, gate=gate.lower()
        )
    else:
        title = t(
            "{market}: {gate}, rank {rank} of {count}",
            market=name,
            gate=gate.lower(),
            rank=t.number(row["rank"]),
            count=market_tables.ranked(asked),
        )
    table = market_tables.verdict(asked)
    slide = deck.slide(title, table.notes[-1], lines(table, t))
    said = claim(asked.one, asked.portfolio, t)
    panel = replace(LEFT, height=3.75)
    slide.panel(panel, GATE[row["gate"]])
    slide.text(
        Box(panel.left + 0.3, panel.top + 0.22, panel.width - 0.55, panel.height - 0.4),
        [
            (
                said["claim"] or t("Choose a product to see what it can create here."),
                18,
                False,
                "ink",
            ),
            (said["stay_out"], 15, True, "no"),
            (said["gap"], 14, False, "ink"),
            (said["proof"], 14, False, "ink-2"),
            *_todo(asked),
            *((remark, 11, False, "ink-2") for remark in asked.remarks),
        ],
    )
    width, top = (LEFT.width - 0.5) / 3, LEFT.top + panel.height + 0.25
    for place, (head, value) in enumerate(
        (
            (t("Rank"), shown(known(row["rank"]), "whole", t)),
            (t("Firmness"), shown(known(row["top_share"]), "share", t)),
            (t("Value fit"), shown(known(row["value_fit"]), "share", t)),
        )
    ):
        tile = Box(LEFT.left + place * (width + 0.25), top, width, BOTTOM - top)
        slide.panel(tile, "accent")
        inner = Box(tile.left + 0.25, tile.top + 0.2, width - 0.35, tile.height - 0.3)
        slide.text(inner, [(value, 32, True, "ink"), (head, 13, False, "ink-2")])
    facts = [
        [table.rows[place][0], shown(table.rows[place][1], "text", t)]
        for place in (0, 2, 3, 4, 6, 11, 12, 13, 14, 10, 15, 7, 9)
    ]
    slide.table(RIGHT, [Head(t("Item"), 3), Head(t("Value"), 2, True)], facts, 12)


def _todo(asked: Asked) -> list[tuple[str, float, bool, str]]:
    """What is to be settled, the first three checks, as paragraphs."""
    t = asked.t
    todo = open_rows(asked.portfolio, asked.code, t)
    if not todo:
        return []
    more = [t.n("{count} more check", "{count} more checks", len(todo) - 3)] if todo[3:] else []
    named = [str(row["name"]) for row in todo[:3]]
    return [
        (t("To be settled before entering"), 13, True, "ink"),
        (t.listing([*named, *more]), 13, False, "ink-2"),
    ]


def needs(deck: Deck, asked: Asked) -> None:
    """What users care about most."""
    t = asked.t
    table = market_tables.needs(asked)
    slide = deck.slide(finding(table), table.notes[0], lines(table, t))
    add_bars(slide, LEFT, table, alt(table, t))
    grid(slide, RIGHT, table, {0: 2.7, 1: 1.4, 3: 1.9, 4: 2.2, 7: 1.9}, t)


def value(deck: Deck, asked: Asked) -> None:
    """Needs against the product's strengths; left out without a product."""
    t = asked.t
    table = market_tables.value(asked)
    if not table.rows:
        return
    source = t("Level 1 to 5; unknown needs are left out")
    slide = deck.slide(finding(table), source, lines(table, t))
    if table.chart is not None:
        kept = [row for row in table.rows if UNKNOWN not in row]
        add_bars(slide, LEFT, replace(table, rows=kept), alt(table, t))
    grid(slide, RIGHT, table, {0: 3.4, 1: 1.5, 2: 1.6, 5: 1.8}, t)


def channels(deck: Deck, asked: Asked) -> None:
    """The starting mix, and why."""
    t = asked.t
    table = market_tables.channels(asked)
    slide = deck.slide(finding(table), table.notes[0], lines(table, t))
    add_bars(slide, replace(LEFT, width=5.6), table, alt(table, t))
    right = beside(5.6)
    grid(slide, right, table, {0: 2.2, 1: 0.9, 8: 3.6, 9: 2.6}, t, 10)


def readiness(deck: Deck, asked: Asked) -> None:
    """The four questions, each with its weakest required check."""
    t, names = asked.t, check_names(asked.portfolio, asked.t)
    (found,) = asked.topic("readiness")
    table = market_tables.readiness(asked)
    statuses = list(found["questions"].values())
    said = t.listing(
        [
            f"{statuses.count(status)} {word(t, 'status', status).lower()}"
            for status in STATUS
            if status in statuses
        ]
    )
    title = t("Of the four questions: {statuses}", statuses=said)
    slide = deck.slide(title, table.notes[0], lines(table, t))
    width, gap = (BODY.width - 0.6) / 2, 0.6
    height = (BODY.height - 0.3) / 2
    for place, (question, status) in enumerate(found["questions"].items()):
        box = Box(
            BODY.left + place % 2 * (width + gap),
            BODY.top + place // 2 * (height + 0.3),
            width,
            height,
        )
        weakest = next(
            row
            for row in found["checks"]
            if (row["question"], row["required"], row["status"]) == (question, "yes", status)
        )
        slide.panel(box, STATUS[status])
        inner = Box(box.left + 0.25, box.top + 0.18, box.width - 0.45, box.height - 0.3)
        slide.text(
            inner,
            [
                (word(t, "status", status), 12, True, STATUS[status]),
                (f"{place + 1}  {word(t, 'question', question)}", 17, True, "ink"),
                (names[weakest["check"]] if status != "ready" else "", 13, True, "ink"),
                (weakest["evidence"], 13, False, "ink-2"),
            ],
        )


def promise(deck: Deck, asked: Asked) -> None:
    """What the copy asks for, and how much of it is met; left out without a product."""
    t = asked.t
    table = market_tables.promise(asked)
    check = asked.one.promise
    if check is None:
        return
    source = t("100% = the requirement is just met")
    slide = deck.slide(table.notes[0], source if table.rows else "", lines(table, t))
    if not table.rows:
        slide.text(LEFT, [(t("The copy makes no measurable promise."), 16, False, "ink-2")])
        return
    drawn = promise_figures.against_requirement(check, t)
    bar = drawn.figure.data[0]
    fates = check.table.drop_duplicates(["requirement"])["verdict"]
    met = Table(
        "",
        "",
        (Column(t("Requirement")), Column(t("Share that is met (%)"), "share")),
        [(label, share / 100) for label, share in zip(bar.y[::-1], bar.x[::-1], strict=True)],
        chart=Bars(drawn.finding, (1,), shades=tuple(promise_figures.COLOURS[v] for v in fates)),
    )
    add_bars(slide, replace(LEFT, width=5.6), met, drawn.alt)
    right = beside(5.6)
    grid(slide, right, _asked_for(asked), {0: 1.9, 1: 1.4, 2: 1.4, 3: 1.3, 4: 2.1, 5: 2.6}, t, 10)


def _asked_for(asked: Asked) -> Table:
    """The promises by what they ask for: a row a requirement, with all phrases that make it."""
    t = asked.t
    found: dict[str, list[dict[str, Any]]] = {}
    for promise in asked.topic("promise")[0]["promises"]:
        found.setdefault(promise["requirement"], []).append(promise)
    rows = []
    for own in found.values():
        one, unit = own[0], own[0]["unit"]
        sign = "≤" if one["comparison"] == "max" else "≥"
        have = shown(known(one["available"]), "figure", t)
        phrases = {each["phrase"].lower(): each["phrase"] for each in own if each["lang"] == t.lang}
        rows.append(
            (
                word(t, "metric", one["metric"]),
                f"{sign} {shown(one['required'], 'figure', t)} {unit}",
                have if one["available"] is None else f"{have} {unit}",
                word(t, "verdict", one["verdict"]),
                t.listing(list(phrases.values())) or None,
                one[f"honest_{t.lang}"] or None,
            )
        )
    heads = (
        t("Requirement"),
        t("Required"),
        t("Product here"),
        t("Result"),
        t("Promise"),
        t("Honest wording"),
    )
    return Table("", "", tuple(map(Column, heads)), rows)


def next_steps(deck: Deck, asked: Asked) -> None:
    """The open checks, with owner and date."""
    t = asked.t
    todo = open_rows(asked.portfolio, asked.code, t)
    table = Table(
        "",
        "",
        (
            Column(t("To be settled")),
            Column(t("Status")),
            Column(t("Evidence")),
            Column(t("Owner")),
            Column(t("Due"), "date"),
        ),
        [
            (
                str(row["name"]),
                word(t, "status", str(row["status"])),
                str(row["text"]),
                str(row["owner"] or t("nobody yet")),
                row["due"],
            )
            for row in todo
        ],
    )
    title = (
        t.n(
            "{count} check is to be settled before entering",
            "{count} checks are to be settled before entering",
            len(todo),
        )
        if todo
        else t("Nothing stands in the way.")
    )
    slide = deck.slide(title, "", lines(table, t))
    if todo:
        grid(slide, BODY, table, {0: 2.6, 1: 1.2, 2: 5, 3: 1.2, 4: 1.6}, t)
