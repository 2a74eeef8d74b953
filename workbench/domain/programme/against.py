"""A period held against another one (A7): differences, ratios, who is new and who is lost."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.programme.dimensions import OF_TIME, Filters
from workbench.domain.programme.facts import Events, Scope
from workbench.domain.programme.pivot import Pivot, pivot
from workbench.domain.programme.weekly import first_day

NOTHING_KNOWN = {"click_rows": 0.0, "order_rows": 0.0, "silent_rows": 1.0}
"""Sums of a group of which no export tells anything."""


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
) -> Comparison:
    """The scope's period against ``before`` (as many days just before) or ``last_year``.

    A group that one period lacks has no orders and no clicks there: its sums are 0, its ratios
    unknown. Of a period that ended before the first event nothing is known. Tenure is told at the
    end of each period.

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
    now = pivot(events, by, scope, measures, filters)
    earlier = replace(scope, period=scope.period.against(which))
    then = pivot(events, by, earlier, measures, filters)
    if now.currency and then.currency and now.currency != then.currency:
        raise InputError(
            "The amounts are in {now} now and in {then} before; give a table of rates.",
            now=now.currency,
            then=then.currency,
        )
    first = first_day(events)
    ended = earlier.period.until
    unknown = first is not None and ended is not None and ended < first
    both = _together(now, then)
    if unknown:
        both = both[0], replace(both[1], sums=both[1].sums.assign(**NOTHING_KNOWN))
    table = _side_by_side(both[0].table, both[1].table, now.measures)
    members = _members(both[0].sums, both[1].sums)
    if unknown:
        members = pd.Series([None] * len(members), name=members.name, dtype=object)
    columns = list(now.columns)
    found = pd.concat([both[0].sums[columns], members, table], axis=1)
    before = then.total * (np.nan if unknown else 1.0)
    whole = _side_by_side(now.total.to_frame().T, before.to_frame().T, now.measures)
    return Comparison(now, then, found, whole.iloc[0])


def _together(now: Pivot, then: Pivot) -> tuple[Pivot, Pivot]:
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
        # What exports clicks in a period does so for all its groups.
        if (one.sums["click_rows"] > 0).all():
            sums["click_rows"] = sums["click_rows"].where(sums["click_rows"] > 0, 1.0)
        filled.append(replace(one, sums=pd.concat([rows, sums.reset_index(drop=True)], axis=1)))
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
    names = {(True, True): "kept", (True, False): "new", (False, True): "lost"}
    return pd.Series(
        [names.get(pair, "idle") for pair in zip(here, there, strict=True)], name="member"
    )
