"""The command line: every command in both languages, its numbers, its exit codes, bad input."""

import errno
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from workbench import cli
from workbench.commands import topics
from workbench.commands.language import VARIABLES
from workbench.locale import translator
from workbench.reports import records
from workbench.reports.ids import id_rows
from workbench.sources.opening import open_portfolio
from workbench.sources.reference import load_reference

DOC = Path(__file__).parents[1] / "docs" / "json.md"
TOPICS = tuple(records.TOPICS)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def silent(monkeypatch):
    """An environment that names no language, whoever runs the tests."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs ``workbench`` in this process, as its entry point does."""

    def call(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call


@pytest.fixture
def printed(run, published):
    """What a topic's ``--json`` prints for the published plan."""

    def call(topic: str, *more: object):
        ran = run(topic, "--plan", published.plan_file, "--as-of", "2026-11-20", "--json", *more)
        assert (ran.code, ran.err) == (0, "")
        return json.loads(ran.out)

    return call


# --- what is printed ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_prints_a_table_in_either_language(run, published, topic, lang):
    ran = run(topic, "--plan", published.plan_file, "--as-of", "2026-11-20", "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    t = translator(lang)
    head = "\n".join(ran.out.splitlines()[:3])  # long names fold
    assert t("Region" if topic == "providers" else "Market") in head
    assert len(ran.out.splitlines()) > 3
    for leak in ("nan", "None", "NaT"):
        assert leak not in ran.out.split()
    if topic not in ("ranking", "providers"):
        assert t.market("SA") in ran.out
    if topic not in ("promise", "ranking", "providers"):
        assert t.market("SJ")[:4] in ran.out


@pytest.mark.parametrize("topic", ["markets", "value", "promise", "readiness"])
def test_a_topic_without_a_product_says_what_is_missing(run, topic):
    ran = run(topic, "-m", "ID", "--lang", "en", "--samples", "500")
    assert (ran.code, ran.err) == (0, "")
    if topic == "promise":
        assert "No product is chosen" in ran.out


def test_a_market_may_be_given_several_ways(run):
    one = run("markets", "-m", "id,sa", "--samples", "500", "--json")
    two = run("markets", "--market", "ID", "--market", "SA", "--samples", "500", "--json")
    assert one == two and one.code == 0
    assert {row["market"] for row in json.loads(one.out)["markets"]} == {"ID", "SA"}


def test_options_go_over_the_plan_file(printed):
    found = printed("needs", "-m", "US", "--industry", "tools", "--top", "3", "--lang", "en")
    assert found["plan"] == {
        "industry": "tools",
        "product": "live_show",
        "lang": "en",
        "top": 3,
        "samples": 2000,
        "scenario": "2027 基准（示例）",
        "revision": None,
        "as_of": "2026-11-20",
        "seed": 0,
    }


def test_version_is_the_package_s(run):
    from workbench import __version__

    assert run("version").out == f"{__version__}\n"


def test_a_terminal_that_lacks_a_character_is_no_error():
    """An ASCII terminal gets escapes; the JSON stays valid."""
    done = subprocess.run(
        [sys.executable, "-m", "workbench.cli", "needs", "-m", "ID", "--industry", "未知"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 2 and b"\\u672a\\u77e5" in done.stderr
    assert b"Traceback" not in done.stderr


# --- the fields of --json -----------------------------------------------------------------------


def documented() -> dict[str, dict[str, list[str]]]:
    """Section -> field path -> cells of its row in docs/json.md."""
    sections: dict[str, dict[str, list[str]]] = {}
    for part in re.split(r"^## ", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name = part.splitlines()[0].strip()
        rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", part, re.MULTILINE)
        sections[name] = {path: [cell.strip() for cell in cells.split("|")] for path, cells in rows}
    return sections


FIELDS = documented()
FREE = {"contributions", "weights"}  # objects whose names are ids


def leaves(content, path: str = ""):
    """Every value with its path, as docs/json.md writes it."""
    if isinstance(content, dict):
        for name, value in content.items():
            inside = path.rpartition(".")[2] in FREE
            yield from leaves(value, f"{path}.{'*' if inside else name}")
    elif isinstance(content, list):
        for value in content:
            yield from leaves(value, f"{path}[]")
    else:
        yield path, content


def holds(value, kind: str, allowed: str) -> bool:
    kinds = {"text": str, "number": (int, float), "integer": int, "boolean": bool}
    if not isinstance(value, kinds[kind]) or (kind != "boolean" and isinstance(value, bool)):
        return False
    if kind in ("number", "integer"):
        bounds = re.fullmatch(r"(-?[\d.]+) to (-?[\d.]+)", allowed)
        if bounds:
            return float(bounds[1]) - 1e-9 <= value <= float(bounds[2]) + 1e-9
        if allowed.startswith("from "):
            return value >= float(allowed[5:])
        return str(int(value)) in allowed.split(", ")
    if allowed.startswith("YYYY-MM-DD"):
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value))
    if allowed == "ISO 3166-1 alpha-2":
        return bool(re.fullmatch("[A-Z]{2}", value))
    choices = [choice.strip('"') for choice in allowed.split(", ")]
    return (
        len(choices) < 2
        or ";" in allowed
        or kind == "boolean"
        or value in choices
        or (not all(re.fullmatch("[a-z_]*", choice) for choice in choices))
    )


def test_the_page_documents_every_topic():
    assert set(FIELDS) == {"Envelope", *TOPICS}


@pytest.mark.parametrize("topic", TOPICS)
def test_json_is_what_the_page_says_both_ways(printed, run, topic):
    """No field is undocumented, none is documented that never comes; types, ranges, nulls."""
    bare = json.loads(run(topic, "-m", "ID", "--samples", "500", "--json").out)
    seen = set()
    for content in (printed(topic), printed(topic, "--industry", "tools"), bare):
        assert list(content) == ["version", "topic", "plan", "remarks", topic]
        assert content["topic"] == topic
        found = [
            ("Envelope", path.lstrip("."), value)
            for path, value in leaves({k: v for k, v in content.items() if k != topic})
        ]
        found += [(topic, path, value) for path, value in leaves(content[topic])]
        for section, path, value in found:
            assert path in FIELDS[section], f"{section} {path} is not documented"
            kind, _, allowed, null = FIELDS[section][path]
            if value is None:
                assert null != "never", f"{section} {path} is null"
            else:
                assert holds(value, kind, allowed), f"{section} {path}: {value!r} ({allowed})"
            seen.add((section, path))
    wanted = {(section, path) for section in ("Envelope", topic) for path in FIELDS[section]}
    assert sorted(wanted - seen) == []


@pytest.mark.parametrize("topic", ["markets", "readiness"])
def test_a_table_says_below_what_the_page_says_above(run, topic):
    """The plan's industry is another than the product's: weights and channels follow the plan."""
    asked = ["-m", "ID", "--product", "live_show", "--samples", "500", "--lang", "en"]
    other = run(topic, *asked, "--industry", "tools")
    assert (other.code, other.err) == (0, "")
    said = " ".join(other.out.split())
    assert "The product file says Live show, the plan says Tools: weights, " in said
    assert "The product file says" not in run(topic, *asked).out


def test_numbers_are_those_of_the_domain(published):
    """Nine digits, NaN as null, dates as text, the rest as it is."""
    portfolio = open_portfolio(published.plan)
    content = records.envelope(portfolio, "needs", records.needs(portfolio))
    for row in content["needs"]:
        score = portfolio.scores.loc[row["market"], row["need"]]
        assert (row["score"] is None) == (score != score)
        if row["score"] is not None:
            assert abs(row["score"] - score) <= 1e-8 * abs(score)
    json.dumps(content, allow_nan=False)


# --- the same numbers everywhere ----------------------------------------------------------------


def figure(published, market: str, topic: str) -> dict:
    text = (published.folder / f"{market}.en.html").read_text(encoding="utf-8")
    found = re.search(rf'id="figure-{topic}">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


@pytest.mark.notebook
@pytest.mark.parametrize("market", ["ID", "SA", "NA", "SJ"])
def test_needs_are_those_of_the_brief_and_its_figure(printed, published, market):
    rows = [row for row in printed("needs", "--lang", "en")["needs"] if row["market"] == market]
    bar = figure(published, market, "needs")["data"][0]
    drawn = dict(zip(bar["y"], bar["x"], strict=True))
    names = open_portfolio(published.plan).reference.needs.set_index("need")["name_en"]
    assert len(rows) == len(drawn)
    text = (published.folder / f"{market}.en.html").read_text(encoding="utf-8")
    for row in rows:
        assert drawn[names[row["need"]]] == pytest.approx(row["score"] or 0.0, rel=1e-8)
        cell = re.search(
            rf'<th scope="row">{re.escape(names[row["need"]])}<br>.*?</td>', text, re.DOTALL
        )[0]
        level = "?" if row["level"] is None else f"{row['level']:.0f}"
        assert re.search(rf"</span>{re.escape(level)}[<\s]", cell), (row, cell)


@pytest.mark.notebook
@pytest.mark.parametrize("market", ["ID", "SA", "NA", "SJ"])
def test_channels_are_those_of_the_figure(printed, published, market):
    rows = [row for row in printed("channels")["channels"] if row["market"] == market]
    bar = figure(published, market, "channels")["data"][0]
    names = open_portfolio(published.plan).reference.channels.set_index("channel")["name_en"]
    assert {names[row["channel"]]: row["mix"] for row in rows if row["mix"]} == dict(
        zip(bar["y"], bar["x"], strict=True)
    )
    assert sum(row["mix"] for row in rows) == 100
    for row in rows:
        steps = sum(step["change"] for step in row["rules"])
        assert row["change"] == pytest.approx(steps)
        assert row["weight"] == pytest.approx(max(0, row["base"] + row["change"]))


@pytest.mark.notebook
def test_ranks_and_gates_are_those_of_the_index_and_the_verdict(printed, published):
    """One number, five places: markets, ranking, index table, brief, figure."""
    rows = printed("markets", "--lang", "en")["markets"]
    ranked = {row["market"]: row for row in printed("ranking")["ranking"]["markets"]}
    index = (published.folder / "index.en.html").read_text(encoding="utf-8")
    lines = {
        code: line
        for code, line in re.findall(
            r'<tr><th scope="row"><a href="(\w\w)\.en\.html">(.*?)</tr>', index, re.DOTALL
        )
    }
    dots = figure(published, "ID", "ranking")["data"][1]
    drawn = dict(zip(dots["y"], dots["x"], strict=True))
    assert [row["market"] for row in rows] == list(lines)
    for row in rows:
        brief = (published.folder / f"{row['market']}.en.html").read_text(encoding="utf-8")
        line = lines[row["market"]]
        for name in ("rank", "score", "low", "high", "top_share", "missing"):
            assert row[name] == ranked[row["market"]][name]
        assert f'<section class="card verdict {row["gate"]}"' in brief
        assert f'<span class="tag {row["gate"]}">' in line
        if row["rank"] is None:
            assert row["name"] not in drawn and "too much is unknown" in brief
            continue
        assert drawn[row["name"]] == row["rank"]
        assert f'data-sort="{row["rank"]:.0f}"' in line
        assert f'data-sort="{row["top_share"]:.4f}"' in line
        assert f'data-sort="{row["value_fit"]:.4f}"' in line
        assert f"<dd>{row['rank']:.0f} <small>/ " in brief
        assert f"interval {row['low']:.0f}–{row['high']:.0f}" in brief
        parts = sum(ranked[row["market"]]["contributions"].values())
        assert parts == pytest.approx(row["score"], abs=1e-7)


@pytest.mark.notebook
def test_value_and_promises_are_those_of_the_brief(printed, published):
    import html

    for row in printed("value", "--lang", "en")["value"]:
        brief = (published.folder / f"{row['market']}.en.html").read_text(encoding="utf-8")
        shown = html.unescape(brief)
        assert row["claim"] in shown and row["gap"] in shown and row["stay_out"] in shown
    for row in printed("promise")["promise"]:
        bar = figure(published, row["market"], "promise")["data"][0]
        once = {each["requirement"]: each for each in reversed(row["promises"])}
        assert len(bar["y"]) == len(once)
        met = [
            100
            * min(
                3.0,
                each["required"] / each["available"]
                if each["comparison"] == "max"
                else each["available"] / each["required"],
            )
            for each in once.values()
            if each["available"]
        ]
        assert sorted(share for share in bar["x"] if share) == pytest.approx(sorted(met))


# --- report: exit codes -------------------------------------------------------------------------


@pytest.mark.notebook
def test_report_twice_is_the_same_to_the_byte(run, published, tmp_path):
    """Another process' kernel, another hash seed; and exit code 0."""
    ran = run(
        "report",
        "--plan",
        published.plan_file,
        "--as-of",
        "2026-11-20",
        "--lang",
        "zh",
        "--lang",
        "en",
        "--out",
        tmp_path / "again",
    )
    assert ran.code == 0
    assert ran.out.strip() == f"已生成 8 份，失败 0 份：{tmp_path / 'again' / 'index.html'}"
    lines = ran.err.splitlines()
    assert len(lines) == 8 and lines[-1].startswith("[8/8] ")
    first, second = (
        {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in ("run.json", "lock")  # they say when and who
        }
        for folder in (published.folder, tmp_path / "again")
    )
    assert list(first) and set(first) == set(second)
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.notebook
def test_where_every_brief_failed_the_job_table_is_named_in_the_language_asked_for(run, tmp_path):
    """The place of each page is taken by a folder; there is no index to look at."""
    for lang in ("zh", "en"):
        (tmp_path / lang / f"SJ.{lang}.html").mkdir(parents=True)
        ran = run(
            "report", "-m", "SJ", "--samples", "500", "--lang", lang, "--out", tmp_path / lang
        )
        assert ran.code == 1
        assert ran.out.strip().endswith(str(tmp_path / lang / "run.json"))
        assert not (tmp_path / lang / "index.html").exists()
        [line] = ran.err.splitlines()
        assert "Error" not in line and "SJ." in line
        if lang == "zh":
            assert "无法写入" in line and "written" not in line
            [job] = json.loads((tmp_path / lang / "run.json").read_text(encoding="utf-8"))["jobs"]
            assert job["error"].startswith("无法写入文件 ")
        else:
            assert "failed: The file" in line and "can't be written: " in line


# --- bad input ----------------------------------------------------------------------------------

ALL_ZERO = (
    "weights: {privacy: 0, interactivity: 0, picture_quality: 0, weak_network: 0, "
    "low_end_device: 0, regulation: 0, local_payment: 0, language_culture: 0, "
    "purchasing_power: 0, reach: 0}\n"
)
LEVEL_9 = "levels: [{market: ID, need: privacy, level: 9, reason: x}]\n"
PRODUCT = (
    "product: mine\nname: {zh: a, en: a}\nindustry: tools\nsummary: {zh: a, en: a}\n"
    "copy: {zh: a, en: a}\n"
)
REGISTER = "market,competitor,industry,chanel\nID,A,live_show,kol\n"

BAD = {
    "unknown market": (["needs", "-m", "XX"], {}, "Unknown market 'XX': .*ISO 3166-1"),
    "path as a market": (["needs", "-m", "../../x"], {}, r"markets, entry 1: '\.\./\.\./x' is no"),
    "unknown industry": (
        ["needs", "--industry", "farming"],
        {},
        "Unknown industry 'farming'; industries are: .*live_show",
    ),
    "unknown language": (["needs", "--lang", "fr"], {}, "lang: 'fr' is not .*'zh' or 'en'"),
    "a day that is none": (["needs", "--as-of", "2026-13-01"], {}, "as_of: '2026-13-01' is not"),
    "a day that is a number": (["needs", "--as-of", "0"], {}, "as_of: '0' is not .* YYYY-MM-DD"),
    "a number that is none": (["needs", "--top", "many"], {}, "top: 'many' is not .* whole number"),
    "a yes for a number": (
        ["needs", "--plan", "p.yaml"],
        {"p.yaml": "top: true\n"},
        r"top: True is not allowed \(a number is expected",
    ),
    "a region without quotes": (
        ["needs", "--product", "./p.yaml"],
        {"p.yaml": "technology: {regions: {145: {}}}\n" + PRODUCT},
        r'technology\.regions\.145: 145 is not allowed .*put it in quotes: "145"',
    ),
    "a region in octal": (
        ["needs", "--product", "./p.yaml"],
        {"p.yaml": "technology: {regions: {036: {}}}\n" + PRODUCT},
        r"at technology\.regions: unknown '036'",
    ),
    "a misspelt field": (
        ["needs", "--product", "./p.yaml"],
        {"p.yaml": "strenghts: {}\n" + PRODUCT},
        "there is no such field; did you mean strengths. The fields are: product, ",
    ),
    "misspelt option": (["needs", "--markte", "ID"], {}, "no option --markte; .* are: --market, "),
    "misspelt command": (["neads"], {}, "no command 'neads'; .* are: .*, markets, "),
    "misspelt data command": (["data", "id"], {}, "no command 'id'; .* are: ids, rebuild"),
    "option without value": (["needs", "--top"], {}, "Option --top needs a value; write it after"),
    "flag with a value": (["needs", "--json=3"], {}, "Option --json takes no value; leave it out"),
    "word without option": (["needs", "ID", "SA"], {}, "'ID SA' stands without an option; see .*"),
    "port that is a word": (["serve", "--port", "x"], {}, "--port needs a whole number, such as"),
    "empty folder": (["report", "-m", "ID", "--out", ""], {}, "--out is empty; give a value, or"),
    "empty plan": (["needs", "--plan", " "], {}, "--plan is empty; give a value, or leave it out"),
    "empty product": (["needs", "--product", ""], {}, "--product is empty; give a value"),
    "empty day": (["needs", "--as-of", ""], {}, "--as-of is empty; give a value"),
    "unknown kind of id": (["data", "ids", "--kind", "x"], {}, "no ids of kind 'x'; kinds are: "),
    "top below its range": (["needs", "--top", "0"], {}, "top: '0' is not .*at least 1"),
    "too few samples": (["needs", "--samples", "5"], {}, "samples: '5' is not .*at least 100"),
    "unknown product": (["needs", "--product", "nope"], {}, "Unknown product 'nope'; examples ar"),
    "missing product file": (["needs", "--product", "./nope.yaml"], {}, "There is no file nope"),
    "missing plan file": (["needs", "--plan", "nope.yaml"], {}, "There is no file nope.yaml"),
    "missing register": (["needs", "--competitors", "nope.csv"], {}, "There is no file nope.csv"),
    "level 9": (
        ["needs", "--plan", "p.yaml"],
        {"p.yaml": LEVEL_9},
        "levels, entry 1, level: 9 is not allowed .*at most 5",
    ),
    "weights that sum to 0": (
        ["ranking", "--plan", "p.yaml"],
        {"p.yaml": ALL_ZERO},
        "weights sum to 0",
    ),
    "floor above cap": (
        ["channels", "--plan", "p.yaml"],
        {"p.yaml": "floors: {kol: 50}\ncaps: {kol: 10}\n"},
        "Channel kol: the floor 50% is above the cap 10%; lower the floor",
    ),
    "broken YAML": (
        ["needs", "--plan", "p.yaml"],
        {"p.yaml": "markets: [ID\n"},
        "p.yaml is not valid YAML, line 2",
    ),
    "unknown field": (
        ["needs", "--plan", "p.yaml"],
        {"p.yaml": "markte: ID\n"},
        r"Unknown parameter 'markte' \(did you mean 'market'\?\)",
    ),
    "empty plan file": (["needs", "--plan", "p.yaml"], {"p.yaml": ""}, "it holds nothing"),
    "empty product file": (["value", "--product", "./p.yaml"], {"p.yaml": ""}, "it holds nothing"),
    "wrong column": (
        ["needs", "--competitors", "r.csv"],
        {"r.csv": REGISTER},
        "Table r.csv lacks the column channel; its columns must be: market",
    ),
    "all and one": (["report", "--all", "--market", "ID"], {}, "--all and --market exclude each"),
    "no market": (["report"], {}, "Name the markets with --market .*, or ask for --all"),
    "a file as folder": (["report", "-m", "ID", "--out", "f"], {"f": "x"}, "f.* can't be written"),
    "plan file of another kind": (["serve", "--plan", "nope.txt"], {}, "There is no file nope.txt"),
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_with_the_remedy_and_exit_code_2(run, tmp_path, monkeypatch, case, lang):
    words, files, message = BAD[case]
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    if "--lang" not in words and words[0] not in ("serve", "data"):
        words = [words[0], "--lang", lang, *words[1:]]
    ran = run(*words)
    assert ran.code == 2 and ran.out == ""
    assert ran.err.startswith("workbench: ") and "Traceback" not in ran.err
    assert len(ran.err.splitlines()) == 1
    if "en" not in words and "fr" not in words:
        assert re.search("[\u4e00-\u9fff]", ran.err)
        assert not re.search(r"\b(is|are|must|should|the|Input|option|command)\b", ran.err)
    else:
        assert re.search(message, ran.err), ran.err
    assert {path.name for path in tmp_path.iterdir()} == set(files)


@pytest.mark.parametrize(
    ("words", "chinese"),
    [
        ([], True),
        (["-lzh"], True),
        (["--lang=zh"], True),
        (["-l", "zh"], True),
        (["-len"], False),
        (["--lang=en"], False),
        (["-l", "en"], False),
        (["--plan", "en.yaml"], False),
        (["--plan=en.yaml"], False),
        (["--plan", "en.yaml", "-lzh"], True),
        (["--plan", "zh.yaml"], True),
        (["--plan", "silent.yaml"], True),
        (["--plan", "broken.yaml"], True),
        (["--plan", "nope.yaml"], True),
    ],
)
def test_an_error_is_in_the_language_that_the_table_would_have(
    run, tmp_path, monkeypatch, words, chinese
):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "en.yaml": "lang: en\ntop: 0\n",
        "zh.yaml": "lang: zh\ntop: 0\n",
        "silent.yaml": "top: 0\n",
        "broken.yaml": "lang: en\ntop: [0\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = run("needs", "-m", "XX", *words)
    assert ran.code == 2
    assert bool(re.search("[\u4e00-\u9fff]", ran.err)) == chinese, ran.err


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "EN"}, False),
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "de_DE.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "", "LC_ALL": "C"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, False),
    ],
)
def test_where_nothing_else_says_so_results_and_errors_are_in_the_environment_s_language(
    run, tmp_path, monkeypatch, environment, chinese
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "silent.yaml").write_text("markets: [ID]\nsamples: 500\n", encoding="utf-8")
    market = "印度尼西亚" if chinese else "Indonesia"
    for words in (["-m", "ID", "--samples", "500"], ["--plan", "silent.yaml"]):
        assert market in run("needs", *words).out
        assert json.loads(run("needs", "--json", *words).out)["plan"]["lang"] == (
            "zh" if chinese else "en"
        )
    for words in (["needs", "-m", "XX"], ["neads"], ["needs", "--plan", "nope.yaml"]):
        ran = run(*words)
        assert ran.code == 2
        assert bool(re.search("[\u4e00-\u9fff]", ran.err)) == chinese, ran.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_option_and_the_plan_file_go_before_the_environment(run, tmp_path, monkeypatch, lang):
    other = {"zh": "en", "en": "zh"}[lang]
    monkeypatch.setenv("LC_ALL", f"{other}.UTF-8")
    plan = tmp_path / "p.yaml"
    plan.write_text(f"lang: {lang}\nmarkets: [ID]\nsamples: 500\n", encoding="utf-8")
    names = {"zh": "印度尼西亚", "en": "Indonesia"}
    assert names[lang] in run("needs", "--plan", plan).out
    assert names[other] in run("needs", "--plan", plan, "--lang", other).out
    assert names[lang] in run("needs", "-m", "ID", "--lang", lang, "--samples", "500").out


@pytest.mark.notebook
def test_a_report_is_in_the_environment_s_language(run, tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    ran = run("report", "-m", "SJ", "--samples", "500", "--out", tmp_path)
    assert ran.code == 0 and ran.out.startswith("1 written, 0 failed")
    assert (tmp_path / "SJ.en.html").exists() and not (tmp_path / "SJ.zh.html").exists()


@pytest.mark.parametrize("words", [[], ["data"]])
def test_without_a_command_the_help_is_shown(run, words):
    ran = run(*words)
    assert ran.code == 2
    assert (ran.out + ran.err).startswith(" ".join(["Usage: workbench", *words]))


def test_an_unexpected_error_is_not_swallowed(run, monkeypatch):
    def broken(*_given, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr(topics, "asked_plan", broken)
    with pytest.raises(ZeroDivisionError):
        run("needs")


# --- ids ----------------------------------------------------------------------------------------


def test_ids_are_those_that_plan_and_product_take():
    """One row per id, in the order of the tables, each with both names."""
    reference = load_reference()
    rows = id_rows([])
    found: dict[str, list[str]] = {}
    for kind, key, _, _ in rows:
        found.setdefault(kind, []).append(key)
    for kind, table in {
        "industry": reference.industries,
        "need": reference.needs,
        "criterion": reference.criteria,
        "channel": reference.channels,
        "check": reference.checks,
        "provider": reference.providers,
    }.items():
        assert found[kind] == table.iloc[:, 0].tolist()
    assert found["status"] == ["ready", "conditional", "blocked", "unknown"]
    assert "035" in found["region"] and "live_show" in found["product"]
    assert "uptime_pct" in found["metric"]
    assert all(cell.strip() for row in rows for cell in row)


def test_ids_can_be_asked_for_by_kind(run):
    ran = run("data", "ids", "--kind", "status", "--kind", "need")
    assert (ran.code, ran.err) == (0, "")
    assert re.search(r"status +blocked +阻断 +Blocked", ran.out)
    assert "weak_network" in ran.out and "industry" not in ran.out


# --- start --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--help"], ["report", "--help"], ["version"]])
def test_help_imports_nothing_heavy(words):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "workbench.cli", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    heavy = {"pandas", "plotly", "numpy", "ipywidgets", "papermill", "tornado", "babel"}
    assert "typer" in loaded
    assert sorted(heavy & loaded) == []
    assert "workbench" in done.stdout or done.stdout[0].isdigit()


STOPPED = """
import os, signal, sys

class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["STOP_AT"]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Stop())
from workbench import cli
getattr(cli, os.environ["BEGIN"])()
"""


@pytest.mark.parametrize(
    ("begin", "stop_at", "words"),
    [
        ("main", "workbench.commands.warm", ["version"]),
        ("main", "jupyter_client", ["report", "--market", "ID"]),
        ("main", "typer", ["version"]),
        ("main", "workbench.commands.topics", ["version"]),
        ("run", "typer", ["version"]),
        ("run", "workbench.locale", ["report", "--market", "ID"]),
        ("run", "workbench.locale", ["--unknown"]),
    ],
)
def test_ctrl_c_while_it_is_still_importing_ends_it_without_a_word(begin, stop_at, words):
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, *words],
        env={**os.environ, "BEGIN": begin, "STOP_AT": stop_at},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


# --- where nobody reads what is printed -----------------------------------------------------------


def unread(*words: str, out: object, buffered: bool) -> tuple[int, str]:
    """Exit code and stderr of a command whose stdout is this."""
    done = subprocess.run(
        [sys.executable, *([] if buffered else ["-u"]), "-m", "workbench.cli", *words],
        stdout=out, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stderr


SHORT_AND_LONG = pytest.mark.parametrize("words", [("version",), ("data", "ids"), ("--help",)])
WITH_AND_WITHOUT_BUFFER = pytest.mark.parametrize("buffered", [True, False])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@SHORT_AND_LONG
@WITH_AND_WITHOUT_BUFFER
def test_what_finds_no_room_is_an_error_in_one_line(words, buffered, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    with Path("/dev/full").open("w") as full:
        found = unread(*words, out=full, buffered=buffered)
    assert found == (2, "workbench: What is printed can't be written: the disk is full.\n")


@SHORT_AND_LONG
@WITH_AND_WITHOUT_BUFFER
def test_a_reader_who_has_left_is_no_error(words, buffered):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert unread(*words, out=writing, buffered=buffered) == (0, "")
    finally:
        os.close(writing)


def test_a_broken_pipe_of_something_else_is_not_taken_for_a_reader(run, monkeypatch):
    def broken(*_given: object, **_named: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "of a kernel")

    monkeypatch.setattr(topics, "asked_plan", broken)
    with pytest.raises(BrokenPipeError, match="of a kernel"):
        run("needs", "--market", "ID")


@pytest.mark.parametrize("words", [("needs", "--market", "XX"), ("--unknown",), ("nothing",)])
def test_bad_input_ends_with_2_also_where_nobody_reads_why(words):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "workbench.cli", *words],
            stdout=writing, stderr=writing, check=False, timeout=120,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert done.returncode == 2
