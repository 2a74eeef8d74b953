"""Commands that work on the workspace: scenarios, cells, exchange, the database itself."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench._options import AsJson, Database, Lang, PlanPath, Revision, Scenario
from workbench.domain.errors import InputError

if TYPE_CHECKING:
    from workbench.domain.changes import Cells, Change, Evidence
    from workbench.domain.plan import Plan
    from workbench.locale import Translator
    from workbench.store import Command, Workspace

scenario_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Scenarios of the workspace · 工作区方案"
)
db_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The workspace's database · 工作区数据库"
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

    found = _reading(database).scenarios()
    _show(workspace.scenarios(found, _t(lang)), workspace.scenario_records(found), as_json)


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
    from workbench.sources.plans import load_plan
    from workbench.store import open_workspace
    from workbench.store.plans import begin

    start = load_plan(plan) if plan else Plan()
    _checked(start)
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
    _done(_writing(database).branch(source, name, _number(revision), reason), lang)


@scenario_app.command("approve")
def approve(name: str, reason: Reason = "", database: Database = None, lang: Lang = None) -> None:
    """Approve and freeze a scenario · 批准并冻结方案"""
    _done(_writing(database).approve(name, reason), lang)


@scenario_app.command("compare")
def compare_scenarios(
    one: str, two: str, database: Database = None, lang: Lang = None, as_json: AsJson = False
) -> None:
    """Two scenarios side by side, and what their difference changes · 并列比较两个方案"""
    from workbench.domain.comparison import compare
    from workbench.reports import workspace
    from workbench.sources.opening import open_portfolio

    t = _t(lang)
    store = _reading(database)
    pair = [open_portfolio(_plan_of(store, name).but(lang=t.lang)) for name in (one, two)]
    found = compare(*pair)
    if as_json:
        _print_json(workspace.comparison_record(found, one, two))
        return
    for table in workspace.comparison(found, pair[0], (one, two), t):
        _show(table, [], False)


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

    found = _reading(database).commands(scenario, limit)
    _show(workspace.log(found, _t(lang)), workspace.command_records(found), as_json)


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

    store = _writing(database)
    name = _scenario(store, scenario)
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
    _checked(plan_of(_with(cells, change)))
    rests = _evidence(evidence, link, evidence_date, confidence)
    changes = [change] if change.before != change.after else []
    _done(store.apply(name, changes, reason, rests), lang)


def comment(
    table: Table, key: Key, text: str, scenario: Scenario = None, database: Database = None,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Say something about a cell · 评论单元格"""
    from workbench.domain.changes import Cell
    from workbench.domain.comments import comment_change

    store = _writing(database)
    name = _scenario(store, scenario)
    change = comment_change(store.snapshot(name).cells, Cell(table, key), text, store.author)
    _done(store.apply(name, [change]), lang)


def undo(scenario: Scenario = None, database: Database = None, lang: Lang = None) -> None:
    """Take your last change back · 撤销"""
    store = _writing(database)
    _done(store.undo(_scenario(store, scenario)), lang)


def redo(scenario: Scenario = None, database: Database = None, lang: Lang = None) -> None:
    """Make the change again that you took back · 重做"""
    store = _writing(database)
    _done(store.redo(_scenario(store, scenario)), lang)


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

    store = _reading(database)
    found = store.history(_scenario(store, scenario), Cell(table, key), limit)
    _show(workspace.history(found, _t(lang)), workspace.version_records(found), as_json)


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

    store = _writing(database)
    made = store.restore(_scenario(store, scenario), Cell(table, key), command, reason)
    _done(made, lang)


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

    t = _t(lang)
    if plan:
        asked = load_plan(plan)
    else:
        store = _reading(database)
        asked = _plan_of(store, _scenario(store, scenario))
    portfolio = open_portfolio(asked.but(lang=t.lang))
    found = open_checks(portfolio, current_user())
    found = found[(found["mine"] | (not mine)) & (found["overdue"] | (not overdue))]
    _show(workspace.todo(found, portfolio, t), workspace.todo_records(found), as_json)


# the database


@db_app.command("upgrade")
def upgrade(database: Database = None, lang: Lang = None) -> None:
    """Make the tables, or bring them up to date · 建表或升级"""
    from workbench.apps._keeping import database_of
    from workbench.store.engine import open_engine, place_of
    from workbench.store.upgrading import upgrade as run

    engine = open_engine(database_of(database))
    before, after = run(engine)
    print(
        _t(lang)(
            "{place}: schema {before} -> {after}",
            place=place_of(engine),
            before=before or "—",
            after=after,
        )
    )


@db_app.command("check")
def check_database(database: Database = None, lang: Lang = None, as_json: AsJson = False) -> None:
    """Prove that file, log and tables are whole · 检查完整性"""
    from workbench.reports import workspace
    from workbench.store.checking import check

    t = _t(lang)
    found = check(_reading(database).engine)
    if as_json:
        _print_json(workspace.check_record(found, t))
    else:
        print(
            t(
                "{commands} commands, {scenarios} scenarios, {cells} cells; last hash {hash}",
                commands=found.commands,
                scenarios=found.scenarios,
                cells=found.cells,
                hash=found.hash,
            )
        )
        print("\n".join(t.text(fault) for fault in found.faults) or t("Everything is whole."))
    if found.faults:
        raise typer.Exit(1)


@db_app.command("backup")
def backup_database(path: Path, database: Database = None, lang: Lang = None) -> None:
    """Write the whole log to a file · 备份"""
    from workbench.store.backup import backup

    count = backup(_reading(database).engine, path)
    print(_t(lang)("{count} commands written to {path}", count=count, path=path))


@db_app.command("restore")
def restore_database(path: Path, database: Database = None, lang: Lang = None) -> None:
    """Replay a backup into an empty workspace · 由备份恢复"""
    from workbench.store.backup import restore

    count = restore(_writing(database).engine, path)
    print(_t(lang)("{count} commands restored from {path}", count=count, path=path))


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(scenario_app, name="scenario")
    app.add_typer(db_app, name="db")
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

    store = _reading(database)
    day = make_plan({"as_of": as_of}).as_of if as_of else None
    return plan_at(store, _scenario(store, scenario), _number(revision), day)


def _t(lang: str | None) -> "Translator":
    from workbench.locale import translator

    return translator(lang or "zh")


def _reading(database: str | None) -> "Workspace":
    from workbench.apps._keeping import workspace_to_read

    return workspace_to_read(database)


def _writing(database: str | None) -> "Workspace":
    from workbench.apps._keeping import database_of
    from workbench.store import open_workspace

    return open_workspace(database_of(database))


def _scenario(store: "Workspace", given: str | None) -> str:
    if given:
        return given
    known = store.scenarios()
    if not known:
        raise InputError(
            "The workspace has no scenario yet; begin one with workbench scenario new NAME."
        )
    return known[0].name


def _plan_of(store: "Workspace", name: str) -> "Plan":
    from workbench.store.plans import plan_at

    return plan_at(store, name, None, None)


def _number(revision: str | None) -> int | None:
    if revision is None:
        return None
    if not revision.isdecimal():
        raise InputError(
            "The revision {value!r} is not a number; give one such as 12.", value=revision
        )
    return int(revision)


def _checked(plan: "Plan") -> None:
    """See that the plan names only what the tables know, before anything is stored."""
    from workbench.sources.opening import open_portfolio

    _ = open_portfolio(plan).ranking


def _with(cells: "Cells", change: "Change") -> "Cells":
    from workbench.domain.changes import COMMENTS, applied

    return {
        cell: value for cell, value in applied(cells, [change]).items() if cell.table != COMMENTS
    }


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
    t = _t(lang)
    print(
        t(
            "Saved {time} by {who}: command {seq}, revision {revision}",
            time=f"{command.at.astimezone():%H:%M}",
            who=command.who,
            seq=command.seq,
            revision=command.revision,
        )
    )


def _show(table: tuple[list[str], list[list[str]], str], records: Any, as_json: bool) -> None:
    if as_json:
        _print_json(records)
        return
    from workbench._console import print_table

    print_table(*table)


def _print_json(content: Any) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2))
