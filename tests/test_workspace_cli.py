"""The workspace's commands, as one types them."""

import json
import re
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from workbench.cli import main
from workbench.commands.language import VARIABLES
from workbench.commands.line import app
from workbench.domain.changes import Cell
from workbench.domain.errors import InputError, StoreError, WorkbenchError
from workbench.store import open_workspace


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command on a workspace of its own; errors come through as they are."""
    monkeypatch.setenv("WORKBENCH_DATABASE", f"sqlite:///{tmp_path / 'w.db'}")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def call(*words: str, code: int = 0):
        result = runner.invoke(app, list(words))
        if isinstance(result.exception, WorkbenchError):
            raise result.exception
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    return call


@pytest.fixture
def base(run):
    run("scenario", "new", "base")
    run("set", "settings", "product", "live_show")
    run("set", "settings", "markets", "ID, US")
    return run


def cells(tmp_path, name="base"):
    return open_workspace(f"sqlite:///{tmp_path / 'w.db'}", readonly=True).snapshot(name).cells


def test_set_keeps_value_reason_and_evidence_and_minus_takes_it_away(base, tmp_path):
    said = base(
        "set", "levels", "ID/privacy", "4", "-r", "visit", "--evidence", "notes", "--link",
        "https://example.org", "--evidence-date", "2026-11-02", "--confidence", "low",
        "--lang", "en",
    )  # fmt: skip
    assert "command 4, revision 3" in said and said.startswith("Saved ")
    (version,) = json.loads(base("history", "levels", "ID/privacy", "--json"))
    assert version["value"]["level"] == 4 and version["value"]["confidence"] == "low"
    assert version["reason"] == "visit"
    assert version["evidence"] == {
        "text": "notes",
        "link": "https://example.org",
        "day": "2026-11-02",
        "confidence": "low",
    }
    base("set", "levels", "ID/privacy", "?", "-r", "not sure after all")
    assert cells(tmp_path)[Cell("levels", "ID/privacy")]["level"] is None
    base("set", "levels", "ID/privacy", "-")
    assert Cell("levels", "ID/privacy") not in cells(tmp_path)
    base("revert", "levels", "ID/privacy", "4")
    assert cells(tmp_path)[Cell("levels", "ID/privacy")]["level"] == 4


def test_an_answer_keeps_what_is_not_named_again(base, tmp_path):
    base("set", "answers", "ID/promises_kept", "conditional", "--evidence", "lab", "--owner", "Lin",
         "--due", "2026-12-15")  # fmt: skip
    base("set", "answers", "ID/promises_kept", "ready", "--evidence", "second lab")
    found = cells(tmp_path)[Cell("answers", "ID/promises_kept")]
    assert (found["status"], found["owner"], found["due"]) == ("ready", "Lin", "2026-12-15")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("levels", "ID/privcy", "4", "-r", "x"), "need 'privcy' .*'privacy'.*; there are: priv"),
        (("levels", "XX/privacy", "4", "-r", "x"), "XX"),
        (("levels", "ID", "4", "-r", "x"), "written market/need, such as"),
        (("levels", "ID/privacy/x", "4", "-r", "x"), "written market/need, such as"),
        (("settings", "revision", "5"), "no setting 'revision'; settings are: industry, product"),
        (("settings", "scenario", "x"), "no setting 'scenario'; settings are: industry"),
        (("settings", "revision", "-"), "no setting 'revision'"),
        (("weights", "nope", "1"), "no criterion 'nope'; there are: .*reach"),
        (("weights", "nope", "-"), "no criterion 'nope'"),
        (("floors", "kool", "1"), "no channel 'kool' .did you mean 'kol'"),
        (("advert", "fr", "x"), "no lang 'fr'; there are: zh, en"),
        (("comments", "weights privacy#1", "hi"), "a comment is not set; add one with workbench"),
        (("levels", "ID/privacy", "9", "-r", "x"), "level"),
        (("levels", "ID/privacy", "4"), "reason"),
        (("weights", "privacy", "5000"), "5000"),
        (("colours", "red", "1"), "Unknown table 'colours'"),
        (("answers", "ID/nope", "ready", "--evidence", "x"), "no check 'nope'; there are"),
        (("answers", "ID/promises_kept", "ready"), "no evidence"),
        (("weights", "privacy", "1", "--confidence", "sure"), "high, medium, low"),
        (("weights", "privacy", "1", "--evidence-date", "soon"), "soon"),
        (("settings", "industry", "farming"), "Unknown industry 'farming'"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_stored(base, tmp_path, words, reason):
    before = cells(tmp_path)
    with pytest.raises(InputError, match=reason):
        base("set", *words)
    assert cells(tmp_path) == before


@pytest.mark.parametrize("command", ["comment", "history"])
def test_a_cell_that_cannot_be_is_no_empty_one(base, tmp_path, command):
    before = cells(tmp_path)
    text = ["hm"] if command == "comment" else []
    for table, key, reason in (
        ("weights", "nope", "no criterion 'nope'"),
        ("settings", "revision", "no setting 'revision'"),
        ("colours", "red", "Unknown table 'colours'"),
    ):
        with pytest.raises(InputError, match=reason):
            base(command, table, key, *text)
    assert cells(tmp_path) == before
    assert "never set" in base("history", "weights", "reach", "--lang", "en")


def test_one_takes_away_only_one_s_own_comment(base, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "Li")
    base("comment", "weights", "privacy", "why?")
    comment = Cell("comments", "weights privacy#1")
    monkeypatch.setenv("JUPYTERHUB_USER", "Wang")
    with pytest.raises(InputError, match="This comment is by 'Li'"):
        base("set", *comment, "-")
    assert cells(tmp_path)[comment] == {"text": "why?", "who": "Li"}
    monkeypatch.setenv("JUPYTERHUB_USER", "Li")
    base("set", *comment, "-")
    assert comment not in cells(tmp_path)


def test_undo_redo_and_the_log(base, tmp_path):
    base("set", "weights", "privacy", "2.5", "-r", "board")
    base("undo")
    assert Cell("weights", "privacy") not in cells(tmp_path)
    base("redo")
    assert cells(tmp_path)[Cell("weights", "privacy")] == 2.5
    kinds = [one["kind"] for one in json.loads(base("scenario", "log", "--json", "--limit", "3"))]
    assert kinds == ["redo", "undo", "edit"]
    assert "board" in base("scenario", "log", "--lang", "en")


def test_branch_compare_approve(base, tmp_path):
    base("scenario", "branch", "base", "bold", "-r", "for the board")
    base("set", "answers", "US/moderation_satisfied", "blocked", "--evidence", "x", "-s", "bold")
    found = json.loads(base("scenario", "compare", "base", "bold", "--json"))
    assert [(one["table"], one["key"]) for one in found["inputs"]] == [
        ("answers", "US/moderation_satisfied")
    ]
    gates = {row["market"]: (row["gate_two"], row["changed"]) for row in found["markets"]}
    assert gates["US"] == ("no_go", True) and gates["ID"][1] is False
    assert "No-go" in base("scenario", "compare", "base", "bold", "--lang", "en")
    base("scenario", "approve", "base")
    with pytest.raises(InputError, match="was approved by"):
        base("set", "weights", "privacy", "1")
    states = {one["scenario"]: one for one in json.loads(base("scenario", "list", "--json"))}
    assert states["base"]["approved_by"] and not states["bold"]["approved_by"]
    assert (states["bold"]["parent"], states["bold"]["parent_revision"]) == ("base", 2)


def test_every_topic_reads_a_scenario_and_a_revision(base):
    base("set", "weights", "interactivity", "900")
    now = json.loads(base("ranking", "-s", "base", "--json"))
    then = json.loads(base("ranking", "-s", "base", "--revision", "2", "--json"))
    assert now["ranking"]["weights"]["interactivity"] > 0.9
    assert then["ranking"]["weights"]["interactivity"] < 0.5
    assert [(one["plan"]["scenario"], one["plan"]["revision"]) for one in (now, then)] == [
        ("base", 3),
        ("base", 2),
    ]
    with pytest.raises(InputError, match="no revision 7; its revisions are 0 to 3"):
        base("markets", "--revision", "7")
    with pytest.raises(InputError, match="not a number"):
        base("markets", "--revision", "last")


def test_todo_knows_mine_and_overdue(base, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "Lin")
    base("set", "answers", "ID/promises_kept", "conditional", "--evidence", "x", "--owner", "lin",
         "--due", "2020-01-31")  # fmt: skip
    base("set", "answers", "US/promises_kept", "conditional", "--evidence", "x", "--owner", "Wang",
         "--due", "2020-01-30")  # fmt: skip
    mine = json.loads(base("todo", "--mine", "--json"))
    assert [(one["market"], one["check"], one["due"]) for one in mine] == [
        ("ID", "promises_kept", "2020-01-31")
    ]
    overdue = json.loads(base("todo", "--overdue", "--json"))
    assert [one["market"] for one in overdue] == ["US", "ID"]
    assert len(json.loads(base("todo", "--json"))) > 2
    assert "! overdue" in base("todo", "--lang", "en")


def test_check_backup_and_restore(base, tmp_path, monkeypatch):
    base("db", "backup", "w.gz")
    whole = json.loads(base("db", "check", "--json"))
    assert whole["faults"] == [] and whole["commands"] == 3
    new = str(tmp_path / "new.db")
    base("db", "restore", "w.gz", "--database", new)
    assert json.loads(base("db", "check", "--json", "--database", new)) == whole
    assert "—" not in base("db", "upgrade", "--database", new)
    from databases import meddle

    meddle(f"sqlite:///{new}", "UPDATE cell SET value = '1' WHERE key = 'product'")
    assert "the log says" in base("db", "check", "--database", new, "--lang", "en", code=1)


def test_without_a_workspace_the_remedy_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.delenv("WORKBENCH_DATABASE", raising=False)
    result = CliRunner().invoke(app, ["scenario", "list"])
    assert isinstance(result.exception, StoreError)
    assert "workbench scenario new" in str(result.exception)
    result = CliRunner().invoke(app, ["scenario", "new", "base"])
    assert result.exit_code == 0 and (tmp_path / "workspace.db").exists()


def fields(content, path: str = "") -> set[str]:
    """Every path of a JSON value; what stands in a cell counts as one."""
    if path.rpartition(".")[2] in ("value", "before", "after", "exported", "now", "wanted"):
        return {path}
    if isinstance(content, dict):
        inner = [fields(each, f"{path}.{name}" if path else name) for name, each in content.items()]
    elif isinstance(content, list) and content:
        inner = [fields(each, f"{path}[]") for each in content]
    else:
        return {path}
    return set().union(*inner)


def test_the_fields_of_json_are_those_of_the_page(base, tmp_path):
    text = (Path(__file__).parents[1] / "docs" / "workspace.md").read_text(encoding="utf-8")
    part = text[text.index("## What `--json` prints") :]
    documented = {
        name: set(re.findall(r"`([^`]+)`", line))
        for name, line in re.findall(r"^- `([^`]+)`: (.*)$", part, re.MULTILINE)
    }
    base("set", "weights", "interactivity", "2")
    base("scenario", "branch", "base", "bold")
    base("set", "caps", "social_media", "10", "-s", "bold")
    base("scenario", "approve", "bold")
    base("export", "plan.xlsx")
    base("set", "weights", "interactivity", "3")
    path = tmp_path / "plan.xlsx"
    book = openpyxl.load_workbook(path)
    for row, value in ((2, 4), (3, "many")):
        book["weights"].cell(row, 1, ["interactivity", "reach"][row - 2])
        book["weights"].cell(row, 2, value)
    book["caps"].append(["social_media", 30])
    book.save(path)
    asked = {
        "scenario list": ("scenario", "list"),
        "scenario log": ("scenario", "log"),
        "history": ("history", "weights", "interactivity"),
        "scenario compare": ("scenario", "compare", "base", "bold"),
        "todo": ("todo",),
        "db check": ("db", "check"),
        "import": ("import", str(path)),
    }
    assert set(documented) == set(asked)
    for name, words in asked.items():
        found = fields(json.loads(base(*words, "--json", code=1 if name == "import" else 0)))
        wanted = documented[name] - {"faults[]"}  # there are none
        found -= {
            one.rpartition("[]")[0] for one in documented[name]
        }  # lists that happen to be empty
        assert found == wanted, name


def test_an_edited_workbook_is_shown_first_and_applied_when_asked(base, tmp_path):
    base("set", "weights", "interactivity", "2")
    base("export", "plan.xlsx")
    path = tmp_path / "plan.xlsx"
    book = openpyxl.load_workbook(path)
    book["weights"]["B2"] = 5
    book.save(path)
    said = base("import", str(path), "--lang", "en")
    assert "± weights interactivity: 2.0 → 5.0" in said and "Nothing was saved" in said
    assert cells(tmp_path)[Cell("weights", "interactivity")] == 2.0
    assert "Saved as revision 4" in base("import", str(path), "--apply", "--lang", "en")
    assert cells(tmp_path)[Cell("weights", "interactivity")] == 5.0
    assert "0 to change" in base("import", str(path), "--lang", "en")
    (command,) = json.loads(base("scenario", "log", "--limit", "1", "--json"))
    assert command["reason"] == "plan.xlsx"


# languages


@pytest.mark.parametrize(
    ("named", "saved", "title", "refused"),
    [
        ("en_US.UTF-8", "Saved", "Scenario", "There is nothing to change."),
        ("C.UTF-8", "保存：第 4 条命令", "方案", "没有需要修改的内容。"),
    ],
)
def test_results_and_errors_are_in_the_environment_s_language(
    base, monkeypatch, capsys, named, saved, title, refused
):
    monkeypatch.setenv("LANG", named)
    assert saved in base("set", "weights", "privacy", "2")
    assert base("scenario", "list").split()[0] == title
    monkeypatch.setattr("sys.argv", ["workbench", "set", "weights", "privacy", "2"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert refused in capsys.readouterr().err


def test_results_are_in_the_language_of_the_plan_file(run, tmp_path):
    (tmp_path / "p.yaml").write_text("lang: en\nmarkets: [ID]\n", encoding="utf-8")
    assert run("todo", "--plan", "p.yaml").split()[0] == "Market"
    assert run("todo", "--plan", "p.yaml", "--lang", "zh").split()[0] == "市场"
    assert run("scenario", "new", "base", "--plan", "p.yaml").startswith("Saved ")


def test_an_unknown_language_is_refused_before_anything_is_written(base, tmp_path):
    base("set", "weights", "privacy", "2")
    before = base("scenario", "log", "--json")
    for words in (
        ("set", "weights", "privacy", "3"),
        ("comment", "weights", "privacy", "why?"),
        ("undo",),
        ("revert", "weights", "privacy", "4"),
        ("scenario", "new", "other"),
        ("scenario", "branch", "base", "other"),
        ("scenario", "approve", "base"),
        ("export", "plan.yaml"),
        ("db", "backup", "w.gz"),
    ):
        with pytest.raises(InputError, match="Language 'fr' is not available; choose zh or en"):
            base(*words, "--lang", "fr")
    assert base("scenario", "log", "--json") == before
    assert not (tmp_path / "plan.yaml").exists() and not (tmp_path / "w.gz").exists()
