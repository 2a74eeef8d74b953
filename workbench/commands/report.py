"""Offline briefs, one a market and language."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product as pairs
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.commands.asked import asked_plan, filled
from workbench.commands.options import (
    AsOf,
    Database,
    Langs,
    Markets,
    PlanPath,
    ProductFile,
    Register,
    Revision,
    Samples,
    Top,
)
from workbench.commands.printing import note, printed
from workbench.domain.errors import InputError

if TYPE_CHECKING:
    from workbench.locale import Translator
    from workbench.reports.batch import Job, Line


def report(
    market: Markets = None,
    every: Annotated[bool, typer.Option("--all", help="Every market · 所有市场")] = False,
    industry: Annotated[
        list[str] | None, typer.Option(help="Industry id, may be repeated · 行业，可重复")
    ] = None,
    product: ProductFile = None,
    plan: PlanPath = None,
    competitors: Register = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            "-s",
            help="Scenario of the workspace, may be repeated; with --plan: its name · 方案，可重复",
        ),
    ] = None,
    revision: Revision = None,
    database: Database = None,
    lang: Langs = None,
    as_of: AsOf = None,
    top: Top = None,
    samples: Samples = None,
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="Beside html: pdf, xlsx or pptx, may be repeated · 另存格式，可重复",
        ),
    ] = None,
    out: Annotated[
        str, typer.Option(metavar="PATH", help="Folder to write to · 输出目录")
    ] = "reports",
    standalone: Annotated[
        bool, typer.Option(help="Embed the scripts in each page · 每页内嵌脚本")
    ] = False,
    jobs: Annotated[
        str | None,
        typer.Option(
            metavar="INTEGER", help="Briefs at a time; default: as many as cores · 并行数"
        ),
    ] = None,
    timeout: Annotated[
        str | None,
        typer.Option(metavar="SECONDS", help="Longest time for one brief; default: 300 · 单份时限"),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Make the briefs on a Dask cluster, tcp://host:port · 在 Dask 集群上生成",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make unchanged briefs again too · 全部重做")
    ] = False,
) -> None:
    """Write an offline brief per market and an index · 生成各市场离线简报与总览"""
    from workbench.locale import translator
    from workbench.reports import batch
    from workbench.reports.batch.jobs import LOST, THERE
    from workbench.reports.engine import JOB_SECONDS

    folder = Path(filled(out=out, scheduler=scheduler)["out"])
    languages = tuple(dict.fromkeys(lang or []))
    for language in languages:
        translator(language)  # raises if it is neither zh nor en
    workers, seconds = _number("jobs", jobs, 1, 64), _number("timeout", timeout, 1, 86_400)
    scenarios, industries = _each("scenario", scenario), _each("industry", industry)
    if len(scenarios) > 1 and (plan or revision):
        raise InputError(
            "--plan and --revision name one scenario; give --scenario once, or leave them out."
        )
    lines: list[Line] = []
    for one, where in pairs(scenarios, industries):
        asked, copies = asked_plan(
            plan,
            market,
            database,
            revision,
            reporting=True,
            industry=where,
            product=product,
            competitors=competitors,
            scenario=one,
            as_of=as_of,
            top=top,
            samples=samples,
            lang=languages[0] if languages else None,
        )
        if every and market:
            raise InputError("--all and --market exclude each other; give one of them.")
        if not every and not asked.markets:
            raise InputError("Name the markets with --market (may be repeated), or ask for --all.")
        lines.append(batch.Line(asked.but(markets=()) if every else asked, copies))
    first = lines[0].plan.lang
    t, progress = translator(first), _Progress()
    stopped = [int(signal.SIGINT)]
    try:
        with _in_order(stopped):
            made = batch.run_lines(
                lines,
                folder,
                languages or (first,),
                standalone=standalone,
                formats=form or (),
                workers=workers,
                seconds=float(seconds or JOB_SECONDS),
                force=force,
                scheduler=scheduler,
                given=[Path(name) for name in (plan, database) if name],
                progress=progress,
            )
    except KeyboardInterrupt:
        note(
            t.n(
                "Stopped; {count} file is in place. The same command goes on.",
                "Stopped; {count} files are in place. The same command goes on.",
                progress.there,
            )
        )
        raise typer.Exit(128 + stopped[0]) from None  # as shells have it
    counts = {
        "done": sum(job.state == "done" for job in made),
        "unchanged": sum(job.state == "skipped" for job in made),
        "failed": sum(job.state in LOST for job in made),
        "file": folder / batch.start_of(made),
    }
    if counts["unchanged"]:
        _say(t, t("{done} written, {unchanged} unchanged, {failed} failed: {file}", **counts))
    else:
        _say(t, t("{done} written, {failed} failed: {file}", **counts))
    if not all(job.state in THERE for job in made):
        raise typer.Exit(1)


def _say(t: "Translator", words: str) -> None:
    """Print how a batch went; it went so whether or not that can be printed."""
    from workbench.sources._reasons import system_reason

    lost = printed(words)
    if lost is not None and not isinstance(lost, BrokenPipeError):
        why = t.text(system_reason(lost))
        note(t("{words} (said here since standard output fails: {why})", words=words, why=why))


@contextmanager
def _in_order(stopped: list[int]) -> Iterator[None]:
    """Let SIGTERM and SIGHUP stop a batch as Ctrl-C does; which it was stands in ``stopped``.

    A service manager's stop, a terminal that is closed: kernels end, and the table says what was
    done. What is ignored, as SIGHUP under nohup, stays so.
    """

    def stop(number: int, _frame: object) -> None:
        stopped[0] = number
        raise KeyboardInterrupt

    numbers = [signal.SIGTERM, *filter(None, [getattr(signal, "SIGHUP", None)])]
    before = {n: signal.getsignal(n) for n in numbers if signal.getsignal(n) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Progress:
    """One line a file on stderr: how many, which, how fast, how long to go."""

    def __init__(self) -> None:
        self.there = 0
        self._skipped = 0
        self._start = time.monotonic()

    def __call__(self, done: int, total: int, job: "Job") -> None:
        from workbench.locale import translator
        from workbench.reports.batch.jobs import LOST

        t, how = translator(job.lang), ""
        self.there += job.state not in LOST
        if job.state in LOST:
            how = t(": failed: {reason}", reason=job.error)
        elif job.state == "skipped":
            self._skipped += 1
            how = " · " + t("unchanged")
        else:
            rate = (done - self._skipped) / max(time.monotonic() - self._start, 0.001)
            how = " · " + t("{rate}/s", rate=t.number(rate, 1))
            if done < total:
                left = round((total - done) / rate)
                how += " · " + t("{seconds} s left", seconds=t.number(left))
        note(f"[{done}/{total}] {job.file}{how}")


def _each(option: str, given: list[str] | None) -> list[str | None]:
    for value in given or []:
        filled(**{option: value})  # raises if it is empty
    return list(dict.fromkeys(given or [])) or [None]


def _number(option: str, given: str | None, least: int, most: int) -> int | None:
    if given is None:
        return None
    if not given.isdecimal() or not least <= int(given) <= most:
        raise InputError(
            "--{option}: {value!r} is not allowed; give a whole number from {least} to {most}.",
            option=option,
            value=given,
            least=least,
            most=most,
        )
    return int(given)


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(report)
