"""A market or the portfolio as slides: a finding each, native charts and tables, notes below.

Eight slides for a market (six where no product is chosen; two more where events of it are
imported), five for the portfolio. What doesn't fit on a slide is cut with … and stands whole in its
notes. The same portfolio gives the same bytes.
"""

from workbench.domain.assess import Portfolio
from workbench.figures.portfolio import subtitle
from workbench.locale import Translator
from workbench.reports.exporters import _market_slides as one
from workbench.reports.exporters import _measured_slides as measured
from workbench.reports.exporters import _portfolio_slides as many
from workbench.reports.exporters._asked import Asked
from workbench.reports.exporters._deck import Deck

MARKET = (
    one.verdict,
    one.needs,
    one.value,
    one.channels,
    one.readiness,
    one.promise,
    many.ranking,
    measured.programme,
    measured.partners,
    one.next_steps,
)
PORTFOLIO = (many.markets, many.ranking, many.contributions, many.mix, many.blockers)


def market(portfolio: Portfolio, code: str, t: Translator) -> bytes:
    """The deck of one market.

    Raises
    ------
    InputError
        If there is no such market, or a text can't stand in a file of Office.
    """
    asked = Asked(portfolio, t, code)
    deck = Deck(t.market(code), subtitle(portfolio, t), portfolio.plan.as_of, t)
    for add in MARKET:
        add(deck, asked)
    return deck.saved()


def whole(portfolio: Portfolio, t: Translator) -> bytes:
    """The deck of the chosen markets; raises as :func:`market` does."""
    asked = Asked(portfolio, t)
    deck = Deck(t("Market portfolio"), subtitle(portfolio, t), portfolio.plan.as_of, t)
    for add in PORTFOLIO:
        add(deck, asked)
    return deck.saved()
