"""The market page: every topic of one market, nothing to edit but the choice of the market."""

import json
import re

import ipywidgets
import pytest

from workbench.apps import open_market, open_portfolio_app
from workbench.apps._opening import open_state
from workbench.apps.market import MarketPage
from workbench.widgets.grid import Grid


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """A function that opens the page for an address, as a viewer."""
    path = tmp_path / "plan.json"
    path.write_text(
        json.dumps({"markets": ["ID", "SA"], "product": "live_show", "samples": 500}),
        encoding="utf-8",
    )
    monkeypatch.setenv("WORKBENCH_PLAN", str(path))
    monkeypatch.setenv("WORKBENCH_ROLE", "viewer")

    def open_page(query: str) -> MarketPage:
        monkeypatch.setenv("QUERY_STRING", query)
        return MarketPage(open_state({}))

    return open_page


def below(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    return [widget, *(w for child in getattr(widget, "children", ()) for w in below(child))]


def test_every_topic_of_the_asked_market_in_the_asked_language(opened):
    page = opened("market=ID&lang=en")
    assert page.state.market == "ID"
    topics = [re.search(r'id="(\w+)"', panel._heading.value)[1] for panel in page.panels]
    assert topics == [
        "verdict", "value", "needs", "channels", "readiness", "promise", "competitors",
        "provider", "ranking", "market", "alike", "notes", "measured",
    ]  # fmt: skip
    assert all(panel._error.value == "" for panel in page.panels)
    assert "Indonesia" in page.panels[0]._heading.value
    assert "印度尼西亚" in opened("market=ID&lang=zh").panels[0]._heading.value


def test_the_market_is_all_that_can_be_chosen(opened):
    page = opened("market=ID&lang=en")
    kinds = (Grid, ipywidgets.Button, ipywidgets.Text, ipywidgets.Textarea, ipywidgets.Dropdown)
    assert [widget for widget in below(page.widget) if isinstance(widget, kinds)] == [page.market]
    before = [panel._body.value for panel in page.panels]
    page.market.value = "NA"  # Namibia, and not among the plan's markets
    after = [panel._body.value for panel in page.panels]
    moved = [old != new for old, new in zip(before, after, strict=True)]
    # The ranking is of all markets, and nothing is measured before an import.
    assert moved[:8] == [True] * 8 and moved.count(False) <= 2 and not moved[-1]
    assert "Namibia" in page.panels[0]._heading.value


def test_all_markets_can_be_chosen_the_plans_first(opened):
    page = opened("lang=en")
    codes = [code for _, code in page.market.options]
    assert codes[:2] == ["ID", "SA"]
    assert sorted(codes) == sorted(page.state.portfolio.codes)
    names = [label for label, _ in page.market.options]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("opener", [open_market, open_portfolio_app])
def test_what_is_chosen_on_a_page_for_reading_stays_in_the_page(opener, tmp_path, monkeypatch):
    """Also where the planner beside it may save: looking at a market doesn't change the plan."""
    path = tmp_path / "plan.yaml"
    path.write_text("markets: [ID, SA]\nsamples: 500\n", encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_PLAN", str(path))
    monkeypatch.setenv("WORKBENCH_ROLE", "editor")
    monkeypatch.delenv("QUERY_STRING", raising=False)
    before = path.read_text(encoding="utf-8")
    boxes = [w for w in below(opener({})) if isinstance(w, ipywidgets.Dropdown)]
    assert len(boxes) == 1
    boxes[0].value = boxes[0].options[-1][1]
    assert path.read_text(encoding="utf-8") == before
