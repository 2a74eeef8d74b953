"""The tests of a week, partner by partner, whose kept ones are alerts (A6): counts against what was
to be expected, return against cost, reversals, orders too soon or too late after the click.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from workbench.domain.programme.movement import Movement, movement, season_of
from workbench.domain.programme.ratios import return_drop, reversal_rise
from workbench.domain.programme.surprise import surprise
from workbench.domain.programme.timing import suspicion
from workbench.domain.programme.weekly import BEFORE, YEAR, Weekly

MEMORY = 26
"""Weeks that tell how much a partner's counts scatter."""


@dataclass
class Week:
    """One week's tests: who, what, p, and the figures that an alert shows."""

    held: Weekly
    tests: list[tuple[str, int, float, float, float, float]] = field(default_factory=list)

    def add(
        self, kind: str, p: np.ndarray, now: np.ndarray, before: np.ndarray, expected: np.ndarray
    ) -> None:
        """Add a test of each partner that has a p; arrays are over partners."""
        for place in np.flatnonzero(~np.isnan(p)):
            self.tests.append(
                (kind, int(place), float(p[place]), float(now[place]), float(before[place]),
                 float(expected[place]))
            )  # fmt: skip


def week_of(held: Weekly, level: float) -> Week:
    """Tests of the newest week, those whose counts could reach the level at all."""
    week = Week(held)
    size = min(held.weeks, BEFORE + 1)
    # Orders as placed, whatever became of them: the newest have had no time to be reversed.
    for name in ("clicks", "orders"):
        moved = _moved(*counts_of(held, name), size)
        p = np.where(moved.least <= level, moved.p, np.nan)
        week.add(name, p, moved.now, moved.before, moved.expected)
    recent = {name: held[name][:, -size:] for name in held.figures}
    cost = recent["both_commission"] + recent["click_cost"]
    p, expected = return_drop(recent["both_value"], cost)
    with np.errstate(divide="ignore", invalid="ignore"):
        now = recent["both_value"][:, -1] / cost[:, -1]
        before = recent["both_value"][:, :-1].sum(axis=1) / cost[:, :-1].sum(axis=1)
    week.add("roi_down", p, now, before, expected)
    p, expected = reversal_rise(recent["turned"], recent["decided"])
    before = recent["turned"][:, :-1].sum(axis=1) / max(size - 1, 1)
    week.add("reversals_up", p, recent["turned"][:, -1], before, expected)
    return week


def counts_of(held: Weekly, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Weekly clicks, or orders as placed, and where their number is unknown."""
    counts = held["clicks"] if name == "clicks" else held["judged"] + held["unstated"]
    return np.round(counts), held[f"no_{name}"] > 0


def without_gaps(counts: np.ndarray, gaps: np.ndarray, weeks: slice) -> np.ndarray:
    """Counts without the partners that have a gap in those weeks: they can't be judged, nor be
    a part of what the others are held against.
    """
    return np.where(gaps[:, weeks].any(axis=1, keepdims=True), 0.0, counts)


def _moved(counts: np.ndarray, gaps: np.ndarray, size: int) -> Movement:
    """The newest week's movement, as far as it is one in both lights: the larger p holds.

    Beside the programme, with a year of history beyond what that week was a year before; and
    beside the partner's own weeks, by their own scatter. Else one big partner's fall would be a
    rise of all others, and a partner wilder than most would be told of week after week.
    """
    season = None
    if counts.shape[1] >= YEAR + size:
        then = slice(-YEAR - size, -YEAR)
        season = season_of(movement(without_gaps(counts, gaps, then)[:, then]))
    counts = without_gaps(counts, gaps, slice(-MEMORY - 1, None))
    beside = movement(counts[:, -size:], season=season)
    past = counts[:, -MEMORY - 1 : -1]
    begun = (np.cumsum(counts, axis=1) > 0)[:, -MEMORY - 1 : -1].astype(float)
    factor = np.ones(len(counts)) if season is None else season.factor
    own = surprise(counts[:, -1], factor, past, begun, BEFORE, prior=BEFORE)
    return replace(beside, down=np.maximum(beside.down, own.down), up=np.maximum(beside.up, own.up))


def timed_tests(
    table: pd.DataFrame, held: Weekly
) -> list[tuple[str, int, float, float, float, float]]:
    """Tests of orders that came too soon, or too late, after their click."""
    keys = held.partners[["source", "partner"]]
    places = pd.MultiIndex.from_frame(keys).get_indexer(
        pd.MultiIndex.from_frame(table[["source", "partner"]].astype(object))
    )
    tests = []
    for kind, name in (("too_fast", "fast"), ("too_late", "late")):
        some, timed = table[name].to_numpy(float), table["timed"].to_numpy(float)
        p, expected = suspicion(some, timed)
        for row in np.flatnonzero(~np.isnan(p) & (places >= 0)):
            tests.append((kind, int(places[row]), float(p[row]), float(some[row]), np.nan,
                          float(expected[row])))  # fmt: skip
    return tests
