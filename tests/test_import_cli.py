"""``workbench import EXPORT FILE…``: what it says, loads, and refuses, in both languages."""

import json
import sys
from pathlib import Path

import pytest

from workbench import cli
from workbench.events.dataset import Dataset

SAMPLES = Path(__file__).parents[1] / "data" / "examples" / "exports"
ACTIONS = SAMPLES / "impact-actions.csv"


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Runs the command in this process: exit code, output, errors."""
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["workbench", "import", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return call


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["4 records read, 3 can be loaded, 1 set aside", "Read as CSV, UTF-8, ,; times that "
                "name no zone are in UTC", "Not used: CampaignId", "column EventDate: 'soon'"]),
        ("zh", ["读入 4 条", "按 CSV, UTF-8", "列 EventDate", "应为时间"]),
    ],
)  # fmt: skip
def test_a_dry_run_shows_mapping_first_rows_and_counts(run, tmp_path, lang, said):
    code, out, err = run("impact", ACTIONS, "--dry-run", "--lang", lang)
    assert (code, err) == (0, "")
    for text in said:
        assert text in out
    assert "MediaPartnerName" in out and "蓝海评测" in out and "1234.5" in out
    assert not (tmp_path / "events").exists()


def test_a_load_and_the_same_again(run, tmp_path):
    code, out, _ = run("impact", ACTIONS, "--lang", "en")
    assert code == 0
    assert "conversions: 3 new, 0 changed, 0 unchanged" in out
    assert "Set aside in" in out
    again = run("impact", ACTIONS, "--lang", "en")[1]
    assert "conversions: 0 new, 0 changed, 3 unchanged" in again
    assert "touchpoints: 0 new, 0 changed, 2 unchanged" in again
    assert Dataset(tmp_path / "events").rows() == {"conversions": 3, "touchpoints": 2}


def test_json_tells_of_each_file(run, tmp_path):
    files = [ACTIONS, SAMPLES / "impact-clicks.csv"]
    code, out, _ = run("impact", *files, "--into", tmp_path / "other", "--json")
    found = json.loads(out)
    assert code == 0
    assert [one["mapping"] for one in found["files"]] == ["impact-actions", "impact-clicks"]
    for one in found["files"]:
        assert one["loaded"] + one["quarantined"] + one["others"] == one["read"]
    assert found["files"][0]["form"] == ["CSV", "UTF-8", ","]
    assert found["files"][0]["wrong"][0] | {"rule": ""} == {
        "row": 4, "column": "EventDate", "value": "soon", "rule": ""
    }  # fmt: skip


def test_what_was_loaded_before_a_file_that_cant_be_is_said(run, tmp_path):
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    code, out, err = run("impact", ACTIONS, tmp_path / "bad.csv", "--json", "--lang", "en")
    assert code == 2
    assert [one["loaded"] for one in json.loads(out)["files"]] == [3]
    assert "bad.csv fit no mapping" in err and "The file has: x, y" in err


def test_a_mapping_of_ones_own_under_any_name(run, tmp_path):
    (tmp_path / "my.yaml").write_text(
        "name: {en: Shop, zh: 商城}\ntables:\n  partners:\n    columns:\n"
        "      source: {is: shop}\n      partner: [店铺]\n",
        encoding="utf-8",
    )
    (tmp_path / "shops.csv").write_bytes("店铺\n甲\n乙\n".encode("gbk"))
    words = ("shop", tmp_path / "shops.csv", "--mapping", tmp_path / "my.yaml", "--lang", "en")
    code, out, _ = run(*words)
    assert code == 0
    assert "partners: 2 new" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("impct", ACTIONS), "Unknown export 'impct'; exports are: awin, cj"),
        (("impact", "nowhere.csv"), "There is no file nowhere.csv"),
        (("impact", ACTIONS, "--timezone", "Mars"), "Unknown time zone 'Mars'"),
        (("impact", ACTIONS, "--dates", "year"), "--dates 'year' is neither day nor month"),
        (("impact", ACTIONS, "--decimal", ";"), "--decimal ';' is neither"),
        (("impact", ACTIONS, "--encoding", "hex"), "Unknown encoding 'hex'"),
        (("impact", ACTIONS, "--into", ACTIONS), "can't be written"),
    ],
)
def test_what_is_refused(run, words, message):
    code, out, err = run(*words, "--lang", "en")
    assert (code, out) == (2, "")
    assert message in err


def test_a_file_alone_goes_to_the_workspace(run):
    """As before there were events: an edited table is compared with the workspace."""
    code, _, err = run("nowhere.csv", "--lang", "en")
    assert code == 2
    assert "nowhere.csv" in err and "export" not in err


def test_words_that_are_not_understood_are_told_with_their_number(run, tmp_path):
    """An order of a status that nobody knows counts nowhere; it must not vanish unseen."""
    path = tmp_path / "orders.csv"
    rows = ["order,journey,timestamp,value,currency,status,country"]
    for place, (status, country) in enumerate(
        [("已完成", "ID"), ("已完成", "Indonesia"), ("approved", "id"), ("other", "")]
    ):
        rows.append(f"{place},j{place},2026-03-01,10,USD,{status},{country}")
    path.write_text("\n".join(rows), encoding="utf-8")
    out = run("generic", path, "--dry-run", "--lang", "en")[1]
    assert "Status not understood, so that these orders count nowhere: 已完成 (2)." in out
    assert "no code of two letters, as ID: Indonesia (1), id (1)." in out
    found = json.loads(run("generic", path, "--dry-run", "--json")[1])["files"][0]
    assert found["strange"] == {"status": {"已完成": 2}, "country": {"Indonesia": 1, "id": 1}}


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "is no code, as USD, and no sign of one alone: $ (2), Taler (1)."),
     ("zh", "也不是只代表一种货币的符号：$ (2)、Taler (1)。")],
)  # fmt: skip
def test_currencies_that_may_be_several_are_told_with_their_number(run, tmp_path, lang, said):
    path = tmp_path / "orders.csv"
    rows = ["order,journey,timestamp,value,currency"]
    rows += [f"{one},j,2026-03-01,10,{one}" for one in ("usd", "€", "Taler", "")]
    rows += [f"{place},j,2026-03-01,10,$" for place in range(2)]
    path.write_text("\n".join(rows), encoding="utf-8")
    assert said in run("generic", path, "--dry-run", "--lang", lang)[1]
    found = json.loads(run("generic", path, "--json")[1])["files"][0]
    assert found["strange"] == {"currency": {"$": 2, "Taler": 1}}


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "doesn't fit the records that were: links (2)"), ("zh", "links (2)")]
)
def test_what_stands_beside_the_records_is_told(run, tmp_path, lang, said):
    path = tmp_path / "items.json"
    order = {"order": "a", "journey": "j", "timestamp": "2026-03-01", "value": 10}
    path.write_text(json.dumps({"items": [order], "links": [{"rel": "a"}, {"rel": "b"}]}))
    assert said in run("generic", path, "--dry-run", "--lang", lang)[1]
    found = json.loads(run("generic", path, "--json")[1])["files"][0]
    assert (found["loaded"], found["left"]) == (1, {"links": 2})


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "in another currency than their row's value: commission (1)"),
        ("zh", "commission (1)"),
    ],
)
def test_amounts_in_another_currency_than_their_row_are_told(run, tmp_path, lang, said):
    path = tmp_path / "awin.csv"
    path.write_text(
        "id,commissionStatus,transactionDate,saleAmount.amount,saleAmount.currency,"
        "commissionAmount.amount,commissionAmount.currency\n1,paid,2026-01-01,10,EUR,2,GBP\n"
    )
    assert said in run("awin", path, "--dry-run", "--lang", lang)[1]
    assert json.loads(run("awin", path, "--json")[1])["files"][0]["foreign"] == {"commission": 1}
