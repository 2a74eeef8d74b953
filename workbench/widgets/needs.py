"""The market-needs matrix, editable (M2)."""

from typing import Any

import ipywidgets as widgets
import numpy as np

from workbench.domain.errors import InputError
from workbench.figures import needs
from workbench.figures.view import View
from workbench.widgets._panel import Panel
from workbench.widgets.grid import Grid


class NeedsPanel(Panel):
    """Markets × needs as a grid of levels; an edit is an override and asks for a reason.

    The reason written in :attr:`reason` goes with every level changed until it is rewritten, so
    that a block pasted from a spreadsheet carries one reason.
    """

    def controls(self) -> list[widgets.Widget]:
        """The reason field and the grid."""
        t = self.state.t
        self.reason = widgets.Text(
            description=t("Reason"), style={"description_width": "initial"}, layout={"width": "100%"},
            placeholder=t("Why the levels you change next differ from the derived ones"))
        self.grid = Grid(label=t("Market-needs matrix, level 1 to 5"), lang=t.lang, height=420)
        self.grid.on_edit(self._edited)
        return [self.reason, self.grid]

    def view(self) -> View:
        """The needs of the market in focus with the reasons, below the matrix."""
        if not self.readonly:
            self._fill()
        return needs.view(self.state.portfolio, self.state.market, self.state.t)

    def _fill(self) -> None:
        t, portfolio = self.state.t, self.state.portfolio
        names = needs.need_names(portfolio, t)
        columns: list[dict[str, Any]] = [
            {"key": "market", "title": t("Market"), "kind": "text", "frozen": True, "width": 130}]
        columns += [{"key": need, "title": name, "kind": "level", "editable": True, "min": 1,
                     "max": 5} for need, name in names.items()]
        if self.grid.columns != columns:
            self.grid.columns = columns
        rows = [self._row(code) for code in self._codes()]
        known = {row["id"]: row for row in self.grid.rows}
        if [row["id"] for row in rows] != list(known):
            self.grid.rows = rows
        else:
            self.grid.update_rows([row for row in rows if known[row["id"]] != row])

    def _codes(self) -> list[str]:
        focus = self.state.market
        return [focus, *(code for code in self.state.portfolio.chosen if code != focus)]

    def _row(self, code: str) -> dict[str, Any]:
        t = self.state.t
        row: dict[str, Any] = {"id": code, "market": f"{t.market(code)} ({code})",
                               "_classes": {}, "_titles": {}}
        for cell in self.state.portfolio.cells_of(code).itertuples():
            row[cell.need] = None if np.isnan(cell.score) else round(float(cell.score), 1)
            if cell.origin == "override":
                row["_classes"][cell.need] = "cw-overridden"
                row["_titles"][cell.need] = t(
                    "Overridden: {reason} (was {level})", reason=cell.evidence,
                    level=float(cell.derived_score))
        return row

    def _edited(self, edits: list[dict[str, Any]]) -> None:
        """Take the edits over as overrides; a level set back to the derived one drops it."""
        reason = self.reason.value.strip()
        if not reason:
            raise InputError("Write the reason above the table first; it is kept with the level.")
        kept = {(change.market, change.need): change for change in self.state.plan.levels}
        for edit in edits:
            place = {"market": str(edit["row"]), "need": str(edit["key"])}
            kept[(place["market"], place["need"])] = {  # type: ignore[assignment]
                **place, "level": edit["value"], "reason": reason}
        self.state.change(levels=[change if isinstance(change, dict) else change.model_dump()
                                  for change in kept.values()])
        self.report(None)
