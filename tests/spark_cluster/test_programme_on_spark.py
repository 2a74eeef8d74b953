"""A programme's figures, alerts and ramp on a real Spark cluster: what DuckDB says."""

import json
import math
import sys
from datetime import date

import pandas as pd
import pytest

from workbench import cli
from workbench.domain.programme.facts import Scope
from workbench.domain.programme.money import Rates
from workbench.domain.programme.overview import overview
from workbench.domain.programme.period import Period
from workbench.domain.programme.pivot import pivot
from workbench.domain.programme.views import SavedView
from workbench.events.dataset import Dataset
from workbench.events.opening import open_events
from workbench.locale import translator
from workbench.reports.alerts import record as alerts_record
from workbench.reports.basics import record as basics_record
from workbench.sources.example_events import example_events


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The invented programme of the pages, kept as imported events are."""
    made, held = example_events(), Dataset(tmp_path_factory.mktemp("events"))
    with held.loading() as load:
        for name in ("touchpoints", "conversions", "partners"):
            load.add(name, getattr(made, name))
        load.commit()
    return held.folder


@pytest.fixture(scope="module")
def both(folder, master):
    """The events in DuckDB and on the cluster."""
    with open_events(folder) as local, open_events(folder, "spark", master=master) as spread:
        yield local, spread


VIEWS = {
    "by type, a quarter against the one before": SavedView(
        by=("type",), period="2026-01-01..2026-03-31", against="before", currency="USD"
    ),
    "by partner and month, filtered, with a target": SavedView(
        by=("partner", "month"),
        filters={"type": ("content", "coupon", None)},
        target=200,
        weeks=8,
        currency="USD",
    ),
    "one market by tenure and week": SavedView(
        by=("tenure", "week"), period="2026-02", market="DE", currency="USD"
    ),
}


def told(events, view):
    """All that a view comes to, as JSON has it."""
    found, t = overview(events, view), translator("en")
    return {
        "basics": basics_record(found.whole, found.acts, found.spread, found.held),
        "alerts": found.alerts and alerts_record(found.alerts, found.praised, t),
        "ramp": found.ramped and [list(map(str, found.months)), list(found.months.values())],
    }


def same(mine, theirs, where="") -> None:
    """Alike, numbers within 1e-9."""
    if isinstance(mine, dict):
        assert mine.keys() == theirs.keys(), where
        for name, value in mine.items():
            same(value, theirs[name], f"{where}.{name}")
    elif isinstance(mine, list | tuple):
        assert len(mine) == len(theirs), where
        for place, value in enumerate(mine):
            same(value, theirs[place], f"{where}[{place}]")
    elif isinstance(mine, float) and math.isnan(mine):
        assert math.isnan(theirs), where
    elif isinstance(mine, float):
        assert theirs == pytest.approx(mine, rel=1e-9, abs=1e-9), where
    else:
        assert theirs == mine, where


@pytest.mark.parametrize("name", VIEWS)
def test_spark_and_duckdb_say_the_same_of_a_programme(both, name) -> None:
    wanted, found = (told(events, VIEWS[name]) for events in both)
    assert wanted["basics"]["total"]["orders"] > 10
    same(wanted, found)


def test_rates_convert_alike(both) -> None:
    table = pd.DataFrame(
        {"date": ["2025-01-01", "2026-03-01"], "currency": ["USD", "USD"], "rate": [0.9, 0.8]}
    )
    scope = Scope(Period(date(2026, 1, 1), date(2026, 4, 30)), rates=Rates("EUR", table))
    wanted, found = (pivot(events, ("type", "month"), scope) for events in both)
    assert wanted.currency == found.currency == "EUR"
    pd.testing.assert_frame_equal(found.table, wanted.table, rtol=1e-9, check_dtype=False)


@pytest.mark.parametrize("words", [("basics", "--by", "type"), ("alerts", "--since", "2026-03-01")])
def test_the_commands_run_on_the_cluster(folder, master, capsys, monkeypatch, words) -> None:
    """Last of all, for each ends its session."""

    def printed(*more):
        asked = ["workbench", *words, "--events", str(folder), "--currency", "USD", "--json"]
        monkeypatch.setattr(sys, "argv", [*asked, *more])
        with pytest.raises(SystemExit) as ended:
            cli.run()
        return ended.value.code, json.loads(capsys.readouterr().out)

    wanted, found = printed(), printed("--engine", "spark", "--master", master)
    assert wanted[0] == found[0]
    same(wanted[1], found[1])
