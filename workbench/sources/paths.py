"""Where data, notebooks and reports lie, in a checkout and in an installed package."""

import os
from pathlib import Path

from workbench.domain.errors import InputError

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


def asset_folder() -> Path:
    """Style sheets and templates that travel with the package."""
    return _PACKAGE / "assets"


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
