"""Where data, notebooks and reports lie, in a checkout and in an installed package."""

import os
from pathlib import Path

from workbench.domain.errors import InputError

EVENTS_VARIABLE = "WORKBENCH_EVENTS"
NAMED = (
    "WORKBENCH_HOME", "WORKBENCH_DATA", "WORKBENCH_EVENTS", "WORKBENCH_PLAN", "WORKBENCH_CACHE"
)  # fmt: skip
"""Variables that name a file or folder."""
_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parent


def data_folder() -> Path:
    """The folder with ``reference/`` and ``examples/``.

    ``WORKBENCH_DATA`` names another one; else the checkout's ``data``, else the package's copy.
    """
    return _first(
        os.environ.get("WORKBENCH_DATA"), _CHECKOUT / "data", _PACKAGE / "_data", needs="reference"
    )


def notebook_folder() -> Path:
    """The folder with ``apps/`` and ``reports/`` notebooks."""
    return _first(None, _CHECKOUT / "notebooks", _PACKAGE / "_notebooks", needs="reports")


def absolute() -> dict[str, str]:
    """Files and folders that the environment names, as seen from here.

    Kernels run in other folders, where a relative name would be another place.
    """
    return {name: str(Path(value).resolve()) for name in NAMED if (value := os.environ.get(name))}


def own_plan() -> Path:
    """Where a strategist's changes are kept when no plan file is named.

    ``my-plan.yaml`` in the folder that ``WORKBENCH_HOME`` names, else in the checkout's
    ``reports``; for an installed package in the folder that the notebook runs in.
    """
    return _own_folder() / "my-plan.yaml"


def own_workspace() -> Path:
    """The workspace's SQLite file when no database is named, beside :func:`own_plan`."""
    return _own_folder() / "workspace.db"


def own_events() -> Path:
    """The folder of imported events: ``WORKBENCH_EVENTS``, else beside :func:`own_plan`."""
    named = os.environ.get(EVENTS_VARIABLE)
    return Path(named) if named else _usual_events()


def other_events() -> str:
    """The folder that ``WORKBENCH_EVENTS`` names; "" for the usual one, which kernels are told."""
    named = os.environ.get(EVENTS_VARIABLE, "")
    return named if named and Path(named).absolute() != _usual_events().absolute() else ""


def _usual_events() -> Path:
    return _own_folder() / "events"


def _own_folder() -> Path:
    named = os.environ.get("WORKBENCH_HOME")
    if named:
        return Path(named)
    folder = _CHECKOUT / "reports"
    in_checkout = folder.is_dir() and (_CHECKOUT / "pyproject.toml").is_file()
    return folder if in_checkout else Path.cwd()


def _first(named: str | None, *candidates: Path, needs: str) -> Path:
    for folder in [Path(named)] if named else candidates:
        if (folder / needs).is_dir():
            return folder
    raise InputError(
        "The folder {folder} has no {needs} folder; set WORKBENCH_DATA to the "
        "workbench's data folder or install the package anew.",
        folder=named or candidates[0],
        needs=needs,
    )
