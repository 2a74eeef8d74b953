"""Congratulation drafts."""

from datetime import date, timedelta

from tests.domain.programme.tables import opened, order
from workbench.domain.programme.praise import praises
from workbench.locale import translator

UNTIL = date(2026, 3, 29)


def test_a_first_order_that_counts_raises_a_draft_in_both_languages():
    tables = opened(
        (),
        [
            order("a", "2026-03-20", 1.0, status="reversed"),  # no order that counts
            order("a", "2026-03-25", 1.0),
            order("a", "2026-03-26", 1.0),
            order("b", "2026-01-01", 1.0),
            order("b", "2026-03-26", 1.0),
        ],
        [{"partner": "a", "name": "Ann's Journal"}],
    )
    found = praises(tables, UNTIL)
    assert [(one.kind, one.partner, one.day) for one in found] == [
        ("first_order", "a", date(2026, 3, 25))
    ]
    assert (
        translator("en")
        .text(found[0].draft)
        .startswith("Hello Ann's Journal, your first order with us came in on Mar 25, 2026")
    )
    assert "Ann's Journal" in translator("zh").text(found[0].draft)
    assert praises(tables, UNTIL, since=date(2026, 3, 26)) == ()


def test_a_partner_new_among_the_ten_best_is_praised_with_its_place():
    rows = []
    for week in range(9):
        day = (UNTIL - timedelta(days=7 * week + 2)).isoformat()
        for partner in range(12):
            count = 3 + partner if partner or week else 12  # p00 comes from the last place
            rows += [order(f"p{partner:02d}", day, 1.0)] * count
    found = [one for one in praises(opened((), rows), UNTIL) if one.kind == "entered_top"]
    # 14, 13, 12 and 12: third, together with p09
    assert [(one.partner, one.place) for one in found] == [("p00", 3)]


def test_ten_partners_have_no_top_ten():
    rows = [order(f"p{n}", "2026-03-28", 1.0) for n in range(10)]
    assert {one.kind for one in praises(opened((), rows), UNTIL)} == {"first_order"}
