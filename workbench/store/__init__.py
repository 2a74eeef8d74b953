"""The workspace: every edit kept, with who, when, why and on what evidence (W6)."""

from workbench.domain.changes import Evidence
from workbench.store.log import Command
from workbench.store.opening import open_workspace
from workbench.store.reading import Snapshot, Version
from workbench.store.scenarios import Scenario
from workbench.store.workspace import Workspace

__all__ = [
    "Command",
    "Evidence",
    "Scenario",
    "Snapshot",
    "Version",
    "Workspace",
    "open_workspace",
]
