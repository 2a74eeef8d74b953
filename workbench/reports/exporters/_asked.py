"""The records of ``--json`` as an exporter asks for them: one language, and perhaps one market."""

from functools import cached_property
from typing import Any

from workbench.domain.assess import Portfolio
from workbench.domain.assessment import MarketAssessment
from workbench.domain.errors import WorkbenchError
from workbench.locale import Translator
from workbench.reports import records
from workbench.reports.measured import Measured, measured_of


class Asked:
    """What is written about.

    Parameters
    ----------
    portfolio
        All markets under the plan, in whatever language.
    t
        The language of the file.
    code
        The market; "": all that the plan names.
    """

    def __init__(self, portfolio: Portfolio, t: Translator, code: str = "") -> None:
        plan = portfolio.plan
        _ = portfolio.ranking  # worked out before the copy is taken, which carries it over
        narrowed = plan.but(lang=t.lang, **({"markets": (code,)} if code else {}))
        self.whole = portfolio
        self.portfolio = portfolio.but(narrowed)
        self.t = t
        self.code = code
        self._topics: dict[str, Any] = {}

    def topic(self, name: str) -> Any:
        """A topic's record, as :mod:`workbench.reports.records` makes it; null is None."""
        if name not in self._topics:
            content = records.TOPICS[name](self.portfolio)
            self._topics[name] = records.envelope(self.portfolio, name, content)[name]
        return self._topics[name]

    @property
    def one(self) -> MarketAssessment:
        """The market's assessment, for what no record holds."""
        return self.portfolio.market(self.code)

    @cached_property
    def measured(self) -> Measured | str:
        """What the imported events say of the market; a text says why that is nothing."""
        try:
            return measured_of(self.code, self.t)
        except WorkbenchError as error:  # the file's other parts stand without it
            return self.t.error(error)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know before any figure."""
        return tuple(self.t.text(each) for each in self.portfolio.remarks(self.t.lang))
