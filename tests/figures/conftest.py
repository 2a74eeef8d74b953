"""Portfolios over the committed tables, opened once; and what every drawing must hold."""

import json
import re
from collections.abc import Callable

import pytest

from workbench.domain.assess import Portfolio
from workbench.domain.plan import Plan
from workbench.figures.theme import tokens
from workbench.figures.view import Drawing
from workbench.sources.opening import open_portfolio

MARKETS = ("ID", "SA", "US", "NG", "NA", "SJ")
"""Contrasting: the source's two regions, a mature and a poor market, Namibia ("NA" is no missing
value), and Svalbard, of which hardly anything is known."""


@pytest.fixture(scope="session")
def portfolio() -> Portfolio:
    """With an example product, so that every topic has something to say."""
    return open_portfolio(
        Plan(product="live_show", markets=MARKETS, samples=1000, as_of="2026-11-20")
    )


@pytest.fixture(scope="session")
def bare() -> Portfolio:
    """Without a product."""
    return open_portfolio(Plan(markets=MARKETS, samples=1000, as_of="2026-11-20"))


@pytest.fixture(scope="session")
def sound() -> Callable[[Drawing], dict]:
    """Checks what holds for every drawing; returns its figure as JSON reads it back."""

    def check(drawing: Drawing) -> dict:
        text = json.dumps(drawing.figure.to_plotly_json(), allow_nan=False, ensure_ascii=False)
        light = {colour.lower() for colour in tokens().values()}
        assert {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{3,8}", text)} <= light
        assert set(re.findall(r"rgba?\([^)]*\)", text)) <= {"rgba(0,0,0,0)"}
        assert not re.search(r'"(red|blue|green|black|white|gr[ae]y)"', text)
        assert drawing.finding.strip() and drawing.alt.strip()
        assert "nan" not in (drawing.finding + drawing.alt + drawing.source).lower()
        figure = json.loads(text)
        assert "title" not in figure["layout"]  # the page writes the finding above it
        assert figure["layout"]["height"] > 60
        return figure

    return check
