"""Views drawn ahead serve the plan and files that they were drawn from, and no others."""

import os

import pytest

from workbench.domain.plan import Plan
from workbench.figures.view import View
from workbench.sources.opening import NONE
from workbench.sources.paths import data_folder
from workbench.widgets import ahead
from workbench.widgets.ahead import drawing_ahead, drawn
from workbench.widgets.state import PlanState
from workbench.widgets.views import MarketNeedsPanel

PLAN = Plan(markets=("ID", "SA"), market="ID", as_of="2026-11-20", samples=200)


class Drawer:
    """Counts how often it draws."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> View:
        self.times += 1
        return View("verdict", str(self.times), "")


@pytest.fixture(autouse=True)
def nothing_kept():
    ahead._views.clear()
    yield
    ahead._views.clear()


def test_what_was_drawn_ahead_is_not_drawn_again():
    draw = Drawer()
    with drawing_ahead():
        drawn("a", PLAN, NONE, draw)
    assert drawn("a", PLAN, NONE, draw).title == "1" and draw.times == 1
    assert drawn("b", PLAN, NONE, draw).title == "2"  # another view
    assert drawn("a", PLAN.but(market="SA"), NONE, draw).title == "3"  # another plan
    assert drawn("a", PLAN.but(lang="en"), NONE, draw).title == "4"  # another language
    assert drawn("b", PLAN, NONE, draw).title == "5"  # nothing is kept outside


def test_a_changed_file_is_drawn_anew(tmp_path):
    file = tmp_path / "product.yaml"
    example = data_folder() / "examples" / "live_show.yaml"
    file.write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    plan, draw = PLAN.but(product=str(file)), Drawer()
    with drawing_ahead():
        drawn("a", plan, NONE, draw)
    assert drawn("a", plan, NONE, draw).title == "1"
    later = file.stat().st_mtime_ns + 1_000_000
    os.utime(file, ns=(later, later))
    assert drawn("a", plan, NONE, draw).title == "2"


def test_only_panels_that_nothing_else_has_a_say_in_take_part():
    """A planner's panel shows who set what; that is not in the plan."""
    with drawing_ahead():
        shown = MarketNeedsPanel(PlanState(PLAN), readonly=True)
        assert len(ahead._views) == 1
        MarketNeedsPanel(PlanState(PLAN))
        assert len(ahead._views) == 1
    again = MarketNeedsPanel(PlanState(PLAN), readonly=True)
    assert again._body.value == shown._body.value != ""
    other = MarketNeedsPanel(PlanState(PLAN.but(market="SA")), readonly=True)
    assert other._body.value != shown._body.value
