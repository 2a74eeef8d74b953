"""Channel weights, floors and caps, and the mix that follows (M3)."""

from typing import Any

import ipywidgets as widgets
import pandas as pd

from workbench.figures import channels
from workbench.figures.view import View
from workbench.widgets._panel import Panel
from workbench.widgets.grid import Grid

FIELDS = {"weight": "channel_weights", "floor": "floors", "cap": "caps"}
"""Grid column -> field of the plan."""


class ChannelsPanel(Panel):
    """A driver weight (0 to 5), a floor and a cap (percent) per channel."""

    def controls(self) -> list[widgets.Widget]:
        """The grid of channels."""
        t = self.state.t
        idle = t("Empty: the channel takes no part in this market's mix, so that no bound holds.")
        self.grid = Grid(
            label=t("Channel weights, floors and caps"),
            lang=t.lang,
            height=360,
            columns=[
                {
                    "key": "name",
                    "title": t("Channel"),
                    "kind": "text",
                    "frozen": True,
                    "width": 150,
                },
                {
                    "key": "weight",
                    "title": t("Your weight (0 to 5)"),
                    "kind": "number",
                    "editable": True,
                    "min": 0,
                    "max": 5,
                    "empty": "—",
                    "help": t("Empty: the industry's weight; 0 takes the channel out."),
                },
                {
                    "key": "floor",
                    "title": t("Floor in %"),
                    "kind": "number",
                    "editable": True,
                    "min": 0,
                    "max": 100,
                    "empty": "—",
                    "help": idle,
                },
                {
                    "key": "cap",
                    "title": t("Cap in %"),
                    "kind": "number",
                    "editable": True,
                    "min": 0,
                    "max": 100,
                    "empty": "—",
                    "help": idle,
                },
                {"key": "mix", "title": t("Mix in %"), "kind": "number"},
                {"key": "base", "title": t("Industry's weight"), "kind": "number", "empty": "—"},
            ],
        )
        self.take_edits(self.grid, self._edited)
        return [self.grid]

    def view(self) -> View:
        """The mix in the market in focus."""
        if not self.readonly:
            self._fill()
        return channels.view(self.state.portfolio, self.state.market, self.state.t)

    def _fill(self) -> None:
        portfolio, plan = self.state.portfolio, self.state.plan
        names = channels.channel_names(portfolio, self.state.t)
        fit = portfolio.market(self.state.market).channels.table
        sharing = fit[fit["weight"] > 0]  # the catalogue's bounds hold for these alone
        table = portfolio.reference.industry_channels
        base = table[table["industry"] == portfolio.industry].set_index("channel")["weight"]
        order = [*fit.index, *(name for name in names if name not in fit.index)]
        rows = [
            {
                "id": channel,
                "name": names[channel],
                "base": float(base[channel]) if channel in base.index else None,
                "weight": plan.channel_weights.get(channel),
                "floor": plan.floors.get(channel, _of(sharing, channel, "floor")),
                "cap": plan.caps.get(channel, _of(sharing, channel, "cap")),
                "mix": float(fit.loc[channel, "mix"]) if channel in fit.index else 0.0,
                "_classes": {
                    column: "cw-overridden"
                    for column, field in FIELDS.items()
                    if channel in getattr(plan, field)
                },
                "_titles": {
                    column: said
                    for column, field in FIELDS.items()
                    if (said := self.signed(field, channel))
                },
            }
            for channel in order
        ]
        known = {row["id"]: row for row in self.grid.rows}
        if set(known) != {row["id"] for row in rows}:
            self.grid.rows = rows
        else:
            self.grid.update_rows([row for row in rows if known[row["id"]] != row])

    def _bounds(self) -> dict[str, dict[str, float]]:
        """Grid column -> channel -> the catalogue's floor or cap, in percent."""
        table = self.state.portfolio.reference.channels.set_index("channel")
        return {name: table[f"{name}_pct"].astype(float).to_dict() for name in ("floor", "cap")}

    def _edited(self, edits: list[dict[str, Any]]) -> None:
        """Take the edits over; what is emptied, or set to the catalogue's, is no longer set."""
        fields = {field: dict(getattr(self.state.plan, field)) for field in FIELDS.values()}
        usual = self._bounds()
        for edit in edits:
            channel, column = str(edit["row"]), str(edit["key"])
            given = fields[FIELDS[column]]
            if edit["value"] is None or edit["value"] == usual.get(column, {}).get(channel):
                given.pop(channel, None)
            else:
                given[channel] = float(edit["value"])
        self.state.change(**fields)


def _of(table: pd.DataFrame, channel: str, column: str) -> float | None:
    return float(table.loc[channel, column]) if channel in table.index else None
