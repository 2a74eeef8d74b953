"""Briefs for many markets: each apart, failures named, the same twice."""

import json
import shutil

import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from workbench.domain.errors import InputError
from workbench.locale import translator
from workbench.reports import batch
from workbench.sources.files import fingerprint, write_text
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder, notebook_folder
from workbench.sources.plans import dump_plan, load_plan

pytestmark = pytest.mark.notebook
BRIEF = str(notebook_folder() / "reports" / "brief.ipynb")


def test_a_brief_per_market_and_language_with_an_index(published):
    names = {path.name for path in published.folder.iterdir()}
    assert names == {
        "assets",
        "index.html",
        "index.zh.html",
        "index.en.html",
        "plan.yaml",
        "run.json",
        *(f"{code}.{lang}.html" for code in ("ID", "SA", "NA", "SJ") for lang in ("zh", "en")),
    }
    assert [job.status for job in published.jobs] == ["done"] * 8
    text = (published.folder / "run.json").read_text(encoding="utf-8")
    assert [(job["market"], job["lang"], job["error"]) for job in json.loads(text)] == [
        (job.market, job.lang, "") for job in published.jobs
    ]
    assert (published.folder / "index.html").read_bytes() == (
        published.folder / "index.zh.html"
    ).read_bytes()


def test_a_brief_equals_the_one_of_plain_papermill_in_a_fresh_kernel(published, tmp_path):
    """What the shared kernel does for speed changes nothing on the page."""
    executed = papermill.execute_notebook(
        BRIEF,
        str(tmp_path / "out.ipynb"),
        progress_bar=False,
        parameters={
            "market": "SJ",
            "lang": "en",
            "as_of": "2026-11-20",
            "plan": str(published.plan_file),
        },
    )
    # The last of the batch: by then the shared kernel had made seven others.
    text = batch.brief_page(
        executed, open_portfolio(published.plan), "SJ", ("zh", "en"), translator("en")
    )
    assert text == (published.folder / "SJ.en.html").read_text(encoding="utf-8")


def test_a_market_that_raises_is_named_and_the_others_are_written(kernel, tmp_path):
    """The product file breaks while the batch runs; it is whole again for the third market."""
    product, whole = tmp_path / "own.yaml", data_folder() / "examples" / "live_show.yaml"
    shutil.copy(whole, product)
    plan = batch._copy_of(
        load_plan(data_folder() / "examples" / "plan.yaml").but(
            markets=("ID", "SA", "NA"), product=str(product), levels=[], answers=[], samples=1000
        )
    )
    write_text(tmp_path / batch.PLAN_COPY, dump_plan(plan, ".yaml"))
    made = []
    for job, text in batch.briefs(
        kernel, open_portfolio(plan), ["ID", "SA", "NA"], ("zh",), tmp_path
    ):
        made.append((job.market, job.status, bool(text), job.error))
        if job.market == "ID":
            product.write_text("product: [", encoding="utf-8")
        else:
            shutil.copy(whole, product)
    assert [row[:3] for row in made] == [
        ("ID", "done", True),
        ("SA", "failed", False),
        ("NA", "done", True),
    ]
    error = made[1][3]
    assert error.startswith("文件 ") and str(product) in error
    assert "Traceback" not in error and "\x1b" not in error


def test_what_is_no_error_of_ours_is_named_with_its_class():
    """Only its name tells what went wrong; the sentence around it is in the brief's language."""
    said = {
        lang: batch._reason(PapermillExecutionError("x", 1, "", "KeyError", "'ID'", []), lang)
        for lang in ("zh", "en")
    }
    assert said["en"] == "something unexpected in the notebook: KeyError: 'ID'"
    assert said["zh"].endswith("KeyError: 'ID'") and "unexpected" not in said["zh"]
    own = PapermillExecutionError("x", 1, "", "TableError", "表坏了。", [])
    assert batch._reason(own, "zh") == "表坏了。"
    late = CellTimeoutError("A cell timed out")
    assert batch._reason(late, "en").startswith("a cell of the notebook took longer than 300 s")
    assert batch._reason(DeadKernelError("Kernel died"), "en").startswith("the notebook's kernel")


@pytest.mark.parametrize(
    ("done", "start"),
    [
        (["zh", "en"], "index.html"),
        (["zh"], "index.html"),
        (["en"], "index.en.html"),
        ([], "run.json"),
    ],
)
def test_a_batch_starts_at_an_index_that_was_written(done, start):
    jobs = [
        batch.Job("ID", lang, f"ID.{lang}.html", "done" if lang in done else "failed")
        for lang in ("zh", "en")
    ]
    assert batch.start_of(jobs) == start


def test_standalone_pages_need_no_folder_beside_them(tmp_path):
    plan = load_plan(data_folder() / "examples" / "plan.yaml").but(
        markets=("SJ",), levels=[], answers=[], samples=500
    )
    batch.run(plan, tmp_path, ("en",), standalone=True)
    assert {path.name for path in tmp_path.iterdir()} == {
        "index.html",
        "index.en.html",
        "SJ.en.html",
        "plan.yaml",
        "run.json",
    }


def test_standalone_pages_carry_their_scripts(kernel, published):
    portfolio = open_portfolio(published.plan)
    [(job, text)] = batch.briefs(
        kernel, portfolio, ["SJ"], ("en",), published.folder, standalone=True
    )
    assert job.status == "done" and len(text) > 4_000_000
    assert "<script src=" not in text and "plotly.js v" in text
    # The embedded script can't end its own element early.
    assert text.count("</script>") == text.count("<script")


def test_the_index_links_only_what_was_written(published):
    portfolio = open_portfolio(published.plan)
    text = batch._index(portfolio, {"ID"}, "en", ("zh", "en"), standalone=False)
    assert 'href="ID.en.html"' in text
    assert 'href="SA.en.html"' not in text and "Saudi Arabia" in text


def test_a_folder_that_is_a_file_is_bad_input(tmp_path, published):
    (tmp_path / "reports").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="can't be written"):
        batch.run(published.plan, tmp_path / "reports", ("zh",))


def test_a_second_brief_of_the_same_plan_reads_nothing_anew(published, tmp_path):
    """The portfolio opened last is changed, not made again, and equals one read afresh."""
    first = open_portfolio(published.plan)
    ranked = first.ranking
    other = open_portfolio(published.plan.but(market="NA", lang="en"))
    assert other.ranking is ranked and other.market("ID") is first.market("ID")
    assert other.plan.lang == "en"
    fresh = type(other)(other.plan, other.reference, other.product)
    assert fresh.ranking is not ranked
    assert fresh.verdicts().equals(other.verdicts())
    assert fresh.scores.equals(other.scores) and fresh.weights.equals(other.weights)


def test_an_edited_file_is_read_anew(tmp_path):
    """Same size, same second: the fingerprint still sees that a product file was replaced."""
    path = tmp_path / "own.yaml"
    text = (data_folder() / "examples" / "live_show.yaml").read_text(encoding="utf-8")
    write_text(path, text)
    before = fingerprint(path)
    plan = load_plan(data_folder() / "examples" / "plan.yaml").but(
        product=str(path), levels=[], answers=[]
    )
    assert open_portfolio(plan).product.strengths["interactivity"] == 5
    write_text(path, text.replace("interactivity: 5", "interactivity: 1"))
    assert fingerprint(path) != before
    assert open_portfolio(plan).product.strengths["interactivity"] == 1
    path.unlink()
    with pytest.raises(InputError, match="There is no file"):
        open_portfolio(plan)
