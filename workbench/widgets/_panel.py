"""What every panel of the planner is made of: a topic, its edits, who made them."""

from collections.abc import Callable
from typing import Any

from workbench.domain.changes import Cell
from workbench.domain.errors import InputError, WorkbenchError
from workbench.figures.cells import cell_name
from workbench.figures.moments import moment
from workbench.widgets._topic import TopicPanel
from workbench.widgets.ahead import drawn
from workbench.widgets.grid import Grid
from workbench.widgets.state import PlanState, reported

AS_SAID = "{text}"
"""Carries a text that is already in the page's language to a grid."""


class Panel(TopicPanel):
    """One topic of the plan; see :class:`~workbench.widgets._topic.TopicPanel`."""

    state: PlanState

    depends: frozenset[str] = frozenset(
        [
            "market",
            "markets",
            "industry",
            "product",
            "competitors",
            "levels",
            "answers",
            "as_of",
            "channel_weights",
            "floors",
            "caps",
            "advert",
        ]
    )
    """Fields of the plan whose change asks for a redraw."""

    def redraw(self) -> None:
        """Draw the topic anew; an error is shown in the panel's error area."""
        with reported(self.report):
            if self.readonly:  # then nothing but plan and files has a say
                plan, copies = self.state.plan, self.state.copies
                self.show(drawn(type(self).__qualname__, plan, copies, self.view))
            else:
                self.show(self.view())

    def get_state(self) -> dict[str, Any]:
        """The panel's state as JSON primitives: the plan that it shows."""
        return self.state.to_json()

    def set_state(self, record: dict[str, Any]) -> None:
        """Take over a state from :meth:`get_state`."""
        self.state.from_json(record)

    def named(self, error: WorkbenchError) -> WorkbenchError:
        """The error with cells by the names that the page shows."""
        t, portfolio = self.state.t, self.state.portfolio
        values = {
            name: cell_name(portfolio, value, t) if isinstance(value, Cell) else value
            for name, value in error.values.items()
        }
        return type(error)(error.msgid, **values)

    def take_edits(self, grid: Grid, callback: Callable[[list[dict[str, Any]]], Any]) -> None:
        """Let ``callback`` take over what is edited in ``grid``.

        What it refuses is rolled back by the grid; the reason stands in the panel and at the cells,
        and calls a row as the grid does.
        """

        def run(edits: list[dict[str, Any]]) -> None:
            refusals: list[WorkbenchError] = []

            def report(error: WorkbenchError | None) -> None:
                self.report(error)
                refusals.extend([error] if error else [])

            with reported(report):
                try:
                    callback(edits)
                except InputError as refused:
                    raise self._by_name(refused, grid) from refused
            for error in map(self.named, refusals):
                raise InputError(AS_SAID, text=self.state.t.error(error))

        grid.on_edit(run)

    def signed(self, table: str, key: str) -> str:
        """Who set a cell and when, for its title; empty where nobody did, or nobody knows."""
        found = self.state.author(Cell(table, key))
        if found is None:
            return ""
        t = self.state.t
        return t("Set by {who}, {moment}", who=found.who, moment=moment(found.at, t))

    def _by_name(self, error: InputError, grid: Grid) -> InputError:
        """The error with names of rows for their ids, which the page doesn't show."""
        names = {row["id"]: row["name"] for row in grid.rows if "name" in row}

        def named(value: Any) -> Any:
            parts = value.split(", ") if isinstance(value, str) else []
            if not parts or not names.keys() >= set(parts):
                return value
            return self.state.t.listing([names[part] for part in parts])

        values = {key: named(value) for key, value in error.values.items()}
        return type(error)(error.msgid, **values)
