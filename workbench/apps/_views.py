"""The views of the dashboard pages, in their order; the live page and its twin show the same."""

from collections.abc import Callable
from urllib.parse import urlencode

from workbench.domain.assess import Portfolio
from workbench.figures import platforms, provider, ranking
from workbench.figures import portfolio as figures
from workbench.figures.view import View
from workbench.locale import Translator
from workbench.reports.brief import SECTIONS

MARKET_VIEWS: tuple[Callable[[Portfolio, str, Translator], View], ...] = tuple(
    (SECTIONS | {"ranking": lambda portfolio, _code, t: ranking.view(portfolio, t)}).values()
)
"""The topics of one market, as in its brief; the ranking's panel shows all markets alike."""


def comparison_table(portfolio: Portfolio, t: Translator) -> View:
    """Gates of the chosen markets, and their table; each market links to its page."""
    plan = portfolio.plan
    kept: dict[str, str] = {"lang": plan.lang}
    if plan.industry:
        kept["industry"] = plan.industry
    if plan.product and plan.product.isidentifier():
        kept["product"] = plan.product
    return figures.view(portfolio, t, "market.ipynb?market={market}&" + urlencode(kept))


def portfolio_views(portfolio: Portfolio, t: Translator) -> list[View]:
    """The topics of the portfolio: verdict, ranking, why, obstacles, reach, affiliate platforms."""
    return [
        comparison_table(portfolio, t),
        ranking.view(portfolio, t),
        ranking.why(portfolio, t),
        figures.blockers(portfolio, t),
        provider.regions(portfolio, t),
        platforms.of_portfolio(portfolio, t),
    ]
