"""What commands share: handles to read and write, and how results are printed."""

import json
from typing import TYPE_CHECKING, Any

from workbench.commands.language import language_of
from workbench.domain.errors import InputError

if TYPE_CHECKING:
    from workbench.domain.assess import Portfolio
    from workbench.domain.changes import Cell, Cells
    from workbench.locale import Translator
    from workbench.store import Command, Workspace
    from workbench.store.workspace import Check


def spoken(lang: str | None, plan: str | None = None) -> "Translator":
    """The translator of the language asked for, of the plan file, or of the environment."""
    from workbench.locale import translator

    return translator(language_of(lang, plan))


def reading(database: str | None) -> "Workspace":
    """The workspace, to read only."""
    from workbench.apps._keeping import workspace_to_read

    return workspace_to_read(database)


def writing(database: str | None) -> "Workspace":
    """The workspace, to edit as whoever runs the command."""
    from workbench.apps._keeping import database_of
    from workbench.store import open_workspace

    return open_workspace(database_of(database))


def usable_cells() -> "Check":
    """What every change is held against: the plan that it makes can be worked with."""
    from workbench.sources.inputs import OwnFiles

    return OwnFiles().check


def scenario_of(store: "Workspace", given: str | None) -> str:
    """The scenario asked for, else the first one."""
    if given:
        return given
    known = store.scenarios()
    if not known:
        raise InputError(
            "The workspace has no scenario yet; begin one with workbench scenario new NAME."
        )
    return known[0].name


def kept_today(store: "Workspace", name: str, lang: str) -> "Portfolio":
    """The portfolio of a scenario as it stands, judged today."""
    from datetime import date

    from workbench.apps._keeping import kept_plan
    from workbench.sources.opening import open_portfolio

    kept, _ = kept_plan(store, name, day=date.today())
    return open_portfolio(kept.plan.but(lang=lang), kept.copies)


def cell_in(cells: "Cells", table: str, key: str) -> "Cell":
    """The cell that is named: one that stands, or one that a change could set."""
    from workbench.domain.changes import Cell
    from workbench.domain.ids import known_ids
    from workbench.domain.keys import cell_named
    from workbench.sources.reference import load_reference

    cell = Cell(table, key)
    return cell if cell in cells else cell_named(table, key, known_ids(load_reference(None)))


def number_of(revision: str | None) -> int | None:
    """A revision from the words of the command line."""
    if revision is None:
        return None
    if not revision.isdecimal():
        raise InputError(
            "The revision {value!r} is not a number; give one such as 12.", value=revision
        )
    return int(revision)


def show(table: tuple[list[str], list[list[str]], str], records: Any, as_json: bool) -> None:
    """Print rows as a table, or records as JSON."""
    if as_json:
        print_json(records)
        return
    from workbench.commands.console import print_table

    print_table(*table)


def print_json(content: Any) -> None:
    """Print JSON as every ``--json`` does."""
    print(json.dumps(content, ensure_ascii=False, indent=2))


def saved(command: "Command", t: "Translator") -> None:
    """Print that a command is stored: when, by whom, under which numbers."""
    print(
        t(
            "Saved {time} by {who}: command {seq}, revision {revision}",
            time=f"{command.at.astimezone():%H:%M}",
            who=command.who,
            seq=command.seq,
            revision=command.revision,
        )
    )
