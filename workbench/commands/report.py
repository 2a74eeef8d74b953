"""Offline briefs, one a market and language."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.commands.asked import asked_plan, filled
from workbench.commands.options import (
    AsOf,
    Database,
    Industry,
    Langs,
    Markets,
    PlanPath,
    ProductFile,
    Register,
    Revision,
    Samples,
    Scenario,
    Top,
)
from workbench.domain.errors import InputError

if TYPE_CHECKING:
    from workbench.reports.batch import Job


def report(
    market: Markets = None,
    every: Annotated[bool, typer.Option("--all", help="Every market · 所有市场")] = False,
    industry: Industry = None,
    product: ProductFile = None,
    plan: PlanPath = None,
    competitors: Register = None,
    scenario: Scenario = None,
    revision: Revision = None,
    database: Database = None,
    lang: Langs = None,
    as_of: AsOf = None,
    top: Top = None,
    samples: Samples = None,
    out: Annotated[
        str, typer.Option(metavar="PATH", help="Folder to write to · 输出目录")
    ] = "reports",
    standalone: Annotated[
        bool, typer.Option(help="Embed the scripts in each page · 每页内嵌脚本")
    ] = False,
) -> None:
    """Write an offline brief per market and an index · 生成各市场离线简报与总览"""
    from workbench.locale import translator
    from workbench.reports import batch

    folder = Path(filled(out=out)["out"])
    languages = tuple(dict.fromkeys(lang or []))
    for language in languages:
        translator(language)  # raises if it is neither zh nor en
    asked, copies = asked_plan(
        plan,
        market,
        database,
        revision,
        reporting=True,
        industry=industry,
        product=product,
        competitors=competitors,
        scenario=scenario,
        as_of=as_of,
        top=top,
        samples=samples,
        lang=languages[0] if languages else None,
    )
    if every and market:
        raise InputError("--all and --market exclude each other; give one of them.")
    if not every and not asked.markets:
        raise InputError("Name the markets with --market (may be repeated), or ask for --all.")
    if every:
        asked = asked.but(markets=())
    jobs = batch.run(
        asked,
        folder,
        languages or (asked.lang,),
        standalone=standalone,
        progress=_progress,
        copies=copies,
    )
    failed = [job for job in jobs if job.status == "failed"]
    print(
        translator(asked.lang)(
            "{done} written, {failed} failed: {file}",
            done=len(jobs) - len(failed),
            failed=len(failed),
            file=folder / batch.start_of(jobs),
        )
    )
    if failed:
        raise typer.Exit(1)


def _progress(done: int, total: int, job: "Job") -> None:
    from workbench.locale import translator

    t = translator(job.lang)
    note = t(": failed: {reason}", reason=job.error) if job.status == "failed" else ""
    print(f"[{done}/{total}] {job.file}{note}", file=sys.stderr, flush=True)


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(report)
