"""Scripts travel with their widget, or are files of the page's server."""

import re

from workbench.widgets._esm import SERVED, STATIC, versioned
from workbench.widgets.grid import Grid


def test_a_widget_brings_its_script_where_no_server_gives_it_out(monkeypatch):
    monkeypatch.delenv(SERVED, raising=False)
    grid = Grid()
    assert grid._esm == (STATIC / "grid.js").read_text(encoding="utf-8")
    assert grid._css == (STATIC / "grid.css").read_text(encoding="utf-8")


def test_a_page_of_ours_loads_it_as_a_file(monkeypatch):
    monkeypatch.setenv(SERVED, "templates/workbench/static")
    grid = Grid()
    assert len(grid._esm) < 250 and grid._css == ""
    assert f'"templates/workbench/static/{versioned("grid.js")}"' in grid._esm


def test_the_address_of_a_script_changes_with_its_content():
    found = re.fullmatch(r"grid\.js\?v=([0-9a-f]{16})", versioned("grid.js"))
    assert found and found[1] not in versioned("chart.js")
