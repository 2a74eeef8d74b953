"""The index pages of a batch: which lines have one, what they compare, written last."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.domain.assess import Portfolio
from workbench.locale import translator
from workbench.reports.batch.index import Since, line_index, top_index
from workbench.reports.batch.jobs import HTML, THERE, Job
from workbench.reports.batch.lines import Line, usable_portfolio
from workbench.reports.batch.standings import Standing, moves, read_standings
from workbench.sources.files import write_text


def in_place(jobs: Iterable[Job], lang: str = "") -> list[Job]:
    """The briefs that are in place, of one language or of all."""
    return [
        job
        for job in jobs
        if job.format == HTML and job.state in THERE and (not lang or job.lang == lang)
    ]


@dataclass(frozen=True)
class IndexPages:
    """The pages over a batch's briefs: one for each line, and one over several lines.

    Attributes
    ----------
    out, lines, langs, standalone
        As :func:`workbench.reports.batch.running.run_lines` takes them.
    jobs_of
        The jobs of a line as they stand now.
    last
        How markets stood after the batch before, as :mod:`~workbench.reports.batch.standings`
        writes them.
    """

    out: Path
    lines: Sequence[Line]
    langs: tuple[str, ...]
    standalone: bool
    jobs_of: Callable[[Line], list[Job]]
    last: Sequence[Mapping[str, Any]]

    def portfolios(self) -> dict[Line, Portfolio]:
        """What is compared; lines of which every brief failed have nothing to compare."""
        found = {}
        for line in self.lines:
            done = in_place(self.jobs_of(line))
            if done:
                found[line] = usable_portfolio(line, {job.market for job in done})
        return found

    def write(
        self, portfolios: Mapping[Line, Portfolio], found: Mapping[Line, list[Standing]]
    ) -> None:
        """Put the pages in place, each whole.

        Parameters
        ----------
        found
            How the markets of each line stand now.
        """
        for line, portfolio in portfolios.items():
            jobs, since = self.jobs_of(line), self._since(found[line])
            for lang in self.langs:
                if in_place(jobs, lang):
                    text = line_index(
                        line, portfolio, jobs, since, translator(lang), self.langs,
                        self.standalone, self._there,
                    )  # fmt: skip
                    self._write_page(line.folder, lang, text)
        if len(self.lines) == 1:
            return
        rows = [(line, portfolios.get(line), self.jobs_of(line)) for line in self.lines]
        for lang in self.langs:
            if any(in_place(jobs, lang) for _, _, jobs in rows):
                text = top_index(rows, translator(lang), self.langs, self.standalone)
                self._write_page("", lang, text)

    def _write_page(self, folder: str, lang: str, text: str) -> None:
        names = [f"index.{lang}.html"] + ["index.html"] * (lang == self.langs[0])
        for name in names:
            write_text(self.out / folder / name, text)

    def _there(self, file: str) -> bool:
        return (self.out / file).is_file()

    def _since(self, found: list[Standing]) -> Since | None:
        """What changed since the markets of a line were last reported on; None: never before."""
        keys = {standing.key for standing in found}
        before = [old for old in read_standings(self.last) if old.key in keys]
        if not before:
            return None
        try:
            day = datetime.fromisoformat(max(old.run for old in before)).date()
        except ValueError:  # edited by hand: as if it had never been reported on
            return None
        return Since(day, moves(before, found), len(found))
