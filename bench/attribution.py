"""Attribution of raw touchpoints, beside ChannelAttribution and a bare sort, in one run.

``python -m bench.attribution``: about 18 million touches of 2,000 partners. ``--scale``: from one
million touches to a hundred million. Each figure comes from a process of its own.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.__main__ import say
from bench.journeys import TOUCHES_EACH, write_journeys
from bench.memory import peak

JOURNEYS, RUNS = 5_000_000, 3
SCALES = (1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000)
MARKOV_ROWS = 200_000
LONGEST = 120
"""Seconds after which ChannelAttribution's chain over 2,000 partners is given up."""


def ours(folder: str, by: str = "partner") -> dict[str, float]:
    """All eight models in one call."""
    from workbench.domain.question import Question
    from workbench.events.attributing import credit
    from workbench.events.engines import engine

    with engine("duckdb") as running:
        touches = running.read([f"{folder}/touches-*.parquet"])
        orders = running.read([f"{folder}/orders-*.parquet"])
        start = time.perf_counter()
        found = credit(running, touches, orders, Question(by=by))
        seconds = time.perf_counter() - start
    whole = found.found.totals.conversions
    assert abs(found.found.conversions.sum(axis=1) / whole - 1).max() < 1e-9
    return {"seconds": seconds, "touches": found.found.totals.touchpoints}


def sort(folder: str) -> dict[str, float]:
    """DuckDB: the same rows by journey and time, to the last, and nothing else."""
    from workbench.events.engines import engine

    with engine("duckdb") as running:
        start = time.perf_counter()
        running.backend.con.sql(
            f"SELECT count(*) FROM (SELECT journey, timestamp, partner FROM "
            f"read_parquet('{folder}/touches-*.parquet') ORDER BY journey, timestamp OFFSET 1)"
        ).fetchall()
        return {"seconds": time.perf_counter() - start}


PATHS = """
SELECT string_agg({by}, ' > ' ORDER BY t.timestamp) AS path, first(o.value) IS NOT NULL AS won,
       coalesce(first(o.value), 0) AS value
FROM read_parquet('{folder}/touches-*.parquet') t
LEFT JOIN read_parquet('{folder}/orders-*.parquet') o USING (journey)
GROUP BY journey
"""


def theirs(folder: str) -> dict[str, float]:
    """ChannelAttribution: its paths built by DuckDB, then first, last and linear."""
    import ChannelAttribution as attribution  # noqa: N813

    start = time.perf_counter()
    paths = _paths(folder, "partner")
    paths["one"] = paths.pop("won").astype(int)
    built = time.perf_counter() - start
    attribution.heuristic_models(paths, "path", "one", var_value="value", sep=">", flg_pro=False)
    whole = time.perf_counter() - start
    winners = paths.query("one == 1")  # enough for these models, if one knows it
    start = time.perf_counter()
    attribution.heuristic_models(winners, "path", "one", var_value="value", sep=">", flg_pro=False)
    return {"seconds": whole, "paths": built, "winners": built + time.perf_counter() - start}


def their_chain(folder: str, by: str) -> dict[str, float]:
    """ChannelAttribution's Markov model of order 1 alone; by simulation, 2 cores."""
    import ChannelAttribution as attribution  # noqa: N813

    paths = _paths(folder, by)
    data = paths.assign(one=paths["won"].astype(int), null=1 - paths["won"].astype(int))
    start = time.perf_counter()
    attribution.markov_model(
        data, "path", "one", var_value="value", var_null="null", ncore=2, verbose=False,
        flg_pro=False,
    )  # fmt: skip
    return {"seconds": time.perf_counter() - start}


def _paths(folder: str, by: str):
    import duckdb

    return duckdb.connect(config={"threads": 2}).sql(PATHS.format(by=by, folder=folder)).df()


ALL: dict[str, Callable[..., dict[str, float]]] = {
    one.__name__: one for one in (ours, sort, theirs, their_chain)
}


def measured(name: str, *words: str, limit: float | None = None) -> dict[str, float]:
    """What a function found in a process of its own, and the most memory it took, in MB."""
    command = [sys.executable, "-m", "bench.attribution", "--alone", name, *words]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


def side_by_side() -> None:
    with TemporaryDirectory() as folder:
        touches = write_journeys(Path(folder), JOURNEYS)
        rounds = [
            {name: measured(name, folder) for name in ("sort", "ours", "theirs")}
            for _ in range(RUNS)
        ]
        seconds = {name: median(each[name]["seconds"] for each in rounds) for name in rounds[0]}
        most = max(each["ours"]["memory"] for each in rounds)
        say(f"touches, journeys, partners (medians of {RUNS})", f"{touches:,}, {JOURNEYS:,}, 2,000")
        say("DuckDB sorts them by journey and time", f"{seconds['sort']:.1f} s")
        say("ours: eight models by partner in one call", f"{seconds['ours']:.1f} s, {most:.0f} MB")
        say("ours / the sort (at most 4)", f"{seconds['ours'] / seconds['sort']:.1f}")
        say(
            "ChannelAttribution: paths, then first, last, linear",
            f"{median(each['theirs']['paths'] for each in rounds):.1f} s, "
            f"{seconds['theirs']:.1f} s together",
        )
        say("theirs / ours (at least 5)", f"{seconds['theirs'] / seconds['ours']:.1f}")
        winners = median(each["theirs"]["winners"] for each in rounds)
        say(
            "the same on converting paths alone, which their Markov can't do without",
            f"{winners:.1f} s, {winners / seconds['ours']:.1f}",
        )
        chain = measured("ours", folder, "channel")["seconds"]
        say("ours by 20 channels, eight models", f"{chain:.1f} s")
        say(
            "ChannelAttribution: Markov over 20 channels alone, paths not counted",
            f"{measured('their_chain', folder, 'channel')['seconds']:.1f} s",
        )
        try:
            long = f"{measured('their_chain', folder, 'partner', limit=LONGEST)['seconds']:.0f} s"
        except subprocess.TimeoutExpired:
            long = f"given up after {LONGEST} s"
        except subprocess.CalledProcessError as error:
            long = f"failed: {error.stderr.strip().splitlines()[-1][:60]}"
        say("ChannelAttribution: Markov over 2,000 partners alone", long)


def scaling(scales: tuple[int, ...] = SCALES) -> None:
    for scale in scales:
        with TemporaryDirectory() as folder:
            touches = write_journeys(Path(folder), round(scale / TOUCHES_EACH))
            found = measured("ours", folder)
        rate = touches / found["seconds"] / 1e6
        say(
            f"ours: {touches:,} touches",
            f"{found['seconds']:.1f} s, {rate:.1f} million a second, {found['memory']:.0f} MB",
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        result = ALL[sys.argv[2]](*sys.argv[3:])
        print(json.dumps({**result, "memory": peak()}))
    elif sys.argv[1:2] == ["--scale"]:
        scaling(tuple(map(int, sys.argv[2:])) or SCALES)
    else:
        side_by_side()
