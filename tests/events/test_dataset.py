"""The folder of events: whole or not at all, whoever reads, kills or fills the disk."""

import json
import random
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from workbench.domain.errors import ConflictError, InputError, StoreError
from workbench.domain.events import EVENT_TABLES
from workbench.events.dataset import MANIFEST, Dataset
from workbench.events.opening import open_events
from workbench.events.schema import arrow_schema
from workbench.sources.example_events import example_events

LOADER = """
import sys
from pathlib import Path
from workbench.events.dataset import Dataset
from workbench.sources.example_events import example_events

made = example_events()
print("ready", flush=True)
for start in range(0, 1500, 100):
    with Dataset(Path(sys.argv[1])).loading() as load:
        load.add("conversions", made.conversions.slice(start, 100))
        load.add("touchpoints", made.touchpoints.slice(start, 100))
        load.commit()
    print(start + 100, flush=True)
"""


def loaded(dataset, **tables):
    with dataset.loading() as load:
        for name, rows in tables.items():
            load.add(name, rows)
        return load.commit()


@pytest.fixture
def made():
    return example_events()


def test_every_table_opens_with_its_columns_before_anything_is_in_it(tmp_path, made):
    loaded(Dataset(tmp_path), partners=made.partners)
    with open_events(tmp_path) as events:
        for name, table in EVENT_TABLES.items():
            rows = getattr(events, name)
            assert tuple(rows.columns) == table.names
            assert rows.to_pyarrow().num_rows == (17 if name == "partners" else 0)


def test_what_is_held_is_what_was_loaded(tmp_path, made):
    loaded(Dataset(tmp_path), conversions=made.conversions)
    (file,) = Dataset(tmp_path).files("conversions")
    held = pq.read_table(file).cast(arrow_schema(EVENT_TABLES["conversions"]))
    assert held.sort_by("order").equals(made.conversions.sort_by("order"))
    assert Dataset(tmp_path).rows() == {"conversions": made.conversions.num_rows}


def test_a_folder_without_events_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match="holds no imported events; bring some with `workbench"):
        Dataset(tmp_path).files("conversions")


def test_a_load_without_a_commit_changes_nothing(tmp_path, made):
    loaded(Dataset(tmp_path), partners=made.partners)
    before = sorted(path.name for path in tmp_path.iterdir())
    with Dataset(tmp_path).loading() as load:
        load.add("conversions", made.conversions)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert Dataset(tmp_path).files("conversions") == []


def test_only_one_loads_at_a_time(tmp_path):
    with (
        Dataset(tmp_path).loading(),
        pytest.raises(ConflictError, match="Another import into"),
        Dataset(tmp_path).loading(),
    ):
        pass


def test_a_reader_that_opened_before_a_load_can_still_read(tmp_path, made):
    half = made.conversions.num_rows // 2
    loaded(Dataset(tmp_path), conversions=made.conversions.slice(0, half))
    with open_events(tmp_path) as events:
        loaded(Dataset(tmp_path), conversions=made.conversions)
        assert events.conversions.count().to_pyarrow().as_py() == half
    with open_events(tmp_path) as events:
        assert events.conversions.count().to_pyarrow().as_py() == made.conversions.num_rows


def test_older_states_than_the_last_are_cleared_away(tmp_path, made):
    for start in range(0, 500, 100):
        loaded(Dataset(tmp_path), conversions=made.conversions.slice(start, 100))
    assert len(list(tmp_path.glob("conversions-*.parquet"))) <= 3


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("{", StoreError, "can't be read"),
        (json.dumps({"version": 99}), InputError, "of version 99, and this program reads 1"),
    ],
)
def test_a_manifest_that_is_not_ours(tmp_path, content, error, message):
    (tmp_path / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(error, match=message):
        Dataset(tmp_path).files("conversions")


def test_a_full_disk_changes_nothing(tmp_path, made):
    """The merged file can't be written beyond 20 kB."""
    loaded(Dataset(tmp_path), partners=made.partners)
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from workbench.domain.errors import StoreError\n"
        "from workbench.events.dataset import Dataset\n"
        "from workbench.sources.example_events import example_events\n"
        "rows = example_events().touchpoints\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n"
        "    with Dataset(Path(sys.argv[1])).loading() as load:\n"
        "        load.add('touchpoints', rows)\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "        load.commit()\n"
        "except StoreError as error:\n"
        "    print(error)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "can't be written" in ran.stdout, ran.stderr
    assert Dataset(tmp_path).rows() == {"partners": 17}
    assert loaded(Dataset(tmp_path), touchpoints=made.touchpoints)["touchpoints"].new == len(
        made.touchpoints
    )


def test_a_load_that_is_killed_leaves_the_state_before_or_after_it(tmp_path, made):
    """Ten loaders, each killed at a moment of its own: what is held is always whole hundreds."""
    rng = random.Random(4)
    seen = set()
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", LOADER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.9))
        process.send_signal(signal.SIGKILL)
        said = process.communicate()[0].split()
        held = Dataset(tmp_path).rows() if Dataset(tmp_path).exists else {}
        with_rows = held.get("conversions", 0)
        assert with_rows % 100 == 0
        assert held.get("touchpoints", 0) == with_rows  # both tables of a load, or neither
        assert with_rows >= max([int(word) for word in said] or [0])  # what was said done is kept
        seen.add(with_rows)
        if with_rows:
            with open_events(tmp_path) as events:
                assert events.conversions.count().to_pyarrow().as_py() == with_rows
    assert len(seen) > 1
    loaded(Dataset(tmp_path), conversions=made.conversions)
    assert not list(tmp_path.glob(".load-*"))


def test_what_a_killed_load_spilled_is_cleared_away(tmp_path, made):
    spilled = tmp_path / ".load-killed" / "spill"
    spilled.mkdir(parents=True)
    (spilled / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    loaded(Dataset(tmp_path), partners=made.partners)
    assert not spilled.exists()


def test_a_reader_sees_all_tables_of_one_moment(tmp_path, made, monkeypatch):
    """Another process loads both tables right after a reader has begun to open the folder."""
    loaded(Dataset(tmp_path), conversions=made.conversions.slice(0, 10),
           touchpoints=made.touchpoints.slice(0, 10))  # fmt: skip
    read = Dataset._manifest

    def then_loaded(self):
        found = read(self)
        monkeypatch.setattr(Dataset, "_manifest", read)
        loaded(Dataset(tmp_path), conversions=made.conversions, touchpoints=made.touchpoints)
        return found

    monkeypatch.setattr(Dataset, "_manifest", then_loaded)
    with open_events(tmp_path) as events:
        counts = [
            rows.count().to_pyarrow().as_py() for rows in (events.conversions, events.touchpoints)
        ]
    assert counts == [10, 10]
