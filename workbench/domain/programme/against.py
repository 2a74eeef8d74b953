"""A period held against another one (A7): differences, ratios, who is new and who is lost."""

from dataclasses import dataclass, replace

import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.programme.coverage import Coverage
from workbench.domain.programme.dimensions import OF_TIME, Filters
from workbench.domain.programme.facts import Events, Scope
from workbench.domain.programme.pivot import TELLS, Pivot, pivot


@dataclass(frozen=True)
class Comparison:
    """Two periods side by side.

    Attributes
    ----------
    now, then
        The figures of each.
    table
        Columns of the dimensions, ``member`` (``new``: orders or clicks now only, ``lost``: then
        only, ``kept``, ``idle``: neither, or None: not known), and for each measure ``m``:
        ``m_now, m_then, m_change`` (difference) and ``m_ratio`` (now to then; NaN where then was 0
        or unknown).
    total
        The same columns, without dimensions and member, of everything.
    """

    now: Pivot
    then: Pivot
    table: pd.DataFrame
    total: pd.Series


def compare(
    events: Events,
    which: str,
    by: tuple[str, ...] = (),
    scope: Scope | None = None,
    measures: tuple[str, ...] = (),
    filters: Filters | None = None,
    now: Pivot | None = None,
) -> Comparison:
    """The scope's period against ``before`` (as many days just before) or ``last_year``.

    A group that one period lacks has no orders and no clicks there, as far as an export tells of
    that period: its sums are 0, its ratios unknown. Else nothing is known of it, as before the
    first event. Tenure is told at the end of each period.

    Parameters
    ----------
    now
        The figures of the scope's own period, if they are at hand.

    Raises
    ------
    InputError
        If the period is open, a dimension is of time, the currencies differ, or as
        :func:`~workbench.domain.programme.pivot.pivot` does.
    """
    scope = scope or Scope()
    timed = [name for name in by if name in OF_TIME]
    if timed:
        raise InputError(
            "Periods can't be compared by {name}: its values differ; leave it out.", name=timed[0]
        )
    now = now or pivot(events, by, scope, measures, filters)
    earlier = replace(scope, period=scope.period.against(which))
    then = pivot(events, by, earlier, measures, filters)
    if now.currency and then.currency and now.currency != then.currency:
        raise InputError(
            "The amounts are in {now} now and in {then} before; give a table of rates.",
            now=now.currency,
            then=then.currency,
        )
    found = events.told.coverage(filters or {})
    both = _together(now, then, found)
    table = _side_by_side(both[0].table, both[1].table, now.measures)
    members = _members(both[0].sums, both[1].sums)
    columns = list(now.columns)
    whole = _side_by_side(now.total.to_frame().T, then.total.to_frame().T, now.measures)
    return Comparison(
        now, then, pd.concat([both[0].sums[columns], members, table], axis=1), whole.iloc[0]
    )


def _together(now: Pivot, then: Pivot, told: Coverage) -> tuple[Pivot, Pivot]:
    """Both with the same groups in the same order; those of now first."""
    columns = list(now.columns)
    if not columns:
        return now, then
    keys = [pd.MultiIndex.from_frame(one.sums[columns].astype(object)) for one in (now, then)]
    groups = keys[0].append(keys[1][~keys[1].isin(keys[0])])
    filled = []
    for one, key in zip((now, then), keys, strict=True):
        sums = one.sums.drop(columns=columns).set_axis(key).reindex(groups, fill_value=0.0)
        rows = pd.DataFrame(list(groups), columns=columns, dtype=object)
        rows = rows.where(rows.notna(), None)
        sums = pd.concat([rows, sums.reset_index(drop=True)], axis=1)
        lacking = ~groups.isin(key)
        for what, name in TELLS.items():
            sources = told.sources(what, one.scope.period)
            none = rows["source"].isin(sources) if "source" in rows else bool(sources)
            sums[name] = sums[name].where(~(lacking & none), 1.0)
        filled.append(replace(one, sums=sums))
    return filled[0], filled[1]


def _side_by_side(now: pd.DataFrame, then: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    found = {}
    for name in measures:
        one, other = now[name].astype(float), then[name].astype(float)
        found[f"{name}_now"], found[f"{name}_then"] = one, other
        found[f"{name}_change"] = one - other
        found[f"{name}_ratio"] = one / other.where(other != 0)
    return pd.DataFrame(found)


def _members(now: pd.DataFrame, then: pd.DataFrame) -> pd.Series:
    here, there = (one[["orders", "clicks"]].sum(axis=1) > 0 for one in (now, then))
    known = [(one[list(TELLS.values())] > 0).any(axis=1) for one in (now, then)]
    names = {(True, True): "kept", (True, False): "new", (False, True): "lost"}
    found = [
        names.get(pair[:2], "idle") if all(pair[2:]) else None
        for pair in zip(here, there, *known, strict=True)
    ]
    return pd.Series(found, name="member", dtype=object)
