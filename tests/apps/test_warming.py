"""What the pages' kernels have in hand before the first page is asked for."""

import os

from ipywidgets.widgets import widget

from workbench.apps._warming import warm_served
from workbench.domain.plan import Plan
from workbench.sources import opening
from workbench.sources.opening import open_portfolio
from workbench.sources.plans import PLAN_VARIABLE, ROLE_VARIABLE, dump_plan, load_plan


def test_the_plan_that_is_served_is_ranked_ahead_and_no_widget_stays(tmp_path, monkeypatch):
    path = tmp_path / "plan.yaml"
    plan = Plan(product="live_show", markets=("ID", "NA"), as_of="2026-11-20", samples=400)
    path.write_text(dump_plan(plan, ".yaml"), encoding="utf-8")
    monkeypatch.setenv(PLAN_VARIABLE, str(path))
    monkeypatch.setenv(ROLE_VARIABLE, "editor")
    before = set(widget._instances)
    warm_served()
    assert set(widget._instances) <= before  # of other tests' some may have gone meanwhile
    assert os.environ[ROLE_VARIABLE] == "editor"
    assert path.read_text(encoding="utf-8") == dump_plan(plan, ".yaml")  # it was only read
    (kept,) = opening._last.values()
    page = open_portfolio(load_plan(path).but(lang="en"))
    assert page.__dict__["ranking"] is kept.ranking  # not worked out anew
    assert page._markets is kept._markets and {"ID", "NA"} <= page._markets.keys()
