"""The static twin of a dashboard page: what it will show, before its kernel is there.

The server draws it from the same plan, by the same views, and sends it ahead of the live page.
"""

import threading
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from workbench.apps import measurement, programme
from workbench.apps._asking import AskingApp
from workbench.apps._opening import asked_for
from workbench.apps._options import industry_options, market_options
from workbench.apps._pages import language
from workbench.apps._views import MARKET_VIEWS, portfolio_views
from workbench.domain.assess import Portfolio
from workbench.domain.errors import WorkbenchError
from workbench.figures.portfolio import subtitle
from workbench.figures.view import View, render
from workbench.locale import Translator, translator
from workbench.sources.ground import ground
from workbench.sources.opening import ground_of, open_portfolio
from workbench.store.plans import ScenarioStore
from workbench.widgets.answer_state import AnswerState
from workbench.widgets.answered import Draw

Views = Callable[[Portfolio, Translator], list[View]]

MOST = 200
"""Twins that are kept; one has about 50 kB."""
_drawn: dict[tuple[Any, ...], str] = {}
"""By all that they are drawn from, oldest first."""
_ONE_AT_A_TIME = threading.Lock()
"""The portfolio opened last is kept in one place, and a second core helps little here."""


def _portfolio(portfolio: Portfolio, t: Translator) -> list[View]:
    return portfolio_views(portfolio, t)


def _market(portfolio: Portfolio, t: Translator) -> list[View]:
    return [view(portfolio, portfolio.focus, t) for view in MARKET_VIEWS]


def _market_title(portfolio: Portfolio, t: Translator) -> str:
    industry = portfolio.reference.label("industries", portfolio.industry, t.lang)
    return t("Market page · {industry}", industry=industry)


TWINS: dict[str, tuple[Callable[[Portfolio, Translator], str], Views]] = {
    "portfolio": (lambda portfolio, t: t("Market portfolio"), _portfolio),
    "market": (_market_title, _market),
}
"""App over a plan -> its title and its views."""
ASKING = {"measurement": measurement.APP, "programme": programme.APP}
"""App over events -> what it is made of."""
WITH_TWIN = (*TWINS, *ASKING)
MOST_EVENTS = 20_000_000
"""Bytes of events beyond which no twin of a page over events is drawn: its answer would
take more than a second, in which no other twin is drawn."""


def twin(app: str, query: str) -> str:
    """The twin of a page as HTML; empty for an app that has none.

    Parameters
    ----------
    app
        Name of the notebook.
    query
        The address's query string.

    Raises
    ------
    WorkbenchError
        As the live page would.
    """
    if app in ASKING:
        with _ONE_AT_A_TIME:
            return draw_asking(ASKING[app], query)
    if app not in TWINS:
        return ""
    with _ONE_AT_A_TIME:
        store, look = asked_for({}, query)
        try:
            plan = look(store.load()).but(lang=language(query))
        finally:
            if isinstance(store, ScenarioStore):
                store.workspace.engine.dispose()
        key = app, ground(), *ground_of(plan, store.copies)
        if key not in _drawn:
            while len(_drawn) >= MOST:
                _drawn.pop(next(iter(_drawn)))
            _drawn[key] = draw(app, open_portfolio(plan, store.copies))
        return _drawn[key]


def draw(app: str, portfolio: Portfolio) -> str:
    """The twin of a page for a portfolio, as HTML."""
    title, views = TWINS[app]
    t = translator(portfolio.plan.lang)
    parts = [
        render("page_head", t, title=title(portfolio, t), subtitle=subtitle(portfolio, t)),
        _selector(app, portfolio, t),
        *(
            render("twin", t, view=view, html=Markup(view.html), height=_height(view))
            for view in views(portfolio, t)
        ),
    ]
    return "".join(parts)


def draw_asking(app: AskingApp, query: str) -> str:
    """The twin of a page that answers a question; answers are kept by what gives them."""
    if ground().size > MOST_EVENTS:
        return ""
    state, events = app.state({}, query, links=True)
    views = [_drawn_or_why(topic.draw, state) for topic in app.topics]
    return "".join(
        [
            *app.twin(state, events),
            *(
                render("twin", state.t, view=view, html=Markup(view.html), height=_height(view))
                for view in views
            ),
        ]
    )


def _drawn_or_why(draw: Draw, state: AnswerState[Any, Any]) -> View:
    """A topic, or why it can't be shown; it takes no other with it, as on the live page."""
    try:
        return draw(state)
    except WorkbenchError as error:
        return View("", "", render("error", state.t, text=state.t.error(error)))


def _selector(app: str, portfolio: Portfolio, t: Translator) -> str:
    """The page's selector; what is chosen in it is asked for by a new address."""
    field, label, options, current = (
        ("market", t("Market"), market_options(portfolio, t), portfolio.focus)
        if app == "market"
        else ("industry", t("Industry"), industry_options(portfolio, t), portfolio.plan.industry)
    )
    return render(
        "twin_selector", t, field=field, label=label, options=options, current=current or ""
    )


def _height(view: View) -> int:
    return int(view.drawing.figure.layout.height) if view.drawing else 0
