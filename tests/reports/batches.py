"""Batches whose notebook does what a test needs: in this process, or in one of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil

from workbench.domain.plan import Plan
from workbench.reports import batch
from workbench.reports.batch.jobs import THERE
from workbench.reports.batch.table import Table
from workbench.sources.paths import data_folder
from workbench.sources.plans import dump_plan, load_plan

ROOT = Path(__file__).parents[2]
OPEN = "from workbench.reports import open_brief\nbrief = open_brief(globals())"
DRIVER = """
import sys
from pathlib import Path
from workbench.reports.batch import hashing, lines
folder = Path(sys.argv[1])
lines.notebook_folder = hashing.notebook_folder = lambda: folder
sys.argv[:2] = ["workbench"]
from workbench.cli import main
main()
"""


@dataclass(frozen=True)
class Trial:
    """A folder with a notebook of our own, a plan, and the pages that come of them."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def notebook(self, *cells: str) -> None:
        """A brief of one section; it logs its market and process, then runs ``cells``."""
        note = (
            f"import os, pathlib, signal, time\nlog = pathlib.Path({str(self.log)!r})\n"
            "with log.open('a') as file: _ = file.write(f'{market} {lang} {os.getpid()}\\n')"
        )
        parameters = "market = None\nlang = None\nplan = None\nas_of = None"
        found = nbformat.v4.new_notebook(
            metadata={"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}}
        )
        tagged = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
        clear = "del os, pathlib, signal, time, log, file"
        code = [note, *cells, clear, OPEN, 'brief.show("verdict")']
        found.cells = [tagged, *map(nbformat.v4.new_code_cell, code)]
        for number, cell in enumerate(found.cells):
            cell["id"] = f"c{number}"
        (self.folder / "reports").mkdir(exist_ok=True)
        nbformat.write(found, self.folder / "reports" / "brief.ipynb")

    def plan(self, *markets: str, **changes: object) -> Plan:
        """The example plan over these markets, on a fixed day."""
        example = load_plan(data_folder() / "examples" / "plan.yaml")
        return example.but(
            markets=markets, as_of="2026-11-20", samples=200, levels=[], answers=[], **changes
        )

    def run(self, plan: Plan, *langs: str, **options: object) -> dict[str, batch.Job]:
        """A batch in this process; file -> job."""
        jobs = batch.run_lines([batch.Line(plan)], self.out, langs or ("en",), **options)
        return {job.file: job for job in jobs}

    def start(self, plan: Plan, *words: str, **options: object) -> subprocess.Popen[str]:
        """The same as a process of its own, through the command line."""
        path = self.folder / "plan.yaml"
        path.write_text(dump_plan(plan, ".yaml"), encoding="utf-8")
        command = [sys.executable, "-c", DRIVER, str(self.folder), "report", "--plan", str(path)]
        command += ["--as-of", "2026-11-20", "--lang", "en", "--out", str(self.out), *words]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=ROOT, text=True, **{**streams, **options})

    def table(self) -> dict:
        return json.loads((self.out / "run.json").read_text(encoding="utf-8"))

    def states(self) -> dict[str, str]:
        """Market -> state, of the table on disk."""
        return {job["market"]: job["state"] for job in self.table()["jobs"]}

    def kept(self) -> set[str]:
        """The markets whose briefs a batch, also one that still runs, has written down as made."""
        jobs = Table.read(self.out).before.values()
        return {job.market for job in jobs if job.state in THERE}

    def begun(self) -> list[tuple[str, str, int]]:
        """Market, language and process of each brief that a kernel was asked for."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        rows = [line.split() for line in text.splitlines()]
        return [(market, lang, int(pid)) for market, lang, pid in rows]


def until(what: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until something holds that a process, which is still running, is to bring about."""
    end = time.monotonic() + 120
    while not what():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process is there and more than a name that nobody has read the end of."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> tuple[str, str]:
    """Send a signal and read what was said."""
    os.kill(process.pid, number)
    return process.communicate(timeout=120)
