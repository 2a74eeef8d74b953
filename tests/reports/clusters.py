"""Dask clusters of real processes on loopback, whose workers read the notebook of the test."""

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from .batches import until

PRELOAD = """
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
with ThreadPoolExecutor(1) as aside:
    aside.submit(import_module, "workbench.reports.batch.remote").result()
from workbench.reports.batch import hashing, parcel
hashing.notebook_folder = parcel.notebook_folder = lambda: Path(Path({pointer!r}).read_text())
"""
"""A worker's notebooks are in the folder that the test names; see :meth:`DaskCluster.serve`.

What it needs is imported by a thread with a stack of its own. As deep as Dask runs a preload,
Python 3.11 stands at the end of a chunk of its stack: it asks the system for another and gives it
back with every call, which costs more than the import itself.
"""
UPDATED = "from workbench.reports.batch import hashing\nhashing._code = lambda: 'of-yesterday'\n"
BARE = "import sys\nsys.modules['workbench'] = None\n"


@dataclass
class DaskCluster:
    """A scheduler and its workers, all processes of their own; ended with :meth:`end`."""

    folder: Path
    address: str = ""
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    _scheduler: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> "DaskCluster":
        self._scheduler = self._process("scheduler", "--no-dashboard", "--port", "0", *words)
        log = self.folder / "scheduler.log"
        until(lambda: re.search(r"Scheduler at: +(\S+)", log.read_text()), self._scheduler)
        self.address = re.search(r"Scheduler at: +(\S+)", log.read_text())[1]
        return self

    def serve(self, folder: Path) -> None:
        """Have the workers make briefs of the notebook in this folder."""
        (self.folder / "notebooks").write_text(str(folder), encoding="utf-8")

    def worker(self, *words: str, preload: str = PRELOAD, nanny: bool = False) -> str:
        """The name of one more worker, which is starting."""
        name = f"w{len(self.workers)}"
        program = self.folder / f"{name}.py"
        program.write_text(preload.format(pointer=str(self.folder / "notebooks")))
        self.workers[name] = self._process(
            "worker", self.address, "--name", name, "--nthreads", "1", "--no-dashboard",
            "--nanny" if nanny else "--no-nanny", "--preload", str(program),
            "--local-directory", str(self.folder), *words, log=name,
        )  # fmt: skip
        return name

    def where(self, name: str) -> str:
        """The address of a worker, once it has registered."""
        log = self.folder / f"{name}.log"
        until(lambda: "Registered to:" in log.read_text(), self.workers[name])
        return re.search(r"Start worker at: +(\S+)", log.read_text())[1]

    def kill(self, name: str) -> None:
        """End a worker at once, and wait until the scheduler knows."""
        gone = f"Remove worker addr: {self.where(name)} "
        self.workers[name].kill()
        until(lambda: gone in (self.folder / "scheduler.log").read_text())

    def ready(self) -> "DaskCluster":
        """The cluster, once all workers that were started have registered."""
        for name in self.workers:
            self.where(name)
        return self

    def end_scheduler(self) -> None:
        self._scheduler.kill()
        self._scheduler.wait()

    def end(self) -> None:
        """End all at once: a worker without its scheduler may take minutes to end by itself."""
        for process in [*self.workers.values(), self._scheduler]:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # a nanny's worker as well
            process.wait()

    def _process(self, what: str, *words: str, log: str = "") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--host", "127.0.0.1"]
        with (self.folder / f"{log or what}.log").open("wb") as said:
            return subprocess.Popen(
                [*command, *words],
                cwd=self.folder, env=self.environment, stdout=said, stderr=said,
                start_new_session=True,
            )  # fmt: skip
