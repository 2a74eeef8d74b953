"""What a team keeps beside its events: saved views, plans of incentives, lift tests, experiments.

They lie in ``programme/`` beside the events, a folder per kind; until there is such a folder the
example's are shown with the invented events.
"""

import csv
import io
import json
import re
from pathlib import Path

from workbench.domain.credited import LiftTest
from workbench.domain.errors import ConflictError, InputError
from workbench.domain.experiments import compare
from workbench.domain.experiments.compare import Comparison
from workbench.domain.programme.replay import Replay, replay
from workbench.domain.programme.views import SavedView, view_of
from workbench.domain.text import T_
from workbench.sources.experiments import read_experiment
from workbench.sources.files import read_mapping, read_text, write_text
from workbench.sources.ground import Ground
from workbench.sources.incentives import load_incentives
from workbench.sources.lift_tests import COLUMNS, load_lift_tests
from workbench.sources.measuring import lift_tests, opened
from workbench.sources.shared_answers import shared

_MAPPINGS = (".json", ".yaml", ".yml")
_TABLES = (".csv", ".xlsx")
KINDS = {
    "views": _MAPPINGS,
    "incentives": _MAPPINGS,
    "experiments": _TABLES,
    "creatives": _TABLES,
}
"""Folder -> endings of its files."""
KIND_WORDS = {"incentives": T_("plans of incentives"), "experiments": T_("experiments")}
ENTERED = "entered.csv"
"""The file of the lift tests that were entered on a page."""
MOST_BYTES = 200
NAME = re.compile(r"[^\\/:*?\"<>|\x00-\x1f]{1,80}")
"""What a name may hold, so that it can name a file on every system."""


def kept(events: Ground, kind: str) -> dict[str, Path]:
    """The files of a kind by name, in order of names."""
    folder = events.programme / kind
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return {
        file.stem: file
        for file in found
        if file.suffix.lower() in KINDS[kind] and not file.name.startswith((".", "~"))
    }


def saved_view_of(name: str, file: Path) -> SavedView:
    """The view that a file keeps, under its own name or the file's.

    Raises
    ------
    InputError
        If the file can't be read as a view.
    """
    view = view_of(read_mapping(file))
    return view if view.name else view.but(name=name)


def named(events: Ground, kind: str, name: str) -> Path | None:
    """The file of a name, or the first of its kind if the name is empty; None without any.

    Raises
    ------
    InputError
        If no file has the name.
    """
    files = kept(events, kind)
    if not name:
        return next(iter(files.values()), None)
    if name not in files:
        raise InputError(
            "There is no {name!r} among the {kind}; there are: {known}.",
            name=name,
            kind=KIND_WORDS[kind],
            known=", ".join(files) or "–",
        )
    return files[name]


@shared(16)
def replayed(events: Ground, name: str) -> Replay | None:
    """A plan of incentives replayed on the events; None if none is kept.

    Raises
    ------
    InputError
        If the plan can't be read, or doesn't fit the orders.
    """
    file = named(events, "incentives", name)
    if file is None:
        return None
    proposed = load_incentives(file)
    with opened(events) as held:
        people = held.partners.to_pyarrow()
        return replay(proposed, held.conversions, people if people.num_rows else None)


@shared(16)
def tried(events: Ground, name: str) -> Comparison | None:
    """An experiment's comparison, by conversions and, where it has them, values; None without.

    Raises
    ------
    InputError
        If the file can't be read as an experiment.
    """
    file = named(events, "experiments", name)
    if file is None:
        return None
    read = read_experiment(file)
    valued = "value" in read.arms.columns and read.arms["value"].notna().all()
    return compare(
        read.arms, days=read.days, metrics=("conversions", "value") if valued else ("conversions",)
    )


def save_view(events: Ground, view: SavedView) -> Path:
    """Keep a view under its name.

    Raises
    ------
    InputError
        If the name can't name a file, or there are no imported events to keep it beside.
    ConflictError
        If another view has the name.
    """
    if events.folder is None:
        raise InputError(
            "A view of the invented events isn't kept; import events first (workbench import)."
        )
    name = view.name.strip()
    if not NAME.fullmatch(name) or name.startswith((".", "~")) or len(name.encode()) > MOST_BYTES:
        raise InputError(
            "{name!r} can't name a view; give up to 80 letters without any of: {marks}",
            name=name,
            marks='\\ / : * ? " < > |',
        )
    path = events.programme / "views" / f"{name}.json"
    text = json.dumps(view.but(name=name).to_mapping(), ensure_ascii=False, indent=1) + "\n"
    there = kept(events, "views").get(name)
    if there is not None and (there != path or read_text(path) != text):
        raise ConflictError(
            "There is another view {name}; choose another name, or remove the file {path}.",
            name=name,
            path=there.name,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    return path


def save_lift_test(events: Ground, test: LiftTest) -> Path:
    """Keep a lift test that somebody has entered; one of the same name entered before goes.

    Raises
    ------
    InputError
        If there are no imported events to keep it beside, or the name is empty.
    ConflictError
        If a file of the team's own has a test of that name.
    """
    if events.folder is None:
        raise InputError(
            "A lift test of invented events isn't kept; import events first (workbench import)."
        )
    if not test.name.strip():
        raise InputError("A lift test needs the name of its partner or channel.")
    path = events.programme / "lift_tests" / ENTERED
    entered = {each.name: each for each in load_lift_tests(path)} if path.exists() else {}
    others = {each.name for each in lift_tests(events)} - entered.keys()
    if test.name in others:
        raise ConflictError(
            "There is a lift test of {name} in another file of {folder}; change it there.",
            name=test.name,
            folder=path.parent.name,
        )
    entered[test.name] = test
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for name in sorted(entered):
        writer.writerow({column: getattr(entered[name], column) for column in COLUMNS})
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text.getvalue())
    return path
