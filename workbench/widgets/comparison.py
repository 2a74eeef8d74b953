"""The scenario beside another one (W6)."""

import ipywidgets as widgets

from workbench.domain.comparison import compare
from workbench.domain.errors import InputError
from workbench.figures import comparison
from workbench.figures.view import View, render
from workbench.sources.inputs import OwnFiles
from workbench.sources.opening import open_portfolio
from workbench.store.plans import ScenarioStore
from workbench.widgets._panel import Panel
from workbench.widgets.state import FILES

NONE = ""
"""No other scenario is chosen; no scenario has an empty name."""


class ComparePanel(Panel):
    """Choose another scenario: which inputs differ, and what they change."""

    depends = Panel.depends | {"weights", "top", "samples", "seed", "scenario", "revision"}

    def controls(self) -> list[widgets.Widget]:
        """The other scenario."""
        self._filling = False
        self.other = widgets.Dropdown(
            description=self.state.t("Compare with"), style={"description_width": "initial"}
        )
        self.other.observe(self._picked, "value")
        return [self.other]

    def view(self) -> View:
        """Both side by side, or what to do to see that."""
        t, kept = self.state.t, self.state.kept
        if kept is None:
            raise InputError(
                "There are no scenarios beside a plan file; open the workspace instead."
            )
        names = [one.name for one in kept.workspace.scenarios() if one.name != kept.name]
        self._offer(names)
        if not self.other.value:
            said = (
                t("Choose another scenario to see what differs and what that changes.")
                if names
                else t(
                    "There is no other scenario yet: branch from this one at the top of the "
                    "page, change something there, and compare."
                )
            )
            return View("comparison", comparison.title(t), render("empty", t, text=said))
        plan, here = self.state.plan, self.state.portfolio
        store = ScenarioStore(kept.workspace, self.other.value, inputs=OwnFiles())
        other = store.load()
        other = other.but(market=plan.market, lang=plan.lang, as_of=plan.as_of)
        same_files = all(getattr(other, name) == getattr(plan, name) for name in FILES)
        same_files = same_files and store.copies == kept.copies
        there = here.but(other) if same_files else open_portfolio(other, store.copies)
        return comparison.view(here, there, compare(here, there), t)

    def lock(self, locked: bool) -> None:
        """An approved scenario can be compared like any other."""

    def _offer(self, names: list[str]) -> None:
        options = ((self.state.t("Choose a scenario"), NONE), *((name, name) for name in names))
        before = self.other.value
        self._filling = True
        if self.other.options != options:
            self.other.options = options
        self.other.value = before if before in names else NONE
        self._filling = False

    def _picked(self, _change: object) -> None:
        if not self._filling:
            self.redraw()
