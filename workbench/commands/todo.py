"""What is still to be settled."""

from typing import Annotated

import typer

from workbench.commands.handles import kept_today, reading, scenario_of, show, spoken
from workbench.commands.options import AsJson, Database, Lang, PlanPath, Scenario


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

    t = spoken(lang, plan)
    if plan:
        portfolio = open_portfolio(load_plan(plan).but(lang=t.lang))
    else:
        store = reading(database)
        portfolio = kept_today(store, scenario_of(store, scenario), t.lang)
    found = open_checks(portfolio, current_user())
    found = found[(found["mine"] | (not mine)) & (found["overdue"] | (not overdue))]
    show(workspace.todo(found, portfolio, t), workspace.todo_records(found), as_json)


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(todo)
