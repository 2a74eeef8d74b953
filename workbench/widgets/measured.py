"""The panels of a measurement page: each shows one view of the answer."""

from workbench.figures import attribution
from workbench.figures.view import View
from workbench.widgets._topic import TopicPanel
from workbench.widgets.measure_state import MeasureState


class TotalsPanel(TopicPanel):
    """What was measured, and what must be known before the rest is read."""

    state: MeasureState
    depends = frozenset(("by", "lookback", "statuses", "currency", "since", "until", "model"))

    def view(self) -> View:
        """Totals of the answer, and where the events come from."""
        return attribution.totals_view(self.state.answer, self.state.source, self.state.t)


class ModelsPanel(TotalsPanel):
    """Models side by side."""

    def view(self) -> View:
        """Who gets credit, and where the models disagree."""
        return attribution.models_view(self.state.answer, self.state.t)


class RolesPanel(TotalsPanel):
    """Introducers, influencers, closers."""

    def view(self) -> View:
        """Conversions by role."""
        return attribution.roles_view(self.state.answer, self.state.t)


class IncrementalPanel(TotalsPanel):
    """The incremental list."""

    def view(self) -> View:
        """Credit against orders, with cost."""
        return attribution.incremental_view(self.state.answer, self.state.t)
