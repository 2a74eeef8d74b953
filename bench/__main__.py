"""Run every bench and print one line per figure."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.apps.planner import Planner
from workbench.domain import scoring
from workbench.domain.assess import Portfolio
from workbench.domain.plan import Plan
from workbench.reports.batch import run
from workbench.sources.opening import open_portfolio
from workbench.widgets.state import PlanState

RUNS = 15
TWELVE = ("ID", "SA", "BR", "VN", "DE", "US", "JP", "IN", "NG", "EG", "TR", "MX")


def median(call: Callable[[int], object], runs: int = RUNS) -> float:
    """Median seconds of ``call(place)`` after one run that warms up."""
    call(runs)
    seconds = []
    for place in range(runs):
        start = time.perf_counter()
        call(place)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def say(name: str, value: str) -> None:
    """One line."""
    print(f"{name:<78} {value}", flush=True)


def weight_edit() -> None:
    """Moving one weight in the planner, all panels: the edit message in, the figures out."""
    state = PlanState(Plan(product="live_show", market="ID"))
    planner = Planner(state)
    grid = planner.panels["ranking"].grid
    markets, criteria = state.portfolio.utility.shape

    def edit(place: int) -> None:
        grid._receive(
            grid,
            {
                "type": "edit",
                "origin": "type",
                "edits": [
                    {"row": "interactivity", "key": "weight", "value": 1 + place % 9, "old": None}
                ],
            },
            [],
        )

    whole = median(edit)
    weights = state.portfolio.weights

    def compute(place: int) -> None:
        weights["interactivity"] = 1 + place % 9
        _ = state.portfolio.but(state.plan.but(weights={"interactivity": 1.0 + place % 9})).ranking

    part = median(compute)
    say(
        f"one weight moved, {markets} markets x {criteria} criteria x "
        f"{state.plan.samples:,} weightings",
        f"{whole * 1000:.0f} ms (bound 150)",
    )
    say("  of it computing", f"{part * 1000:.0f} ms ({part / whole:.0%})")


def stability_against_loop() -> None:
    """The vectorised stability against ranking the same weightings one by one."""
    portfolio = open_portfolio(Plan(product="live_show"))
    known = portfolio.utility.dropna(axis=1, how="all")
    matrix = known.fillna(known.median()).to_numpy()
    weights = portfolio.weights[known.columns].to_numpy()
    ours = median(lambda place: scoring.stability(matrix, weights, 10, 2000), 5)

    def loop(place: int) -> None:
        for row in scoring.sampled_weights(weights, 2000):
            scoring.ranks(scoring.weighted_sum(matrix, row))

    theirs = median(loop, 1)
    say("stability of 2,000 weightings against a loop over them", f"{theirs / ours:.0f} x faster")


def help_time() -> None:
    """``workbench --help`` as a whole process, against starting Python with pandas."""
    command = [str(Path(sys.executable).with_name("workbench")), "--help"]
    ours = median(lambda place: subprocess.run(command, capture_output=True, check=True))
    pandas = median(
        lambda place: subprocess.run([sys.executable, "-c", "import pandas"], check=True), 3
    )
    say("workbench --help", f"{ours:.2f} s (bound 0.3); import pandas alone {pandas:.2f} s")


def portfolio_time() -> None:
    """Gates, promises, mixes and value of every market from cold tables."""
    start = open_portfolio(Plan(product="live_show"))

    def assess(place: int) -> None:
        Portfolio(start.plan, start.reference, start.product).verdicts()

    say("verdicts of all markets", f"{median(assess, 3):.2f} s")


def briefs() -> None:
    """Twelve briefs through papermill on one kernel, and the size of the largest."""
    with TemporaryDirectory() as folder:
        out = Path(folder)
        start = time.perf_counter()
        run(Plan(product="live_show", markets=TWELVE), out, ("zh",))
        seconds = time.perf_counter() - start
        largest = max(path.stat().st_size for path in out.glob("??.zh.html"))
    say("twelve briefs", f"{seconds:.1f} s; largest brief {largest / 1024:.0f} KB (bound 500)")


if __name__ == "__main__":
    for bench in (help_time, weight_edit, stability_against_loop, portfolio_time, briefs):
        bench()
