"""The programme's figures over raw clicks and orders, beside pandas on the same files, in one run.

``python -m bench.programme``: about ten million clicks and 560,000 orders of 2,000 partners. Each
side comes from a process of its own, which reads the files as well.
"""

import json
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bench.__main__ import say
from bench.journeys import PARTNERS, TOUCHES_EACH, write_journeys
from bench.memory import peak
from workbench.domain.events import CONVERSIONS, EVENT_TABLES, TOUCHPOINTS, EventTable
from workbench.events.schema import arrow_schema

CLICKS, RUNS, EXAMPLES = 10_000_000, 3, 7
COUNTRIES = ("US", "ID", "BR", "DE", "JP", "SA")
STATUSES = {"pending": 0.1, "approved": 0.5, "paid": 0.3, "reversed": 0.1}


def write_events(folder: Path, clicks: int) -> tuple[int, int]:
    """Event tables ``touchpoints-*.parquet`` and ``conversions-*.parquet``; rows of each."""
    write_journeys(folder, round(clicks / TOUCHES_EACH))
    rng, counts = np.random.default_rng(11), [0, 0]
    for file in sorted(folder.glob("touches-*.parquet")):
        found = pq.read_table(file)
        given = {
            "touch": pa.array(np.arange(counts[0], counts[0] + len(found))).cast(pa.string()),
            "kind": _one("click", len(found)),
            "country": _drawn(rng, COUNTRIES, len(found)),
        }
        _write(found, given, TOUCHPOINTS, folder / file.name.replace("touches", "touchpoints"))
        counts[0] += len(found)
        file.unlink()
    for file in sorted(folder.glob("orders-*.parquet")):
        found = pq.read_table(file)
        given = {
            "order": pa.array(np.arange(counts[1], counts[1] + len(found))).cast(pa.string()),
            "partner": _drawn(rng, [f"partner {one:04d}" for one in range(PARTNERS)], len(found)),
            "country": _drawn(rng, COUNTRIES, len(found)),
            "status": _drawn(rng, list(STATUSES), len(found), list(STATUSES.values())),
            "currency": _one("USD", len(found)),
            "commission": pa.array(np.round(found["value"].to_numpy() * 0.08, 2)),
        }
        _write(found, given, CONVERSIONS, folder / file.name.replace("orders", "conversions"))
        counts[1] += len(found)
        file.unlink()
    return counts[0], counts[1]


def _one(text: str, size: int) -> pa.Array:
    return pa.array([text]).take(pa.array(np.zeros(size, int)))


def _drawn(rng, names, size: int, weights=None) -> pa.Array:
    return pa.array(list(names)).take(pa.array(rng.choice(len(names), size, p=weights)))


def _write(found: pa.Table, given: dict[str, pa.Array], table: EventTable, file: Path) -> None:
    """All columns of an event table: those found, those given, the rest unknown."""
    schema, size = arrow_schema(table), len(found)
    given = {"source": _one("generic", size), **given}
    columns = [
        given[field.name]
        if field.name in given
        else found[field.name]
        if field.name in found.column_names
        else pa.nulls(size, field.type)
        for field in schema
    ]
    pq.write_table(pa.table(columns, schema=schema), file, row_group_size=500_000)


def ours(folder: str) -> dict[str, float]:
    """Figures by partner and country; then the page's whole view of them."""
    from workbench.domain.programme.overview import output, overview, watched
    from workbench.domain.programme.pivot import pivot
    from workbench.domain.programme.views import SavedView
    from workbench.events.engines import engine
    from workbench.events.opening import Events

    with engine("duckdb") as running:
        start = time.perf_counter()
        events = Events(
            running,
            **{
                name: running.parquet(sorted(Path(folder).glob(f"{name}-*.parquet")), table)
                for name, table in EVENT_TABLES.items()
            },
        )
        measures = ("clicks", "orders", "value", "commission", "aov", "conversion_rate")
        found = pivot(events, ("partner", "country"), measures=measures)
        figures = time.perf_counter() - start
        view = SavedView(by=("partner",), weeks=12)
        moved, brought = watched(events, view), output(events, view)
        whole = overview(events, view, moved=moved, brought=brought)
        seconds = time.perf_counter() - start
        overview(events, view.but(by=("country",)), moved=moved, brought=brought)
        again = time.perf_counter() - start - seconds
    assert len(whole.figures.table) >= PARTNERS
    total = found.total
    return {
        "seconds": figures,
        "overview": seconds - figures,
        "again": again,
        **{name: float(total[name]) for name in ("clicks", "orders", "value")},
    }


def pandas(folder: str) -> dict[str, float]:
    """The same figures by partner and country."""
    start = time.perf_counter()
    by = ["partner", "country"]
    clicks = pd.read_parquet(sorted(Path(folder).glob("touchpoints-*.parquet")), columns=by)
    wanted = [*by, "status", "value", "commission"]
    orders = pd.read_parquet(sorted(Path(folder).glob("conversions-*.parquet")), columns=wanted)
    orders = orders[orders["status"].isin(("pending", "approved", "paid"))]
    sums = orders.groupby(by).agg(
        orders=("value", "size"), value=("value", "sum"), commission=("commission", "sum")
    )
    found = clicks.groupby(by).size().to_frame("clicks").join(sums, how="outer")
    found["aov"] = found["value"] / found["orders"]
    found["conversion_rate"] = found["orders"] / found["clicks"]
    seconds = time.perf_counter() - start
    total = found[["clicks", "orders", "value"]].sum()
    return {"seconds": seconds, **total.to_dict()}


def example(_folder: str) -> dict[str, float]:
    """A whole view of the invented programme, and one that names no expression in the engine."""
    from workbench.domain.programme.overview import overview
    from workbench.domain.programme.seen import Views
    from workbench.domain.programme.views import SavedView
    from workbench.events.opening import Events
    from workbench.sources.ground import ground
    from workbench.sources.measuring import opened

    class Anew(Events):
        @property
        def views(self) -> Views:
            return Views(lambda rows: rows)

    took: dict[str, list[float]] = {"named": [], "anew": []}
    for _ in range(EXAMPLES):
        for name, kind in (("named", Events), ("anew", Anew)):
            with opened(ground()) as held:
                events = kind(**{each.name: getattr(held, each.name) for each in fields(held)})
                start = time.perf_counter()
                overview(events, SavedView(by=("type",), market="ID"))
                took[name].append(time.perf_counter() - start)
    return {name: median(seconds[1:]) for name, seconds in took.items()}


ALL = {"ours": ours, "pandas": pandas}
ALONE = {**ALL, "example": example}


def measured(name: str, folder: str) -> dict[str, float]:
    """One side, in a process of its own: seconds, totals, and its most memory in MB."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.programme", "--alone", name, folder]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


def side_by_side(clicks: int = CLICKS) -> None:
    with TemporaryDirectory() as folder:
        touches, orders = write_events(Path(folder), clicks)
        rounds = [{name: measured(name, folder) for name in ALL} for _ in range(RUNS)]
    for each in rounds:
        for total in ("clicks", "orders", "value"):
            ratio = each["ours"][total] / each["pandas"][total]
            assert abs(ratio - 1) < 1e-9, total
    seconds = {name: median(each[name]["seconds"] for each in rounds) for name in ALL}
    memory = {name: max(each[name]["memory"] for each in rounds) for name in ALL}
    say(f"clicks, orders, partners (medians of {RUNS})", f"{touches:,}, {orders:,}, {PARTNERS:,}")
    for name, words in (("ours", "ours"), ("pandas", "pandas")):
        say(
            f"{words}: figures by partner and country, files read",
            f"{seconds[name]:.1f} s, {memory[name]:.0f} MB",
        )
    say("pandas / ours", f"{seconds['pandas'] / seconds['ours']:.1f}")
    view, again = (median(each["ours"][name] for each in rounds) for name in ("overview", "again"))
    say("ours: the page's whole view (activity, alerts, ramp, concentration)", f"{view:.1f} s")
    say("ours: the same view split by country", f"{again:.1f} s")
    small = measured("example", "")
    say("a view of the invented programme", f"{small['named']:.2f} s")
    say("every expression written anew / named once", f"{small['anew'] / small['named']:.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        result = ALONE[sys.argv[2]](*sys.argv[3:])
        print(json.dumps({**result, "memory": peak()}))
    else:
        side_by_side(*map(int, sys.argv[1:2]))
