"""The workspace's figures: killed writers, many writers, a long log. ``python -m bench.workspace``.

PostgreSQL is measured where ``WORKBENCH_BENCH_POSTGRESQL`` names an empty database.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import insert, update

from bench.__main__ import median, say
from workbench.apps.planner import Planner
from workbench.domain.changes import Cell, Change
from workbench.sources.inputs import OwnFiles
from workbench.store import Workspace, open_workspace, schema
from workbench.store.checking import check
from workbench.store.log import Command, lock_head, to_json
from workbench.store.plans import ScenarioStore
from workbench.store.stacks import Tops, after_edit
from workbench.widgets.state import PlanState

ROUNDS, WRITERS, EDITS = 200, 8, 500
WRITER = """
import sys
from workbench.domain.changes import Change
from workbench.store import open_workspace
store = open_workspace(sys.argv[1], who=sys.argv[2])
for n in range(int(sys.argv[3])):
    key = f"{sys.argv[2]}-{n}"
    store.apply("base", [Change("advert", key, None, "x" * 100), Change("floors", key, None, 1.0)])
    print(key, flush=True)
"""


def _writer(url: str, who: str, edits: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, who, str(edits)], stdout=subprocess.PIPE, text=True
    )


def _keys(store: Workspace, table: str) -> set[str]:
    return {cell.key for cell in store.snapshot("base").cells if cell.table == table}


def kill_rounds(url: str, name: str) -> None:
    """Kill -9 at a random moment during writes, again and again."""
    store = open_workspace(url, who="li")
    store.create("base")
    chance, told = Random(1), set[str]()
    for place in range(ROUNDS):
        writer = _writer(url, f"w{place}", 1_000_000)
        assert writer.stdout
        told.add(writer.stdout.readline().strip())
        time.sleep(chance.random() * 0.05)
        writer.send_signal(signal.SIGKILL)
        told |= set(writer.stdout.read().split())  # not communicate(): it skips a buffer
        writer.wait()
    stored = _keys(store, "advert")
    whole = not check(store.engine).faults and stored == _keys(store, "floors")
    say(
        f"{name}: kill -9 during writes, {ROUNDS} rounds: acknowledged, lost, log whole",
        f"{len(told)}, {len(told - stored)}, {'yes' if whole else 'NO'}",
    )
    store.engine.dispose()


def many_writers(url: str, name: str) -> None:
    """Processes that write side by side; the same edits by one process, in the same run."""
    store = open_workspace(url, who="li")
    if not store.scenarios():
        store.create("base")
    before = store.scenario("base").revision
    start = time.perf_counter()
    writers = [_writer(url, f"p{place}", EDITS) for place in range(WRITERS)]
    told = set[str]()
    for writer in writers:
        told |= set(writer.communicate()[0].split())
    seconds = time.perf_counter() - start
    lost = len(told - _keys(store, "advert"))
    failed = sum(writer.returncode != 0 for writer in writers)
    start = time.perf_counter()
    for place in range(EDITS):
        store.apply("base", [Change("caps", f"k{place}", None, 1.0)])
    alone = EDITS / (time.perf_counter() - start)
    written = store.scenario("base").revision - before - EDITS
    say(
        f"{name}: {WRITERS} processes x {EDITS} edits: edits/s (alone), lost, failed writers",
        f"{written / seconds:.0f} ({alone:.0f}), {lost}, {failed}",
    )
    store.engine.dispose()


def long_log(folder: Path) -> None:
    """Open the planner and one cell's history, over a short log and a long one."""
    opening, history = {}, {}
    for rows in (1_000, 1_000_000):
        url = f"sqlite:///{folder / f'{rows}.db'}"
        _grow(open_workspace(url, who="li"), rows)
        opening[rows] = median(lambda _, url=url: _open(url), runs=5)
        store = open_workspace(url, who="li")
        cell = Cell("weights", "privacy")
        history[rows] = median(lambda _, store=store, cell=cell: store.history("base", cell))
    say(
        "opening the planner, 1,000 and 1,000,000 commands (ratio)",
        f"{opening[1_000] * 1000:.0f} ms, {opening[1_000_000] * 1000:.0f} ms "
        f"({opening[1_000_000] / opening[1_000]:.2f})",
    )
    say(
        "history of one cell, latest 100 of 1,000 and 1,000,000 commands",
        f"{history[1_000] * 1000:.1f} ms, {history[1_000_000] * 1000:.1f} ms",
    )


def long_line(folder: Path, branches: int = 1_000) -> None:
    """A scenario with many ancestors: what its cells hold, and held, comes from all of them."""
    store = open_workspace(f"sqlite:///{folder / 'line.db'}", who="li")
    cell = Cell("weights", "privacy")
    store.create("s0", [Change(*cell, None, 0.0)])
    for place in range(branches):
        store.branch(f"s{place}", f"s{place + 1}")
        if place % 10 == 0:
            store.apply(f"s{place + 1}", [Change(*cell, float(place), float(place + 10))])
    took = median(lambda _: store.history(f"s{branches}", cell))
    say(f"history of one cell through {branches:,} branches", f"{took * 1000:.1f} ms")
    took = median(lambda _: store.scenario(f"s{branches}"))
    say(f"one of {branches:,} scenarios by name", f"{took * 1000:.1f} ms")


def _open(url: str) -> Planner:
    store = ScenarioStore(open_workspace(url, who="li"), "base", inputs=OwnFiles())
    return Planner(PlanState(store.load(), store))


def _grow(store: Workspace, rows: int) -> None:
    """A log of ``rows`` edits of five weights, written in bulk but hashed like any other."""
    store.create("base")
    names = ["privacy", "interactivity", "reach", "purchasing_power", "regulation"]
    day = datetime(2026, 1, 1, tzinfo=UTC)
    held: dict[str, float | None] = dict.fromkeys(names)
    by: dict[str, int] = {}
    with store.engine.begin() as connection:
        seq, digest = lock_head(connection)
        tops = Tops()
        commands, changes = [], []
        for place in range(rows):
            name = names[place % len(names)]
            change = Change("weights", name, held[name], float(place % 7))
            held[name] = change.after
            seq += 1
            node = after_edit(seq, tops)
            tops = node.tops
            command = Command(
                seq, 1, place + 1, "edit", day + timedelta(seconds=place), "li",
                changes=(change,), node=node,
            )  # fmt: skip
            digest = command.digest(digest)
            by[name] = seq
            commands.append(
                {
                    "seq": seq, "scenario": 1, "revision": place + 1, "kind": "edit",
                    "at": command.at.isoformat(), "who": "li", "reason": "",
                    "evidence": to_json(vars(command.evidence)), "details": "{}",
                    "refers": None, "below": node.below, "undo_top": tops.undo,
                    "redo_top": None, "hash": digest,
                }
            )  # fmt: skip
            changes.append(
                {
                    "seq": seq, "place": 0, "scenario": 1, "table": "weights", "key": name,
                    "before": None if change.before is None else to_json(change.before),
                    "after": to_json(change.after),
                }
            )  # fmt: skip
            if len(commands) == 10_000 or place == rows - 1:
                connection.execute(insert(schema.command), commands)
                connection.execute(insert(schema.change), changes)
                commands, changes = [], []
        connection.execute(
            insert(schema.cell),
            [
                {"scenario": 1, "table": "weights", "key": name, "value": to_json(held[name]),
                 "seq": by[name]}
                for name in names
            ],
        )  # fmt: skip
        connection.execute(update(schema.head).values(seq=seq, hash=digest))
        connection.execute(update(schema.scenario).values(revision=rows))


def main() -> None:
    """Print every figure."""
    with TemporaryDirectory() as folder:
        for name, url in (
            ("SQLite", f"sqlite:///{folder}/w.db"),
            ("PostgreSQL", os.environ.get("WORKBENCH_BENCH_POSTGRESQL", "")),
        ):
            if url:
                kill_rounds(url, name)
                many_writers(url, name)
        long_log(Path(folder))
        long_line(Path(folder))


if __name__ == "__main__":
    main()
