"""Plan files: where a strategist's changes are kept, behind one small interface.

The interface is :class:`PlanStore`: ``load`` and ``save``. A database will stand behind the same
two calls. Dashboards hold a :class:`ReadOnlyStore`, which has nothing to save with.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Protocol

import yaml

from workbench.domain.errors import InputError, ReadOnlyError
from workbench.domain.plan import Plan, make_plan
from workbench.sources.files import read_mapping, read_text, write_text

ROLE_VARIABLE = "WORKBENCH_ROLE"
PLAN_VARIABLE = "WORKBENCH_PLAN"


class PlanStore(Protocol):
    """Where one plan is kept."""

    writable: bool

    def load(self) -> Plan:
        """The plan as it stands."""

    def save(self, plan: Plan) -> None:
        """Keep the plan; returns only when it is safely stored."""


class PlanFile:
    """A plan in a YAML or JSON file; one field a line, sorted, so that a diff reads well.

    Raises
    ------
    InputError
        On saving, if the file was changed by someone else since it was loaded.
    """

    writable = True

    def __init__(self, path: Path) -> None:
        if path.suffix not in (".yaml", ".yml", ".json"):
            raise InputError("The plan file {path} must end in .yaml, .yml or .json.", path=path)
        self.path = path
        self._seen = self._fingerprint()

    def load(self) -> Plan:
        """The plan in the file; a plan of defaults if there is no file yet."""
        self._seen = self._fingerprint()
        return load_plan(self.path) if self._seen else Plan()

    def save(self, plan: Plan) -> None:
        """Write the plan, whole or not at all."""
        if self._fingerprint() != self._seen:
            raise InputError("The plan file {path} was changed by someone else meanwhile; reload "
                             "it, then make your change again.", path=self.path)
        write_text(self.path, dump_plan(plan, self.path.suffix))
        self._seen = self._fingerprint()

    def _fingerprint(self) -> str:
        if not self.path.exists():
            return ""
        return hashlib.sha256(read_text(self.path).encode()).hexdigest()


class ReadOnlyStore:
    """A plan that can be looked at; what dashboards hold."""

    writable = False

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def load(self) -> Plan:
        """The plan."""
        return self._plan

    def save(self, plan: Plan) -> None:
        """Refuse: there is nothing to save with."""
        raise ReadOnlyError("This dashboard is read-only; open the planner in JupyterLab to "
                            "change the plan.")


def load_plan(path: Path | str) -> Plan:
    """Read and validate a plan file."""
    return make_plan(read_mapping(Path(path)))


def dump_plan(plan: Plan, suffix: str) -> str:
    """The plan as text, fields sorted by name."""
    record = plan.to_record()
    if suffix == ".json":
        return json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return yaml.safe_dump(record, allow_unicode=True, sort_keys=True)


def open_store(default: Path) -> PlanStore:
    """The plan store of this process.

    ``WORKBENCH_PLAN`` names the file (else ``default``). Under ``WORKBENCH_ROLE=viewer`` the
    store is read-only.
    """
    named = os.environ.get(PLAN_VARIABLE)
    path = Path(named) if named else default
    if os.environ.get(ROLE_VARIABLE) == "viewer":
        return ReadOnlyStore(load_plan(path) if path.exists() else Plan())
    return PlanFile(path)
