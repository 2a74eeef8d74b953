"""Mappings of one's own: used, or refused with the place in them."""

import json

import pytest

from workbench.domain.errors import InputError
from workbench.domain.events import EVENT_TABLES
from workbench.locale import translator
from workbench.sources.exports.importing import import_file
from workbench.sources.exports.mapping import known_mappings, load_mapping

OWN = """
name: {{en: Shop, zh: 商城}}
timezone: Asia/Shanghai
statuses: {{已完成: approved, 已退款: reversed}}
empty: [无]
tables:
  conversions:
    columns:
      source: {{is: shop}}
      order: [订单号]
      journey: [会员号, 订单号]
      timestamp: [付款时间]
      value: {{from: [金额], minor: currency}}
      currency: {{is: CNY}}
      status: [状态]
{more}
"""


def own(folder, more=""):
    path = folder / "shop.yaml"
    path.write_text(OWN.format(more=more), encoding="utf-8")
    return path


def test_an_own_mapping_fills_the_tables(desk):
    head = "订单号,会员号,付款时间,金额,状态\n"
    text = head + "8,m1,2026/1/31 8:00,1250,已完成\n9,无,2026-02-01,99,已退款\n"
    mappings = {"shop": load_mapping(own(desk.folder))}
    file = desk.file(text.encode("gbk"))
    (report,) = import_file(file, mappings, desk.dataset, translator("zh"))
    assert (report.loaded, report.mapping) == (2, "shop")
    found = desk.rows("conversions", "order", "journey", "timestamp", "value", "status")
    assert [(order, journey, at.isoformat(), value, status)
            for order, journey, at, value, status in found] == [
        ("8", "m1", "2026-01-31T00:00:00+00:00", 12.5, "approved"),
        ("9", "9", "2026-01-31T16:00:00+00:00", 0.99, "reversed"),
    ]  # fmt: skip


def test_amounts_whose_currency_stands_in_a_column_of_its_own(desk):
    """Bought for yuan; a reward in dollars is unknown in the row, one in yuan stays."""
    more = "      commission: {from: [返佣], in: [返佣币种]}"
    mappings = {"shop": load_mapping(own(desk.folder, more))}
    file = desk.file(
        "订单号,付款时间,金额,状态,返佣,返佣币种\n"
        "1,2026-02-01,1250,已完成,3,USD\n2,2026-02-01,1250,已完成,3,CNY\n"
    )
    (report,) = import_file(file, mappings, desk.dataset, translator("zh"))
    assert desk.rows("conversions", "order", "value", "commission") == [
        ("1", 12.5, None), ("2", 12.5, 3)
    ]  # fmt: skip
    assert (report.foreign, report.unmapped) == ({"commission": 1}, [])


def test_small_units_are_those_of_iso_4217(desk):
    """12345 of them are 123.45 Serbian dinars, 12.345 Iraqi ones and 12,345 yen."""
    currencies = {"RSD": 123.45, "IQD": 12.345, "JPY": 12345.0, "USD": 123.45}
    rows = [
        {"key": one, "created_at": 1769853700000, "status": "paid", "amount": 12345,
         "currency": one, "transaction": {"amount": 12345, "currency": one}}
        for one in currencies
    ]  # fmt: skip
    desk.load("partnerstack", json.dumps(rows), "rewards.json")
    found = desk.rows("conversions", "order", "value", "commission")
    assert found == sorted((one, amount, amount) for one, amount in currencies.items())


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("      commission: {from: [x], minor: curency}", "curency is no column that is filled"),
        ("      item: {from: [x], in: y}", "item: in is for amounts of a row with a currency"),
        ("      commission: {is: much}", "commission: much is no number"),
        ("      clicked: {is: yesterday}", "clicked: yesterday is no time"),
        ("      customer: {is: nobody}", "customer: nobody is none of new, returning"),
        ("      clicked: {digest: true}", "clicked: a digest is a text, and this is a time"),
        ("      partner: {from: 5}", "tables.conversions.columns.partner"),
        ("      partner: {form: [x]}", "partner.form: Extra inputs are not permitted"),
        ("      nickname: [x]", "conversions: nickname is none of source, order"),
        ("  orders:\n    columns: {}", "tables: orders is none of touchpoints"),
        ("  partners:\n    columns: {source: {is: a}}", "partners: the column partner must be"),
        ("  partners:\n    columns: {source: {is: a}, partner: []}", "the column partner must be"),
        ("kinds: {x: y}", "x: y is none of click, impression"),
    ],
)  # fmt: skip
def test_a_mapping_that_breaks_a_rule(tmp_path, more, message):
    with pytest.raises(InputError, match="can't be used") as error:
        load_mapping(own(tmp_path, more))
    assert message in str(error.value)


@pytest.mark.parametrize("name", sorted(known_mappings()))
def test_ours_know_every_status_and_name_themselves_in_both_languages(name):
    found = known_mappings()[name]
    assert {"en", "zh"} <= set(found.name)
    if "conversions" in found.tables and found.tables["conversions"].columns["status"].columns:
        assert found.statuses
    for table, mapping in found.tables.items():
        assert set(EVENT_TABLES[table].key[:2]) <= set(mapping.columns)
