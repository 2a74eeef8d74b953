"""Congratulations worth sending (A6): a first order, a place among the best."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy import stats

from workbench.domain.programme.facts import Events, Scope
from workbench.domain.programme.weekly import BEFORE, Weekly, weekly
from workbench.domain.text import T_, Text

BEST = 10


@dataclass(frozen=True)
class Praise:
    """A draft for a partner.

    Attributes
    ----------
    kind
        ``first_order`` or ``entered_top``.
    day
        Of the order; of the week's end.
    place
        In the list of the week; 0 for a first order.
    """

    kind: str
    source: str
    partner: str
    name: str | None
    day: date
    place: int = 0

    @property
    def draft(self) -> Text:
        """The message; a person reads it before it is sent."""
        name = self.name or self.partner
        if self.kind == "first_order":
            return T_(
                "Hello {name}, your first order with us came in on {day}: congratulations, and "
                "thank you! Tell us what helped your readers decide, and we send you material and "
                "offers that fit.",
                name=name,
                day=self.day,
            )
        return T_(
            "Hello {name}, this week you were number {place} of all our partners: "
            "congratulations, and thank you! Shall we talk about what we can do together next?",
            name=name,
            place=self.place,
        )


def praises(
    events: Events,
    until: date,
    since: date | None = None,
    scope: Scope | None = None,
    held: Weekly | None = None,
) -> tuple[Praise, ...]:
    """First orders of the days, and partners new among the ten best of the newest week.

    New: not among the ten best by orders of the eight weeks before; only where the programme has
    more than ten selling partners.

    Parameters
    ----------
    since
        None: the seven days up to ``until``.
    held
        The figures of nine weeks or more up to ``until``, if they are at hand.
    """
    asked = scope or Scope()
    since = since or until - timedelta(days=6)
    held = (held or weekly(events, until, BEFORE + 1, asked)).newest(BEFORE + 1)
    names = {(row.source, row.partner): row.name for row in held.partners.itertuples(index=False)}
    return (*_firsts(events, since, until, asked, names), *_risen(held))


def _firsts(
    events: Events,
    since: date,
    until: date,
    scope: Scope,
    names: dict[tuple[str, str], str | None],
) -> tuple[Praise, ...]:
    rows = events.conversions
    rows = rows.filter(rows.partner.notnull() & rows.status.isin(scope.statuses.counted))
    first = rows.group_by("source", "partner").aggregate(day=rows.timestamp.min().date())
    found = first.filter(first.day.between(since, until)).to_pandas()
    found = found.sort_values(["day", "source", "partner"])
    return tuple(
        Praise("first_order", source, partner, names.get((source, partner)),
               pd.Timestamp(day).date())
        for source, partner, day in found.itertuples(index=False)
    )  # fmt: skip


def _risen(held: Weekly) -> tuple[Praise, ...]:
    orders = held["orders"]
    if held.weeks < 2 or (orders.sum(axis=1) > 0).sum() <= BEST:
        return ()
    now, before = _places(orders[:, -1]), _places(orders[:, :-1].sum(axis=1))
    unknown = held["no_orders"][:, -1] > 0
    if (unknown & (before <= BEST)).any():  # one of the best may have kept any place
        return ()
    risen = np.flatnonzero(~unknown & (now <= BEST) & (before > BEST))
    partners = held.partners.to_dict("records")
    return tuple(
        Praise("entered_top", **partners[who], day=held.until, place=int(now[who]))
        for who in risen[np.argsort(now[risen], kind="stable")]
    )


def _places(orders: np.ndarray) -> np.ndarray:
    """1 for the most orders; the same for equals; endless for none."""
    return np.where(orders > 0, stats.rankdata(-orders, "min"), np.inf)
