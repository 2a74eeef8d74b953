"""The batch against papermill and nbconvert as they come: speed, memory, and kills.

Run: ``python -m bench.batch``. All sides run the same notebook with the same parameters on this
machine, by turns. Stock: a cold kernel per brief and nbconvert's HTML, as their manuals
have it. Ours: what ``workbench report`` does.
"""

import hashlib
import json
import logging
import multiprocessing
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
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import papermill
import psutil
from nbconvert import HTMLExporter

from bench.__main__ import say
from bench.one_process import DAY, NOTEBOOK, given, in_process
from workbench.reports.batch.jobs import Job
from workbench.reports.batch.lines import Line
from workbench.reports.batch.making import make_brief
from workbench.reports.batch.publish import write_shared
from workbench.reports.engine import end_thread
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder
from workbench.sources.plans import dump_plan, load_plan

SAMPLE = ("ID", "SA", "DE", "BR", "NG")
"""Stock's markets."""
OTHERS = ("JP", "MX", "PL", "VN", "TR", "EG", "CL", "FR", "US", "GH")
BRIEFS = (*SAMPLE, *OTHERS)
"""Ours: each once, so that nothing of a market is known from a brief before."""
FIRST = "KE"
"""What a kernel has made before it is measured: another market than all of them."""
MANY, JOBS, KILLS, KILLED_OVER = 200, 2, 20, 24


def stock(plan: Path, out: Path, code: str) -> float:
    """Seconds of a brief through papermill on a kernel of its own, and nbconvert."""
    start = time.perf_counter()
    made = out / f"{code}.ipynb"
    papermill.execute_notebook(
        NOTEBOOK, made, parameters=given(plan, code), progress_bar=False, kernel_name="python3"
    )
    html, _ = HTMLExporter().from_notebook_node(nbformat.read(made, as_version=4))
    (out / f"{code}.html").write_text(html, encoding="utf-8")
    return time.perf_counter() - start


def ours(line: Line, out: Path, job: Job) -> float:
    """Seconds of a brief through papermill on a warm kernel, page included, as a batch does it."""
    made = make_brief(line.task(job, out, ("en",), False, 300))
    assert made.state == "done", made.error
    return made.seconds


def one_brief(plan: Path, folder: Path) -> tuple[list[float], list[float], list[float]]:
    """Seconds of stock, ours and the lower bound, by turns, so that all have the same machine.

    Each of ours is of a market that is new to its kernel, which has made one brief before; so is
    each of the lower bound's to its process, which does nothing else.
    """
    line = Line(load_plan(plan).but(as_of=DAY, markets=(FIRST, *BRIEFS)))
    write_shared(folder / "ours", [line], standalone=False)
    first, *jobs = line.jobs(("en",), (), False)
    ours(line, folder / "ours", first)
    theirs, warm, lower = [], [], []
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        other.submit(in_process, plan, FIRST).result()
        for turn, code in enumerate(SAMPLE):
            theirs.append(stock(plan, folder, code))
            for job in jobs[3 * turn : 3 * turn + 3]:
                warm.append(ours(line, folder / "ours", job))
                lower.append(other.submit(in_process, plan, job.market).result())
    end_thread()
    return theirs, warm, lower


def command(plan: Path, out: Path, codes: tuple[str, ...], *words: str) -> list[str]:
    """``workbench report`` over these markets."""
    markets = [word for code in codes for word in ("--market", code)]
    program = str(Path(sys.executable).with_name("workbench"))
    options = ["--plan", str(plan), "--as-of", DAY, "--lang", "en", "--out", str(out)]
    return [program, "report", *options, *markets, *words]


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
    alone, many, least = one_brief(plan, folder)
    stock_one, warm, lower = map(statistics.median, (alone, many, least))
    say("stock papermill + nbconvert, one brief (median of 5)", f"{stock_one:.2f} s")
    say(
        "ours, one brief on a warm kernel (median of 15; bound 12)",
        f"{warm:.2f} s, {stock_one / warm:.1f} x faster",
    )
    say(
        "the same cells and page in one warm process (median of 15; bound 2)",
        f"{lower:.2f} s, ours takes {warm / lower:.1f} x that",
    )
    report(plan, folder / "warm", codes[:1])  # the kernels' parent process is there from now on
    single = [report(plan, folder / f"one{n}", (code,)) for n, code in enumerate(SAMPLE[:3])]
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
