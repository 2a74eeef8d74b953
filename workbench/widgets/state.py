"""The state that all panels share: one plan, its portfolio, and where it is kept."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import traitlets
from traitlets.log import get_logger

from workbench.domain.assess import Portfolio
from workbench.domain.changes import VIEW_FIELDS, Cell, PlanStore, Why
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.plan import Plan, make_plan
from workbench.locale import Translator, translator
from workbench.sources.inputs import OwnFiles
from workbench.sources.opening import open_portfolio, usable
from workbench.sources.plans import ReadOnlyStore
from workbench.store import Command, Scenario
from workbench.store.plans import ScenarioStore

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
        self.store = store or ReadOnlyStore(plan)
        self.portfolio = open_portfolio(plan, self.copies)
        self.store.look(plan)
        self._redraw: list[Callable[[frozenset[str]], None]] = []
        self._authors: tuple[PlanStore, int, dict[Cell, Command]] | None = None
        self.scenario = self._scenario()
        super().__init__(plan=plan)

    @property
    def t(self) -> Translator:
        """The translator of the plan's language."""
        return translator(self.plan.lang)

    @property
    def market(self) -> str:
        """The market in focus."""
        return self.portfolio.focus

    @property
    def kept(self) -> ScenarioStore | None:
        """The scenario of the workspace that this is; None: a plan file, or nothing."""
        return self.store if isinstance(self.store, ScenarioStore) else None

    @property
    def copies(self) -> Mapping[str, str]:
        """Copies in the workspace that are read in place of the plan's own files."""
        return self.store.copies

    @property
    def locked(self) -> bool:
        """Whether this is an approved scenario, in which nothing can be changed."""
        return self.scenario is not None and self.scenario.frozen

    def _scenario(self) -> Scenario | None:
        kept = self.kept
        return kept.workspace.scenario(kept.name) if kept else None

    def author(self, cell: Cell) -> Command | None:
        """The command that put its present value into a cell; None where nobody did."""
        kept = self.kept
        if kept is None or self.saved == "kept":  # the page shows what is in no workspace
            return None
        if self._authors is None or self._authors[:2] != (kept, kept.revision):
            self._authors = kept, kept.revision, kept.workspace.authors(kept.name)
        return self._authors[2].get(cell)

    def on_change(self, callback: Callable[[frozenset[str]], None]) -> None:
        """Call ``callback`` with the names of the plan's fields that changed."""
        self._redraw.append(callback)

    def change(self, why: Why | None = None, /, **fields: Any) -> None:
        """Change the plan; every panel that depends on the fields is redrawn.

        Nothing is changed unless all of it holds: the new plan is validated, its portfolio is
        made, and it is saved before any panel sees it.

        Parameters
        ----------
        why
            Kept with this change; None: :attr:`why`.
        fields
            Fields of the plan.

        Raises
        ------
        InputError
            If a value breaks a rule, the scenario is approved, or the plan file was changed by
            someone else.
        ConflictError
            If someone else changed one of the same cells of the workspace.
        """
        plan = self.plan.but(**fields)
        if plan == self.plan:
            return
        if self.scenario and self.locked and self._changed(plan) - set(VIEW_FIELDS):
            raise InputError(
                "Scenario {name!r} was approved by {who} on {day} and can't change; branch from "
                "it, and go on there.",
                name=self.scenario.name,
                who=self.scenario.frozen_by,
                day=self.scenario.frozen_at[:10],
            )
        if self.store.writable and self.kept:
            # It is held against what others changed meanwhile, and comes back with that.
            plan = self.store.save(plan, why or self.why)
            portfolio = usable(plan, self.copies)
        else:
            portfolio = self.portfolio_of(plan)
            if self.store.writable:
                self.store.save(plan, why or self.why)
        self._take(plan, portfolio, "saved" if self.store.writable else "kept")

    def take(self, plan: Plan, saved: str = "saved") -> None:
        """Show a plan that is kept already: after an undo, or what others changed."""
        self._take(plan, self.portfolio_of(plan), saved)

    def switch(self, name: str) -> None:
        """Show another scenario of the same workspace, or the same one anew.

        Market, language and day stay as they are.

        Raises
        ------
        InputError
            If there is no such scenario, or its plan can't be used; the present one stays.
        """
        if self.kept is None:
            raise InputError(
                "There are no scenarios beside a plan file; open the workspace instead."
            )
        store = ScenarioStore(self.kept.workspace, name, inputs=OwnFiles())
        view = {field: getattr(self.plan, field) for field in ("market", "lang", "as_of")}
        plan = store.load().but(**view)
        portfolio = usable(plan, store.copies)
        store.look(plan)
        self.store, self.scenario = store, store.workspace.scenario(name)
        self._take(plan, portfolio, "")

    def portfolio_of(self, plan: Plan) -> Portfolio:
        """The plan's portfolio; raises now, not in a panel, if it can't be used."""
        changed = self._changed(plan)
        read = self.copies or changed & set(FILES)
        portfolio = open_portfolio(plan, self.copies) if read else self.portfolio.but(plan)
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

    ``report`` gets None before the body runs, so that what the body itself reports stays, and the
    error if there is one.
    """
    report(None)
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
