"""The brief's parameters: known names, plain values, errors that name them."""

import json

import pytest

from workbench.domain.errors import InputError
from workbench.reports.brief import (
    MIME,
    PLOTLY_MIME,
    SECTIONS,
    open_brief,
    parameters_of,
    to_record,
)


def test_parameters_are_told_from_the_kernel_s_own_names():
    import os

    names = {
        "market": "ID",
        "top": None,
        "In": [],
        "Out": {},
        "_x": 1,
        "os": os,
        "__name__": "x",
        "open_brief": open_brief,
        "plan": "plan.yaml",
    }
    assert parameters_of(names) == ({"market": "ID"}, "plan.yaml")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"markte": "SA"}, "未知参数 'markte'.*'market'"),
        ({"markte": "SA", "lang": "en"}, r"Unknown parameter 'markte' \(did you mean 'market'\?\)"),
        ({"weights": {}, "lang": "en"}, "Unknown parameter 'weights'"),
        ({"market": "ZZ", "lang": "en"}, "Unknown market 'ZZ'"),
        ({"top": 0, "lang": "en"}, "Parameter top: 0 is not allowed"),
        ({"top": 0}, "top.*不得小于 1"),
        ({"plan": "nowhere.yaml", "lang": "en"}, r"There is no file nowhere\.yaml"),
    ],
)
def test_a_bad_parameter_is_named_in_the_language_asked_for(names, message):
    with pytest.raises(InputError, match=message):
        open_brief(names)


def test_a_section_is_shown_as_html_and_figure_that_need_no_kernel(capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("workbench.reports.brief.display", lambda data, raw: shown.append(data))
    brief = open_brief({"market": "ID", "lang": "en", "product": "live_show", "samples": 1000})
    for section in SECTIONS:
        brief.show(section)
    views = [data[MIME] for data in shown if MIME in data]
    assert [view["topic"] for view in views] == list(SECTIONS)
    drawn = [place for place, data in enumerate(shown) if "drawing" in data.get(MIME, {})]
    assert drawn == [place - 1 for place, data in enumerate(shown) if PLOTLY_MIME in data]
    wanted = [SECTIONS[view["topic"]](brief.portfolio, "ID", brief.t) for view in views]
    assert [to_record(view)["drawing"]["figure"] for view in wanted if view.drawing] == [
        shown[place + 1][PLOTLY_MIME] for place in drawn
    ]
    assert shown[0]["text/html"].startswith('<div class="wbs"><h2>Indonesia</h2>')
    json.dumps(shown, allow_nan=False)


def test_an_unknown_section_is_an_error_that_lists_them():
    brief = open_brief({"market": "ID", "lang": "en", "samples": 1000})
    with pytest.raises(InputError, match="Unknown section 'summary'; sections are: verdict, "):
        brief.view("summary")


def test_without_a_market_the_brief_is_on_the_best_ranked():
    brief = open_brief({"lang": "en", "samples": 1000})
    assert brief.code == brief.portfolio.ranking.table.index[0]
