"""A brief to be made on another machine: its task, and the texts of the files that it names.

The notebook does not travel: each machine has its own, and whether they are the same is found out
before the first parcel is sent (:func:`workbench.reports.batch.hashing.made_with`).
"""

from dataclasses import dataclass, replace
from pathlib import Path

from workbench.reports.batch.hashing import digest
from workbench.reports.batch.making import Made, Task
from workbench.sources.files import write_text
from workbench.sources.paths import notebook_folder

NOTEBOOK = "reports/brief.ipynb"
"""In the folder of notebooks, on every machine."""
PLAN = "plan.yaml"


@dataclass(frozen=True)
class Enclosed:
    """A file that is sent along."""

    name: str
    """What it is called beside the others."""
    text: str
    called: str
    """Its path where it comes from; for people only."""


@dataclass(frozen=True)
class Parcel:
    """A task whose notebook is the machine's own and whose files are enclosed; can be pickled."""

    task: Task
    """It names the notebook and the plan; where they are is the other machine's to know."""
    files: tuple[Enclosed, ...]
    """The plan, and what it names beside it."""

    def unpacked(self, place: Path) -> tuple[Task, Path]:
        """The task as it can be made here, and the folder that its files are in now.

        Files with the same content are in the same folder each time, so that a kernel which has
        read them need not read them again.

        Raises
        ------
        InputError
            If they can't be written.
        """
        folder = place / digest([(file.name, file.text) for file in self.files])[:16]
        for file in self.files:
            if not (folder / file.name).is_file():
                write_text(folder / file.name, file.text)
        parameters = {**self.task.parameters, "plan": str(folder / PLAN)}
        notebook = str(notebook_folder() / NOTEBOOK)
        return replace(self.task, notebook=notebook, parameters=parameters), folder

    def told(self, made: Made, folder: Path) -> Made:
        """What became of it, files in its reason named as their owner knows them."""
        error = made.error
        for file in self.files:
            error = error.replace(str(folder / file.name), file.called)
        return replace(made, error=error)
