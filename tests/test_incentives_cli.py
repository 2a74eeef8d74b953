"""``workbench incentives``: the example replayed, in both languages; what it refuses."""

import gzip
import json
import sys

import pandas as pd
import pytest

from workbench import cli
from workbench.sources.paths import data_folder

EXAMPLES = data_folder() / "examples" / "incentives"
ORDERS = EXAMPLES / "orders.csv"
PEOPLE = EXAMPLES / "partners.csv"
PLAN = EXAMPLES / "plan.yaml"


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs the command in this process: exit code, output, errors."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["workbench", "incentives", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return call


def test_json_adds_up(run):
    code, out, _ = run(
        PLAN, "--conversions", ORDERS, "--partners", PEOPLE, "--margin", "0.3", "--json"
    )
    found = json.loads(out)
    assert code == 0
    assert found["plan"]["example"] is True
    assert found["total"]["change"] == pytest.approx(
        found["total"]["proposed"] - found["total"]["today"]
    )
    assert found["break_even"]["value"] == pytest.approx(found["total"]["change"] / 0.3, abs=0.01)
    for total in found["totals"]:
        rows = [row for row in found["partners"] if row["currency"] == total["currency"]]
        parts = [row for row in found["parts"] if row["currency"] == total["currency"]]
        assert round(sum(row["proposed"] for row in rows), 2) == total["proposed"]
        assert round(sum(row["amount"] for row in parts), 2) == total["proposed"]
    worse = {row["partner"] for row in found["terms_changed"] if row["worse"]}
    assert worse == {"save-now", "deal-fuchs"}
    assert found["not_replayed"] == ["payout_cycle", "compliance"]


def test_without_today_the_record_is_what_is_paid(run, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text("name: Sale\ncurrency: USD\nexchange: {EUR: 1.08}\nproposed: {}\n")
    found = json.loads(run(plan, "--conversions", ORDERS, "--json")[1])
    orders = pd.read_csv(ORDERS)
    dollars = orders[(orders["currency"] == "USD") & (orders["status"] != "reversed")]
    (total,) = [each for each in found["totals"] if each["currency"] == "USD"]
    assert total["today"] == total["proposed"] == round(dollars["commission"].sum(), 2)
    assert found["terms_changed"] is None


@pytest.mark.parametrize(("lang", "said"), [("en", "can't know whether"), ("zh", "无法得知")])
def test_it_says_what_it_cannot_know(run, lang, said):
    words = (PLAN, "--conversions", ORDERS, "--partners", PEOPLE, "--margin", "0.3")
    code, out, _ = run(*words, "--lang", lang)
    assert code == 0
    assert said in out
    assert "North Lamp Blog" in out


def test_of_many_rows_both_ends_are_printed_and_the_heading_says_so(run):
    words = (PLAN, "--conversions", ORDERS, "--partners", PEOPLE, "--lang", "en")
    out = run(*words, "--top", "1")[1]
    assert "Who gains and who loses (2 / 7)" in out
    assert "North Lamp Blog" in out and "Save Now" in out and "Tiny Desk" not in out
    assert "Content and reviews" in out
    changed = out.split("Terms that change (2 / ")[1].split("\n\n")[0]
    assert changed.count("worse for the partner") == 2


def test_parquet_gives_the_same_as_csv(run, tmp_path):
    pd.read_csv(ORDERS, parse_dates=["timestamp", "clicked", "modified"]).to_parquet(
        tmp_path / "orders.parquet"
    )
    words = ("--partners", PEOPLE, "--json")
    assert (
        run(PLAN, "--conversions", tmp_path / "orders.parquet", *words)[1]
        == run(PLAN, "--conversions", ORDERS, *words)[1]
    )


def test_the_imported_events_are_the_history_where_no_file_is_named(run, tmp_path):
    """The same orders and partners, imported, are paid the same."""
    from workbench.events.dataset import Dataset
    from workbench.locale import translator
    from workbench.sources.exports.importing import import_file
    from workbench.sources.exports.mapping import mappings_of

    for path in (ORDERS, PEOPLE):
        import_file(path, mappings_of("generic"), Dataset(tmp_path), translator("en"))
    files = json.loads(run(PLAN, "--conversions", ORDERS, "--partners", PEOPLE, "--json")[1])
    code, out, _ = run(PLAN, "--events", tmp_path, "--json")
    assert code == 0
    assert json.loads(out)["totals"] == files["totals"]
    code, _, err = run(PLAN, "--events", tmp_path / "none", "--lang", "en")
    assert code == 2 and "holds no imported events" in err


HEAD = "order,timestamp,partner,value,currency,status\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "1,2026-01-01,ann,12x,USD,paid\n", "column value, '12x': must be a number"),
        (HEAD + "1,next week,ann,12,USD,paid\n", "column timestamp, 'next week'"),
        (HEAD + "1,01/02/2026,ann,12,USD,paid\n", "import the file with --dates day"),
        (HEAD + "1,2026-01-01,ann,12,USD\n", "has 5 cells where the head has 6"),
        ("", "is empty"),
        ("a,b\n1,2\n", "lacks conversions.order"),
        (HEAD + "1,2026-01-01,ann,12,GBP,paid\n", "GBP"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(run, tmp_path, text, said):
    path = tmp_path / "orders.csv"
    path.write_text(text)
    code, _, err = run(PLAN, "--conversions", path, "--lang", "en")
    assert code == 2
    assert said in err


def test_orders_come_in_any_form_that_the_import_reads(run, tmp_path):
    """As a shop in Germany exports them: semicolons, decimal commas, gzip; one order twice."""
    path = tmp_path / "orders.csv.gz"
    rows = [
        "order;timestamp;partner;value;currency;status;modified",
        "1;31.01.2026 18:00;ann;1.200,50;USD;pending;31.01.2026 18:00",
        "1;31.01.2026 18:00;ann;1.200,50;USD;reversed;14.02.2026 09:00",
        "2;15.01.2026 08:00;ann;99,50;USD;paid;15.02.2026 09:00",
    ]
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    found = json.loads(run(PLAN, "--conversions", path, "--json")[1])
    assert found["total"]["orders"] == 1  # of the other the newest state holds: reversed
    assert found["total"]["value"] == 99.5
    assert found["first"] == "2026-01-15" and found["last"] == "2026-01-31"


def test_a_margin_in_percent_is_refused(run):
    for margin in ("30", "30%", "0"):
        code, _, err = run(PLAN, "--conversions", ORDERS, "--margin", margin, "--lang", "en")
        assert code == 2
        assert "write 30% as 0.3" in err


def test_namibia_is_not_missing(run, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + "1,2026-01-01T10:00:00+02:00,NA,12,USD,paid\n")
    found = json.loads(run(PLAN, "--conversions", path, "--json")[1])
    assert [row["partner"] for row in found["partners"]] == ["NA"]


def test_partners_without_a_source_are_found_by_id(run, tmp_path):
    """The orders are a network's; the list of partners, our own, names no network."""
    plan, orders, people = tmp_path / "plan.yaml", tmp_path / "orders.csv", tmp_path / "p.csv"
    plan.write_text("name: Sale\ncurrency: USD\nproposed: {}\n")
    orders.write_text(
        "source,order,timestamp,partner,value,currency,status,commission\n"
        "awin,o1,2026-01-01,p1,100,USD,approved,5\n"
        "awin,o2,2026-01-02,p2,100,USD,approved,5\n"
    )
    people.write_text("partner,name,type\np1,First,coupon\n")
    words = (plan, "--conversions", orders, "--partners", people, "--json")
    found = json.loads(run(*words)[1])
    assert {one["partner"]: one["name"] for one in found["partners"]} == {"p1": "First", "p2": None}
    assert found["strangers"] == 1
    people.write_text("source,partner,name\nimpact,p1,Another\nawin,p2,Second\n")
    found = json.loads(run(*words)[1])
    assert {one["partner"]: one["name"] for one in found["partners"]} == {
        "p1": None,
        "p2": "Second",
    }
    orders.write_text(orders.read_text().replace("source,", "").replace("awin,", ""))
    people.write_text("source,partner,name\nimpact,p1,First\n")
    found = json.loads(run(*words)[1])
    assert {one["partner"]: one["name"] for one in found["partners"]} == {"p1": "First", "p2": None}
