"""The plan that the words of a command ask for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.commands.handles import number_of, reading, scenario_of
from workbench.commands.language import language_of
from workbench.commands.printing import note
from workbench.domain.errors import InputError

if TYPE_CHECKING:
    from workbench.domain.plan import Plan
    from workbench.store.plans import Kept


class Asked(NamedTuple):
    """What is asked for: the plan, and which kept copies are read in place of its own files."""

    plan: "Plan"
    copies: Mapping[str, str]


def filled(**given: Any) -> dict[str, Any]:
    """The options that were given; an empty one is refused (a script's variable without value)."""
    for name, value in given.items():
        if isinstance(value, str) and not value.strip():
            raise InputError(
                "--{option} is empty; give a value, or leave it out.",
                option=name.replace("_", "-"),
            )
    return {name: value for name, value in given.items() if value is not None}


def asked_plan(
    path: str | None,
    markets: list[str] | None,
    database: str | None = None,
    revision: str | None = None,
    reporting: bool = False,
    **given: Any,
) -> Asked:
    """The plan that is asked for: from a file, from the workspace, or made of the options alone.

    A scenario without a plan file is one of the workspace; with one it is the plan's name.

    Parameters
    ----------
    reporting
        For a report, which names the revision by which it can be made again.
    """
    from workbench.domain.plan import make_plan
    from workbench.sources.plans import load_plan

    values = filled(plan=path, database=database, revision=revision, **given)
    for name in ("plan", "database", "revision"):
        values.pop(name, None)
    if markets:
        values["markets"] = [code for text in markets for code in text.split(",") if code]
        if not values["markets"]:
            raise InputError("--market is empty; give a code such as ID, or leave it out.")
    if path is not None and (database or revision):
        raise InputError(
            "--plan names a file, --database and --revision the workspace; give one of them."
        )
    values["lang"] = language_of(values.get("lang"), path)
    if path is not None:
        return Asked(load_plan(path).but(**values), {})
    if database or revision or "scenario" in values:
        scenario, as_of = values.pop("scenario", None), values.get("as_of")
        found = _kept(database, scenario, revision, as_of, reporting, values["lang"])
        return Asked(found.plan.but(**values), found.copies)
    return Asked(make_plan(values), {})


def _kept(
    database: str | None,
    scenario: str | None,
    revision: str | None,
    as_of: str | None,
    reporting: bool,
    lang: str,
) -> "Kept":
    """The plan of a scenario, now or after a revision; what is to be said of it goes to stderr."""
    from workbench.apps._keeping import kept_plan, plan_to_report
    from workbench.domain.plan import make_plan
    from workbench.locale import translator

    store, number = reading(database), number_of(revision)
    name = scenario_of(store, scenario)
    day = make_plan({"as_of": as_of}).as_of if as_of else None
    if reporting:
        found, notes = plan_to_report(database, name, number, day)
    else:
        found, notes = kept_plan(store, name, number, day)
    for text in notes:
        note(translator(lang).text(text))
    return found
