"""Briefs for many markets: each apart, failures named, an index over all."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import nbclient.exceptions
import papermill.exceptions
from nbformat import NotebookNode
from plotly.offline import get_plotlyjs

from workbench.domain import errors
from workbench.domain.assess import Portfolio
from workbench.domain.errors import WorkbenchError
from workbench.domain.plan import Plan
from workbench.figures import portfolio as portfolio_figures
from workbench.figures import provider, ranking
from workbench.figures.theme import ASSETS
from workbench.figures.view import View
from workbench.locale import Translator, translator
from workbench.reports.brief import to_record
from workbench.reports.engine import CELL_SECONDS, SharedKernel, shared_kernel
from workbench.reports.page import PLOTLY, SCRIPT, page, views_of
from workbench.sources.files import write_text
from workbench.sources.opening import NONE, open_portfolio
from workbench.sources.paths import notebook_folder
from workbench.sources.plans import dump_plan

PLAN_COPY = "plan.yaml"
JOBS = "run.json"


@dataclass(frozen=True)
class Job:
    """One brief: what it was for and how it went."""

    market: str
    lang: str
    file: str
    status: str
    """``done`` or ``failed``."""
    error: str = ""
    """Why it failed, in its language."""


def brief_name(code: str, lang: str) -> str:
    """File name of a brief."""
    return f"{code}.{lang}.html"


def start_of(jobs: list[Job]) -> str:
    """The file of a batch to open first: its index, or the job table where no brief was made."""
    langs = [job.lang for job in jobs if job.status == "done"]
    if not langs:
        return JOBS
    return "index.html" if jobs[0].lang in langs else f"index.{langs[0]}.html"


def run(
    plan: Plan,
    out: Path,
    langs: tuple[str, ...],
    *,
    standalone: bool = False,
    progress: Callable[[int, int, Job], None] = lambda done, total, job: None,
    copies: Mapping[str, str] = NONE,
) -> list[Job]:
    """Write a brief per market and language, the index pages and the job table.

    Parameters
    ----------
    plan
        Its ``markets`` are reported on; empty: all.
    out
        Folder; made if missing. Each file is put in place whole.
    langs
        Languages, the first one is that of ``index.html``.
    standalone
        Embed the scripts in every page; there is no folder of shared ones beside them then.
    progress
        Called after each brief with how many are done, how many there are, and the job.
    copies
        Path in the plan -> path of the file to read in its place.

    Returns
    -------
    list of Job
        One per brief; a failed one names its error, the others are written all the same.

    Raises
    ------
    InputError
        If the plan itself is bad or the folder can't be written.
    """
    portfolio = open_portfolio(plan, copies)
    codes = list(portfolio.chosen)
    if not standalone:
        _write_assets(out)
    write_text(out / PLAN_COPY, dump_plan(_copy_of(plan, copies), ".yaml"))
    total = len(codes) * len(langs)
    jobs = []
    with shared_kernel() as kernel:
        for job, text in briefs(kernel, portfolio, codes, langs, out, standalone):
            if job.status == "done":
                try:
                    write_text(out / job.file, text)
                except WorkbenchError as error:  # one file that can't be written costs one brief
                    job = replace(job, status="failed", error=_reason(error, job.lang))  # noqa: PLW2901
            jobs.append(job)
            progress(len(jobs), total, job)
    for place, lang in enumerate(langs):
        done = {job.market for job in jobs if job.status == "done" and job.lang == lang}
        if not done:
            continue  # every brief failed: there is nothing to compare
        try:
            text = _index(portfolio, done, lang, langs, standalone)
        except WorkbenchError:  # a market that failed above may fail here again: without it, then
            kept = portfolio.but(plan.but(markets=[code for code in codes if code in done]))
            text = _index(kept, done, lang, langs, standalone)
        write_text(out / f"index.{lang}.html", text)
        if place == 0:
            write_text(out / "index.html", text)
    write_text(
        out / JOBS, json.dumps([asdict(job) for job in jobs], indent=2, ensure_ascii=False) + "\n"
    )
    return jobs


def _copy_of(plan: Plan, copies: Mapping[str, str] = NONE) -> Plan:
    """The plan as the notebooks read it; paths made absolute, since they run elsewhere."""
    paths = {
        name: str(Path(copies.get(value, value)).resolve())
        for name in ("product", "competitors")
        if (value := getattr(plan, name)) and not str(value).isidentifier()
    }
    return plan.but(**paths)


def briefs(
    kernel: SharedKernel,
    portfolio: Portfolio,
    codes: list[str],
    langs: tuple[str, ...],
    out: Path,
    standalone: bool = False,
) -> Iterator[tuple[Job, str]]:
    """Each brief's job and its page, one by one; a failed one has no page.

    Parameters
    ----------
    out
        Folder with the batch's copy of the plan, which the notebooks read.
    """
    notebook = str(notebook_folder() / "reports" / "brief.ipynb")
    script = get_plotlyjs() if standalone else ""
    for lang in langs:
        t = translator(lang)
        for code in codes:
            parameters = {
                "market": code,
                "lang": lang,
                "as_of": portfolio.plan.as_of.isoformat(),
                "plan": str((out / PLAN_COPY).resolve()),
            }
            try:
                executed = kernel.run(notebook, parameters)
            except (
                papermill.exceptions.PapermillException,
                nbclient.exceptions.CellControlSignal,
                RuntimeError,
            ) as error:
                yield Job(code, lang, brief_name(code, lang), "failed", _reason(error, lang)), ""
                continue
            yield (
                Job(code, lang, brief_name(code, lang), "done"),
                brief_page(executed, portfolio, code, langs, t, script),
            )


def brief_page(
    executed: NotebookNode,
    portfolio: Portfolio,
    code: str,
    langs: tuple[str, ...],
    t: Translator,
    script: str = "",
) -> str:
    """The page of an executed brief notebook.

    Parameters
    ----------
    langs
        Languages of the batch; the page links to the index and to itself in the others.
    script
        Plotly's script to embed; empty: the shared file is used.
    """
    links = [("index.html" if t.lang == langs[0] else f"index.{t.lang}.html", t("All markets"), "")]
    links += [
        (brief_name(code, other), _language_name(other), translator(other).tag)
        for other in langs
        if other != t.lang
    ]
    return page(
        views_of(executed),
        t,
        title=t(
            "{market} · {industry} · market brief",
            market=t.market(code),
            industry=_industry(portfolio, t.lang),
        ),
        subtitle=portfolio_figures.subtitle(portfolio, t),
        day=portfolio.plan.as_of.isoformat(),
        links=links,
        standalone=script,
    )


def _reason(error: Exception, lang: str) -> str:
    """Why a brief failed, in its language; the class is named only where it is none of ours.

    An error of ours leaves the notebook's kernel as text, which the brief there has translated.
    """
    t = translator(lang)
    if isinstance(error, WorkbenchError):
        return t.error(error)
    if isinstance(error, papermill.exceptions.PapermillExecutionError):
        ours = getattr(errors, error.ename, None)
        if isinstance(ours, type) and issubclass(ours, WorkbenchError):
            return str(error.evalue)
        what = f"{error.ename}: {error.evalue}".strip()
        return t("something unexpected in the notebook: {what}", what=what)
    if isinstance(error, nbclient.exceptions.CellTimeoutError):
        return t(
            "a cell of the notebook took longer than {seconds} s; run the report again",
            seconds=CELL_SECONDS,
        )
    if isinstance(error, RuntimeError):
        return t("the notebook's kernel died or did not start; run the report again")
    return t(
        "something unexpected in the notebook: {what}", what=f"{type(error).__name__}: {error}"
    )


def _index(
    portfolio: Portfolio, done: set[str], lang: str, langs: tuple[str, ...], standalone: bool
) -> str:
    t = translator(lang)
    link = "{market}." + lang + ".html"
    view = portfolio_figures.view(portfolio, t, link, linked=done)
    links = [
        (f"index.{other}.html", _language_name(other), translator(other).tag)
        for other in langs
        if other != lang
    ]
    return page(
        [to_record(view), *_extra(portfolio, t)],
        t,
        title=view.title,
        subtitle=portfolio_figures.subtitle(portfolio, t),
        day=portfolio.plan.as_of.isoformat(),
        links=links,
        standalone=get_plotlyjs() if standalone else "",
    )


def _extra(portfolio: Portfolio, t: Translator) -> list[dict[str, Any]]:
    views: list[View] = [
        ranking.view(portfolio, t),
        ranking.why(portfolio, t),
        portfolio_figures.blockers(portfolio, t),
        provider.regions(portfolio, t),
    ]
    return [to_record(view) for view in views]


def _industry(portfolio: Portfolio, lang: str) -> str:
    return portfolio.reference.label("industries", portfolio.industry, lang)


def _language_name(lang: str) -> str:
    return {"zh": "中文", "en": "English"}[lang]


def _write_assets(out: Path) -> None:
    write_text(out / PLOTLY, get_plotlyjs())
    write_text(out / SCRIPT, (ASSETS / "page.js").read_text(encoding="utf-8"))
