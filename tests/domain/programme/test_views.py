"""Views that are kept."""

import json
from datetime import date

import pytest

from workbench.domain.errors import InputError
from workbench.domain.programme.period import Period
from workbench.domain.programme.views import (
    SavedView,
    texts_of_view,
    view_of,
    view_of_texts,
)

VIEW = SavedView(
    name="Coupons",
    by=("type", "country"),
    measures=("orders", "aov"),
    filters={"type": ("coupon", None)},
    period="2026-03",
    against="before",
    statuses=("approved",),
    currency="USD",
)


def test_a_view_comes_back_from_json_as_it_was():
    assert view_of(json.loads(json.dumps(VIEW.to_mapping()))) == VIEW
    assert view_of({}) == SavedView()
    assert VIEW.scope.period == Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"colour": "red"}, "no field 'colour'"),
        ({"by": "type"}, "field by of a saved view can't be 'type'"),
        ({"by": ["x"]}, "split by 'x'"),
        ({"measures": ["x"]}, "measure 'x' is unknown"),
        ({"filters": {"x": []}}, "split by 'x'"),
        ({"filters": {"type": "coupon"}}, "field filters"),
        ({"period": "soon"}, "'soon' is not a period"),
        ({"against": "before"}, "first and the last day"),
        ({"against": "x", "period": "2026-03"}, "held against 'x'"),
        ({"statuses": ["x"]}, "status 'x' is unknown"),
        ({"statuses": []}, "status '' is unknown"),
    ],
)
def test_what_a_view_can_not_say_is_refused(content, said):
    with pytest.raises(InputError, match=said):
        view_of(content)


def test_an_address_holds_the_whole_view():
    view = VIEW.but(market="ID", weeks=4, target=250.5, start="2026-01", incentives="spring")
    texts = texts_of_view(view)
    assert texts["filters"] == '{"type": ["coupon", null]}'
    assert "name" not in texts
    assert view_of_texts(texts) == view.but(name="")
    assert texts_of_view(SavedView()) == {} and view_of_texts({}) == SavedView()


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"weeks": "2.5"}, "'2.5' can't be read as weeks"),
        ({"weeks": "53"}, "Alerts of 53 weeks"),
        ({"target": "nan"}, "bring nan orders; give"),
        ({"target": "1e400"}, "bring inf orders; give"),
        ({"filters": "[" * 100_000}, "can't be read as filters"),
        ({"filters": "[1]"}, "field filters"),
        ({"market": "id"}, "'id' is no market"),
    ],
)
def test_what_an_address_can_not_say_is_refused(texts, said):
    with pytest.raises(InputError, match=said):
        view_of_texts(texts)
