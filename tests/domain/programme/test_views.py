"""Views that are kept."""

import json
from datetime import date

import pytest

from workbench.domain.errors import InputError
from workbench.domain.programme.period import Period
from workbench.domain.programme.views import SavedView, view_of

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
