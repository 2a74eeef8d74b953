"""The invented samples that come with the workbench, by values checked by hand."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from workbench.sources.exports.mapping import known_mappings

FOLDER = Path(__file__).parents[3] / "data" / "examples" / "exports"


def at(*parts: int) -> datetime:
    return datetime(2026, *parts, tzinfo=UTC)


CONVERSIONS = ("order", "journey", "timestamp", "partner", "value", "commission", "currency",
               "status", "customer", "country", "modified")  # fmt: skip
TOUCHES = ("touch", "journey", "timestamp", "partner", "kind")
SUMS = ("partner", "day", "country", "impressions", "clicks", "unique_clicks", "conversions",
        "revenue", "commission")  # fmt: skip
PATHS = ("path", "conversions", "value", "nulls")
WANTED = {
    "impact-actions.csv": {
        ("conversions", CONVERSIONS): [
            ("1001.7.1", "c1", at(3, 2, 8), "蓝海评测", 1234.5, 123.45, "USD", "approved", "new",
             "ID", None),
            ("1001.7.2", "c2", at(3, 3, 9, 30), "Rumah Belajar", 0, 0, "USD", "reversed",
             "returning", "ID", None),
            ("1001.7.3", "o3", at(3, 4, 9), "蓝海评测", 40, 4, "USD", "pending", "new", "SA", None),
        ],
        ("touchpoints", TOUCHES): [
            ("1001.7.1", "c1", at(3, 1, 20, 15), "蓝海评测", "click"),
            ("1001.7.2", "c2", at(3, 3, 9), "Rumah Belajar", "click"),
        ],
    },
    "impact-clicks.csv": {
        ("touchpoints", (*TOUCHES, "channel", "device", "creative")): [
            ("k1", "c1", at(3, 1, 20, 15), "蓝海评测", "click", "Content", "MOBILE", "春季横幅"),
            ("k2", "k2", at(3, 3, 9), "Rumah Belajar", "click", "Coupon", "DESKTOP",
             "Voucher page"),
        ],
    },
    "impact-paths.json": {
        ("paths", PATHS): [
            ("Rumah Belajar > 蓝海评测", 1, 1234.5, 0),
            ("蓝海评测", 1, 40, 0),
        ],
    },
    "impact-performance.csv": {
        ("performance", SUMS): [
            ("Rumah Belajar", date(2026, 3, 1), None, 8100, 95, 90, 1, 60, 6),
            ("蓝海评测", date(2026, 3, 1), None, 12400, 310, 288, 4, 1980, 198),
        ],
    },
    "generic-performance.csv": {
        ("performance", SUMS): [
            ("Rumah Belajar", date(2026, 3, 1), "ID", 8100, 95, 90, 1, 60, 6),
            ("蓝海评测", date(2026, 3, 1), None, 12400, 310, 288, 4, 1980, 198),
        ],
    },
    "awin-transactions.json": {
        ("conversions", CONVERSIONS): [
            ("501", "K-1", at(3, 10, 11, 20), "Küchenrat", 90, 4.5, "EUR", "paid", "new", "DE",
             at(4, 1)),
            ("502", "K-2", at(3, 11, 9), "Sparfuchs", 40, 2, "EUR", "reversed", "returning", None,
             at(3, 20)),
        ],
        ("touchpoints", TOUCHES): [("501", "K-1", at(3, 10, 11), "Küchenrat", "click")],
    },
    "cj-commissions.csv": {
        ("conversions", CONVERSIONS): [
            ("77001", "C-1", at(3, 5, 12), "Tool Letter", 99.9, 9.99, "USD", "approved", None, None,
             at(3, 6, 1)),
            ("77002", "C-2", at(3, 6, 12), "效率周刊", 0, 15, "USD", "pending", None, None,
             at(3, 7, 1)),
        ],
        ("touchpoints", TOUCHES): [],
    },
    "partnerize-conversions.csv": {
        ("conversions", CONVERSIONS): [
            ("p1", "p1", at(3, 1, 9, 45), "33", 1250.4, 62.52, "EUR", "paid", None, None,
             at(4, 30)),
            ("p2", "p2", at(3, 2, 18, 30), "34", 10, 1, "EUR", "reversed", None, None, None),
        ],
        ("touchpoints", TOUCHES): [("p1", "p1", at(3, 1, 9), "33", "click")],
    },
    "rakuten-transactions.tsv": {
        ("conversions", CONVERSIONS): [
            ("r1", "r1", at(3, 26, 13, 5), "55", 20, 2, "USD", "approved", None, None, at(3, 27)),
            ("r2", "r2", at(3, 4, 9), "56", 35.5, 3.55, "USD", "pending", None, None, at(3, 5)),
        ],
        ("touchpoints", TOUCHES): [("r1", "r1", at(3, 25), "55", "click")],
    },
    "everflow-performance.csv": {
        ("performance", SUMS): [
            ("WideNet", date(2026, 3, 1), "ID", 1000, 50, 48, 2, 100, 20),
            ("长尾联盟", date(2026, 3, 1), "SA", 400, 9, 9, 0, 0, 0),
        ],
    },
    "partnerstack-rewards.json": {
        ("conversions", CONVERSIONS): [
            ("rw_1", "cu_1", at(3, 1, 9), "Ayu Studio", 125, 12.5, "USD", "approved", None, None,
             at(3, 2, 9)),
            ("rw_2", "rw_2", at(3, 1, 9), "东京工具志", None, 1250, "JPY", "paid", None, None,
             at(3, 2, 9)),
        ],
    },
    "ga4-events.json": {
        ("touchpoints", ("journey", "timestamp", "partner", "channel", "creative", "kind")): [
            ("u.1", at(3, 1, 9, 0, 0, 123456), "lanhai", "affiliate", "春季", "visit"),
        ],
        ("conversions", ("order", "journey", "timestamp", "value", "currency", "status")): [
            ("1772356800000000", "u.2", at(3, 1, 9, 20), 12, "USD", "approved"),
            ("T9", "u.1", at(3, 1, 9, 10), 49.5, "USD", "approved"),
        ],
    },
    "generic-touchpoints.csv": {
        ("touchpoints", (*TOUCHES, "cost")): [
            ("t1", "j1", at(3, 1, 10), "蓝海评测", "click", 0.5),
            ("t2", "j1", at(3, 2, 11, 30), "Rumah Belajar", "code", None),
            ("t3", "j2", at(3, 2, 12), "Ayu Studio", "impression", 0.02),
        ],
    },
    "generic-conversions.csv": {
        ("conversions", CONVERSIONS): [
            ("o1", "j1", at(3, 2, 11, 45), "Rumah Belajar", 80, 8, "USD", "approved", "new", None,
             None),
            ("o2", "j3", at(3, 4, 9), "蓝海评测", 25.5, 2.55, "USD", "pending", "returning", None,
             None),
        ],
    },
    "generic-partners.csv": {
        ("partners", ("partner", "name", "type", "country", "joined", "contract")): [
            ("11", "蓝海评测", "review_site", "CN", date(2025, 6, 1), "2025-A"),
            ("12", "Rumah Belajar", "coupon", "ID", date(2026, 1, 15), "2026-B"),
        ],
    },
    "generic-paths.csv": {
        ("paths", PATHS): [
            ("Ayu Studio", 3, 240, 41),
            ("蓝海评测 > Rumah Belajar", 12, 960, 88),
        ],
    },
}  # fmt: skip
"""File -> table and columns -> the rows that it must become."""


def test_there_is_one_for_each_mapping_and_no_other():
    files = {path.name for path in FOLDER.iterdir()} - {"README.md"}
    assert files == set(WANTED)
    assert {Path(name).stem for name in files} == set(known_mappings())
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in files)


@pytest.mark.parametrize("name", WANTED)
def test_it_becomes_these_rows(desk, name):
    report = desk.load(name.partition("-")[0], FOLDER / name)
    assert report.mapping == Path(name).stem
    for (table, columns), rows in WANTED[name].items():
        assert desk.rows(table, *columns) == rows


def test_what_is_set_aside_and_what_is_of_other_kinds(desk):
    broken = desk.load("impact", FOLDER / "impact-actions.csv")
    assert [(one.row, one.column, one.value) for one in broken.wrong] == [(4, "EventDate", "soon")]
    assert desk.load("ga4", FOLDER / "ga4-events.json").others == 1  # the first visit
    assert desk.load("generic", FOLDER / "generic-conversions.csv").form == ("CSV", "UTF-8", ",")
