"""The same question on a real Spark cluster and in DuckDB: the same answer."""

import json
import sys
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.events.events import EPOCH, TIME
from workbench import cli
from workbench.domain.question import Question
from workbench.events.attributing import answer
from workbench.events.engine import Engine
from workbench.events.engines import engine
from workbench.sources.event_files import event_table

JOURNEYS, PARTNERS = 4_000, 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Some twelve thousand touches of four thousand journeys, with gaps and ties, in two files."""
    rng = np.random.default_rng(11)
    size = JOURNEYS * 3
    touched = pa.table(
        {
            "journey": [f"旅程-{each}" for each in rng.integers(0, JOURNEYS, size)],
            "timestamp": pa.array(_days(rng, size), TIME),
            "partner": [
                None if each == 0 else f"p{each}" for each in rng.integers(0, PARTNERS, size)
            ],
            "channel": [f"c{each}" for each in rng.integers(0, 7, size)],
            "cost": rng.random(size),
        }
    )
    many = JOURNEYS // 2
    ordered = pa.table(
        {
            "journey": [f"旅程-{each}" for each in rng.integers(0, JOURNEYS + 200, many)],
            "timestamp": pa.array(_days(rng, many), TIME),
            "value": np.round(rng.lognormal(3, 1, many), 2),
            "currency": ["USD"] * many,
            "status": rng.choice(["approved", "pending", "reversed"], many),
            "partner": [f"p{each}" for each in rng.integers(1, PARTNERS, many)],
            "commission": rng.random(many),
        }
    )
    made = tmp_path_factory.mktemp("events")
    pq.write_table(touched, made / "touches.parquet")
    pq.write_table(ordered, made / "orders.parquet")
    return made


def _days(rng, size):
    """Moments of ninety days, in steps of six hours so that many are the same."""
    start = int(EPOCH.timestamp())
    return (start + rng.integers(0, 360, size) * 21_600) * 1_000_000


@pytest.fixture(scope="module")
def spark(master):
    with engine("spark", master=master) as running:
        yield running


QUESTIONS = {
    "partners": Question(),
    "channels, order 3": Question(by="channel", order=3, lookback=5 * 86400.0),
    "a month": Question(since=date(2026, 2, 1), until=date(2026, 2, 28)),
    "reversed ones": Question(statuses=("reversed",), lookback=None),
}


def of(running: Engine, folder, question):
    touched = event_table(running, folder / "touches.parquet", "touchpoints", [question.by])
    ordered = event_table(running, folder / "orders.parquet", "conversions")
    return answer(running, touched, ordered, question)


@pytest.mark.parametrize("name", QUESTIONS)
def test_spark_and_duckdb_agree(spark, folder, name):
    with engine("duckdb") as local:
        wanted = of(local, folder, QUESTIONS[name])
    found = of(spark, folder, QUESTIONS[name])
    assert found.credited.names == wanted.credited.names
    mine, theirs = found.credited.found, wanted.credited.found
    assert mine.models == theirs.models
    for part in ("conversions", "value", "roles", "orders", "paths"):
        np.testing.assert_allclose(getattr(mine, part), getattr(theirs, part), rtol=1e-9, atol=1e-9)
    totals = vars(mine.totals)
    assert totals == pytest.approx(vars(theirs.totals), rel=1e-12)
    assert found.cost == pytest.approx(wanted.cost, rel=1e-9)
    assert totals["conversions"] > 100


def test_both_workers_took_part(spark, folder):
    """The rows are spread over partitions, and the partitions over two executors."""
    of(spark, folder, Question())
    held = spark.session.sparkContext._jsc.sc().getExecutorMemoryStatus().size()
    assert held == 3  # the driver and two workers


def test_the_command_runs_on_the_cluster(master, spark, folder, capsys, monkeypatch):
    """Last of all, for it ends the session."""
    words = ["attribute", folder / "touches.parquet", "--conversions", folder / "orders.parquet"]
    more = ["--engine", "spark", "--master", master, "--json"]
    monkeypatch.setattr(sys, "argv", ["workbench", *map(str, words), *more])
    with pytest.raises(SystemExit) as ended:
        cli.run()
    assert not ended.value.code
    found = json.loads(capsys.readouterr().out)
    rows = [row["conversions"] for row in found["rows"] if row["model"] == "markov_1"]
    assert sum(rows) == pytest.approx(found["totals"]["conversions"], rel=1e-9)


def test_a_master_that_is_not_there_is_named(capsys, monkeypatch, folder):
    words = ["attribute", folder / "touches.parquet", "--conversions", folder / "orders.parquet"]
    more = ["--engine", "spark", "--master", "spark//nowhere", "--lang", "en"]
    monkeypatch.setattr(sys, "argv", ["workbench", *map(str, words), *more])
    with pytest.raises(SystemExit) as ended:
        cli.run()
    assert ended.value.code == 2
    assert "Spark can't be started with master 'spark//nowhere'" in capsys.readouterr().err
