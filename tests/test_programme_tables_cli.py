"""``workbench platforms``, ``notes`` and ``partner-types``: what they print and refuse."""

import json
import sys

import pytest

from workbench import cli


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs a command in this process: exit code, output, errors."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return call


def test_platforms_side_by_side_with_the_rule(run):
    for lang, said in (("en", "Not referee and player at once"), ("zh", "既当裁判又当球员")):
        code, out, _ = run("platforms", "-m", "SA", "--evidence", "--lang", lang)
        assert code == 0
        assert said in out
        assert "impact.com" in out


def test_platforms_as_json_keep_unknown_apart(run):
    found = json.loads(run("platforms", "-m", "SA", "--json", "--lang", "en")[1])
    names = [row["platform"] for row in found["platforms"]]
    assert "shareasale" not in names and "admitad" in names
    clicks = next(row for row in found["platforms"] if row["platform"] == "arabclicks")
    assert clicks["levels"]["service"] is None
    assert clicks["gmv_usd"] is None
    assert clicks["both_sides"] is True
    assert {row["platform"] for row in found["evidence"]} <= set(names)


def test_a_weight_on_the_command_line_counts(run):
    only = [f"--weight={name}=0" for name in ("resources", "philosophy", "technology", "service")]
    found = json.loads(run("platforms", "-m", "JP", *only, "--json")[1])
    assert found["platforms"][0]["levels"]["nearness"] == 5
    code, _, err = run("platforms", "-m", "JP", "--weight", "service", "--lang", "en")
    assert code == 2 and "write it as technology=2" in err


@pytest.mark.parametrize("command", ["platforms", "notes"])
def test_a_market_is_needed_and_must_be_known(run, command):
    code, _, err = run(command, "--lang", "en")
    assert code == 2 and "Name at least one market" in err
    code, _, err = run(command, "-m", "XX", "--lang", "en")
    assert code == 2 and "Unknown market 'XX'" in err


def test_notes_say_what_is_known_and_what_is_to_be_asked(run):
    (found,) = json.loads(run("notes", "-m", "SA", "--json", "--lang", "en")[1])
    assert found["market"] == "SA"
    kinds = {note["topic"]: note["kind"] for note in found["notes"]}
    assert kinds["logistics"] == "question"
    assert any(note["subject"] == "mada" for note in found["notes"])
    code, out, _ = run("notes", "-m", "SA", "-m", "ID", "--lang", "zh")
    assert code == 0 and "印度尼西亚" in out and "待确认" in out


def test_partner_types_with_ones_own(run, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("type,name_en,name_zh\ndrone,Drone show,无人机秀\n")
    found = json.loads(run("partner-types", "--types", path, "--json")[1])
    assert found[-1]["type"] == "drone" and found[-1]["role"] is None
    code, out, _ = run("partner-types", "--lang", "zh")
    assert code == 0 and "银行卡链接优惠" in out
