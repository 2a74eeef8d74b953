"""The commands experiment and creatives: tables, JSON, exit codes, both languages."""

import json
import sys
from pathlib import Path

import pytest
from imported import import_example

from workbench import cli
from workbench.sources.example_events import example_events
from workbench.sources.paths import data_folder

EXAMPLES = data_folder() / "examples"
BANNERS = EXAMPLES / "programme" / "experiments" / "banners.csv"


@pytest.fixture
def run(capsys, monkeypatch):
    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        return int(ended.value.code or 0), *capsys.readouterr()

    return call


def saved(folder: Path, text: str) -> Path:
    path = folder / "arms.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_names_a_winner_in_words(run):
    code, out, _ = run(
        "experiment",
        BANNERS,
        "--effect",
        "0.15",
        "--lang",
        "en",
    )
    assert code == 0
    assert "Red banner is better than Blue banner: odds +29.6%" in out
    assert "Video teaser: too early to say, 23,452 of" in out


def test_chinese(run):
    code, out, _ = run("experiment", BANNERS, "--lang", "zh")
    assert code == 0 and "Red banner 优于 Blue banner" in out


def test_json_holds_the_whole_comparison_and_null_for_unknown(run, tmp_path):
    path = saved(tmp_path, "arm,clicks,orders\nA,2000,0\nB,2000,9\n")
    code, out, _ = run("experiment", path, "--json", "--lang", "en", "--control", "A")
    found = json.loads(out)
    assert code == 0
    assert (found["version"], found["topic"], found["rule"]) == (1, "experiment", "fixed")
    (effect,) = found["effects"]
    assert effect["ratio"] is None and effect["planned"] is None  # nothing to divide by
    assert effect["verdict"] == "too_early" and effect["difference"] == 0.0045
    assert found["plan"]["alpha"] == 0.05 and found["split"]["broken"] is False
    assert [row["arm"] for row in found["arms"]] == ["A", "B"]
    assert found["looks"] == []


def test_json_of_days_has_every_look(run):
    both = ["--metric", "conversions", "--metric", "value"]
    code, out, _ = run("experiment", BANNERS, *both, "--json")
    found = json.loads(out)
    assert code == 0 and len(found["looks"]) == 2 * 2 * 21
    assert {row["metric"] for row in found["effects"]} == {"conversions", "value"}


def test_options_reach_the_plan(run, tmp_path):
    path = saved(tmp_path, "arm,clicks,orders\nA,9000,180\nB,1000,30\n")
    words = ["experiment", path, "--unplanned", "--effect", ".3", "--power", ".9", "--alpha", ".01"]
    _, out, _ = run(*words, "--baseline", "0.03", "--control", "B", "--json")
    found = json.loads(out)
    assert found["plan"] == {
        "alpha": 0.01, "power": 0.9, "effect": 0.3, "baseline": 0.03, "method": "holm"
    }  # fmt: skip
    assert found["control"] == "B" and found["split"]["test"] == "none"


def test_a_broken_split_is_said_with_its_causes(run, tmp_path):
    path = saved(tmp_path, "arm,clicks,orders\nA,9000,180\nB,1000,30\n")
    code, out, _ = run("experiment", path, "--lang", "en")
    assert code == 0 and "The split is not the planned one (p < 0.001)" in out
    assert "- Redirects, consent banners or ad blockers" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--control", "Z"], "There is no arm 'Z' to be the control"),
        (["--metric", "clicks"], "There is no metric 'clicks'"),
        (["--effect", "ten"], "--effect is 'ten'; give a number such as 0.05"),
        (["--alpha", "5"], "alpha is 5.0; it must be above 0 and below 0.5"),
    ],
)
def test_bad_input_ends_with_2(run, words, message):
    code, _, error = run("experiment", BANNERS, "--lang", "en", *words)
    assert code == 2 and message in error


def test_a_missing_file_ends_with_2(run):
    code, _, error = run("experiment", "nowhere.csv", "--lang", "en")
    assert code == 2 and "There is no file nowhere.csv" in error


def test_running_totals_that_are_taken_for_daily_counts_are_noticed(run, tmp_path):
    rows = [
        f"2026-11-0{day},{arm},{100 * day + more},{2 * day}"
        for day in range(1, 5)
        for arm, more in (("A", 0), ("B", 5))
    ]
    path = saved(tmp_path, "day,arm,clicks,orders\n" + "\n".join(rows))
    code, _, error = run("experiment", path, "--lang", "en")
    assert code == 0 and "if these are running totals, add --cumulative" in error
    _, out, error = run("experiment", path, "--lang", "en", "--cumulative", "--json")
    assert error == "" and json.loads(out)["arms"][0]["exposures"] == 400
    assert run("experiment", BANNERS, "--lang", "en")[2] == ""


def test_creatives_with_traits(run):
    words = [
        "creatives",
        EXAMPLES / "creatives.csv",
        "--traits",
        EXAMPLES / "programme" / "creatives" / "traits.csv",
    ]
    code, out, _ = run(*words, "--lang", "en")
    assert code == 0 and "hero-red" in out and "colour = red: " in out
    _, out, _ = run(*words, "--json")
    found = json.loads(out)
    first, *_, last = found["creatives"]
    assert (first["creative"], first["uses"]) == ("hero-red", 50)
    assert (last["creative"], last["uses"], last["rate"]) == ("offer-try", 0, None)
    assert {row["trait"] for row in found["traits"]} == {"colour", "layout", "copy"}


def test_creatives_of_the_imported_events(run, tmp_path):
    """The figures that the page shows, of a month in one market; traits lie beside the events."""
    import_example(tmp_path / "events")
    beside = tmp_path / "programme" / "creatives"
    beside.mkdir(parents=True)
    (beside / "traits.csv").write_text("creative,copy\nhero-red,price\nstory-blue,benefit\n")
    words = ["creatives", "--events", tmp_path / "events", "--json"]
    code, out, _ = run(*words, "--period", "2026-03", "--market", "ID")
    found = json.loads(out)
    assert code == 0
    touches = example_events().touchpoints.to_pandas()
    march = touches["timestamp"].dt.strftime("%Y-%m") == "2026-03"
    mine = touches[march & (touches["country"] == "ID")]
    assert {row["creative"]: row["clicks"] for row in found["creatives"]} == (
        mine["creative"].value_counts().to_dict()
    )
    assert {row["trait"] for row in found["traits"]} == {"copy"}
    own = tmp_path / "own.csv"
    own.write_text("creative,size\nhero-red,big\nstory-blue,small\n")
    found = json.loads(run(*words, "--traits", own)[1])
    assert {row["trait"] for row in found["traits"]} == {"size"}
