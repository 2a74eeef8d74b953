"""Index pages: of a line, verdict first and what is missing next; of all lines, where several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workbench.domain.assess import Portfolio
from workbench.figures import portfolio as portfolio_figures
from workbench.figures import provider, ranking
from workbench.figures.verdict import product_name
from workbench.figures.view import View
from workbench.locale import Translator, translator
from workbench.reports.batch.jobs import HTML, LOST, THERE, Job, brief_name, index_name
from workbench.reports.batch.lines import LANGUAGES, Line
from workbench.reports.batch.making import plotly_script
from workbench.reports.batch.standings import Move
from workbench.reports.brief import to_record
from workbench.reports.page import page


@dataclass(frozen=True)
class Since:
    """What changed in a line since the batch before."""

    day: date
    moves: Sequence[Move]
    count: int
    """Markets that were held side by side."""


def line_index(
    line: Line,
    portfolio: Portfolio,
    jobs: Sequence[Job],
    since: Since | None,
    t: Translator,
    langs: tuple[str, ...],
    standalone: bool,
    there: Callable[[str], bool],
) -> str:
    """The index of one line in one language.

    Parameters
    ----------
    portfolio
        The line's, or that of the markets which can be compared.
    jobs
        The line's, in all languages; only what is in place is linked, the rest is named.
    there
        Whether a file, by its path in the batch's folder, is there.
    """
    own = [job for job in jobs if job.lang == t.lang]
    linked = {job.market for job in own if job.format == HTML and job.state in THERE}
    view = portfolio_figures.view(portfolio, t, brief_name("{market}", t.lang), linked=linked)
    views: list[View] = [view]
    lost = [job for job in own if job.state in LOST]
    if lost:
        views.append(portfolio_figures.failed([_missing(line, job, there) for job in lost], t))
    if since:
        views.append(_since(portfolio, since, t))
    views += [
        ranking.view(portfolio, t),
        ranking.why(portfolio, t),
        portfolio_figures.blockers(portfolio, t),
        provider.regions(portfolio, t),
    ]
    others = _files(line, own)
    if others:
        views.append(portfolio_figures.files(others, t))
    up = [(f"../../{index_name(t.lang, langs)}", t("All scenarios"), "")] if line.folder else []
    return page(
        map(to_record, views),
        t,
        title=view.title,
        subtitle=portfolio_figures.subtitle(portfolio, t),
        day=line.plan.as_of.isoformat(),
        links=[*up, *_same_in_others(t.lang, langs)],
        standalone=plotly_script() if standalone else "",
    )


def top_index(
    lines: Sequence[tuple[Line, Portfolio | None, Sequence[Job]]],
    t: Translator,
    langs: tuple[str, ...],
    standalone: bool,
) -> str:
    """The index of several lines: each with its verdicts counted, linked to its own index.

    Parameters
    ----------
    lines
        Line, what its index compares (None: none of its briefs could be made), its jobs.
    """
    rows = []
    for line, portfolio, jobs in lines:
        made = any(job.state in THERE for job in jobs if job.lang == t.lang)
        scenario = line.plan.scenario
        if line.plan.revision is not None:
            scenario = t(
                "{scenario}, revision {revision}", scenario=scenario, revision=line.plan.revision
            )
        rows.append(
            {
                "link": line.place(index_name(t.lang, langs)) if made else "",
                "scenario": scenario,
                "industry": line.portfolio.reference.label(
                    "industries", line.portfolio.industry, t.lang
                ),
                "product": product_name(line.portfolio, t),
                "gates": portfolio.verdicts()["gate"].value_counts().to_dict() if portfolio else {},
                "missing": sum(job.state in LOST for job in jobs if job.lang == t.lang),
            }
        )
    view = portfolio_figures.lines(rows, t)
    days = sorted({line.plan.as_of for line, _, _ in lines})
    return page(
        [to_record(view)],
        t,
        title=view.title,
        subtitle=t.n("{count} portfolio", "{count} portfolios", len(rows)),
        day=t.listing([day.isoformat() for day in days]),
        links=_same_in_others(t.lang, langs),
        standalone=plotly_script() if standalone else "",
    )


def _since(portfolio: Portfolio, since: Since, t: Translator) -> View:
    moves = [
        (
            move.now.market,
            move.before.to_record() if move.before else None,
            move.now.to_record(),
        )
        for move in since.moves
    ]
    return portfolio_figures.since(portfolio, since.day, moves, since.count, t)


def _missing(line: Line, job: Job, there: Callable[[str], bool]) -> dict[str, str]:
    return {
        "market": job.market,
        "format": job.format.upper(),
        "state": job.state,
        "reason": job.error,
        "earlier": _beside(line, job) if job.sha256 and there(job.file) else "",
    }


def _files(line: Line, jobs: Sequence[Job]) -> list[tuple[str, list[tuple[str, str]]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for job in sorted(jobs, key=lambda job: job.market != ""):
        if job.format != HTML and job.state in THERE:
            found.setdefault(job.market, []).append((job.format.upper(), _beside(line, job)))
    return list(found.items())


def _beside(line: Line, job: Job) -> str:
    return job.file.removeprefix(line.place(""))


def _same_in_others(lang: str, langs: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [
        (index_name(other, langs), LANGUAGES[other], translator(other).tag)
        for other in langs
        if other != lang
    ]
