"""Plan files: a plan kept in a file, behind the interface that the workspace has too.

The interface is :class:`workbench.domain.changes.PlanStore`. Dashboards hold a
:class:`ReadOnlyStore`, which has nothing to save with.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from workbench.domain.changes import NO_REASON, PlanStore, Why
from workbench.domain.errors import InputError, ReadOnlyError
from workbench.domain.plan import Plan, make_plan
from workbench.sources.files import read_mapping, read_text, write_text
from workbench.sources.paths import data_folder, own_plan

ROLE_VARIABLE = "WORKBENCH_ROLE"
PLAN_VARIABLE = "WORKBENCH_PLAN"
EXAMPLE_PLAN = "plan.yaml"
FILE_FIELDS = ("product", "competitors")
"""Fields that may name a file."""


class PlanFile:
    """A plan in a YAML or JSON file; one field a line, sorted, so that a diff reads well.

    Raises
    ------
    InputError
        On saving, if the file was changed by someone else since it was loaded.
    """

    writable = True
    copies: Mapping[str, str] = {}

    def __init__(self, path: Path) -> None:
        if path.suffix not in (".yaml", ".yml", ".json"):
            raise InputError("The plan file {path} must end in .yaml, .yml or .json.", path=path)
        self.path = path
        self._seen = self._fingerprint()

    def load(self) -> Plan:
        """The plan in the file; the example plan, to start from, if there is no file yet."""
        self._seen = self._fingerprint()
        if self._seen:
            return load_plan(self.path)
        return load_plan(data_folder() / "examples" / EXAMPLE_PLAN)

    def look(self, plan: Plan) -> None:
        """Nothing to do: a file holds one whole plan, and takes over the one that is saved."""

    def save(self, plan: Plan, why: Why = NO_REASON) -> Plan:
        """Write the plan, whole or not at all; a file keeps no reason but a level's own."""
        if self._fingerprint() != self._seen:
            raise InputError(
                "The plan file {path} was changed by someone else meanwhile; reload "
                "it, then make your change again.",
                path=self.path,
            )
        write_text(self.path, dump_plan(_relative(plan, self.path.parent), self.path.suffix))
        self._seen = self._fingerprint()
        return plan

    def _fingerprint(self) -> str:
        if not self.path.exists():
            return ""
        return hashlib.sha256(read_text(self.path).encode()).hexdigest()


class ReadOnlyStore:
    """A plan that can be looked at; what dashboards hold."""

    writable = False

    def __init__(self, plan: Plan, copies: Mapping[str, str] | None = None) -> None:
        self._plan = plan
        self.copies = copies or {}

    def load(self) -> Plan:
        """The plan."""
        return self._plan

    def look(self, plan: Plan) -> None:
        """Nothing to do: nothing is ever saved."""

    def save(self, plan: Plan, why: Why = NO_REASON) -> Plan:
        """Refuse: there is nothing to save with."""
        raise ReadOnlyError(
            "This dashboard is read-only; open the planner in JupyterLab to change the plan."
        )


def load_plan(path: Path | str) -> Plan:
    """Read and validate a plan file; paths in it count from the file's own folder."""
    path = Path(path)
    plan = make_plan(read_mapping(path))
    found = {
        name: str((path.parent / value).resolve())
        for name in FILE_FIELDS
        if (value := getattr(plan, name)) and not _is_id(value)
    }
    return plan.but(**found) if found else plan


def _is_id(value: str) -> bool:
    return value.isidentifier()


def _relative(plan: Plan, folder: Path) -> Plan:
    """Paths as the file should hold them: relative where they lie beside or below it."""
    folder = folder.resolve()
    paths = {
        name: Path(value).resolve()
        for name in FILE_FIELDS
        if (value := getattr(plan, name)) and not _is_id(value)
    }
    found = {
        name: str(path.relative_to(folder) if path.is_relative_to(folder) else path)
        for name, path in paths.items()
    }
    return plan.but(**found) if found else plan


def dump_plan(plan: Plan, suffix: str) -> str:
    """The plan as text, fields sorted by name."""
    record = plan.to_record()
    if suffix == ".json":
        return json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return yaml.safe_dump(record, allow_unicode=True, sort_keys=True)


def open_store(named: str | None = None) -> PlanStore:
    """The plan store of this process.

    Parameters
    ----------
    named
        Path of a plan file; None: the one that ``WORKBENCH_PLAN`` names, else a strategist's own
        file (:func:`workbench.sources.paths.own_plan`), which starts as the example plan.

    Returns
    -------
    PlanStore
        Under ``WORKBENCH_ROLE=viewer`` a :class:`ReadOnlyStore`, whatever else is set; without a
        named file it holds the example plan.
    """
    path = named or os.environ.get(PLAN_VARIABLE)
    if os.environ.get(ROLE_VARIABLE) != "viewer":
        return PlanFile(Path(path) if path else own_plan())
    if path:
        return ReadOnlyStore(PlanFile(Path(path)).load())
    return ReadOnlyStore(load_plan(data_folder() / "examples" / EXAMPLE_PLAN))
