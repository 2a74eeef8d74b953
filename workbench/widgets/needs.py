"""The market-needs matrix, editable (M2)."""

from dataclasses import replace
from datetime import date
from typing import Any

import ipywidgets as widgets
import numpy as np

from workbench.domain.changes import Cell
from workbench.domain.errors import InputError
from workbench.figures import needs
from workbench.figures.view import View, render
from workbench.widgets._panel import Panel
from workbench.widgets.grid import Grid


class NeedsPanel(Panel):
    """Markets × needs as a grid of levels; an edit is an override and asks for a reason.

    The reason written in :attr:`reason` goes with every level changed until it is rewritten, so
    that a block pasted from a spreadsheet carries one reason; where it is empty, the reason that
    the workspace has for all panels (:attr:`PlanState.why`) serves. A cell that is emptied is an
    override too: we don't know after all. A level set to the derived one, or taken back with
    :attr:`back`, is an override no more.
    """

    def controls(self) -> list[widgets.Widget]:
        """The reason field, the grid, and the overrides with the way back."""
        t = self.state.t
        self.reason = widgets.Text(
            description=t("Reason"),
            style={"description_width": "initial"},
            layout={"width": "100%"},
            placeholder=t("Why the levels you change next differ from the derived ones"),
        )
        self.grid = Grid(label=t("Market-needs matrix, level 1 to 5"), lang=t.lang, height=460)
        self.take_edits(self.grid, self._edited)
        self.history = widgets.HTML()
        self.chosen = widgets.Dropdown(
            description=t("Override"), style={"description_width": "initial"}
        )
        self.back = widgets.Button(
            description=t("Back to the derived level"), layout={"width": "auto"}
        )
        self.back.on_click(self.guarded(self._take_back))
        way_back = widgets.HBox([self.chosen, self.back])
        self.overridden = widgets.VBox([self.history, way_back])
        return [self.reason, self.grid, self.overridden]

    def view(self) -> View:
        """The needs of the market in focus with the reasons, below the matrix."""
        if not self.readonly:
            self._fill()
        return needs.view(self.state.portfolio, self.state.market, self.state.t)

    def _fill(self) -> None:
        t, portfolio = self.state.t, self.state.portfolio
        names = needs.need_names(portfolio, t)
        if [column["key"] for column in self.grid.columns] != ["market", *names]:
            levels = [
                {"key": need, "title": name, "kind": "level", "editable": True, "decimals": 1}
                for need, name in names.items()
            ]
            self.grid.columns = [
                {"key": "market", "title": t("Market"), "frozen": True, "width": 150},
                *levels,
            ]
        rows = [self._row(code) for code in self._codes()]
        known = {row["id"]: row for row in self.grid.rows}
        if [row["id"] for row in rows] != list(known):
            self.grid.rows = rows
        else:
            self.grid.update_rows([row for row in rows if known[row["id"]] != row])
        self._list_overrides(names)

    def _list_overrides(self, names: dict[str, str]) -> None:
        t = self.state.t
        rows = [
            {
                **change.model_dump(),
                # Who really changed it goes before what a file says; a plan file knows no more.
                "who": self._who(change.market, change.need) or change.who,
                "place": (change.market, change.need),
                "name": f"{t.market(change.market)} · {names[change.need]}",
                "was": self._derived(change.market, change.need),
            }
            for change in self.state.plan.levels
        ]
        self.overridden.layout.display = "" if rows else "none"
        self.history.value = render("overrides", t, rows=rows)
        before = self.chosen.value
        self.chosen.options = [(row["name"], row["place"]) for row in rows]
        places = [row["place"] for row in rows]
        self.chosen.index = places.index(before) if before in places else 0 if rows else None

    def _who(self, market: str, need: str) -> str:
        found = self.state.author(Cell("levels", f"{market}/{need}"))
        return found.who if found else ""

    def _codes(self) -> list[str]:
        focus = self.state.market
        return [focus, *(code for code in self.state.portfolio.chosen if code != focus)]

    def _row(self, code: str) -> dict[str, Any]:
        t = self.state.t
        row: dict[str, Any] = {
            "id": code,
            "market": f"{t.market(code)} ({code})",
            "_classes": {},
            "_titles": {},
        }
        for cell in self.state.portfolio.cells_of(code).itertuples():
            row[cell.need] = _shown(cell.score)
            if cell.origin == "override":
                row["_classes"][cell.need] = "cw-overridden"
                said = t(
                    "Overridden: {reason} (was {level})",
                    reason=cell.evidence,
                    level=float(cell.derived_score),
                )
                signed = self.signed("levels", f"{code}/{cell.need}")
                row["_titles"][cell.need] = f"{said}\n{signed}" if signed else said
        return row

    def _derived(self, market: str, need: str) -> float | None:
        """The level before any override, as the grid shows it."""
        cells = self.state.portfolio.cells_of(market).set_index("need")
        return _shown(cells.loc[need, "derived_score"])

    def _edited(self, edits: list[dict[str, Any]]) -> None:
        """Take the edits over as overrides; a level set back to the derived one drops its own."""
        above = self.state.why  # the reason for all panels, where this one has none of its own
        reason = self.reason.value.strip() or above.reason
        kept = {
            (change.market, change.need): change.model_dump() for change in self.state.plan.levels
        }
        for edit in edits:
            market, need = str(edit["row"]), str(edit["key"])
            if edit["value"] == self._derived(market, need):
                kept.pop((market, need), None)
                continue
            if not reason:
                raise InputError(
                    "Write the reason above the table first; it is kept with the level."
                )
            kept[market, need] = {
                "market": market,
                "need": need,
                "level": edit["value"],
                "reason": reason,
                "evidence": above.evidence.text,
                "confidence": above.evidence.confidence or "medium",
                "when": date.today(),
            }
        self.state.change(replace(above, reason=reason), levels=list(kept.values()))

    def _take_back(self, _button: Any) -> None:
        place = self.chosen.value
        self.state.change(
            levels=[
                change.model_dump()
                for change in self.state.plan.levels
                if (change.market, change.need) != place
            ]
        )


def _shown(score: Any) -> float | None:
    """A score as the grid shows it: one decimal, None where it is unknown."""
    return None if score is None or np.isnan(score) else round(float(score), 1)
