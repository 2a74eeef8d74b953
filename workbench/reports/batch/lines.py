"""The lines of a batch: one is a scenario in an industry, with a portfolio and a folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from workbench.domain.assess import Portfolio
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.plan import Plan
from workbench.figures import portfolio as portfolio_figures
from workbench.locale import Translator, translator
from workbench.reports.batch.hashing import digest, line_hash, state
from workbench.reports.batch.jobs import HTML, Job, brief_name, folder_name, index_name, whole_name
from workbench.reports.batch.making import Around, Task
from workbench.reports.batch.parcel import NOTEBOOK, PLAN, Enclosed, Parcel
from workbench.sources.files import read_text
from workbench.sources.opening import NONE, open_portfolio
from workbench.sources.paths import notebook_folder
from workbench.sources.plans import dump_plan
from workbench.sources.products import product_path

PLAN_COPY = "plan.yaml"
LANGUAGES = {"zh": "中文", "en": "English"}


@dataclass(frozen=True, eq=False)
class Line:
    """One scenario in one industry.

    Attributes
    ----------
    plan
        Its ``markets`` are reported on; empty: all.
    copies
        Path in the plan -> path of the file to read in its place.
    folder
        Where its pages go, within the batch's folder; "": right there.
    """

    plan: Plan
    copies: Mapping[str, str] = field(default_factory=lambda: NONE)
    folder: str = ""

    @cached_property
    def portfolio(self) -> Portfolio:
        """All its markets; raises InputError where the plan can't be used."""
        return open_portfolio(self.plan, self.copies)

    @cached_property
    def hash(self) -> str:
        """Hash of all that its pages have in common."""
        _ = self._state  # before anything is read
        return line_hash(self.plan, self.copies)

    @cached_property
    def _state(self) -> tuple[object, ...]:
        return state(self.plan, self.copies)

    @property
    def edited(self) -> bool:
        """Whether what its pages read was written to since they were hashed, or before."""
        try:
            return state(self.plan, self.copies) != self._state
        except InputError:  # a file is gone
            return True

    def place(self, name: str) -> str:
        """The path of a file within the batch's folder."""
        return f"{self.folder}/{name}" if self.folder else name

    def plan_text(self) -> str:
        """The plan as the notebooks read it; paths made absolute, since they run elsewhere."""
        paths = {
            name: str(Path(self.copies.get(value, value)).resolve())
            for name in ("product", "competitors")
            if (value := getattr(self.plan, name)) and not str(value).isidentifier()
        }
        return dump_plan(self.plan.but(**paths), ".yaml")

    @cached_property
    def enclosed(self) -> tuple[Enclosed, ...]:
        """The plan and the strategist's own files, as another machine reads them.

        Raises
        ------
        InputError
            If one can't be read.
        """
        named = {"product": self.plan.product, "competitors": self.plan.competitors}
        if self.plan.product and product_path(self.plan.product) != Path(self.plan.product):
            del named["product"]  # an example: every machine has it
        files = {}
        for name, value in named.items():
            if value:
                path = Path(self.copies.get(value, value)).resolve()
                # A hyphen, so that it is a path whatever follows; see load_plan.
                files[name] = Enclosed(f"own-{name}{path.suffix}", read_text(path), str(path))
        plan = self.plan.but(**{name: file.name for name, file in files.items()})
        return Enclosed(PLAN, dump_plan(plan, ".yaml"), PLAN), *files.values()

    def jobs(self, langs: tuple[str, ...], forms: Sequence[str], standalone: bool) -> list[Job]:
        """Its files, index pages apart, as they are to be made."""
        common = [self.hash, list(langs), standalone, bool(self.folder)]
        codes = self.portfolio.chosen
        asked = [(lang, HTML, code) for lang in langs for code in codes]
        others = [form for form in forms if form != HTML]
        asked += [(lang, form, code) for form in others for lang in langs for code in (*codes, "")]
        return [
            Job(
                self.plan.scenario,
                self.plan.revision,
                self.portfolio.industry,
                code,
                lang,
                form,
                self.place(brief_name(code, lang, form) if code else whole_name(lang, form)),
                digest([*common, lang, form, code]),
            )
            for lang, form, code in asked
        ]

    def task(
        self, job: Job, out: Path, langs: tuple[str, ...], standalone: bool, seconds: float
    ) -> Task:
        """How a brief is made; its notebook reads the line's copy of the plan in ``out``."""
        t = translator(job.lang)
        parameters = {
            "market": job.market,
            "lang": job.lang,
            "as_of": self.plan.as_of.isoformat(),
            "plan": str((out / self.place(PLAN_COPY)).resolve()),
        }
        notebook = str(notebook_folder() / NOTEBOOK)
        around = self.around(job.market, t, langs, standalone)
        return Task(notebook, parameters, job.lang, around, seconds)

    def parcel(self, job: Job, langs: tuple[str, ...], standalone: bool, seconds: float) -> Parcel:
        """How a brief is made on a machine that has none of our files."""
        task = self.task(job, Path(), langs, standalone, seconds)
        named = {**task.parameters, "plan": PLAN}
        return Parcel(replace(task, notebook=NOTEBOOK, parameters=named), self.enclosed)

    def around(
        self, code: str, t: Translator, langs: tuple[str, ...], standalone: bool = False
    ) -> Around:
        """Title, date line and links of a brief: to the index, and to itself in the others."""
        links = [(index_name(t.lang, langs), t("All markets"), "")]
        links += [
            (brief_name(code, other), LANGUAGES[other], translator(other).tag)
            for other in langs
            if other != t.lang
        ]
        label = self.portfolio.reference.label("industries", self.portfolio.industry, t.lang)
        return Around(
            t("{market} · {industry} · market brief", market=t.market(code), industry=label),
            portfolio_figures.subtitle(self.portfolio, t),
            self.plan.as_of.isoformat(),
            tuple(links),
            standalone,
        )


def in_folders(asked: Sequence[Line]) -> list[Line]:
    """One line stays in the batch's own folder; several get one each, opened and checked.

    Raises
    ------
    InputError
        If a plan can't be used, or two lines are the same scenario and industry.
    """
    if len(asked) == 1:
        _ = asked[0].portfolio
        return list(asked)
    found: dict[str, Line] = {}
    for line in asked:
        industry = line.portfolio.industry
        folder = f"{folder_name(line.plan.scenario)}/{folder_name(industry)}"
        if folder in found:
            raise InputError(
                "Scenario {scenario!r} in industry {industry!r} is asked for twice; keep one.",
                scenario=line.plan.scenario,
                industry=industry,
            )
        found[folder] = Line(line.plan, line.copies, folder)
    return list(found.values())


def usable_portfolio(line: Line, done: set[str]) -> Portfolio:
    """The portfolio to compare in the index: without the failed markets if one fails there too."""
    try:
        line.portfolio.verdicts()
    except WorkbenchError:
        kept = [code for code in line.portfolio.chosen if code in done]
        return line.portfolio.but(line.plan.but(markets=kept))
    return line.portfolio
