"""The other formats: each file made from a portfolio and the page that was just written."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from workbench.domain.assess import Portfolio
from workbench.domain.errors import InputError
from workbench.locale import translator
from workbench.reports import exporters
from workbench.reports.batch.jobs import HTML, Job
from workbench.reports.batch.making import Made
from workbench.reports.batch.reasons import reason


def check_formats(formats: Sequence[str]) -> None:
    """Raise InputError if one is unknown."""
    known = (HTML, *exporters.FORMATS)
    for form in formats:
        if form not in known:
            raise InputError(
                "Unknown format {format!r}; formats are: {known}.",
                format=form,
                known=", ".join(known),
            )


def exported(
    asked: Sequence[tuple[Job, Portfolio, Path]], workers: int
) -> Iterator[tuple[Job, Made]]:
    """Make files in other formats, several at a time; each is yielded once it is made.

    Parameters
    ----------
    asked
        Job, the portfolio it is about, and the page that says the same.
    """
    pool = ThreadPoolExecutor(max(1, workers), thread_name_prefix="export")
    try:
        jobs = {pool.submit(_export, *each): each[0] for each in asked}
        for future in as_completed(jobs):
            yield jobs[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _export(job: Job, portfolio: Portfolio, page: Path) -> Made:
    start, t = time.perf_counter(), translator(job.lang)
    exporter = exporters.FORMATS[job.format]
    try:
        content = (
            exporter.market(portfolio, job.market, t, page)
            if job.market
            else exporter.whole(portfolio, t, page)
        )
    except Exception as error:
        text = reason(error, job.lang)
        return Made("failed", 1, time.perf_counter() - start, error=text)
    return Made("done", 1, time.perf_counter() - start, content)
