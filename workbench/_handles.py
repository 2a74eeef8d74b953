"""What the workspace's commands share: handles to read and write, and how results are printed."""

import json
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import InputError

if TYPE_CHECKING:
    from workbench.locale import Translator
    from workbench.store import Workspace
    from workbench.store.workspace import Check


def spoken(lang: str | None) -> "Translator":
    """The translator of the language asked for, else Chinese."""
    from workbench.locale import translator

    return translator(lang or "zh")


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
    from workbench.sources.opening import usable
    from workbench.store.plans import checked

    return checked(usable)


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
    from workbench._console import print_table

    print_table(*table)


def print_json(content: Any) -> None:
    """Print JSON as every ``--json`` does."""
    print(json.dumps(content, ensure_ascii=False, indent=2))
