"""Open checks: all, mine, overdue (W6)."""

import ipywidgets as widgets

from workbench.domain.todo import todo
from workbench.figures import todo as figures
from workbench.figures.view import View
from workbench.store.identity import current_user
from workbench.widgets._panel import Panel


class TodoPanel(Panel):
    """What is still to be settled in the chosen markets, by whom and by when."""

    def controls(self) -> list[widgets.Widget]:
        """Which checks to show."""
        t = self.state.t
        self.shown = widgets.Dropdown(
            description=t("Show"),
            options=[
                (t("all open checks"), "all"),
                (t("mine"), "mine"),
                (t("overdue"), "overdue"),
            ],
            style={"description_width": "initial"},
        )
        self.shown.observe(lambda _change: self.redraw(), "value")
        return [self.shown]

    def view(self) -> View:
        """The checks that the filter leaves; "mine" are those of the workspace's user."""
        kept = self.state.kept
        who = (kept.workspace.who if kept else None) or current_user()
        shown = "all" if self.readonly else self.shown.value
        portfolio = self.state.portfolio
        return figures.view(portfolio, todo(portfolio, who), self.state.t, shown)

    def lock(self, locked: bool) -> None:
        """Looking is never locked."""
