"""The index: what changed since the last run, what is missing, several scenarios at once."""

import pytest

from workbench.domain.errors import InputError
from workbench.reports import batch, exporters
from workbench.reports.batch.standings import Standing, moves, read_standings, together

pytestmark = pytest.mark.notebook


def index(trial, name: str = "index.html") -> str:
    return (trial.out / name).read_text(encoding="utf-8")


def standing(market: str, gate: str = "go", rank: int | None = 1, channel: str = "kol") -> Standing:
    return Standing(
        "base", "tools", market, "2026-11-20T10:00:00+00:00", 1, "2026-11-20", gate, rank, [channel]
    )


def test_a_move_is_another_verdict_rank_or_leading_channel():
    before = [standing("ID"), standing("SA"), standing("NA"), standing("DE"), standing("BR")]
    now = [
        standing("ID"),
        standing("SA", gate="no_go"),
        standing("NA", rank=None),
        standing("DE", channel="search"),
        standing("JP"),
    ]
    found = {move.now.market: move.before for move in moves(before, now)}
    assert found == {
        "SA": standing("SA"),
        "NA": standing("NA"),
        "DE": standing("DE"),
        "JP": None,
    }
    records = [each.to_record() for each in before]
    assert read_standings([*records, {"market": "XX"}]) == before
    kept = read_standings(together(records, now))
    assert kept == [*now, standing("BR")]  # Brazil wasn't asked for: how it stood stays known


def test_the_index_says_what_changed_since_the_last_run(trial):
    """A required check of Indonesia is answered as blocked: its verdict is no-go."""
    plan = trial.plan("ID", "SA", "DE")
    trial.run(plan)
    assert 'id="since"' not in index(trial)  # there is nothing to compare with yet
    first = {row["market"]: row for row in trial.table()["markets"]}
    trial.run(plan)
    assert "Verdicts, ranks and leading channels of 3 markets are as on" in index(trial)

    blocked = {"market": "ID", "check": "network_supports_product", "status": "blocked"}
    trial.run(plan.but(answers=[{**blocked, "evidence": "x", "owner": "Lin"}]))
    now = {row["market"]: row for row in trial.table()["markets"]}
    assert first["ID"]["gate"] == "conditional" and now["ID"]["gate"] == "no_go"
    assert first["SA"] == {**now["SA"], "run": first["SA"]["run"]}
    section = index(trial).split('id="since"')[1].split("</section>")[0]
    assert "1 market stands differently than on" in section
    assert "Indonesia" in section and "Germany" not in section
    assert section.count('class="tag') == 2 and "→" in section

    trial.run(plan.but(markets=("DE", "NA")))  # a part of it, and a market that is new
    section = index(trial).split('id="since"')[1].split("</section>")[0]
    assert "Namibia" in section and "Germany" not in section
    assert {row["market"] for row in trial.table()["markets"]} == {"ID", "SA", "DE", "NA"}


def test_a_missing_brief_is_named_with_its_reason_and_the_one_of_an_earlier_run(trial):
    plan = trial.plan("ID", "SA")
    trial.run(plan)
    trial.notebook("if market == 'SA': raise ValueError('<b>no</b>')")
    jobs = trial.run(plan)
    assert [job.state for job in jobs.values()] == ["done", "failed"]
    text = index(trial)
    section = text.split('id="failed"')[1].split("</section>")[0]
    assert "1 file is missing" in section and "Saudi Arabia" in section
    assert "something unexpected in the notebook: ValueError: &lt;b&gt;no" in section
    assert '<a href="SA.en.html">of an earlier run</a>' in section
    assert text.count("SA.en.html") == 1  # nowhere as if it were up to date


def test_several_scenarios_and_industries_have_a_folder_each_and_an_index_over_all(trial):
    base = trial.plan("ID", "SJ")
    lines = [
        batch.Line(plan.but(industry=industry))
        for plan in (base.but(scenario="base"), base.but(scenario="Bold", weights={"privacy": 9}))
        for industry in ("live_show", "tools")
    ]
    jobs = batch.run_lines(lines, trial.out, ("en", "zh"), workers=2)
    assert len(jobs) == 16 and {job.state for job in jobs} == {"done"}
    folders = sorted({job.file.rpartition("/")[0] for job in jobs})
    assert [folder.partition("/")[0] for folder in folders][2:] == ["base", "base"]
    assert folders[2:] == ["base/live_show", "base/tools"] and folders[0].startswith("Bold-")
    for folder in folders:
        names = {path.name for path in (trial.out / folder).iterdir()}
        assert {"ID.en.html", "SJ.zh.html", "index.html", "index.en.html", "plan.yaml"} <= names
        assert (trial.out / folder / "assets" / "plotly.min.js").exists()
        page = index(trial, f"{folder}/index.html")
        assert 'href="../../index.html"' in page and 'href="ID.en.html"' in page
    top = index(trial)
    for folder in folders:
        assert f'href="{folder}/index.html"' in top
        assert f'href="{folder}/index.zh.html"' in index(trial, "index.zh.html")
    assert top.count(">Bold</a>") == top.count(">base</a>") == 2
    again = batch.run_lines(lines, trial.out, ("en", "zh"))
    assert {job.state for job in again} == {"skipped"}


def test_the_same_scenario_and_industry_twice_is_refused(trial):
    plan = trial.plan("ID")
    with pytest.raises(InputError, match="'live_show' is asked for twice"):
        batch.run_lines(
            [batch.Line(plan), batch.Line(plan.but(industry="live_show"))], trial.out, ("en",)
        )


class Fake:
    """An exporter that says what it was given."""

    def market(self, portfolio, code, t, page):
        if code == "SA":
            raise ValueError("no room")
        return f"{code} {t.lang} {page.name} {len(page.read_bytes())}".encode()

    def whole(self, portfolio, t, page):
        assert 'id="portfolio"' in page.read_text(encoding="utf-8")
        return f"{','.join(portfolio.chosen)} {t.lang} {page.name}".encode()


def test_other_formats_stand_beside_the_pages_and_fail_alone(trial, monkeypatch):
    monkeypatch.setattr(exporters, "FORMATS", {"pdf": Fake(), "xlsx": Fake()})
    plan = trial.plan("ID", "SA")
    jobs = trial.run(plan, formats=("html", "pdf", "xlsx"))
    states = {file: job.state for file, job in jobs.items()}
    assert states == {
        "ID.en.html": "done",
        "SA.en.html": "done",
        "ID.en.pdf": "done",
        "SA.en.pdf": "failed",
        "portfolio.en.pdf": "done",
        "ID.en.xlsx": "done",
        "SA.en.xlsx": "failed",
        "portfolio.en.xlsx": "done",
    }
    size = (trial.out / "ID.en.html").stat().st_size
    assert (trial.out / "ID.en.pdf").read_text() == f"ID en ID.en.html {size}"
    assert (trial.out / "portfolio.en.pdf").read_text() == "ID,SA en index.en.html"
    text = index(trial)
    for name in ("ID.en.pdf", "ID.en.xlsx", "portfolio.en.pdf", "portfolio.en.xlsx"):
        assert f'href="{name}"' in text
    assert "SA.en.pdf" not in text and "2 files are missing" in text
    assert jobs["SA.en.pdf"].error == "something unexpected: ValueError: no room"
    again = trial.run(plan, formats=("pdf", "xlsx"))
    assert again["ID.en.pdf"].state == again["ID.en.html"].state == "skipped"
    assert again["portfolio.en.pdf"].state == "done"  # it prints the index, which is new each time
    with pytest.raises(InputError, match=r"Unknown format 'doc'; formats are: html, pdf, xlsx\."):
        trial.run(plan, formats=("doc",))


def test_what_is_made_of_a_page_that_failed_fails_with_it(trial, monkeypatch):
    monkeypatch.setattr(exporters, "FORMATS", {"pdf": Fake()})
    trial.notebook("if market == 'ID': raise ValueError('x')")
    jobs = trial.run(trial.plan("ID", "SJ"), formats=("pdf",))
    assert jobs["ID.en.pdf"].state == "failed"
    assert jobs["ID.en.pdf"].error == "the page that it is made from is missing"
    assert jobs["SJ.en.pdf"].state == "done"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--jobs", "0"], "--jobs: '0' is not allowed; give a whole number from 1 to 64"),
        (["--timeout", "soon"], "--timeout: 'soon' is not allowed"),
        (["--format", "doc"], "Unknown format 'doc'; formats are: html, pdf, xlsx, pptx"),
        (["--scenario", "a", "--scenario", "b"], "--plan and --revision name one scenario"),
        (["--industry", ""], "--industry is empty"),
    ],
)
def test_words_that_make_no_batch_are_refused_before_anything_is_written(trial, words, said):
    running = trial.start(trial.plan("ID"), *words)
    out, errors = running.communicate(timeout=120)
    assert (running.returncode, out) == (2, "") and said in errors
    assert not trial.out.exists()
