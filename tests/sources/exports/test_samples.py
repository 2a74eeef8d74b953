"""A small invented sample of each export, every value checked by hand."""

import json
from datetime import UTC, datetime

from workbench.commands.imports import EXPORTS
from workbench.sources.exports.mapping import exports


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_the_command_knows_every_export():
    assert set(EXPORTS) == set(exports())


IMPACT = """Id,CampaignId,MediaPartnerName,State,Amount,Payout,Currency,EventDate,ReferringDate,\
ReferringType,CustomerId,CustomerStatus,CustomerCountry,Oid,PromoCode
1001,7,蓝海评测,APPROVED,"1,234.50",12.35,USD,2026-01-31T10:00:00Z,2026-01-30T08:00:00Z,CLICK,c1,NEW,ID,o1,
1002,7,Bar,REVERSED,50,5,USD,2026-01-31T11:00:00+08:00,,,c2,Returning,SA,o2,SAVE10
1003,7,Bar,ON_HOLD,80,8,USD,2026-02-01 09:30:00,,,,,,o3,
"""


def test_impact_actions(desk):
    report = desk.load("impact", IMPACT)
    assert report.mapping == "impact-actions"
    assert report.unmapped == ["CampaignId"]
    assert desk.rows("conversions", "order", "journey", "timestamp", "partner", "value", "status",
                     "raw_status", "customer", "country", "promo_code") == [
        ("1001", "c1", at(2026, 1, 31, 10), "蓝海评测", 1234.5, "approved", "APPROVED", "new",
         "ID", None),
        ("1002", "c2", at(2026, 1, 31, 3), "Bar", 50.0, "reversed", "REVERSED", "returning",
         "SA", "SAVE10"),
        # Without a customer the order is the journey; an unknown word for a state is "other".
        ("1003", "o3", at(2026, 2, 1, 9, 30), "Bar", 80.0, "other", "ON_HOLD", None, None, None),
    ]  # fmt: skip
    assert desk.rows("touchpoints", "touch", "journey", "timestamp", "partner", "kind") == [
        ("1001", "c1", at(2026, 1, 30, 8), "蓝海评测", "click")
    ]


def test_impact_by_the_names_of_connectors_and_of_reports(desk):
    """snake_case and words are the same columns."""
    head, *rows = IMPACT.splitlines()
    snake = head.replace("MediaPartnerName", "media_partner_name").replace(
        "EventDate", "event_date"
    )
    words = snake.replace("CustomerId", "Customer Id").replace("Oid", "Order Id")
    first = desk.load("impact", "\n".join([words, *rows]))
    assert first.merged["conversions"].new == 3
    assert desk.load("impact", IMPACT).merged["conversions"].unchanged == 3


def test_impact_clicks(desk):
    text = (
        "Id,EventDate,MediaId,MediaName,Channel,AdName,LandingPageUrl,DeviceType,UniqueClick,"
        "CustomerCountry,SharedId\n"
        "k1,2026-03-01T00:00:00Z,9,Ayu,Social,Banner A,https://example.com/a,MOBILE,true,ID,s1\n"
    )
    assert desk.load("impact", text).mapping == "impact-clicks"
    assert desk.rows("touchpoints", "touch", "journey", "partner", "channel", "device", "creative",
                     "page") == [
        ("k1", "k1", "Ayu", "Social", "MOBILE", "Banner A", "https://example.com/a")
    ]  # fmt: skip


def test_impact_conversion_paths_are_weighted_paths(desk):
    rows = [
        {"ModelId": 1, "Revenue": 30, "Events": [{"media_name": "a"}, {"media_name": "b"}]},
        {"ModelId": 1, "Revenue": 30, "Events": [{"media_name": "a"}, {"media_name": "b"}]},
        {"ModelId": 1, "Revenue": "9.5", "Events": "c"},
    ]
    desk.load("impact", json.dumps({"Page": 1, "ConversionPaths": rows}), "paths.json")
    # Two customers with the same path are two; the second load finds both.
    assert desk.rows("paths", "path", "conversions", "value") == [
        ("a > b", 1, 30), ("a > b", 1, 30), ("c", 1, 9.5)
    ]  # fmt: skip
    again = desk.load("impact", json.dumps({"Page": 1, "ConversionPaths": rows}), "paths.json")
    assert again.merged["paths"].unchanged == 3


def test_impact_performance_by_partner(desk):
    text = "Date,Media,Impressions,Clicks,Actions,Revenue,ActionCost\n2026-01-05,Ayu,100,7,1,30,3\n"
    desk.load("impact", text)
    assert desk.rows(
        "performance", "partner", "clicks", "conversions", "revenue", "commission"
    ) == [("Ayu", 7, 1.0, 30.0, 3.0)]


def test_awin_as_its_api_answers(desk):
    rows = [
        {"id": 1, "siteName": "Kiln", "publisherId": 5, "commissionStatus": "pending",
         "commissionAmount": {"amount": 2.5, "currency": "EUR"},
         "saleAmount": {"amount": 40, "currency": "EUR"}, "clickRefs": {"clickRef": "x"},
         "clickDate": "2026-01-31T10:00:00", "transactionDate": "2026-01-31T10:20:00",
         "customerAcquisition": "new", "customerCountry": "DE", "orderRef": "A-1",
         "voucherCode": None, "type": "Commission group transaction", "clickDevice": "Windows"},
        {"id": 2, "siteName": "Side by Side", "publisherId": 6, "commissionStatus": "declined",
         "commissionAmount": {"amount": 1, "currency": "EUR"},
         "saleAmount": {"amount": 10, "currency": "EUR"}, "clickDate": None,
         "transactionDate": "2026-02-01T00:00:00", "customerAcquisition": "existing"},
    ]  # fmt: skip
    desk.load("awin", json.dumps(rows), "awin.json", zone="Europe/Berlin")
    assert desk.rows("conversions", "order", "journey", "timestamp", "value", "commission",
                     "currency", "status", "customer") == [
        ("1", "A-1", at(2026, 1, 31, 9, 20), 40, 2.5, "EUR", "pending", "new"),
        ("2", "2", at(2026, 1, 31, 23), 10, 1, "EUR", "reversed", "returning"),
    ]  # fmt: skip
    assert desk.rows("touchpoints", "touch", "timestamp", "device") == [
        ("1", at(2026, 1, 31, 9), "Windows")
    ]


def test_cj_has_no_clicks(desk):
    text = (
        "commissionId,publisherId,publisherName,postingDate,eventDate,actionStatus,actionType,"
        "saleAmountUsd,commissionAmountUsd\n"
        "77,4,Tool Letter,2026-02-03T01:00:00Z,2026-02-01T12:00:00Z,closed,sale,99.9,9.99\n"
    )
    desk.load("cj", text)
    assert desk.rows("conversions", "order", "partner", "value", "commission", "currency", "status",
                     "clicked", "modified") == [
        ("77", "Tool Letter", 99.9, 9.99, "USD", "paid", None, at(2026, 2, 3, 1))
    ]  # fmt: skip
    assert desk.rows("touchpoints", "touch") == []


def test_partnerize(desk):
    text = (
        "conversion_id;publisher_id;campaign_id;status;sale_amount;commission;currency;click_time;"
        "conversion_time;approved_at;paid_at;rejection_reason\n"
        "p1;33;8;approved;1.250,40;62,52;EUR;01.02.2026 09:00;01.02.2026 09:45;15.02.2026;;\n"
        "p2;33;8;rejected;10,00;1,00;EUR;;02.02.2026;;;duplicate\n"
    )
    desk.load("partnerize", text)
    assert desk.rows("conversions", "order", "value", "commission", "status", "timestamp",
                     "modified") == [
        ("p1", 1250.4, 62.52, "approved", at(2026, 2, 1, 9, 45), at(2026, 2, 15)),
        ("p2", 10.0, 1.0, "reversed", at(2026, 2, 2), None),
    ]  # fmt: skip
    assert desk.rows("touchpoints", "touch", "timestamp") == [("p1", at(2026, 2, 1, 9))]


def test_rakuten(desk):
    text = (
        "transaction_id\tmid\tsid\tstatus\tsale_amount\tcommission_amount\tclick_date\t"
        "transaction_date\tprocess_date\n"
        "r1\t1\t55\tlocked\t20\t2\t03/25/2026\t03/26/2026 1:05 PM\t03/27/2026\n"
    )
    desk.load("rakuten", text)
    assert desk.rows("conversions", "order", "partner", "status", "timestamp", "clicked",
                     "modified") == [
        ("r1", "55", "approved", at(2026, 3, 26, 13, 5), at(2026, 3, 25), at(2026, 3, 27))
    ]  # fmt: skip


def test_everflow_has_sums(desk):
    text = "Date,Partner,imp,total_click,unique_click,cv,cvr,revenue,payout,rpc,epc\n" \
        "2026-03-01,WideNet,1000,50,48,2,4%,100,20,2,0.4\n"  # fmt: skip
    report = desk.load("everflow", text)
    assert report.unmapped == ["cvr", "rpc", "epc"]
    assert desk.rows("performance", "partner", "impressions", "clicks", "unique_clicks",
                     "conversions", "revenue", "commission") == [
        ("WideNet", 1000, 50, 48, 2.0, 100.0, 20.0)
    ]  # fmt: skip


def test_partnerstack_counts_in_small_units(desk):
    """Cents of the dollar; the yen has none."""
    rows = [
        {"key": "rw1", "status": "approved", "amount": 1250, "currency": "USD",
         "created_at": 1769853600000, "partner": {"name": "Ayu", "key": "pk"},
         "transaction": {"amount": 12500, "key": "t1", "customer_key": "cu1"}},
        {"key": "rw2", "status": "paid", "amount": 1250, "currency": "JPY",
         "created_at": 1769853600000, "partner": {"name": "Ayu"}, "transaction": None},
    ]  # fmt: skip
    desk.load(
        "partnerstack",
        json.dumps({"message": "ok", "data": {"items": rows, "has_more": False}}),
        "r.json",
    )
    assert desk.rows("conversions", "order", "journey", "partner", "value", "commission", "status",
                     "timestamp") == [
        ("rw1", "cu1", "Ayu", 125.0, 12.5, "approved", at(2026, 1, 31, 10)),
        ("rw2", "rw2", "Ayu", None, 1250.0, "paid", at(2026, 1, 31, 10)),
    ]  # fmt: skip


def test_ga4_as_bigquery_exports_it(desk):
    rows = [
        {"event_date": "20260131", "event_timestamp": "1769853600123456",
         "event_name": "session_start", "user_pseudo_id": "u.1",
         "traffic_source": {"source": "ayu", "medium": "referral", "name": "spring"},
         "event_params": [
             {"key": "page_location",
              "value": {"string_value": "https://example.com/", "int_value": None}}],
         "geo": {"country": "Indonesia"}, "device": {"category": "mobile"}},
        {"event_name": "page_view", "event_timestamp": "1769853600223456", "user_pseudo_id": "u.1"},
        {"event_name": "purchase", "event_timestamp": "1769853700000000", "user_pseudo_id": "u.1",
         "event_value_in_usd": 49.5, "ecommerce": {"transaction_id": "T9"}},
    ]  # fmt: skip
    lines = "\n".join(json.dumps(row) for row in rows)
    report = desk.load("ga4", lines, "ga4.json")
    assert (report.read, report.loaded, report.others) == (3, 2, 1)
    assert desk.rows("touchpoints", "journey", "partner", "channel", "creative", "page", "device",
                     "timestamp") == [
        ("u.1", "ayu", "referral", "spring", "https://example.com/", "mobile",
         at(2026, 1, 31, 10, 0, 0, 123456))
    ]  # fmt: skip
    assert desk.rows("conversions", "order", "journey", "value", "currency", "status") == [
        ("T9", "u.1", 49.5, "USD", "approved")
    ]


def test_generic_tables(desk):
    desk.load(
        "generic", "journey,timestamp,partner,channel,cost\nj,2026-01-01,a,seo,0.5\n", "t.csv"
    )
    desk.load(
        "generic", "journey,timestamp,order,value,currency\nj,2026-01-02,o1,20,USD\n", "c.csv"
    )
    desk.load("generic", "partner,name,type,country,joined\na,Ayu,creator,ID,2025-05-01\n", "p.csv")
    desk.load("generic", "path,conversions,value,nulls\na > b,3,60,1\n", "w.csv")
    assert desk.rows("touchpoints", "journey", "partner", "cost") == [("j", "a", 0.5)]
    assert desk.rows("conversions", "order", "value", "status") == [("o1", 20.0, "approved")]
    assert desk.rows("partners", "name", "type")[0] == ("Ayu", "creator")
    assert desk.rows("paths", "path", "conversions", "nulls") == [("a > b", 3.0, 1.0)]
