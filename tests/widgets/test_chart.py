import json
import os

import numpy as np
import plotly.graph_objects as go
import pytest

from workbench.domain.errors import WorkbenchError
from workbench.widgets import chart as module
from workbench.widgets._esm import STATIC, bundle
from workbench.widgets.chart import Chart, dark_colours, runtime
from workbench.widgets.download import Download
from workbench.widgets.url import Query


def test_show_takes_a_figure_or_a_dictionary():
    chart = Chart(go.Figure(go.Bar(y=[1, 2])))
    assert json.loads(chart.figure)["data"][0]["type"] == "bar"
    chart.show({"data": [{"type": "bar", "y": np.array([1.5, 2])}]}, label="Two bars")
    assert json.loads(chart.figure)["data"][0]["type"] == "bar"
    assert chart.label == "Two bars"


def test_charts_share_one_runtime_per_process(monkeypatch):
    one, two = Chart(), Chart()
    assert one.runtime is two.runtime is runtime()
    assert one.get_state("runtime") == {"runtime": f"IPY_MODEL_{runtime().model_id}"}
    assert len(one._esm) < 20_000 < 1_000_000 < len(runtime()._esm)
    monkeypatch.setattr(os, "getpid", lambda: -1)  # as in a fork
    assert Chart().runtime is not one.runtime
    monkeypatch.undo()
    runtime().close()
    assert Chart().runtime.comm is not None
    module._runtimes.pop(-1).close()


def test_light_colours_have_dark_ones_from_the_tokens():
    colours = dark_colours()
    assert colours["#17212b"] == "#e7edf3"
    assert colours["#1c5c9f"] == "#9ccbf5"
    assert Chart().dark == colours


def test_a_page_cannot_write_a_figure():
    chart = Chart({"data": []}, label="mine")
    chart.set_state({"figure": "{}", "label": "theirs", "height": 5})
    assert (chart.figure, chart.label, chart.height) == ('{"data":[]}', "mine", 320)


def test_what_a_chart_says_follows_the_language():
    chart = Chart()
    assert chart.texts["unnamed"] == "图表"
    chart.lang = "en"
    assert chart.texts["unnamed"] == "Chart"


def test_query_and_download_are_driven_from_python_only():
    query, save = Query(query={"market": "SA"}), Download(label="Save", disabled=True)
    query.set_state({"query": {"x": "y"}})
    save.set_state({"disabled": False})
    assert query.query == {"market": "SA"} and save.disabled


def test_a_missing_bundle_names_the_remedy():
    with pytest.raises(WorkbenchError, match=r"no\.js has not been built. Run: pip install -e \."):
        bundle("no.js")


def test_the_licences_of_what_is_bundled_travel_with_it():
    text = (STATIC / "LICENSES.txt").read_text(encoding="utf-8")
    for name in ("tabulator-tables", "plotly.js-cartesian-dist-min", "@fontsource-variable/inter"):
        assert f"\n{name} " in f"\n{text}"
    assert bundle("fonts/inter-latin.woff2").read_bytes()[:4] == b"wOF2"
