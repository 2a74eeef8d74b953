"""Currencies that cells of amounts say: they are the row's, or the row is set aside."""

import json

import pytest

from workbench.sources.exports.money import agree, certain, said
from workbench.sources.exports.values import Numbers, texts

HEAD = "order;journey;timestamp;value;commission;currency\n"
OTHER = "is in another currency than the row's, {}"


def row(name: str, value: str, commission: str = "", currency: str = "") -> str:
    return f"{name};j;2026-01-01;{value};{commission};{currency}\n"


def held(desk) -> list[tuple]:
    return desk.rows("conversions", "order", "value", "commission", "currency")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("10 USD", "USD"), ("JPY10000", "JPY"), ("€10", "EUR"), ("10,00 €", "EUR"), ("R$ 5", "BRL"),
     ("US$5", "USD"), ("£1", "GBP"), ("₹1", "INR"), ("1 ₽", "RUB"), ("₩1", "KRW"), ("1₺", "TRY"),
     ("฿1", "THB"), ("1 ₫", "VND"), ("Rp 15.000", "IDR"), ("$5", "$"), ("¥5", "¥"),
     ("$5 CAD", "CAD"), ("€10 EUR", "EUR"), ("1E5 USD", "USD"), ("10", None), ("1e5", None)],
)  # fmt: skip
def test_what_a_cell_says(cell, wanted):
    found = said(texts([cell, "12 USD", None]))
    assert found is not None
    assert found[0].to_pylist() == [wanted, "USD", None]
    assert not found[1].any()


def test_plain_numbers_say_nothing():
    assert said(texts(["10", "1,234.50", "-3", None, "1e5"])) is None


def test_a_dollar_is_any_dollar_and_a_yuan_may_be_a_yen():
    assert agree("$", "USD") and agree("SGD", "$") and agree("¥", "CNY") and agree("JPY", "¥")
    assert not agree("$", "EUR") and not agree("¥", "KRW") and not agree("$", "¥")
    assert agree("usd", "USD") and agree("Dinero", "EUR")  # a word of theirs may mean any
    assert [certain(one) for one in ("€", "usd", "$", "¥", "Dinero")] == ["EUR", "USD"] + [None] * 3


def test_a_row_without_a_currency_has_that_of_its_cells(desk):
    text = HEAD + (
        row("a", "10 USD")
        + row("b", "10000 JPY", "100 JPY")
        + row("c", "10", "€1")
        + row("d", "$10", "1 CAD")
        + row("e", "$10")
        + row("f", "10", "1")
        + row("g", "", "2 GBP")
    )
    report = desk.load("generic", text, decimal=".")
    assert (report.loaded, report.quarantined) == (7, 0)
    assert held(desk) == [
        ("a", 10, None, "USD"),
        ("b", 10_000, 100, "JPY"),
        ("c", 10, 1, "EUR"),
        ("d", 10, 1, "CAD"),
        ("e", 10, None, None),
        ("f", 10, 1, None),
        ("g", None, 2, "GBP"),
    ]


def test_a_file_without_a_column_of_currencies(desk):
    desk.load("generic", "order,timestamp,value\na,2026-01-01,10 USD\nb,2026-01-01,10000 JPY\n")
    assert desk.rows("conversions", "order", "value", "currency") == [
        ("a", 10, "USD"), ("b", 10_000, "JPY")
    ]  # fmt: skip


def test_an_amount_in_another_currency_than_its_row_is_set_aside(desk):
    text = HEAD + (
        row("a", "€10", "", "USD")
        + row("b", "$10", "1 USD", "USD")
        + row("c", "10 USD", "1 EUR")
        + row("d", "$10", "¥1")
        + row("e", "$10", "1", "EUR")
        + row("f", "€10 USD", "1", "EUR")
        + row("g", "10 EUR", "€1", "eur")
        + row("h", "¥10", "1", "CNY")
        + row("i", "10 XYZ", "1", "USD")
    )
    report = desk.load("generic", text)
    assert (report.read, report.loaded, report.quarantined) == (9, 3, 6)
    assert [order for order, *_ in held(desk)] == ["b", "g", "h"]
    with report.quarantine.open(encoding="utf-8-sig") as file:
        told = [line.strip().split(",", 4)[1:] for line in file.read().splitlines()[1:]]
    told = [[row, column, value, rule.strip('"')] for row, column, value, rule in told]
    assert told == [
        ["1", "value", "€10", OTHER.format("USD")],
        ["3", "commission", "1 EUR", OTHER.format("USD")],
        ["4", "commission", "¥1", OTHER.format("$")],
        ["5", "value", "$10", OTHER.format("EUR")],
        ["6", "value", "€10 USD", "must be in one currency, such as USD"],
        ["9", "value", "10 XYZ", "must be in one currency, such as USD"],
    ]


def test_of_several_columns_the_one_that_fills_the_amount_speaks(desk):
    """impact: the sale is 10; what was intended, in another currency, is not used."""
    head = "Id,State,Amount,IntendedAmount,Currency,EventDate\n"
    desk.load("impact", head + "a,PAID,10 USD,9 EUR,,2026-01-01\nb,PAID,,9 EUR,,2026-01-01\n")
    assert desk.rows("conversions", "order", "value", "currency") == [
        ("a", 10, "USD"), ("b", 9, "EUR")
    ]  # fmt: skip


def test_a_currency_that_the_mapping_says_holds(desk):
    """CJ's amounts are in USD."""
    head = "commissionId,eventDate,saleAmountUsd,actionStatus\n"
    report = desk.load("cj", head + "a,2026-01-01,$10,closed\nb,2026-01-01,€10,closed\n")
    assert (report.loaded, report.quarantined) == (1, 1)


def test_sums_and_costs_too(desk):
    head = "partner,day,revenue,commission\n"
    desk.load("generic-performance", head + "a,2026-01-01,€10,1\nb,2026-01-01,$10,€1\n")
    assert desk.rows("performance", "partner", "revenue", "currency") == [("a", 10, "EUR")]
    desk.load("generic-touchpoints", "journey,timestamp,cost\nj,2026-01-01,0.5 USD\n")
    assert desk.rows("touchpoints", "cost", "currency") == [(0.5, "USD")]


def test_paths_whose_values_have_no_currency_of_their_own_are_in_the_first(desk):
    rows = [
        {"path": "a", "conversions": 1, "value": "10 USD"},
        {"path": "b", "conversions": 1, "value": "5"},
        {"path": "c", "conversions": 1, "value": "€5"},
    ]
    report = desk.load("generic-paths", json.dumps(rows), "paths.json")
    assert (report.loaded, report.quarantined) == (2, 1)
    assert desk.rows("paths", "path", "value") == [("a", 10), ("b", 5)]


def test_awin_sale_and_commission_in_two_currencies(desk):
    """The row is in the sale's; a commission in another is unknown in it, and counted."""
    rows = [
        {"id": name, "siteName": "Kiln", "commissionStatus": "approved",
         "transactionDate": "2026-01-01", "saleAmount": {"amount": 100, "currency": sale},
         "commissionAmount": {"amount": 5, "currency": commission}}
        for name, sale, commission in [
            ("1", "EUR", "EUR"), ("2", "EUR", "GBP"), ("3", "EUR", None), ("4", None, "GBP"),
            ("5", "EUR", "eur"),
        ]
    ]  # fmt: skip
    report = desk.load("awin", json.dumps(rows), "awin.json")
    assert held(desk) == [
        ("1", 100, 5, "EUR"),
        ("2", 100, None, "EUR"),
        ("3", 100, 5, "EUR"),
        ("4", 100, 5, "GBP"),
        ("5", 100, 5, "EUR"),
    ]
    assert (report.loaded, report.quarantined, report.foreign) == (5, 0, {"commission": 1})


def test_partnerstack_sale_in_yen_and_reward_in_dollars(desk):
    """10000 yen, and a reward of 500 cents, which is no 500 yen; without a sale it stays."""
    sale = {"amount": 10_000, "currency": "JPY"}
    rows = [
        {"key": key, "created_at": 1769853700000, "status": "paid", "amount": 500,
         "currency": currency, "transaction": transaction}
        for key, currency, transaction in [
            ("1", "USD", sale), ("2", "JPY", sale), ("3", "USD", None),
        ]
    ]  # fmt: skip
    report = desk.load("partnerstack", json.dumps(rows), "rewards.json")
    assert held(desk) == [
        ("1", 10_000, None, "JPY"),
        ("2", 10_000, 500, "JPY"),
        ("3", None, 5, "USD"),
    ]
    assert report.foreign == {"commission": 1}


def test_amounts_of_rows_that_are_set_aside_are_not_counted_as_left_unknown(desk):
    head = (
        "id,commissionStatus,transactionDate,saleAmount,commissionAmount,"
        "commissionAmount.currency,saleAmount.currency\n"
    )
    rows = "1,paid,2026-01-01,10,GBP 5,GBP,EUR\n2,paid,soon,10,5,GBP,EUR\n"
    report = desk.load("awin", head + rows)
    assert held(desk) == [("1", 10, None, "EUR")]
    assert (report.loaded, report.quarantined, report.foreign) == (1, 1, {"commission": 1})


@pytest.mark.parametrize(
    ("cell", "amount", "sign"),
    [("-$5.25", -5.25, "$"), ("($5.25)", -5.25, "$"), ("-€ 10", -10, "EUR"), ("+US$1", 1, "USD"),
     ("(10 USD)", -10, "USD"), ("$-3", -3, "$"), ("-3 GBP", -3, "GBP"), ("(7)", -7, None)],
)  # fmt: skip
def test_a_minus_may_stand_outside_the_currency(cell, amount, sign):
    cells = texts([cell, "1 USD"])
    numbers, wrong = Numbers(decimal=".").read(cells)
    assert numbers.to_pylist() == [amount, 1] and not wrong.any()
    signs, strange = said(cells)
    assert signs.to_pylist() == [sign, "USD"] and not strange.any()


def test_cj_s_amount_in_the_publisher_s_currency_is_no_amount_in_dollars(desk):
    head = "commissionId,eventDate,saleAmountUsd,saleAmountPubCurrency,actionStatus\n"
    desk.load("cj", head + "1,2026-01-01,,100,new\n2,2026-01-01,10,9,new\n")
    assert held(desk) == [("1", None, None, "USD"), ("2", 10, None, "USD")]


# ---- The column of currencies ----


def test_currencies_become_codes_where_they_mean_one(desk):
    """Three ways to write dollars of the United States are one currency; a dollar may be any."""
    written = ["USD", "usd", " Usd", "US$", "€", "eur", "£", "R$", "Rp", "$", "¥", "$", "Taler", ""]
    text = HEAD + "".join(row(f"{place:02}", "1", "", one) for place, one in enumerate(written))
    report = desk.load("generic", text)
    assert [currency for *_, currency in held(desk)] == [
        "USD", "USD", "USD", "USD", "EUR", "EUR", "GBP", "BRL", "IDR", "$", "¥", "$", "Taler", None
    ]  # fmt: skip
    assert report.strange["currency"] == {"$": 2, "¥": 1, "Taler": 1}


def test_sums_of_one_day_are_one_row_however_their_currency_is_written(desk):
    head = "partner,day,revenue,currency,device\n"
    desk.load("generic-performance", head + "a,2026-01-01,1,usd,x\na,2026-01-01,2,US$,y\n")
    assert desk.rows("performance", "revenue", "currency") == [(3, "USD")]
    desk.load("generic-touchpoints", "journey,timestamp,cost,currency\nj,2026-01-01,0.5,gbp\n")
    assert desk.rows("touchpoints", "cost", "currency") == [(0.5, "GBP")]


def test_yen_in_small_letters_have_no_cents(desk):
    """500 yen are 500; 500 cents of a dollar are 5."""
    rows = [
        {"key": code, "created_at": 1769853700000, "status": "paid", "amount": 500,
         "currency": code, "transaction": {"amount": 20_000, "currency": code}}
        for code in ("jpy", "usd")
    ]  # fmt: skip
    desk.load("partnerstack", json.dumps(rows), "rewards.json")
    assert held(desk) == [("jpy", 20_000, 500, "JPY"), ("usd", 200, 5, "USD")]
    sale = {
        "id": 1, "siteName": "K", "commissionStatus": "approved", "transactionDate": "2026-01-01",
        "saleAmount": {"amount": 100, "currency": "gbp"},
        "commissionAmount": {"amount": 5, "currency": "£"},
    }  # fmt: skip
    desk.load("awin", json.dumps([sale]), "awin.json")
    assert held(desk)[0] == ("1", 100, 5, "GBP")
