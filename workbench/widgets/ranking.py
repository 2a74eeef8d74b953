"""Weights of the criteria, and the ranking that follows (M2)."""

from typing import Any

import ipywidgets as widgets

from workbench.figures import ranking
from workbench.figures.view import View
from workbench.locale import word
from workbench.widgets._panel import Panel
from workbench.widgets.grid import Grid

MOST_WEIGHT = 10


class RankingPanel(Panel):
    """A weight per criterion, 0 to 10; moving one re-ranks all markets at once."""

    depends = frozenset(
        ["markets", "industry", "product", "levels", "weights", "top", "samples", "seed"]
    )

    def controls(self) -> list[widgets.Widget]:
        """The grid of weights and a button that goes back to the industry's."""
        t = self.state.t
        self.grid = Grid(
            label=t("Weights of the criteria"),
            lang=t.lang,
            columns=[
                {
                    "key": "name",
                    "title": t("Criterion"),
                    "kind": "text",
                    "frozen": True,
                    "width": 208,
                },
                {
                    "key": "weight",
                    "title": t("Weight (0 to 10)"),
                    "kind": "number",
                    "editable": True,
                    "min": 0,
                    "max": MOST_WEIGHT,
                },
                {"key": "share", "title": t("Share in %"), "kind": "number"},
                {"key": "default", "title": t("Industry's weight"), "kind": "number"},
                {"key": "role", "title": t("Role"), "kind": "text"},
            ],
        )
        self.take_edits(self.grid, self._edited)
        self.reset = widgets.Button(
            description=t("Back to the industry's weights"),
            layout={"width": "auto", "align_self": "flex-start"},
        )
        self.reset.on_click(self.guarded(lambda _button: self.state.change(weights={})))
        return [self.grid, self.reset]

    def view(self) -> View:
        """The ranking under the weights as they stand."""
        if not self.readonly:
            self._fill()
        return ranking.view(self.state.portfolio, self.state.t)

    def _fill(self) -> None:
        portfolio, t = self.state.portfolio, self.state.t
        names = ranking.criterion_names(portfolio, t)
        roles = portfolio.reference.needs.set_index("need")["role"].to_dict()
        table = portfolio.reference.industry_weights
        defaults = table[table["industry"] == portfolio.industry].set_index("criterion")
        total = float(portfolio.weights.sum())
        rows = [
            {
                "id": str(criterion),
                "name": names[str(criterion)],
                "weight": float(weight),
                "role": word(t, "role", roles.get(str(criterion), "opportunity")),
                "share": round(100 * float(weight) / total, 1),
                "default": float(defaults.loc[criterion, "weight"]),
                "_classes": {"weight": "cw-overridden"}
                if criterion in portfolio.plan.weights
                else {},
                "_titles": {"weight": signed}
                if (signed := self.signed("weights", str(criterion)))
                else {},
            }
            for criterion, weight in portfolio.weights.items()
        ]
        if [row["id"] for row in rows] != [row["id"] for row in self.grid.rows]:
            self.grid.rows = rows
        else:
            known = {row["id"]: row for row in self.grid.rows}
            self.grid.update_rows([row for row in rows if known[row["id"]] != row])

    def _edited(self, edits: list[dict[str, Any]]) -> None:
        """Take the weights over; one emptied or set to the industry's is the industry's again."""
        weights = dict(self.state.plan.weights)
        usual = {row["id"]: row["default"] for row in self.grid.rows}
        for edit in edits:
            criterion = str(edit["row"])
            if edit["value"] is None or edit["value"] == usual[criterion]:
                weights.pop(criterion, None)
            else:
                weights[criterion] = float(edit["value"])
        self.state.change(weights=weights)
