"""Briefs for many markets, side by side: each apart, the same as one made alone."""

import pickle
import shutil
import subprocess
import sys

import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from tests.reports.batches import end, until
from workbench.domain.errors import InputError
from workbench.locale import translator
from workbench.reports import batch
from workbench.reports.batch import hashing, making, reasons
from workbench.reports.batch.jobs import folder_name, whole_name
from workbench.reports.batch.running import start_of
from workbench.reports.engine import JobTimeoutError, KernelEndedError, KernelStartError
from workbench.sources.files import fingerprint, write_text
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder, notebook_folder
from workbench.sources.plans import load_plan

pytestmark = pytest.mark.notebook
BRIEF = str(notebook_folder() / "reports" / "brief.ipynb")


def test_a_brief_per_market_and_language_with_an_index(published):
    names = {path.name for path in published.folder.iterdir()}
    assert names == {
        ".batch",
        "assets",
        "index.html",
        "index.zh.html",
        "index.en.html",
        "plan.yaml",
        "run.json",
        *(f"{code}.{lang}.html" for code in ("ID", "SA", "NA", "SJ") for lang in ("zh", "en")),
    }
    assert [path.name for path in (published.folder / ".batch").iterdir()] == ["lock"]
    assert [job.state for job in published.jobs] == ["done"] * 8
    assert [job.market for job in published.jobs] == ["ID", "SA", "NA", "SJ"] * 2
    assert (published.folder / "index.html").read_bytes() == (
        published.folder / "index.zh.html"
    ).read_bytes()


def test_a_brief_equals_the_one_of_plain_papermill_in_a_fresh_kernel(published, tmp_path):
    """What is done for speed changes nothing on the page."""
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
    line = batch.Line(published.plan)
    text = making.brief_page(executed, "en", line.around("SJ", translator("en"), ("zh", "en")))
    # The last of the batch: by then its kernel had made others.
    assert text == (published.folder / "SJ.en.html").read_text(encoding="utf-8")


def test_a_task_can_be_sent_elsewhere_and_says_itself_what_became_of_it(published):
    """As it would be to another process: pickled, made, and pickled back."""
    line = batch.Line(published.plan)
    job = line.jobs(("zh", "en"), (), False)[7]
    task = line.task(job, published.folder, ("zh", "en"), False, 300)
    assert (job.file, task.parameters["market"]) == ("SJ.en.html", "SJ")
    try:
        made = making.make_brief(pickle.loads(pickle.dumps(task)))
    finally:
        making.kernel_of_thread().close()
    assert (made.state, made.error) == ("done", "")
    assert made.content == (published.folder / "SJ.en.html").read_bytes()
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_market_that_raises_is_named_and_the_others_are_written(trial):
    """The product file breaks while the batch runs; it is whole again for the third market."""
    product, whole = trial.folder / "own.yaml", data_folder() / "examples" / "live_show.yaml"
    shutil.copy(whole, product)
    trial.notebook(
        "import pathlib, shutil\n"
        f"product, whole = {str(product)!r}, {str(whole)!r}\n"
        "if market == 'SA': _ = pathlib.Path(product).write_text('product: [')\n"
        "else: _ = shutil.copy(whole, product)\n"
        "del shutil, product, whole"
    )
    jobs = trial.run(trial.plan("ID", "SA", "NA", product=str(product)), "zh", workers=1)
    assert [job.state for job in jobs.values()] == ["done", "failed", "done"]
    error = jobs["SA.zh.html"].error
    assert error.startswith("文件 ") and str(product) in error
    assert "Traceback" not in error and "\x1b" not in error


def test_pages_of_a_file_that_was_edited_meanwhile_are_made_again(trial):
    product = trial.folder / "own.yaml"
    shutil.copy(data_folder() / "examples" / "live_show.yaml", product)
    once = trial.folder / "once"
    trial.notebook(
        f"if not os.path.exists({str(once)!r}):\n"
        f"    with open({str(product)!r}, 'a') as edited: _ = edited.write('# one more line\\n')\n"
        f"    del edited; pathlib.Path({str(once)!r}).touch()"
    )
    plan = trial.plan("SJ", product=str(product))
    assert trial.run(plan)["SJ.en.html"].state == "done"
    assert trial.run(plan)["SJ.en.html"].state == "done"
    assert trial.run(plan)["SJ.en.html"].state == "skipped"


def test_an_edit_that_was_taken_back_before_the_batch_was_killed_is_no_secret(trial):
    """ID is made of a changed file, SA of the file as it was; NA is under way when all ends."""
    product, whole = trial.folder / "own.yaml", data_folder() / "examples" / "live_show.yaml"
    shutil.copy(whole, product)
    once = trial.folder / "once"
    trial.notebook(
        f"import shutil; once, product = pathlib.Path({str(once)!r}), {str(product)!r}\n"
        "if not once.exists():\n"
        f"    _ = shutil.copy({str(whole)!r}, product)\n"
        "    if market == 'ID':\n"
        "        with open(product, 'a') as edited: _ = edited.write('# one more line\\n')\n"
        "        del edited\n"
        "    if market == 'NA': once.touch(); time.sleep(999)\n"
        "del shutil, once, product"
    )
    plan = trial.plan("ID", "SA", "NA", product=str(product))
    running = trial.start(plan, "--jobs", "1")
    until(once.exists, running)
    end(running)
    jobs = trial.run(load_plan(trial.folder / "plan.yaml").but(as_of="2026-11-20"), workers=1)
    assert [job.state for job in jobs.values()] == ["done"] * 3
    assert [market for market, _, _ in trial.begun()] == ["ID", "SA", "NA"] * 2
    again = trial.run(load_plan(trial.folder / "plan.yaml").but(as_of="2026-11-20"), workers=1)
    assert [job.state for job in again.values()] == ["skipped"] * 3


def test_every_room_that_a_page_is_made_by_is_in_its_hash(tmp_path):
    """What the notebook imports in its kernel, with the measured part, told by the kernel."""
    code = (
        "import sys\n"
        "from workbench.reports import measured\n"
        "from workbench.sources.measuring import opened\n"
        "import workbench.reports.exporters\n"
        "rooms = {name.split('.')[1] for name in sys.modules if name.startswith('workbench.')}\n"
        "print(*sorted(rooms))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    # Where a plan was kept, temporary folders and variables of the process are on no page.
    assert set(done.stdout.split()) <= {*hashing.PARTS, "store", "scratch", "environment"}
    assert {"events", "domain"} <= set(done.stdout.split())


def test_what_is_no_error_of_ours_is_named_with_its_class():
    """Only its name tells what went wrong; the sentence around it is in the brief's language."""
    said = {
        lang: reasons.reason(PapermillExecutionError("x", 1, "", "KeyError", "'ID'", []), lang)
        for lang in ("zh", "en")
    }
    assert said["en"] == "something unexpected in the notebook: KeyError: 'ID'"
    assert said["zh"].endswith("KeyError: 'ID'") and "unexpected" not in said["zh"]
    own = PapermillExecutionError("x", 1, "", "TableError", "表坏了。", [])
    assert reasons.reason(own, "zh") == "表坏了。"
    assert reasons.reason(OSError("x"), "en") == "something unexpected: OSError: x"


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (JobTimeoutError(), "timed_out", "the brief took longer than 7 s"),
        (KernelEndedError(), "died", "the notebook's kernel died"),
        (KernelStartError(), "failed", "the notebook's kernel did not start, twice"),
    ],
)
def test_what_happens_to_a_kernel_is_a_state_with_a_sentence(error, state, said):
    assert reasons.state_of(error) == state
    assert reasons.reason(error, "en", 7).startswith(said)


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
        batch.Job("base", None, "tools", "ID", lang, "html", f"ID.{lang}.html", "", state)
        for lang in ("zh", "en")
        for state in ["done" if lang in done else "died"]
    ]
    assert start_of(jobs) == start


def test_standalone_pages_carry_their_scripts_and_need_no_folder_beside_them(trial):
    shutil.copy(BRIEF, trial.folder / "reports" / "brief.ipynb")
    trial.run(trial.plan("SJ"), standalone=True)
    assert {path.name for path in trial.out.iterdir()} == {
        ".batch",
        "index.html",
        "index.en.html",
        "SJ.en.html",
        "plan.yaml",
        "run.json",
    }
    text = (trial.out / "SJ.en.html").read_text(encoding="utf-8")
    assert len(text) > 4_000_000
    assert "<script src=" not in text and "plotly.js v" in text
    # The embedded script can't end its own element early.
    assert text.count("</script>") == text.count("<script")


def test_a_folder_that_is_a_file_is_bad_input(tmp_path, published):
    (tmp_path / "reports").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="can't be written"):
        batch.run(published.plan, tmp_path / "reports", ("zh",))


def test_a_folder_has_the_name_of_its_scenario_where_a_file_system_takes_it():
    assert folder_name("base") == "base"
    assert folder_name("方案一") == "方案一"
    assert folder_name("live_show") == "live_show"
    for odd in ("Base", "../up", "a/b", "a b", ".hidden", "assets", "CON", "", "x" * 80):
        name = folder_name(odd)
        assert name and name.casefold() != odd.casefold() and len(name) <= 49
        assert not set(name) & set('/\\:. "') and name[-9] == "-"
    assert folder_name("a/b") != folder_name("a:b")
    assert whole_name("en", "pdf") == "portfolio.en.pdf"


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
