"""Commands on what the workspace holds: scenarios, cells, their history, what is to be done."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench._handles import (
    number_of,
    print_json,
    reading,
    scenario_of,
    show,
    spoken,
    usable_cells,
    writing,
)
from workbench._options import AsJson, Database, Lang, PlanPath, Revision, Scenario
from workbench.domain.errors import InputError

if TYPE_CHECKING:
    from workbench.domain.changes import Evidence
    from workbench.domain.plan import Plan
    from workbench.store import Command, Workspace

scenario_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Scenarios of the workspace · 工作区方案"
)

Reason = Annotated[str, typer.Option("--reason", "-r", help="Why · 理由")]
EvidenceText = Annotated[str, typer.Option("--evidence", help="What it rests on · 依据")]
Link = Annotated[str, typer.Option("--link", help="Address of the evidence · 依据链接")]
Day = Annotated[str, typer.Option("--evidence-date", metavar="YYYY-MM-DD", help="· 依据日期")]
Confidence = Annotated[str, typer.Option("--confidence", help="high, medium, low · 置信度")]
Table = Annotated[
    str, typer.Argument(help="levels, answers, weights, channel_weights, floors, caps, advert …")
]
Key = Annotated[str, typer.Argument(help="ID/privacy, privacy, kol, zh …")]


# scenarios


@scenario_app.command("list")
def list_scenarios(database: Database = None, lang: Lang = None, as_json: AsJson = False) -> None:
    """All scenarios with revision and state · 列出方案"""
    from workbench.reports import workspace

    found = reading(database).scenarios()
    show(workspace.scenarios(found, spoken(lang)), workspace.scenario_records(found), as_json)


@scenario_app.command("new")
def new_scenario(
    name: str,
    plan: PlanPath = None,
    reason: Reason = "",
    database: Database = None,
    lang: Lang = None,
) -> None:
    """Begin a scenario, empty or from a plan file · 新建方案"""
    from workbench.apps._keeping import database_of
    from workbench.domain.plan import Plan
    from workbench.sources.opening import usable
    from workbench.sources.plans import load_plan
    from workbench.store import open_workspace
    from workbench.store.plans import begin

    start = load_plan(plan) if plan else Plan()
    usable(start)
    workspace = open_workspace(database_of(database))
    _done(begin(workspace, name, start, reason or (f"from {plan}" if plan else "")), lang)


@scenario_app.command("branch")
def branch(
    source: str,
    name: str,
    revision: Revision = None,
    reason: Reason = "",
    database: Database = None,
    lang: Lang = None,
) -> None:
    """Begin a scenario from another one · 由已有方案新建分支"""
    _done(writing(database).branch(source, name, number_of(revision), reason), lang)


@scenario_app.command("approve")
def approve(name: str, reason: Reason = "", database: Database = None, lang: Lang = None) -> None:
    """Approve and freeze a scenario · 批准并冻结方案"""
    _done(writing(database).approve(name, reason), lang)


@scenario_app.command("compare")
def compare_scenarios(
    one: str, two: str, database: Database = None, lang: Lang = None, as_json: AsJson = False
) -> None:
    """Two scenarios side by side, and what their difference changes · 并列比较两个方案"""
    from workbench.domain.comparison import compare
    from workbench.reports import workspace
    from workbench.sources.opening import open_portfolio

    t = spoken(lang)
    store = reading(database)
    pair = [open_portfolio(_plan_of(store, name).but(lang=t.lang)) for name in (one, two)]
    found = compare(*pair)
    if as_json:
        print_json(workspace.comparison_record(found, one, two))
        return
    for table in workspace.comparison(found, pair[0], (one, two), t):
        show(table, [], False)


# cells


@scenario_app.command("log")
def show_log(
    scenario: Scenario = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    database: Database = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """The latest changes, newest first · 最近的修改"""
    from workbench.reports import workspace

    found = reading(database).commands(scenario, limit)
    show(workspace.log(found, spoken(lang)), workspace.command_records(found), as_json)


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
    from workbench.domain.changes import Cell, Change, cells_of, plan_of

    store = writing(database)
    name = scenario_of(store, scenario)
    cell = Cell(table, key)
    cells = store.snapshot(name).cells
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
    _done(store.apply(name, changes, reason, rests, check=usable_cells()), lang)


def comment(
    table: Table, key: Key, text: str, scenario: Scenario = None, database: Database = None,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Say something about a cell · 评论单元格"""
    from workbench.domain.changes import Cell
    from workbench.domain.comments import comment_change

    store = writing(database)
    name = scenario_of(store, scenario)
    change = comment_change(store.snapshot(name).cells, Cell(table, key), text, store.author)
    _done(store.apply(name, [change]), lang)


def undo(scenario: Scenario = None, database: Database = None, lang: Lang = None) -> None:
    """Take your last change back · 撤销"""
    store = writing(database)
    _done(store.undo(scenario_of(store, scenario), check=usable_cells()), lang)


def redo(scenario: Scenario = None, database: Database = None, lang: Lang = None) -> None:
    """Make the change again that you took back · 重做"""
    store = writing(database)
    _done(store.redo(scenario_of(store, scenario), check=usable_cells()), lang)


def history(
    table: Table,
    key: Key,
    scenario: Scenario = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    database: Database = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What stood in a cell, by whom and why · 单元格的历史"""
    from workbench.domain.changes import Cell
    from workbench.reports import workspace

    store = reading(database)
    found = store.history(scenario_of(store, scenario), Cell(table, key), limit)
    show(workspace.history(found, spoken(lang)), workspace.version_records(found), as_json)


def revert(
    table: Table,
    key: Key,
    command: Annotated[int, typer.Argument(help="Number from the history · 历史中的编号")],
    reason: Reason = "",
    scenario: Scenario = None,
    database: Database = None,
    lang: Lang = None,
) -> None:
    """Put back what stood in a cell after an earlier command · 恢复旧值"""
    from workbench.domain.changes import Cell

    store = writing(database)
    name, cell = scenario_of(store, scenario), Cell(table, key)
    _done(store.restore(name, cell, command, reason, check=usable_cells()), lang)


def todo(
    mine: Annotated[bool, typer.Option("--mine", help="Only mine · 只看我的")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only overdue · 只看逾期")] = False,
    plan: PlanPath = None,
    scenario: Scenario = None,
    database: Database = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What is still to be settled, by whom and by when · 待办"""
    from workbench.domain.todo import todo as open_checks
    from workbench.reports import workspace
    from workbench.sources.opening import open_portfolio
    from workbench.sources.plans import load_plan
    from workbench.store.identity import current_user

    t = spoken(lang)
    if plan:
        asked = load_plan(plan)
    else:
        store = reading(database)
        asked = _plan_of(store, scenario_of(store, scenario))
    portfolio = open_portfolio(asked.but(lang=t.lang))
    found = open_checks(portfolio, current_user())
    found = found[(found["mine"] | (not mine)) & (found["overdue"] | (not overdue))]
    show(workspace.todo(found, portfolio, t), workspace.todo_records(found), as_json)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(scenario_app, name="scenario")
    app.command("set")(set_cell)
    for command in (comment, undo, redo, history, revert, todo):
        app.command()(command)


# how


def plan_from_workspace(
    database: str | None, scenario: str | None, revision: str | None, as_of: str | None
) -> "Plan":
    """The plan of a scenario, now or after a revision."""
    from workbench.domain.plan import make_plan
    from workbench.store.plans import plan_at

    store = reading(database)
    day = make_plan({"as_of": as_of}).as_of if as_of else None
    return plan_at(store, scenario_of(store, scenario), number_of(revision), day)


def _plan_of(store: "Workspace", name: str) -> "Plan":
    from workbench.store.plans import plan_at

    return plan_at(store, name, None, None)


def _value(cell: Any, value: str, reason: str, given: dict[str, Any], before: Any) -> Any:
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


def _done(command: "Command", lang: str | None) -> None:
    t = spoken(lang)
    print(
        t(
            "Saved {time} by {who}: command {seq}, revision {revision}",
            time=f"{command.at.astimezone():%H:%M}",
            who=command.who,
            seq=command.seq,
            revision=command.revision,
        )
    )
