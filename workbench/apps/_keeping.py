"""Which store a page or a command works on: a plan file that is named, else the workspace."""

import os
from datetime import date
from pathlib import Path

from workbench.domain.changes import Cells, PlanStore
from workbench.domain.errors import InputError, StoreError
from workbench.domain.text import T_, Text
from workbench.sources.inputs import OwnFiles, made_elsewhere
from workbench.sources.paths import absolute, data_folder, own_plan, own_workspace
from workbench.sources.plans import EXAMPLE_PLAN, PLAN_VARIABLE, ROLE_VARIABLE, load_plan
from workbench.sources.plans import open_store as open_file
from workbench.store import Workspace, open_workspace
from workbench.store.plans import DAY, Kept, ScenarioStore, begin, kept_at
from workbench.store.workspace import Check

DATABASE_VARIABLE = "WORKBENCH_DATABASE"
FIRST_SCENARIO = "base"


def database_of(given: str | None = None) -> str:
    """The workspace's address: the given one, that of ``WORKBENCH_DATABASE``, or our own file.

    A path that ends in ``.db`` or ``.sqlite`` stands for an SQLite file.
    """
    named = given or os.environ.get(DATABASE_VARIABLE, "")
    if not named:
        return f"sqlite:///{own_workspace()}"
    if "://" not in named and named.endswith((".db", ".sqlite", ".sqlite3")):
        named = f"sqlite:///{named}"
    scheme, relative = "sqlite:///", named.removeprefix("sqlite:///")
    if named.startswith(scheme) and relative:  # as seen from here, wherever a kernel may run
        return f"{scheme}{Path(relative).resolve()}"
    return named


def settled(plan: str | None, database: str | None, edit: bool) -> dict[str, str]:
    """Environment variables for kernels that run in other folders: what was named, found here.

    Raises
    ------
    WorkbenchError
        If the plan file is broken, or the workspace can't be opened: now, and not in every page.
    """
    if plan and database:
        raise InputError("--plan names a file, --database the workspace; give one of them.")
    home = {"WORKBENCH_HOME": str(own_workspace().parent.resolve()), **absolute()}
    if plan:
        load_plan(plan)
        return home | {PLAN_VARIABLE: str(Path(plan).resolve())}
    if not database and not os.environ.get(DATABASE_VARIABLE):
        return home
    url = database_of(database)
    if edit:
        begun(url)
    else:
        open_workspace(url, readonly=True)
    return home | {DATABASE_VARIABLE: url}


def open_keeping(named: str | None = None, scenario: str | None = None) -> PlanStore:
    """The store of this process.

    Parameters
    ----------
    named
        Path of a plan file; None: the one that ``WORKBENCH_PLAN`` names, else the workspace.
    scenario
        Scenario of the workspace; None: the first one.

    Returns
    -------
    PlanStore
        Under ``WORKBENCH_ROLE=viewer`` one that can only be read, whatever else is set; without a
        workspace to read, the example plan.
    """
    if named or os.environ.get(PLAN_VARIABLE):
        return open_file(named)
    url = database_of()
    if os.environ.get(ROLE_VARIABLE) == "viewer":
        if not os.environ.get(DATABASE_VARIABLE) and not own_workspace().exists():
            return open_file(None)
        workspace = open_workspace(url, readonly=True)
        if not workspace.scenarios():
            return open_file(None)
    else:
        workspace = begun(url)
    return ScenarioStore(workspace, scenario or workspace.scenarios()[0].name, inputs=OwnFiles())


def begun(url: str) -> Workspace:
    """The workspace at an address, to edit; an empty one gets its first scenario.

    That is the strategist's own plan file of before there was a workspace, else the example plan.
    """
    workspace = open_workspace(url)
    if not workspace.scenarios():
        example = data_folder() / "examples" / EXAMPLE_PLAN
        source = own_plan() if own_plan().exists() else example
        try:
            begin(workspace, FIRST_SCENARIO, load_plan(source), f"from {source.name}", OwnFiles())
        except InputError:
            if not workspace.scenarios():  # else another process was a moment faster
                raise
    return workspace


def workspace_to_read(given: str | None = None) -> Workspace:
    """The workspace, to read only.

    Raises
    ------
    StoreError
        If there is none yet; says how one comes about.
    """
    url = database_of(given)
    if not given and not os.environ.get(DATABASE_VARIABLE) and not own_workspace().exists():
        raise StoreError(
            "There is no workspace at {place} yet: edit in the planner, begin a scenario with "
            "workbench scenario new, or name a database with --database.",
            place=own_workspace(),
        )
    return open_workspace(url, readonly=True)


def kept_plan(
    workspace: Workspace, name: str, revision: int | None = None, day: date | None = None
) -> tuple[Kept, list[Text]]:
    """A scenario's plan to show, and what is to be said about it."""
    kept = kept_at(workspace, name, revision, day, OwnFiles())
    note = made_elsewhere(kept.cells) if kept.exact else None
    return kept, [note] if note else []


def plan_to_report(
    given: str | None, name: str, revision: int | None = None, day: date | None = None
) -> tuple[Kept, list[Text]]:
    """:func:`kept_plan` for a report, which names a revision that can be made again.

    What the present state rests on, and the day on which it is judged, are recorded first where
    that isn't so yet; the report names the revision that has them. Whoever may only read gets the
    report all the same, and a note.

    Parameters
    ----------
    given
        The workspace's address as for :func:`database_of`.
    """
    reader, notes = workspace_to_read(given), list[Text]()
    if revision is None and not reader.scenario(name).frozen:
        try:
            open_workspace(database_of(given)).record(name, _with_day(day))
            revision = reader.scenario(name).revision
        except StoreError as error:
            notes.append(
                T_(
                    "This report can't be made again by its revision, since what it rests on was "
                    "not recorded: {why}",
                    why=Text(error.msgid, error.values),
                )
            )
    kept, more = kept_plan(reader, name, revision, day)
    return kept, notes + more


def _with_day(day: date | None) -> Check:
    def check(cells: Cells) -> Cells:
        return OwnFiles().check(cells) | {DAY: (day or date.today()).isoformat()}

    return check
