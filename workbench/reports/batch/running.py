"""A batch from its beginning to its end: skip, make, publish, compare, write the index last."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.domain.errors import WorkbenchError
from workbench.domain.plan import Plan
from workbench.locale import translator
from workbench.reports.batch.cluster import Cluster, check_address, connected
from workbench.reports.batch.exporting import check_formats, exported
from workbench.reports.batch.hashing import line_hash
from workbench.reports.batch.index_pages import IndexPages, in_place
from workbench.reports.batch.inputs import check_apart
from workbench.reports.batch.jobs import HTML, THERE, Job, brief_name
from workbench.reports.batch.lines import Line, in_folders
from workbench.reports.batch.lock import locked
from workbench.reports.batch.making import Made
from workbench.reports.batch.publish import publish, sweep, write_shared
from workbench.reports.batch.spreading import made_on_cluster
from workbench.reports.batch.standings import standings, together
from workbench.reports.batch.table import TABLE, Table, now
from workbench.reports.batch.workers import made_side_by_side
from workbench.reports.engine import JOB_SECONDS
from workbench.sources.opening import NONE
from workbench.sources.shared_answers import sharing

Progress = Callable[[int, int, Job], None]


def run(
    plan: Plan,
    out: Path,
    langs: tuple[str, ...],
    *,
    copies: Mapping[str, str] = NONE,
    standalone: bool = False,
    progress: Progress = lambda done, total, job: None,
) -> list[Job]:
    """The batch of one plan; see :func:`run_lines`."""
    return run_lines([Line(plan, copies)], out, langs, standalone=standalone, progress=progress)


def run_lines(
    lines: Sequence[Line],
    out: Path,
    langs: tuple[str, ...],
    *,
    standalone: bool = False,
    formats: Sequence[str] = (),
    workers: int | None = None,
    seconds: float = JOB_SECONDS,
    force: bool = False,
    scheduler: str | None = None,
    given: Sequence[Path] = (),
    progress: Progress = lambda done, total, job: None,
) -> list[Job]:
    """Write a brief per line, market and language, the index pages and the job table.

    Parameters
    ----------
    lines
        Scenarios and industries; one line goes right into the folder, several into one each.
    out
        Folder; made if missing. Each file is put in place whole.
    langs
        Languages, the first one is that of ``index.html``.
    standalone
        Embed the scripts in every page; there is no folder of shared ones beside them then.
    formats
        What to write beside HTML, of :data:`workbench.reports.exporters.FORMATS`.
    workers
        How many briefs at a time; None: as many as there are cores, or threads of the cluster.
    seconds
        How long one brief may take.
    force
        Make also what is unchanged.
    scheduler
        Address of the Dask scheduler whose workers make the briefs; None: they are made here.
    given
        Files that the lines were read from, so that none is written over; the product files and
        registers that plans name need not be here.
    progress
        Called after each file with how many are done, how many there are, and its job.

    Returns
    -------
    list of Job
        One per file, index pages apart; a failed one names its reason, the others are written all
        the same.

    Raises
    ------
    InputError
        If a plan is bad, a file that is read would be written over, the folder can't be written,
        another batch is writing to it, or the cluster can't be used.
    KeyboardInterrupt
        After Ctrl-C, when the kernels are ended and the table says what was done.
    """
    check_formats(formats)
    if scheduler is not None:
        check_address(scheduler)
    found = in_folders(lines)
    check_apart(out, found, langs, formats, given)
    with locked(out), sharing(), connected(scheduler) if scheduler else nullcontext() as cluster:
        batch = _Batch(found, out, langs, standalone, progress, cluster)
        return batch.run(tuple(dict.fromkeys(formats)), workers, seconds, force)


def start_of(jobs: Sequence[Job]) -> str:
    """The file of a batch to open first: its index, or the job table where no brief was made."""
    langs = [job.lang for job in jobs if job.format == HTML and job.state in THERE]
    if not langs:
        return TABLE
    return "index.html" if jobs[0].lang in langs else f"index.{langs[0]}.html"


class _Batch:
    """One batch under way, by the one process that may write to the folder."""

    def __init__(
        self,
        lines: list[Line],
        out: Path,
        langs: tuple[str, ...],
        standalone: bool,
        tell: Progress,
        cluster: Cluster | None,
    ) -> None:
        self.lines, self.out, self.langs, self.standalone = lines, out, langs, standalone
        self.table = Table.read(out)
        self.started = now()
        self._tell = tell
        self._cluster = cluster
        self._told = 0
        self._line: dict[str, Line] = {}

    def run(
        self, formats: tuple[str, ...], most: int | None, seconds: float, force: bool
    ) -> list[Job]:
        sweep(self.out, self.lines)
        workers = most or os.cpu_count() or 1
        there = sum(self._cluster.threads.values()) if self._cluster else workers
        jobs = []
        for line in self.lines:
            for job in line.jobs(self.langs, formats, self.standalone):
                self._line[job.file] = line
                jobs.append(self._planned(job, force))
        self.table.begin(
            jobs, started=self.started, workers=min(most or there, there), timeout=seconds
        )
        try:
            write_shared(self.out, self.lines, self.standalone)
            for job in jobs:
                if job.state == "skipped":
                    self._ended(job)
            waiting = [job for job in jobs if job.state == "queued"]
            self._make([job for job in waiting if job.format == HTML], most, seconds)
            index = IndexPages(
                self.out, self.lines, self.langs, self.standalone, self._of, self._last()
            )
            portfolios = index.portfolios()
            self._export([job for job in waiting if job.format != HTML and job.market], workers)
            found = {
                line: standings(portfolio, portfolio.chosen, self.started)
                for line, portfolio in portfolios.items()
            }
            index.write(portfolios, found)
            whole = [job for job in waiting if job.format != HTML and not job.market]
            if whole:  # they print the index; then it can link to them
                self._export(whole, workers)
                index.write(portfolios, found)
            self._forget_if_edited()
        except BaseException:
            with suppress(WorkbenchError):  # a full disk, mostly: the journal has it all
                self.table.end("stopped", [])
            raise
        every = [standing for each in found.values() for standing in each]
        self.table.end("finished", together(self._last(), every))
        return list(self.table.jobs.values())

    def _planned(self, job: Job, force: bool) -> Job:
        """The job as it was made before if that still holds; what is about all is made anew."""
        old = self.table.up_to_date(job) if job.market and not force else None
        if old is not None:
            return replace(old, state="skipped")
        before = self.table.before.get(job.file)
        if before is not None and (self.out / job.file).is_file():
            return replace(job, sha256=before.sha256, made=before.made)
        return job

    def _make(self, jobs: list[Job], most: int | None, seconds: float) -> None:
        with ThreadPoolExecutor(1) as pool:  # the kernels do the work: time for what comes after
            pool.submit(self._compare_early)
            for job, made in self._briefs(jobs, most, seconds):
                self._ended(self._outcome(job, made))

    def _briefs(
        self, jobs: list[Job], most: int | None, seconds: float
    ) -> Iterator[tuple[Job, Made]]:
        """Made here or on the cluster, as they come."""
        if self._cluster is None:
            tasks = [
                (
                    job,
                    self._line[job.file].task(job, self.out, self.langs, self.standalone, seconds),
                )
                for job in jobs
            ]
            return made_side_by_side(tasks, most or os.cpu_count() or 1, self._began)
        parcels = [
            (job, self._line[job.file].parcel(job, self.langs, self.standalone, seconds))
            for job in jobs
        ]
        return made_on_cluster(self._cluster, parcels, most, self._began)

    def _compare_early(self) -> None:
        """Work out what the index compares; an error is met again, and told, when it is written."""
        for line in self.lines:
            line.portfolio.verdicts()

    def _export(self, jobs: list[Job], workers: int) -> None:
        asked = []
        for job in jobs:
            line = self._line[job.file]
            page = line.place(
                brief_name(job.market, job.lang) if job.market else f"index.{job.lang}.html"
            )
            brief = self.table.jobs.get(page)  # None: the page is an index
            there = brief.state in THERE if brief else bool(in_place(self._of(line), job.lang))
            if not there:
                t = translator(job.lang)
                error = t("the page that it is made from is missing")
                self._ended(replace(job, state="failed", error=error))
            else:
                asked.append((job, line.portfolio, self.out / page))
        for job, made in exported(asked, workers):
            self._ended(self._outcome(job, made))

    def _outcome(self, job: Job, made: Made) -> Job:
        job = replace(
            job,
            state=made.state,
            attempts=made.attempts,
            seconds=round(made.seconds, 3),
            error=made.error,
        )
        if made.state != "done":
            return job
        # Whatever is written to meanwhile, and perhaps back: the next batch makes the page anew.
        known = "" if self._line[job.file].edited else job.hash
        return publish(self.out, replace(job, hash=known), made.content)

    def _began(self, job: Job) -> None:
        self.table.note(replace(job, state="running"))

    def _ended(self, job: Job) -> None:
        if job.state != "skipped":
            self.table.note(job)
        self._told += 1
        self._tell(self._told, len(self.table.jobs), job)

    def _of(self, line: Line) -> list[Job]:
        return [job for file, job in self.table.jobs.items() if self._line[file] is line]

    def _last(self) -> Sequence[Mapping[str, Any]]:
        """How markets stood at the end of the last batch that ended."""
        return self.table.last.markets if self.table.last else []

    def _forget_if_edited(self) -> None:
        """Files that changed while the batch read them: its pages count as unknown to the next."""
        for line in self.lines:
            if line_hash(line.plan, line.copies) != line.hash:
                for job in self._of(line):
                    if job.state == "done":
                        self.table.note(replace(job, hash=""))
