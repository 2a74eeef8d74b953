"""The batch against papermill and nbconvert as they come: speed, memory, and kills.

Run: ``python -m bench.batch``. Both sides run the same notebook with the same parameters on this
machine, one after the other. Stock: a cold kernel per brief and nbconvert's HTML, as their manuals
have it. Ours: what ``workbench report`` does.
"""

import hashlib
import json
import logging
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import papermill
import psutil
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbconvert import HTMLExporter

from bench.__main__ import say
from workbench.reports.batch.lines import Line
from workbench.reports.batch.making import make_brief
from workbench.reports.batch.publish import write_shared
from workbench.reports.engine import end_thread
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder, notebook_folder
from workbench.sources.plans import dump_plan, load_plan

SAMPLE = ("ID", "SA", "DE")
"""Stock's markets."""
NINE = (*SAMPLE, "BR", "NG", "JP", "MX", "PL", "VN")
"""Ours: each once, so that nothing of a market is known from a brief before."""
FIRST = "KE"
"""What a kernel has made before it is measured: another market than all of them."""
MANY, JOBS, KILLS, KILLED_OVER = 200, 2, 20, 24
DAY = "2026-11-20"
NOTEBOOK = notebook_folder() / "reports" / "brief.ipynb"


def stock(plan: Path, out: Path) -> list[float]:
    """Seconds of each brief through papermill on a kernel of its own, and nbconvert."""
    seconds = []
    for code in SAMPLE:
        start = time.perf_counter()
        given = {"market": code, "lang": "en", "as_of": DAY, "plan": str(plan)}
        made = out / f"{code}.ipynb"
        papermill.execute_notebook(
            NOTEBOOK, made, parameters=given, progress_bar=False, kernel_name="python3"
        )
        html, _ = HTMLExporter().from_notebook_node(nbformat.read(made, as_version=4))
        (out / f"{code}.html").write_text(html, encoding="utf-8")
        seconds.append(time.perf_counter() - start)
    return seconds


def ours(plan: Path, out: Path) -> list[float]:
    """Seconds of each brief through papermill on a warm kernel, page included, as a batch does it.

    The kernel has made one brief before, of another market.
    """
    line = Line(load_plan(plan).but(as_of=DAY, markets=(FIRST, *NINE)))
    write_shared(out, [line], standalone=False)
    jobs = line.jobs(("en",), (), False)
    made = [make_brief(line.task(job, out, ("en",), False, 300)) for job in jobs]
    end_thread()
    assert {brief.state for brief in made} == {"done"}
    return [brief.seconds for brief in made[1:]]


def cells_alone(plan: Path) -> list[float]:
    """Seconds of the same cells in one warm process, without a kernel: the lower bound."""
    cells = [cell.source for cell in nbformat.read(NOTEBOOK, 4).cells if cell.cell_type == "code"]
    shell = InteractiveShell.instance()
    seconds = []
    for code in (FIRST, *NINE):
        start = time.perf_counter()
        given = {"market": code, "lang": "en", "as_of": DAY, "plan": str(plan)}
        with capture_output():
            for cell in (cells[0], *(f"{name} = {value!r}" for name, value in given.items())):
                shell.run_cell(cell).raise_error()
            for cell in cells[1:]:
                shell.run_cell(cell).raise_error()
        shell.reset(new_session=False)
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def command(plan: Path, out: Path, codes: tuple[str, ...], *words: str) -> list[str]:
    """``workbench report`` over these markets."""
    markets = [word for code in codes for word in ("--market", code)]
    program = str(Path(sys.executable).with_name("workbench"))
    given = ["--plan", str(plan), "--as-of", DAY, "--lang", "en", "--out", str(out)]
    return [program, "report", *given, *markets, *words]


def report(plan: Path, out: Path, codes: tuple[str, ...], *words: str) -> float:
    """Seconds of the whole command."""
    start = time.perf_counter()
    subprocess.run(command(plan, out, codes, *words), check=True, capture_output=True)
    return time.perf_counter() - start


def _ours() -> Iterator[psutil.Process]:
    """The processes that this bench started, and those that the kernels' parent process forked."""
    yield from psutil.Process().children(recursive=True)
    for process in psutil.process_iter(["cmdline"]):
        if "workbench.kernel.parent" in (process.info["cmdline"] or []):
            yield process


@contextmanager
def largest_memory() -> Iterator[list[float]]:
    """The most memory in MB that they had together, shared pages counted once (PSS)."""
    found, stop = [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.25):
            total = 0
            for process in set(_ours()):
                with suppress(psutil.Error):  # it has just ended
                    total += process.memory_full_info().pss
            found[0] = max(found[0], total / 1024**2)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield found
    finally:
        stop.set()
        watching.join()


def speed(plan: Path, folder: Path, codes: tuple[str, ...]) -> None:
    """Stock against ours: one brief, then as many as there are."""
    alone = stock(plan, folder)
    stock_one, warm = statistics.median(alone), statistics.median(ours(plan, folder / "ours"))
    lower = statistics.median(cells_alone(plan))
    say("stock papermill + nbconvert, one brief (median of 3)", f"{stock_one:.2f} s")
    say(
        "ours, one brief on a warm kernel (median of 9; bound 12)",
        f"{warm:.2f} s, {stock_one / warm:.1f} x faster",
    )
    say(
        "the same cells in one warm process (median of 9; bound 2)",
        f"{lower:.2f} s, ours takes {warm / lower:.1f} x that",
    )
    report(plan, folder / "warm", codes[:1])  # the kernels' parent process is there from now on
    single = [report(plan, folder / f"one{n}", (code,)) for n, code in enumerate(SAMPLE)]
    our_one = statistics.median(single)
    say(
        "workbench report, one brief, whole command (median of 3)",
        f"{our_one:.2f} s, {stock_one / our_one:.1f} x faster",
    )
    with largest_memory() as memory:
        seconds = report(plan, folder / "many", codes, "--jobs", str(JOBS))
    rate, stock_rate = len(codes) / seconds, 1 / statistics.mean(alone)
    table = json.loads((folder / "many" / "run.json").read_text(encoding="utf-8"))
    assert {job["state"] for job in table["jobs"]} == {"done"}
    say(
        f"{len(codes)} briefs with --jobs {JOBS}, whole command",
        f"{seconds:.1f} s, {rate:.2f}/s: {rate / stock_rate:.0f} x stock (bound 20)",
    )
    median = statistics.median(job["seconds"] for job in table["jobs"])
    say("  of it one brief (median)", f"{median:.2f} s")
    say("  most memory, all processes (PSS)", f"{memory[0]:.0f} MB")
    again = report(plan, folder / "many", codes, "--jobs", str(JOBS))
    say(f"the same {len(codes)} again, all unchanged", f"{again:.1f} s")


def faults(out: Path, codes: tuple[str, ...]) -> list[str]:
    """What is torn or untrue in a folder after a kill."""
    found = [
        path.name
        for path in out.glob("*.html")
        if not path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    ]
    if not (out / "run.json").exists():
        return found
    table = json.loads((out / "run.json").read_text(encoding="utf-8"))
    if {job["market"] for job in table["jobs"]} != set(codes):
        found.append("run.json")
    for job in table["jobs"]:
        if job["state"] in ("done", "skipped"):
            content = (out / job["file"]).read_bytes()
            if hashlib.sha256(content).hexdigest() != job["sha256"]:
                found.append(job["file"])
    return found


def kills(plan: Path, out: Path, codes: tuple[str, ...]) -> None:
    """kill -9 of the batch at random moments, each batch going on where the last one was."""
    moments = random.Random(20)
    torn: list[str] = []
    killed = 0
    whole = report(plan, out.with_name("undisturbed"), codes)
    for _ in range(KILLS):
        running = subprocess.Popen(
            command(plan, out, codes, "--jobs", str(JOBS)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            running.wait(timeout=moments.uniform(0.3, 0.6 * whole))
        except subprocess.TimeoutExpired:
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
            killed += 1
        torn += faults(out, codes)
        if running.returncode == 0:  # it was done before it could be killed: once more
            for path in out.glob("??.en.html"):
                path.unlink()
    report(plan, out, codes, "--jobs", str(JOBS))
    torn += faults(out, codes)
    missing = sum(not (out / f"{code}.en.html").exists() for code in codes)
    different = sum(
        (out / f"{code}.en.html").read_bytes()
        != (out.with_name("undisturbed") / f"{code}.en.html").read_bytes()
        for code in codes
        if not missing
    )
    say(
        f"{killed} of {KILLS} batches over {len(codes)} markets killed (kill -9)",
        f"{len(torn)} torn, {missing} missing, {different} different in the end",
    )


if __name__ == "__main__":
    # Both warn of what doesn't matter here, once per brief.
    warnings.filterwarnings("ignore", module="nbconvert")
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    example = load_plan(data_folder() / "examples" / "plan.yaml")
    everyone = tuple(open_portfolio(example).codes[:MANY])
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as name:
        place = Path(name)
        written = place / "plan.yaml"
        written.write_text(dump_plan(example, ".yaml"), encoding="utf-8")
        speed(written, place, everyone)
        kills(written, place / "killed", everyone[:KILLED_OVER])
