"""Partners by activity (A3): joined, active (clicked in the period), selling (had an order)."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.programme.coverage import Coverage
from workbench.domain.programme.dimensions import (
    OF_PARTNER,
    OF_TIME,
    Filters,
    checked_dimensions,
    facts_with_dimensions,
    kept,
    one_sided,
    partners_known,
)
from workbench.domain.programme.facts import Events, Scope

KEYS = ["source", "partner"]
STEPS = ("joined", "active", "selling")
HAS = ("has_clicks", "has_orders")
"""Whether a source of the partner exports them."""
TELLS = ("tells_clicks", "tells_orders")
"""Whether its source tells of them in the period, whatever the partner did."""


@dataclass(frozen=True)
class Activity:
    """How many partners do what.

    Attributes
    ----------
    table
        Columns of the dimensions, then ``joined, active, selling, active_share, selling_share``;
        ``active`` is NaN where no source exports clicks, ``selling`` where no source of the group
        exports orders, ``joined`` where groups are of events (a partner doesn't join in a
        customer's country or a month).
    total
        The same of all partners. Where groups are of events a partner can be in several, so that
        the rows may add up to more.
    unlisted
        Partners with clicks or orders that no table of partners names; they count as joined.
    undated
        Partners whose day of joining is unknown; they count as joined.
    """

    table: pd.DataFrame
    total: pd.Series
    unlisted: int
    undated: int


def activity(
    events: Events,
    scope: Scope | None = None,
    by: tuple[str, ...] = (),
    filters: Filters | None = None,
) -> Activity:
    """Partners that had joined by the end of the period, and what they did in it.

    Parameters
    ----------
    filters
        By a property of events: how many have joined is unknown.

    Raises
    ------
    InputError
        If a dimension is unknown, or is the partner itself.
    """
    scope = scope or Scope()
    checked_dimensions(by)
    if "partner" in by:
        raise InputError("Partners can't be counted by partner; choose another dimension.")
    filters = filters or {}
    of_partner = all(name in OF_PARTNER for name in filters)
    own = of_partner and all(name in OF_PARTNER for name in by)
    seen = facts_with_dimensions(events, scope)
    seen = seen.filter(seen.partner.notnull())
    if own:  # the partner's own channel, so that each partner is in one group
        seen = (
            seen.drop("channel")
            .left_join(_channels(events), ["source", "partner"])
            .drop("source_right", "partner_right")
        )
    seen = one_sided(kept(seen, filters), (*by, *filters))
    groups = list(dict.fromkeys((*by, *KEYS)))
    done = (
        seen.group_by(groups)
        .aggregate(
            has_clicks=seen.click_rows.sum() > 0,
            has_orders=seen.order_rows.sum() > 0,
            active=seen.clicks.sum() > 0,
            selling=seen.orders.sum() > 0,
        )
        .to_pandas()
    )
    told = events.told.coverage(filters)
    joined = _joined(events, scope, told)
    listed = (kept(joined, filters) if of_partner else joined.limit(0)).to_pandas()
    clicked = done.groupby("source")["has_clicks"].any()
    # Orders and no click: the clicks of these days aren't imported.
    listed["tells_clicks"] &= ~listed["source"].isin(clicked.index[~clicked.astype(bool)])
    everybody = events.partners.select(*KEYS).to_pandas().astype(object)
    # pandas can't merge texts of Arrow that have no rows
    done, listed = done.astype(dict.fromkeys(groups, object)), listed.astype(object)
    met = pd.MultiIndex.from_frame(done[KEYS]).drop_duplicates()
    unlisted = int((~met.isin(pd.MultiIndex.from_frame(everybody))).sum())
    whole = listed[[*KEYS, *TELLS]].merge(done[[*KEYS, *HAS, *STEPS[1:]]], "outer", on=KEYS)
    whole = whole.groupby(KEYS, as_index=False).max() if len(whole) else whole
    if own:
        done = listed[[*groups, *TELLS]].merge(done, "outer", on=groups)
    return Activity(
        _counted(done, list(by), joined=own),
        _counted(whole, [], joined=of_partner).iloc[0],
        unlisted,
        int(listed["joined"].isna().sum()),
    )


def _channels(events: Events) -> ir.Table:
    return events.partners.select("source", "partner", "channel")


def _joined(events: Events, scope: Scope, told: Coverage) -> ir.Table:
    """Partners that had joined by the end of the period, or whose day of joining is unknown."""
    rows = partners_known(events, scope.period.until).rename(channel="partner_channel")
    if scope.period.until is not None:
        rows = rows.filter(rows.joined.isnull() | (rows.joined <= scope.period.until))
    return rows.mutate(
        **{
            f"tells_{what}": rows.source.isin(sources) if sources else ibis.literal(False)
            for what in ("clicks", "orders")
            for sources in [told.sources(what, scope.period)]
        }
    )


def _counted(rows: pd.DataFrame, by: list[str], joined: bool) -> pd.DataFrame:
    said = {
        name: rows[name].fillna(False).astype(float)
        for name in (*STEPS[1:], *HAS, *TELLS)
        if name in rows
    }
    flags = pd.DataFrame({"joined": 1.0, **said}, index=rows.index)
    for has, tells in zip(HAS, TELLS, strict=True):
        flags[has] = flags[[name for name in (has, tells) if name in flags]].max(axis=1)
    flags[by] = rows[by].astype(object).where(rows[by].notna(), None) if by else rows[by]
    names = [*STEPS, *HAS]
    if by:
        found = flags.groupby(by, dropna=False, sort=False)[names].sum().reset_index()
    else:
        found = flags[names].sum().to_frame().T
    found["active"] = found["active"].where(found["has_clicks"] > 0)
    found["selling"] = found["selling"].where(found["has_orders"] > 0)
    if not joined:
        found["joined"] = float("nan")
    below = found["joined"].where(found["joined"] > 0)
    found["active_share"] = found["active"] / below
    found["selling_share"] = found["selling"] / below
    for name in by:
        if name in OF_TIME:
            found[name] = [
                None if pd.isna(day) else pd.Timestamp(day).date() for day in found[name]
            ]
        found[name] = found[name].astype(object).where(found[name].notna(), None)
    found = found.sort_values(
        ["selling", *by], ascending=[False, *[True] * len(by)], ignore_index=True
    )
    return found.drop(columns=list(HAS))
