"""The state that all panels share: one plan, its portfolio, and where it is kept."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import traitlets
from traitlets.log import get_logger

from workbench.domain.assess import Portfolio
from workbench.domain.changes import PlanStore, Why
from workbench.domain.errors import WorkbenchError
from workbench.domain.plan import Plan, make_plan
from workbench.locale import Translator, translator
from workbench.sources.opening import open_portfolio
from workbench.sources.plans import ReadOnlyStore

FILES = ("product", "competitors")
"""Fields whose change makes files be read anew."""


class PlanState(traitlets.HasTraits):
    """One plan that panels link to; panels never link to each other.

    Parameters
    ----------
    plan
        The plan to start from.
    store
        Where accepted changes are kept at once; None: nowhere.

    Raises
    ------
    InputError
        If the plan names what the tables or files don't know.
    """

    plan = traitlets.Instance(Plan)
    """The plan as it stands; frozen, replaced by :meth:`change`."""

    saved = traitlets.Unicode("")
    """What became of the last change: ``saved``, ``kept`` (in this page only), or empty."""

    why = traitlets.Instance(Why, kw={})
    """The reason and evidence that the next changes are kept with."""

    def __init__(self, plan: Plan, store: PlanStore | None = None) -> None:
        self.portfolio = open_portfolio(plan)
        self.store = store or ReadOnlyStore(plan)
        self.store.look(plan)
        self._redraw: list[Callable[[frozenset[str]], None]] = []
        super().__init__(plan=plan)

    @property
    def t(self) -> Translator:
        """The translator of the plan's language."""
        return translator(self.plan.lang)

    @property
    def market(self) -> str:
        """The market in focus."""
        return self.portfolio.focus

    def on_change(self, callback: Callable[[frozenset[str]], None]) -> None:
        """Call ``callback`` with the names of the plan's fields that changed."""
        self._redraw.append(callback)

    def change(self, **fields: Any) -> None:
        """Change the plan; every panel that depends on the fields is redrawn.

        Nothing is changed unless all of it holds: the new plan is validated, its portfolio is
        made, and it is saved before any panel sees it.

        Raises
        ------
        InputError
            If a value breaks a rule, or the plan file was changed by someone else.
        """
        plan = self.plan.but(**fields)
        if plan == self.plan:
            return
        portfolio = self._portfolio_of(plan)
        if self.store.writable:
            kept = self.store.save(plan, self.why)
            if kept != plan:  # with its number, and what others changed meanwhile
                plan, portfolio = kept, self._portfolio_of(kept)
        self._take(plan, portfolio, "saved" if self.store.writable else "kept")

    def take(self, plan: Plan, saved: str = "saved") -> None:
        """Show a plan that is kept already: after an undo, or what others changed."""
        self._take(plan, self._portfolio_of(plan), saved)

    def _portfolio_of(self, plan: Plan) -> Portfolio:
        """The plan's portfolio; raises now, not in a panel, if it can't be used."""
        changed = self._changed(plan)
        portfolio = open_portfolio(plan) if changed & set(FILES) else self.portfolio.but(plan)
        if changed & {"weights", "levels", "industry", *FILES}:
            _ = portfolio.ranking
        _ = portfolio.market(portfolio.focus)
        return portfolio

    def _changed(self, plan: Plan) -> frozenset[str]:
        return frozenset(
            name for name in Plan.model_fields if getattr(plan, name) != getattr(self.plan, name)
        )

    def _take(self, plan: Plan, portfolio: Portfolio, saved: str) -> None:
        changed = self._changed(plan)
        if portfolio.focus != self.portfolio.focus:
            changed |= {"market"}  # the best ranked is in focus, and another is best now
        self.portfolio, self.plan, self.saved = portfolio, plan, saved
        for callback in self._redraw:
            callback(changed)

    def to_json(self) -> dict[str, Any]:
        """The state as JSON primitives; :meth:`from_json` brings it back."""
        return {**self.plan.to_record(), "as_of": self.plan.as_of.isoformat()}

    def from_json(self, record: dict[str, Any]) -> None:
        """Take over a state; raises :class:`InputError` if it breaks a rule."""
        plan = make_plan(record)
        self.change(**plan.model_dump())


@contextlib.contextmanager
def reported(report: Callable[[WorkbenchError | None], None]) -> Iterator[None]:
    """Run a callback's body; what goes wrong is reported as a message, never as a traceback.

    ``report`` gets the error, or None if all went well.
    """
    try:
        yield
    except WorkbenchError as error:
        report(error)
    except Exception:
        # The page shows a plain sentence. The kernel's own log keeps what happened: it goes to the
        # terminal, where a logger of ours would write to the stderr that is sent to the page.
        get_logger().error("A panel's callback failed", exc_info=True)
        report(
            WorkbenchError(
                "Something went wrong here; the last change was not applied. "
                "Reload the page and try again."
            )
        )
    else:
        report(None)
