"""Panels that only show: one per topic that has nothing to edit."""

from collections.abc import Callable

from workbench.domain.assess import Portfolio
from workbench.figures import competitors, market, market_notes, needs, provider, value, verdict
from workbench.figures.view import View
from workbench.locale import Translator
from workbench.widgets._panel import Panel

Maker = Callable[[Portfolio, str, Translator], View]


class _MarketView(Panel):
    make: Maker

    def view(self) -> View:
        """The topic for the market in focus."""
        return type(self).make(self.state.portfolio, self.state.market, self.state.t)


class VerdictPanel(_MarketView):
    """Verdict first: gate, sentence, open items, key figures."""

    depends = Panel.depends | {"weights", "top", "samples", "seed"}
    make = staticmethod(verdict.view)


class ValuePanel(_MarketView):
    """Unique value: strengths against needs."""

    make = staticmethod(value.view)


class ProviderPanel(_MarketView):
    """Technology provider: posture and candidates."""

    make = staticmethod(provider.view)


class CompetitorsPanel(_MarketView):
    """Competitors' acquisition."""

    make = staticmethod(competitors.view)


class MarketPanel(_MarketView):
    """Market profile: figures, law, platforms."""

    make = staticmethod(market.view)


class AlikePanel(_MarketView):
    """Markets that look alike."""

    make = staticmethod(market.alike)


class NotesPanel(_MarketView):
    """Notes for a new market."""

    make = staticmethod(market_notes.view)


class MarketNeedsPanel(_MarketView):
    """What users in the market in focus care about, with the reasons."""

    make = staticmethod(needs.view)
