"""The same rules written out slowly, one journey and one member at a time: oracles."""

from collections import defaultdict
from itertools import combinations
from math import factorial

import numpy as np

from workbench.domain.attribution import Paths

DAY = 86400.0


def paths_of(*rows, time=None, converted_at=None) -> Paths:
    """Weighted paths from rows (members, conversions, value, nulls)."""
    members, conversions, value, nulls = zip(*rows, strict=True)
    return Paths(
        member=np.array([code for path in members for code in path], np.int32),
        offsets=np.cumsum([0, *map(len, members)]).astype(np.int64),
        conversions=np.array(conversions, float),
        value=np.array(value, float),
        nulls=np.array(nulls, float),
        time=None if time is None else np.array([each for path in time for each in path], float),
        converted_at=None if converted_at is None else np.array(converted_at, float),
    )


def rows_of(paths: Paths) -> list[tuple]:
    """The paths as rows (members, conversions, value, nulls, times)."""
    found = []
    for place, (begin, end) in enumerate(zip(paths.offsets[:-1], paths.offsets[1:], strict=True)):
        weights = paths.conversions[place], paths.value[place], paths.nulls[place]
        times = () if paths.time is None else tuple(paths.time[begin:end].tolist())
        found.append((tuple(paths.member[begin:end].tolist()), *map(float, weights), times))
    return found


def split(touches, conversions, lookback=None, since=None) -> tuple[list[tuple], int, set]:
    """Rows as of :func:`rows_of` from (journey, time, member) and (journey, time, value)."""
    since = -np.inf if since is None else since
    rows, outside, journeys = [], 0, set()
    for journey in sorted({each[0] for each in [*touches, *conversions]}):
        mine = sorted((time, member) for j, time, member in touches if j == journey)
        closings = defaultdict(list)
        for j, time, value in conversions:
            if j == journey:
                closings[time].append(value)
        for time in sorted(closings):
            before = [each for each in mine if each[0] <= time]
            mine = mine[len(before) :]
            if time < since:
                continue
            journeys.add(journey)
            inside = [e for e in before if lookback is None or time - e[0] <= lookback]
            outside += len(before) - len(inside)
            members, times = tuple(m for _, m in inside), tuple(t for t, _ in inside)
            values = closings[time]
            rows.append((members, float(len(values)), float(sum(values)), 0.0, times))
        if mine and mine[-1][0] >= since:
            journeys.add(journey)
            rows.append((tuple(m for _, m in mine), 0.0, 0.0, 1.0, tuple(t for t, _ in mine)))
    return rows, outside, journeys


def shapley(rows, members: int) -> list[float]:
    """By the definition: marginal contributions over all subsets of the others."""

    def worth(coalition) -> float:
        return sum(c for path, c, *_ in rows if path and set(path) <= set(coalition))

    found = []
    for player in range(members):
        others = [each for each in range(members) if each != player]
        total = 0.0
        for size in range(members):
            weight = factorial(size) * factorial(members - size - 1) / factorial(members)
            for coalition in combinations(others, size):
                gain = worth((*coalition, player)) - worth(coalition)
                total += weight * gain
        found.append(total)
    return found


def removal(rows, members: int, order: int) -> np.ndarray:
    """Conversions and value lost without each member, each chain built anew and solved."""
    whole = _expected(rows, order, None)
    return np.array([whole - _expected(rows, order, each) for each in range(members)]).T


def _expected(rows, order: int, gone: int | None) -> np.ndarray:
    """Chance of conversion and value expected from the start; states of ``gone`` are null."""
    flows: dict = defaultdict(lambda: defaultdict(float))
    rewards: dict = defaultdict(lambda: np.zeros(2))
    for path, conversions, value, nulls, *_ in rows:
        if not path or conversions + nulls == 0:
            continue
        state = ("start",)
        for code in path:
            after = (*state, code)[-order:]
            flows[state][after] += conversions + nulls
            state = after
        flows[state]["end"] += conversions + nulls
        rewards[state] += (conversions, value)
    states = [*flows]
    place = {state: row for row, state in enumerate(states)}
    matrix, right = np.eye(len(states)), np.zeros((len(states), 2))
    for state, row in place.items():
        if state[-1] == gone:
            continue  # an absorbing null state: nothing is expected from it
        out = sum(flows[state].values())
        right[row] = rewards[state] / out
        for after, weight in flows[state].items():
            if after != "end":
                matrix[row, place[after]] -= weight / out
    return np.linalg.solve(matrix, right)[place[("start",)]]


def some_rows(rng: np.random.Generator, members: int, count: int, longest: int = 7) -> list[tuple]:
    """Random weighted paths (members, conversions, value, nulls), some of them empty."""
    rows = []
    for _ in range(count):
        path = tuple(rng.integers(0, members, rng.integers(0, longest + 1)).tolist())
        conversions = float(rng.integers(0, 3))
        value = float(rng.integers(0, 100)) * (conversions > 0)
        rows.append((path, conversions, value, float(rng.integers(0, 3))))
    return rows
