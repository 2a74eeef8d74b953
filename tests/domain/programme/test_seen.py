"""Expressions that are handed to the engine once, apart for each part of the events."""

from workbench.domain.programme.facts import Scope
from workbench.domain.programme.overview import narrowed
from workbench.domain.programme.pivot import pivot
from workbench.domain.programme.seen import Views

from .tables import click, opened, order


def test_each_expression_is_named_once_for_each_part():
    named = []
    views = Views(lambda rows: named.append(rows) or rows)
    assert views.of("a", lambda: "rows") == "rows" == views.of("a", lambda: "others")
    assert views.part("ID").of("a", lambda: "here") == "here"
    assert views.part("ID").of("a", lambda: "not asked") == "here"
    assert views.part("SA").part("ID").of("a", lambda: "inside") == "inside"
    assert named == ["rows", "here", "inside"]


def test_a_market_s_figures_are_not_those_of_all():
    """The same scope over all events and over one market's, in turns, in one engine."""
    events = opened(
        [click("a", "2026-03-01", country="ID"), click("a", "2026-03-01", country="SA")],
        [order("a", "2026-03-02", 10.0, country="ID"), order("a", "2026-03-02", 5.0)],
    )
    here = [narrowed(events, market) for market in ("ID", "SA", "ID")]
    for _ in range(2):
        assert pivot(events, (), Scope()).total[["clicks", "orders"]].tolist() == [2, 2]
        found = [pivot(one, (), Scope()).total for one in here]
        assert [one["clicks"] for one in found] == [1, 1, 1]
        assert found[0]["value"] == found[2]["value"] == 10
