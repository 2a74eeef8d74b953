"""Put files in place whole: readers of the folder never see half of one."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from workbench.domain.errors import WorkbenchError
from workbench.figures.theme import ASSETS
from workbench.reports.batch.jobs import Job
from workbench.reports.batch.lines import PLAN_COPY, Line
from workbench.reports.batch.making import plotly_script
from workbench.reports.batch.reasons import reason
from workbench.reports.batch.table import now
from workbench.reports.page import PLOTLY, SCRIPT
from workbench.sources.files import write_bytes

_ASIDE = re.compile(
    r"\.(([A-Z]{2}|portfolio)\.(zh|en)\.\w+|index(\.(zh|en))?\.html|plan\.yaml|run\.json"
    r"|plotly\.min\.js|page\.js)\.\w{8}"
)
"""Name of what a killed batch may leave beside the file that it was just writing."""


def publish(out: Path, job: Job, content: bytes) -> Job:
    """Put a job's file in place; one that can't be written fails this job only."""
    try:
        write_bytes(out / job.file, content)
    except WorkbenchError as error:
        return replace(job, state="failed", error=reason(error, job.lang))
    sha256 = hashlib.sha256(content).hexdigest()
    return replace(job, state="done", sha256=sha256, made=now(), error="")


def write_shared(out: Path, lines: Iterable[Line], standalone: bool) -> None:
    """The plans that the notebooks read, and the scripts that the pages share.

    Each line has scripts of its own, so that its folder can be sent as it is.
    """
    for line in lines:
        write_bytes(out / line.place(PLAN_COPY), line.plan_text().encode("utf-8"))
    if standalone:
        return
    script = (ASSETS / "page.js").read_bytes()
    for folder in {out, *(out / line.folder for line in lines)}:
        for name, content in ((PLOTLY, plotly_script().encode("utf-8")), (SCRIPT, script)):
            path = folder / name
            if not (path.is_file() and path.read_bytes() == content):
                write_bytes(path, content)


def sweep(out: Path, lines: Iterable[Line]) -> None:
    """Remove what a killed batch left half-written, under a hidden name, beside its files."""
    folders = {out, *(out / line.folder for line in lines)}
    for folder in folders | {place / "assets" for place in folders}:
        if folder.is_dir():
            for path in folder.iterdir():
                if _ASIDE.fullmatch(path.name) and path.is_file():
                    path.unlink()
