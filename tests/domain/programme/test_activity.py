"""Partners by activity."""

from datetime import date

import numpy as np
import pytest

from tests.domain.programme.tables import click, opened, order
from workbench.domain.errors import InputError
from workbench.domain.programme.activity import activity
from workbench.domain.programme.facts import Scope
from workbench.domain.programme.period import Period

MARCH = Scope(Period(date(2026, 3, 1), date(2026, 3, 31)))


@pytest.fixture(scope="module")
def programme():
    """a clicks and sells, b clicks, c only joined, d joins later, e is listed nowhere and sells."""
    return opened(
        [
            click("a", "2026-03-01", country="DE"),
            click("a", "2026-03-02", country="ID"),
            click("b", "2026-03-01", country="DE"),
            click("c", "2026-02-28"),
            click(None, "2026-03-03"),
        ],
        [order("a", "2026-03-02", 5.0, country="DE"), order("e", "2026-03-02", 5.0),
         order("b", "2026-03-02", 5.0, status="reversed")],
        [
            {"partner": "a", "type": "content", "joined": date(2026, 1, 1), "channel": "seo"},
            {"partner": "b", "type": "coupon"},
            {"partner": "c", "type": "coupon", "joined": date(2026, 3, 31)},
            {"partner": "d", "type": "coupon", "joined": date(2026, 4, 1)},
        ],
    )  # fmt: skip


def test_joined_active_selling(programme):
    found = activity(programme, MARCH)
    assert found.total[["joined", "active", "selling"]].tolist() == [4, 2, 2]
    assert found.total[["active_share", "selling_share"]].tolist() == [0.5, 0.5]
    assert (found.unlisted, found.undated) == (1, 1)


def test_groups_of_partners_add_up(programme):
    found = activity(programme, MARCH, ("type",))
    rows = found.table.set_index("type")[["joined", "active", "selling"]]
    assert rows.loc["content"].tolist() == [1, 1, 1]
    assert rows.loc["coupon"].tolist() == [2, 1, 0]
    assert rows.loc[[None]].to_numpy().tolist() == [[1, 0, 1]]
    assert rows.sum().tolist() == found.total[["joined", "active", "selling"]].tolist()


def test_a_partner_acts_in_several_countries_and_joins_in_none(programme):
    found = activity(programme, MARCH, ("country",))
    rows = found.table.set_index("country")
    assert rows.loc["DE", ["active", "selling"]].tolist() == [2, 1]
    assert rows.loc["ID", ["active", "selling"]].tolist() == [1, 0]
    assert np.isnan(rows["joined"]).all() and np.isnan(rows["active_share"]).all()
    assert found.total["joined"] == 4


def test_a_partners_channel_is_its_own(programme):
    rows = activity(programme, MARCH, ("channel",)).table.set_index("channel")
    assert rows.loc["seo", ["joined", "active", "selling"]].tolist() == [1, 1, 1]


def test_without_clicks_nobody_is_known_to_be_active():
    found = activity(opened((), [order("a", "2026-03-01", 5.0)]))
    assert np.isnan(found.total["active"]) and found.total["selling"] == 1


def test_nobody_yet():
    found = activity(opened())
    assert found.total["joined"] == 0 and np.isnan(found.total["active_share"])


def test_partners_are_not_counted_by_partner(programme):
    with pytest.raises(InputError, match="can't be counted by partner"):
        activity(programme, MARCH, ("partner",))


def test_filters_by_partner_keep_the_joined_and_others_make_them_unknown(programme):
    coupon = activity(programme, MARCH, ("type",), {"type": ("coupon",)})
    assert coupon.total[["joined", "active", "selling"]].tolist() == [2, 1, 0]
    germany = activity(programme, MARCH, (), {"country": ("DE",)})
    assert np.isnan(germany.total["joined"])
    assert germany.total[["active", "selling"]].tolist() == [2, 1]
