"""``workbench attribute``: files in, credits out, in both languages; what it refuses."""

import json
import sys

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest

from tests.events.events import at, conversions, touches
from workbench import cli


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs the command in this process: exit code, output, errors."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["workbench", "attribute", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return call


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Blog and coupon share one order of 100, an order of 50 is nobody's; a lift test."""
    folder = tmp_path_factory.mktemp("files")
    touched = touches(
        ("1", 0, "blog"),
        ("1", 7, "coupon"),
        ("2", 3, "blog"),
        channel=["content", "deal", "content"],
    )
    ordered = conversions(
        ("1", 8, 100.0),
        ("3", 4, 50.0),
        currency=["USD", "USD"],
        status=["approved", "paid"],
        partner=["coupon", None],
        commission=[10.0, None],
    )
    pq.write_table(touched, folder / "touches.parquet")
    pq.write_table(ordered, folder / "orders.parquet")
    (folder / "lift.csv").write_text(
        "name,start,end,conversions,low,high,note\n"
        "coupon,2026-01-01,2026-01-31,0.2,0.1,0.3,geo holdout\n",
        encoding="utf-8",
    )
    (folder / "broken.csv").write_text(
        "name,start,end,conversions,low,high,note\ncoupon,2026-01-01,2026-01-31,1,2,3,\n",
        encoding="utf-8",
    )
    return folder


def test_json_has_totals_rows_incremental_and_disagreement(run, files):
    code, out, err = run(
        files / "touches.parquet", "--conversions", files / "orders.parquet", "--json"
    )
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["totals"] | {} == {
        "conversions": 2,
        "value": 150,
        "journeys": 3,
        "touchpoints": 3,
        "unattributed": 1,
        "unattributed_value": 50,
        "outside_lookback": 0,
        "without_journey": 0,
        "without_value": 0,
        "foreign_costs": 0,
        "sources": [],
    }
    models = [
        "first",
        "last",
        "linear",
        "position",
        "time_decay",
        "u_shaped",
        "shapley",
        "markov_1",
    ]
    assert [row["model"] for row in found["rows"][::3]] == models
    for model in models:
        rows = [row for row in found["rows"] if row["model"] == model]
        assert {row["name"] for row in rows} == {"blog", "coupon", "(unattributed)"}
        assert sum(row["conversions"] for row in rows) == pytest.approx(2, abs=1e-9)
        assert sum(row["value"] for row in rows) == pytest.approx(150, abs=1e-9)
    last = {row["name"]: row["value"] for row in found["rows"] if row["model"] == "last"}
    assert last == {"blog": 0, "coupon": 100, "(unattributed)": 50}
    listed = {row["name"]: row for row in found["incremental"]}
    assert listed["coupon"]["cpa"] == 20 and listed["coupon"]["roas"] == 5
    assert listed["blog"]["cost"] is None and listed["blog"]["cpa"] is None
    assert listed["coupon"]["role"] == "closer" and listed["blog"]["role"] == "introducer"
    assert found["disagreement"][0]["spread"] == 1
    assert found["label"] == "credit, not cause"


def test_one_model_by_channel(run, files):
    words = ("--conversions", files / "orders.parquet", "--by", "channel", "--model", "linear")
    _, out, _ = run(files / "touches.parquet", *words, "--json")
    found = json.loads(out)
    assert [(row["name"], row["conversions"]) for row in found["rows"]] == [
        ("content", 0.5),
        ("deal", 0.5),
        ("(unattributed)", 1),
    ]
    assert found["question"]["model"] == "linear"


def test_a_shorter_window_leaves_the_order_to_the_coupon(run, files):
    words = ("--conversions", files / "orders.parquet", "--lookback", "1d", "--model", "linear")
    found = json.loads(run(files / "touches.parquet", *words, "--json")[1])
    assert found["totals"]["outside_lookback"] == 1
    assert found["rows"][1] == {"name": "coupon", "model": "linear", "conversions": 1, "value": 100}


def test_a_lift_test_goes_over_the_model(run, files):
    """U-shaped credits the coupon with 0.5; tested were 0.2, between 0.1 and 0.3."""
    words = ("--conversions", files / "orders.parquet", "--lift", files / "lift.csv", "--json")
    listed = json.loads(run(files / "touches.parquet", *words)[1])["incremental"]
    row = next(row for row in listed if row["name"] == "coupon")
    assert (row["basis"], row["conversions"]) == ("test", pytest.approx(0.2))
    assert (row["low"], row["high"]) == (pytest.approx(0.1), pytest.approx(0.3))
    assert row["cpa"] == pytest.approx(10 / 0.2) and row["roas"] == pytest.approx(20 / 10)
    assert next(row for row in listed if row["name"] == "blog")["basis"] == "credit"


def test_words_for_a_status_are_ours_whatever_their_case(run, files, tmp_path):
    """Of four orders of 10 the reversed one doesn't count; 30 remain."""
    words = ["Approved", "PAID", "pending", "Reversed"]
    ordered = conversions(*[("1", 8 + place, 10.0) for place in range(4)], status=words)
    pq.write_table(ordered, tmp_path / "orders.parquet")
    given = (files / "touches.parquet", "--conversions", tmp_path / "orders.parquet", "--json")
    totals = json.loads(run(*given)[1])["totals"]
    assert (totals["conversions"], totals["value"]) == (3, 30)
    found = json.loads(run(*given, "--status", "reversed")[1])["totals"]
    assert (found["conversions"], found["value"]) == (1, 10)


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "statuses that are not understood"), ("zh", "无法识别的状态")]
)
def test_words_for_a_status_that_are_none_of_ours_are_named(run, files, tmp_path, lang, said):
    words = ["LOCKED", "approved", "LOCKED", "erledigt"]
    ordered = conversions(*[("1", 8 + place, 10.0) for place in range(4)], status=words)
    pq.write_table(ordered, tmp_path / "orders.parquet")
    given = (files / "touches.parquet", "--conversions", tmp_path / "orders.parquet")
    code, out, err = run(*given, "--lang", lang)
    assert (code, out) == (2, "")
    assert said in err and "'LOCKED' (2), 'erledigt' (1)" in err


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_for_a_status_in_csv_are_refused_as_in_parquet(run, files, tmp_path, lang):
    words = ["LOCKED", "approved", "LOCKED", "erledigt", "Paid", "other"]
    ordered = conversions(*[("1", 8 + place, 10.0) for place in range(6)], status=words)
    numbered = ordered.append_column("order", pa.array(map(str, range(6))))
    pq.write_table(numbered, tmp_path / "orders.parquet")
    csv.write_csv(numbered, tmp_path / "orders.csv")
    for name in ("orders.parquet", "orders.csv"):
        given = (files / "touches.parquet", "--conversions", tmp_path / name, "--lang", lang)
        code, out, err = run(*given)
        assert (code, out) == (2, "")
        assert name in err and ": 'LOCKED' (2), 'erledigt' (1)" in err.replace("：", ": ")


@pytest.mark.parametrize("words", [[None, "", " ", "Reversed"], [None, None, "approved", "other"]])
def test_orders_without_a_status_count_in_every_form(run, files, tmp_path, words):
    """Of four orders of 10 three count, as orders of a file without statuses."""
    ordered = conversions(*[("1", 8 + place, 10.0) for place in range(4)], status=words)
    numbered = ordered.append_column("order", pa.array(map(str, range(4))))
    pq.write_table(numbered, tmp_path / "orders.parquet")
    csv.write_csv(numbered, tmp_path / "orders.csv")
    for name in ("orders.parquet", "orders.csv"):
        given = (files / "touches.parquet", "--conversions", tmp_path / name, "--json")
        totals = json.loads(run(*given)[1])["totals"]
        assert (totals["conversions"], totals["value"]) == (3, 30)


def test_currencies_are_one_however_they_are_written(run, files, tmp_path):
    """10 in dollars three times over, 10 in euros twice; the coupon's cost of 3 is in dollars."""
    words = ["USD", "usd", "US$", "€", "eur"]
    ordered = conversions(*[("1", 8 + place, 10.0) for place in range(5)], currency=words)
    numbered = ordered.append_column("order", pa.array(map(str, range(5))))
    pq.write_table(numbered, tmp_path / "orders.parquet")
    csv.write_csv(numbered, tmp_path / "orders.csv")
    touched = touches(("1", 0, "blog"), cost=[3.0], currency=["usd"])
    pq.write_table(touched, tmp_path / "touches.parquet")
    for name in ("orders.parquet", "orders.csv"):
        given = (tmp_path / "touches.parquet", "--conversions", tmp_path / name, "--json")
        dollars, euros = (json.loads(run(*given, "--currency", code)[1]) for code in ("USD", "EUR"))
        assert (dollars["totals"]["value"], euros["totals"]["value"]) == (30, 20)
        assert dollars["incremental"][0]["cost"] == 3
        assert euros["incremental"][0]["cost"] is None


def test_a_value_that_is_not_a_number_is_unknown(run, files, tmp_path):
    """It counts as an order and adds nothing: 2 orders, 10 in value, a commission of 3."""
    nan = float("nan")
    ordered = conversions(
        ("1", 8, 10.0), ("1", 9, nan), partner=["blog", "blog"], commission=[3.0, nan]
    )
    pq.write_table(ordered, tmp_path / "orders.parquet")
    given = (files / "touches.parquet", "--conversions", tmp_path / "orders.parquet", "--json")
    code, out, err = run(*given)
    assert (code, err) == (0, "")
    found = json.loads(out)
    totals = found["totals"]
    assert (totals["conversions"], totals["value"], totals["without_value"]) == (2, 10, 1)
    listed = {row["name"]: row for row in found["incremental"]}
    assert listed["blog"]["cost"] == 3


def written(path, table, **columns):
    """A Parquet file of a table with other columns."""
    for name, cells in columns.items():
        there = name in table.column_names
        table = table.drop_columns([name]) if there else table
        table = table.append_column(name, cells)
    pq.write_table(table, path)
    return path


def test_numbers_in_texts_are_read(run, tmp_path):
    """10.5 + 20 in value, one unknown; a cost of 2 + 4 for two credits of linear."""
    touched = touches(("1", 0, "blog"), ("1", 1, "blog"), cost=[" 2.0", "4"])
    ordered = conversions(("1", 8, 0.0), ("1", 9, 0.0), ("1", 10, 0.0))
    ordered = written(tmp_path / "orders.parquet", ordered, value=pa.array(["10.5", "2e1", "NaN"]),
                      commission=pa.array([None, "", "1"]))  # fmt: skip
    given = (written(tmp_path / "t.parquet", touched), "--conversions", ordered, "--json")
    code, out, err = run(*given)
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["totals"]["value"], found["totals"]["without_value"]) == (30.5, 1)
    assert found["incremental"][0]["cost"] == 6


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        ("value", ["1", "x", "1e999"], "the first 'x', 2 in all; write numbers as 1234.5"),
        ("commission", ["1,5", "", "1"], "the first '1,5', 1 in all; write numbers as 1234.5"),
        ("cost", ["1", "2", "USD 3"], "the first 'USD 3', 1 in all; write numbers as 1234.5"),
        ("value", [[1.0], [], None], "is of type array<float64>, not a number"),
        ("cost", [True, False, None], "is of type boolean, not a number"),
        ("commission", [at(1), at(2), None], "not a number; write it as numbers"),
    ],
)
def test_what_is_no_number_is_refused(run, tmp_path, column, cells, said):
    touched = touches(*[("1", place, "blog") for place in range(3)])
    ordered = conversions(*[("1", 8 + place, 1.0) for place in range(3)])
    other = {column: pa.array(cells)}
    mine = {} if column == "cost" else other
    written(tmp_path / "t.parquet", touched, **({} if mine else other))
    written(tmp_path / "orders.parquet", ordered, **mine)
    words = (tmp_path / "t.parquet", "--conversions", tmp_path / "orders.parquet", "--lang", "en")
    code, out, err = run(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    file = "orders.parquet" if mine else "t.parquet"
    assert f"Column {column} of {tmp_path / file}" in err and said in err


def test_columns_in_which_nothing_is_known(run, files, tmp_path):
    """As pandas writes them: they have no kind. An order of unknown value counts."""
    unknown = dict.fromkeys(("value", "commission", "currency", "status"), pa.nulls(2))
    ordered = conversions(("1", 8, 1.0), ("1", 9, 1.0))
    path = written(tmp_path / "orders.parquet", ordered, **unknown)
    totals = json.loads(run(files / "touches.parquet", "--conversions", path, "--json")[1])[
        "totals"
    ]
    assert (totals["conversions"], totals["value"], totals["without_value"]) == (2, 0, 2)


def test_counts_of_paths_that_are_no_numbers_are_refused(run, tmp_path):
    paths = pa.table({"path": ["a", "b"], "conversions": ["1", "2"], "nulls": ["0", "none"]})
    written(tmp_path / "paths.parquet", paths)
    code, _, err = run(tmp_path / "paths.parquet", "--lang", "en")
    assert code == 2 and "the first 'none', 1 in all" in err


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "是归因，不是因果"), ("en", "credit, not cause")]
)
def test_tables_say_that_it_is_credit(run, files, lang, said):
    code, out, _ = run(
        files / "touches.parquet", "--conversions", files / "orders.parquet", "--lang", lang
    )
    assert code == 0
    assert said in out and "coupon" in out
    assert {"zh": "2 个转化", "en": "2 conversions, worth 150 USD"}[lang] in out


def test_weighted_paths_load_too(run, tmp_path):
    table = {"path": ["a > b", "b"], "conversions": [3, 1], "nulls": [1, 5]}
    pq.write_table(pa.table(table), tmp_path / "paths.parquet")
    found = json.loads(run(tmp_path / "paths.parquet", "--json")[1])
    assert found["models_left_out"] == ["time_decay", "u_shaped"]
    linear = {row["name"]: row["conversions"] for row in found["rows"] if row["model"] == "linear"}
    assert linear == {"a": 1.5, "b": 2.5}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--by", "media"), "has no column media; its columns are: journey, timestamp"),
        (("--model", "magic"), "Unknown model 'magic'; models are: first, last"),
        (("--lookback", "30"), "The lookback '30' can't be read; write it as 30d"),
        (("--status", "gone"), "Unknown status 'gone'; statuses are: pending"),
        (("--since", "soon"), "'soon' is not a date; write it as 2026-01-31"),
        (("--since", "2026-02-02", "--until", "2026-02-01"), "ends on 2026-02-01, before it st"),
        (("--engine", "abacus"), "Unknown engine 'abacus'; engines are: duckdb, spark"),
        (("--memory", "much"), "DuckDB can't be started with memory 'much'"),
        (("--lift", "{files}/broken.csv"), "gives 1.0 conversions between 2.0 and 3.0"),
        (("--conversions", "{files}/none.parquet"), "There is no file"),
        (("--conversions", "{files}/lift.csv"), "The columns of lift.csv fit no mapping"),
    ],
)
def test_what_is_refused(run, files, words, message):
    words = [word.format(files=files) for word in words]
    given = () if "--conversions" in words else ("--conversions", files / "orders.parquet")
    code, out, err = run(files / "touches.parquet", *given, *words, "--lang", "en")
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_touchpoints_alone_are_not_enough(run, files):
    code, _, err = run(files / "touches.parquet", "--lang", "en")
    assert code == 2 and "name the file of conversions too, with --conversions" in err
