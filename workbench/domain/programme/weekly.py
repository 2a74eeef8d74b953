"""Weekly figures of each partner, weeks counted back from a last day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd

from workbench.domain.programme.facts import AMOUNTS, Events, Scope, facts
from workbench.domain.programme.measures import PAID, currencies_of
from workbench.domain.programme.period import Period

YEAR = 52
"""Weeks from a week to the same week of the year before; weekdays stay aligned."""
BEFORE = 8
"""Weeks that a week is held against."""
COUNTED = ("clicks", "orders", "judged", "reversed", "unstated", "value", "commission",
           "both_value", "both_commission", "click_cost", "click_rows", "valued",
           "no_clicks", "no_orders")  # fmt: skip
DECIDED = ("approved", "paid", "reversed")
"""Statuses of orders about which a decision has fallen."""


@dataclass(frozen=True)
class Weekly:
    """Figures by partner and week.

    Attributes
    ----------
    until
        Last day of the newest week.
    partners
        Columns ``source, partner, name``; row i is row i of every array.
    figures
        Sum -> array (partners, weeks), oldest week first; 0 where nothing happened. Amounts are
        NaN where they are in several currencies. ``no_clicks`` and ``no_orders`` count sums that
        leave out how many there were: the number of such a week is unknown. ``turned`` of
        ``decided``: orders reversed, by the week of the decision where the export says it, else
        of the order.
    currencies
        Of the amounts; "?" where one is not stated.
    ended
        Source -> its last day, of those that tell nothing of the newest days: in the weeks after
        it, and in its own, nothing is known of their partners.
    """

    until: date
    partners: pd.DataFrame
    figures: dict[str, np.ndarray]
    currencies: tuple[str, ...] = ()
    ended: Mapping[str, date] = field(default_factory=dict)

    def ending(self, ago: int) -> "Weekly":
        """The same without the newest weeks, so many."""
        if not ago:
            return self
        kept = {name: figure[:, :-ago] for name, figure in self.figures.items()}
        until = self.until - timedelta(days=7 * ago)
        return Weekly(until, self.partners, kept, self.currencies, self.ended)

    def newest(self, weeks: int) -> "Weekly":
        """The same of the newest weeks alone, so many."""
        kept = {name: figure[:, -weeks:] for name, figure in self.figures.items()}
        return Weekly(self.until, self.partners, kept, self.currencies, self.ended)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.figures[name]

    @property
    def weeks(self) -> int:
        """How many weeks there are."""
        return self.figures["orders"].shape[1]


def weekly(events: Events, until: date, weeks: int, scope: Scope | None = None) -> Weekly:
    """The last weeks up to a day, for every partner with a click or an order in them.

    Parameters
    ----------
    until
        Last day of the newest week.
    weeks
        How many at most; those before the first event of all are left out.
    scope
        Statuses, currency and rates; its period is not used.
    """
    asked = scope or Scope()
    period = Period(until - timedelta(days=7 * weeks - 1), until)
    rows = facts(events, Scope(period, asked.statuses, asked.currency, asked.rates))
    rows = rows.filter(rows.partner.notnull())
    ago = ibis.literal(until).delta(rows.day, unit="day") // 7
    found = (
        rows.mutate(ago=ago)
        .group_by("source", "partner", "ago", "currency")
        .aggregate(**{name: rows[name].sum() for name in dict.fromkeys((*COUNTED, *PAID))})
        .to_pandas()
    )
    keys = found[["source", "partner"]].astype(object).drop_duplicates()
    keys = keys.sort_values(["source", "partner"], ignore_index=True)
    place = pd.MultiIndex.from_frame(keys).get_indexer(
        pd.MultiIndex.from_frame(found[["source", "partner"]].astype(object))
    )
    count = int(found["ago"].max()) + 1 if len(found) else 0
    figures: dict[str, np.ndarray] = {}
    for name in COUNTED:
        figures[name] = np.zeros((len(keys), count))
        np.add.at(figures[name], (place, count - 1 - found["ago"].to_numpy(int)), found[name])
    figures |= _decisions(events, until, weeks, keys, count)
    currencies = currencies_of(found)
    if len(currencies) > 1:
        figures |= {
            name: np.full_like(figures[name], np.nan) for name in AMOUNTS if name in figures
        }
    silent = events.told.ended(until)
    for place_, source in enumerate(keys["source"]):
        if source in silent and count:
            weeks_ = -((silent[source] - until).days // 7)
            for name in ("no_clicks", "no_orders"):
                figures[name][place_, max(0, count - weeks_) :] = 1.0
    return Weekly(until, _named(keys, events), figures, tuple(currencies), silent)


def _decisions(
    events: Events, until: date, weeks: int, keys: pd.DataFrame, count: int
) -> dict[str, np.ndarray]:
    """Orders decided and reversed; an order of March that is reversed in May is news of May."""
    rows = events.conversions
    rows = rows.filter(rows.partner.notnull() & rows.status.isin(DECIDED))
    rows = rows.mutate(day=ibis.coalesce(rows.modified, rows.timestamp).date())
    rows = rows.filter(Period(until - timedelta(days=7 * weeks - 1), until).holds(rows.day))
    rows = rows.mutate(ago=ibis.literal(until).delta(rows.day, unit="day") // 7)
    sums = rows.group_by("source", "partner", "ago").aggregate(
        decided=rows.count(), turned=(rows.status == "reversed").sum()
    )
    found = sums.to_pandas()
    place = pd.MultiIndex.from_frame(keys).get_indexer(
        pd.MultiIndex.from_frame(found[["source", "partner"]].astype(object))
    )
    across = count - 1 - found["ago"].to_numpy(int)
    inside = (place >= 0) & (across >= 0)
    figures = {name: np.zeros((len(keys), count)) for name in ("decided", "turned")}
    for name, figure in figures.items():
        np.add.at(figure, (place[inside], across[inside]), found[name].to_numpy(float)[inside])
    return figures


def _named(keys: pd.DataFrame, events: Events) -> pd.DataFrame:
    names = events.partners.select("source", "partner", "name").to_pandas()
    known = {(row.source, row.partner): row.name for row in names.itertuples(index=False)}
    held = [known.get((row.source, row.partner)) for row in keys.itertuples(index=False)]
    names_ = [None if name is None or pd.isna(name) else str(name) for name in held]
    return keys.assign(name=pd.Series(names_, keys.index, dtype=object))


def last_whole_day(events: Events) -> date | None:
    """The day before the newest event's: an export is seldom made at midnight, and a week that
    ends with half a day would seem to have fallen. None if there is no event.
    """
    newest = events.told.newest
    return newest and newest - timedelta(days=1)
