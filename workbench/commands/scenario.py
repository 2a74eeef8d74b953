"""Commands on the workspace's scenarios."""

import typer

from workbench.commands.handles import (
    kept_today,
    number_of,
    print_json,
    reading,
    saved,
    show,
    spoken,
    usable_cells,
    writing,
)
from workbench.commands.options import (
    AsJson,
    Database,
    Lang,
    Limit,
    PlanPath,
    Reason,
    Revision,
    Scenario,
)

scenario_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Scenarios of the workspace · 工作区方案"
)


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
    from workbench.domain.plan import Plan
    from workbench.sources.inputs import OwnFiles
    from workbench.sources.plans import load_plan
    from workbench.store.plans import begin

    t = spoken(lang, plan)
    start = load_plan(plan) if plan else Plan()
    why = reason or (f"from {plan}" if plan else "")
    saved(begin(writing(database), name, start, why, OwnFiles()), t)


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
    t = spoken(lang)
    saved(writing(database).branch(source, name, number_of(revision), reason), t)


@scenario_app.command("approve")
def approve(name: str, reason: Reason = "", database: Database = None, lang: Lang = None) -> None:
    """Approve and freeze a scenario · 批准并冻结方案"""
    t = spoken(lang)
    saved(writing(database).approve(name, reason, usable_cells()), t)


@scenario_app.command("compare")
def compare_scenarios(
    one: str, two: str, database: Database = None, lang: Lang = None, as_json: AsJson = False
) -> None:
    """Two scenarios side by side, and what their difference changes · 并列比较两个方案"""
    from workbench.domain.comparison import compare
    from workbench.reports import workspace

    t = spoken(lang)
    store = reading(database)
    pair = [kept_today(store, name, t.lang) for name in (one, two)]
    found = compare(*pair)
    if as_json:
        print_json(workspace.comparison_record(found, one, two))
        return
    for table in workspace.comparison(found, pair[0], (one, two), t):
        show(table, [], False)


@scenario_app.command("log")
def show_log(
    scenario: Scenario = None,
    limit: Limit = 50,
    database: Database = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """The latest changes, newest first · 最近的修改"""
    from workbench.reports import workspace

    found = reading(database).commands(scenario, limit)
    show(workspace.log(found, spoken(lang)), workspace.command_records(found), as_json)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(scenario_app, name="scenario")
