"""Commands that write to one cell of a scenario."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.commands.handles import cell_in, saved, scenario_of, spoken, usable_cells, writing
from workbench.commands.options import Database, Key, Lang, Reason, Scenario, Table
from workbench.domain.errors import InputError

if TYPE_CHECKING:
    from workbench.domain.changes import Cell, Evidence

EvidenceText = Annotated[str, typer.Option("--evidence", help="What it rests on · 依据")]
Link = Annotated[str, typer.Option("--link", help="Address of the evidence · 依据链接")]
Day = Annotated[str, typer.Option("--evidence-date", metavar="YYYY-MM-DD", help="· 依据日期")]
Confidence = Annotated[str, typer.Option("--confidence", help="high, medium, low · 置信度")]


def set_cell(
    table: Table,
    key: Key,
    value: Annotated[str, typer.Argument(help="Level, status, weight, percent, text · 取值")],
    reason: Reason = "",
    evidence: EvidenceText = "",
    link: Link = "",
    evidence_date: Day = "",
    confidence: Confidence = "",
    owner: Annotated[str | None, typer.Option(help="Owner of a check · 负责人")] = None,
    due: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="· 截止日期")] = None,
    expiry: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="· 有效期至")] = None,
    scenario: Scenario = None,
    database: Database = None,
    lang: Lang = None,
) -> None:
    """Change one cell; "-" takes its value away, "?" is an unknown level · 修改一个单元格"""
    from workbench.domain.changes import Change, cells_of, plan_of

    t = spoken(lang)
    store = writing(database)
    name = scenario_of(store, scenario)
    cells = store.snapshot(name).cells
    cell = cell_in(cells, table, key)
    _check_comment(cell, value, store.author, cells.get(cell))
    wanted = None
    if value != "-":
        given = {
            "evidence": evidence or None,
            "confidence": confidence or None,
            "owner": owner,
            "due": due,
            "expiry": expiry,
        }
        record = _value(cell, value, reason, given, cells.get(cell))
        wanted = cells_of(plan_of({cell: record})).get(cell)
    change = Change(table, key, cells.get(cell), wanted)
    rests = _evidence(evidence, link, evidence_date, confidence)
    changes = [change] if change.before != change.after else []
    saved(store.apply(name, changes, reason, rests, check=usable_cells()), t)


def comment(
    table: Table, key: Key, text: str, scenario: Scenario = None, database: Database = None,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Say something about a cell · 评论单元格"""
    from workbench.domain.comments import comment_change

    t = spoken(lang)
    store = writing(database)
    name = scenario_of(store, scenario)
    cells = store.snapshot(name).cells
    change = comment_change(cells, cell_in(cells, table, key), text, store.author)
    saved(store.apply(name, [change]), t)


def _check_comment(cell: "Cell", value: str, author: str, stands: Any) -> None:
    """Refuse to set a comment, and to take somebody else's away."""
    from workbench.domain.changes import COMMENTS
    from workbench.domain.exchange import check_author

    if cell.table != COMMENTS:
        return
    if value != "-":
        raise InputError(
            "{cell}: a comment is not set; add one with workbench comment TABLE KEY TEXT, or take "
            "your own away with -.",
            cell=cell,
        )
    check_author(author, stands, None)


def _value(cell: "Cell", value: str, reason: str, given: dict[str, Any], before: Any) -> Any:
    """The JSON value that a table's cell gets from the words of the command line."""
    filled = {name: text for name, text in given.items() if text is not None}
    if cell.table == "levels":
        own = {name: text for name, text in filled.items() if name in ("evidence", "confidence")}
        level = None if value == "?" else value
        return {"level": level, "reason": reason, "when": date.today().isoformat(), **own}
    if cell.table == "answers":
        own = {name: text for name, text in filled.items() if name != "confidence"}
        today = date.today().isoformat()
        return {**(before or {}), "status": value, "answered_on": today, **own}
    return value


def _evidence(text: str, link: str, day: str, confidence: str) -> "Evidence":
    from workbench.domain.changes import Evidence
    from workbench.domain.plan import make_plan

    if day:
        day = make_plan({"as_of": day}).as_of.isoformat()
    if confidence not in ("", "high", "medium", "low"):
        raise InputError(
            "The confidence {value!r} is not allowed; it is one of high, medium, low.",
            value=confidence,
        )
    return Evidence(text, link, day, confidence)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("set")(set_cell)
    app.command()(comment)
