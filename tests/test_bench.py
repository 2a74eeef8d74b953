"""The view that the benches measure is there, and what they wait for tells two markets apart."""

import ipywidgets as widgets
import nbformat

from bench.viewers import VISITS
from bench.views import in_workbench, shared
from bench.views.frameworks import VIEWS
from bench.views.visits import FIRST, OTHERS, numbers
from workbench.widgets.chart import Chart


def test_choosing_another_market_changes_thenumbers_at_the_bars() -> None:
    first = numbers(FIRST)
    assert len(OTHERS) >= VISITS
    assert not [other for other in OTHERS if numbers(other) == first]


def test_the_view_has_a_heat_map_a_bar_chart_and_twelve_rows() -> None:
    assert [trace.type for trace in shared.heat().data] == ["heatmap"]
    assert [trace.type for trace in shared.bars("BR").data] == ["bar"]
    assert len(shared.table()) == len(shared.options()) == 12


def test_our_view_draws_both_and_follows_its_drop_down(monkeypatch) -> None:
    shown = []
    monkeypatch.setattr(in_workbench, "display", shown.append)
    in_workbench.view()
    (market,) = (one for one in shown[0].children if isinstance(one, widgets.Dropdown))
    heat, bars = (one for one in shown[0].children if isinstance(one, Chart))
    before = heat.figure, bars.figure
    market.value = "DE"
    assert heat.figure == before[0] and bars.figure != before[1]


def test_the_notebooks_of_the_bench_store_nothing() -> None:
    found = sorted((VIEWS / "notebooks").glob("*.ipynb"))
    assert [path.stem for path in found] == ["stock", "workbench"]
    for path in found:
        (cell,) = nbformat.read(path, as_version=4).cells
        assert not cell.outputs and not cell.execution_count
