"""Alerts of a week (A6): what moved, by more than noise and season, for which partner.

The tests of a week by one measure (clicks, orders, return, reversals, timing) are a family: what
is raised is what the procedure of Y. Benjamini and Y. Hochberg (1995) keeps, so that of the alerts
of a kind at most the stated share is false, on average; with nothing going on, a measure raises
any alert in a week with that probability at most. Counts too small to ever reach the level are
left out beforehand (R. Tarone, 1990).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from scipy import stats

from workbench.domain.errors import InputError
from workbench.domain.programme.alert_texts import CAUSES, SPLIT_HINT, STEPS
from workbench.domain.programme.facts import Events, Scope
from workbench.domain.programme.period import Period
from workbench.domain.programme.ratios import whole_drop
from workbench.domain.programme.timing import timing
from workbench.domain.programme.week_tests import (
    Week,
    counts_of,
    timed_tests,
    week_of,
    without_gaps,
)
from workbench.domain.programme.weekly import BEFORE, YEAR, Weekly, weekly
from workbench.domain.text import Text

LEVEL = 0.05
"""Share of false alerts that is accepted."""
TOP = 10
SEVERITIES = ("high", "medium", "low")


@dataclass(frozen=True)
class Alert:
    """Something to look at.

    Attributes
    ----------
    kind
        Of :data:`workbench.domain.programme.alert_texts.KINDS`.
    source, partner
        Empty for an alert of the whole programme.
    week
        Last day of the week.
    now, before, expected
        Figures of the week, on average of the weeks before, and what these and the programme's
        movement let expect: clicks or orders; for ``roi_down`` value per cost; for ``left_top``
        places in the list; NaN where there is none.
    p
        Of a figure so far off if nothing had changed.
    severity
        ``high``: a partner of the top ten, halved or worse; ``medium``: one of the two;
        ``low``: neither, or a rise.
    """

    kind: str
    source: str
    partner: str
    name: str | None
    week: date
    now: float
    before: float
    expected: float
    p: float
    severity: str
    hint: str = ""

    @property
    def causes(self) -> tuple[Text, ...]:
        """Likely causes, the likeliest first; what other figures say comes before them."""
        return ((SPLIT_HINT[self.hint],) if self.hint else ()) + CAUSES[self.kind]

    @property
    def step(self) -> Text:
        """What to do next."""
        return STEPS[self.kind]


@dataclass(frozen=True)
class Alerts:
    """Alerts, the gravest first, and what could be judged at all.

    Attributes
    ----------
    tested
        How many tests of counts large enough were made.
    untested
        Partners with clicks or orders of which nothing can be said yet: too few weeks or counts.
    currencies
        More than one: returns weren't judged, since amounts can't be added up.
    ended
        Source -> its last day, of those that tell nothing of the newest days: their partners
        weren't judged there.
    """

    found: tuple[Alert, ...]
    since: date
    until: date
    level: float = LEVEL
    tested: int = 0
    untested: int = 0
    currencies: tuple[str, ...] = ()
    ended: Mapping[str, date] = field(default_factory=dict)


def find_alerts(
    events: Events,
    until: date,
    since: date | None = None,
    scope: Scope | None = None,
    level: float = LEVEL,
    held: Weekly | None = None,
) -> Alerts:
    """Alerts of every week that ends between two days; weeks are counted back from the last.

    Parameters
    ----------
    until
        Last day of the newest week.
    since
        None: the newest week only.
    scope
        Statuses, currency, rates; its period is not used.
    held
        The figures of :func:`history` weeks up to ``until``, if they are at hand.

    Raises
    ------
    InputError
        If the level is not between 0 and 1, or the days are in the wrong order.
    """
    if not 0 < level < 1:
        raise InputError("The level {value} is not between 0 and 1; 0.05 is usual.", value=level)
    since = since or until
    rounds = _rounds(until, since)
    whole = held or weekly(events, until, history(until, since), scope)
    found: list[Alert] = []
    tested, silent = 0, np.ones(len(whole.partners), bool)
    timings = timing(events, until, rounds)
    for ago in range(min(rounds, whole.weeks)):
        week = week_of(whole.ending(ago), level)
        if ago in timings:
            week.tests += timed_tests(timings[ago], week.held)
        tested += len(week.tests)
        silent[[test[1] for test in week.tests]] = False
        found += _raised(week, level)
        found += _of_all(week.held, level)
    order = sorted(found, key=lambda one: (SEVERITIES.index(one.severity), -one.week.toordinal(),
                                           one.p, one.partner))  # fmt: skip
    return Alerts(
        tuple(order),
        since,
        until,
        level,
        tested,
        int(silent.sum()),
        whole.currencies,
        whole.ended,
    )


def history(until: date, since: date | None = None) -> int:
    """How many weeks up to a day the alerts since another are judged by."""
    return _rounds(until, since or until) + YEAR + BEFORE


def _rounds(until: date, since: date) -> int:
    return ((Period(since, until).days or 1) - 1) // 7 + 1


def _raised(week: Week, level: float) -> Iterator[Alert]:
    if not week.tests:
        return
    adjusted = _adjusted(week.tests)
    ranks = _ranks(week.held)
    kept = [test for test, q in zip(week.tests, adjusted, strict=True) if q <= level]
    moved = {(name, place): now < expected for name, place, _, now, _, expected in kept}
    for name, place, p, now, before, expected in kept:
        kind, hint = name, ""
        if name in ("clicks", "orders"):
            kind = f"{name}_{'down' if now < expected else 'up'}"
            if now == 0:
                kind = f"no_{name}"
            other = "orders" if name == "clicks" else "clicks"
            usual = [test for test in week.tests if test[:2] == (other, place)]
            if now < expected and usual and not moved.get((other, place)):
                hint = f"{name}_only"
        yield _alert(week, kind, place, now, before, expected, p, ranks, hint)
    yield from _left_top(week, ranks, level)


def _adjusted(tests: list[tuple[str, int, float, float, float, float]]) -> np.ndarray:
    """The p of each test, adjusted within its measure."""
    names = np.array([test[0] for test in tests])
    p = np.array([test[2] for test in tests])
    for name in set(names):
        p[names == name] = stats.false_discovery_control(p[names == name])
    return p


def _of_all(held: Weekly, level: float) -> Iterator[Alert]:
    """Alerts of the whole programme: two tests, half the level each."""
    size = min(held.weeks, BEFORE + 1)
    for name in ("clicks", "orders"):
        each, gaps = counts_of(held, name)
        # Without any source that goes on this is how an export that stopped is told.
        if not gaps[:, -1].all():
            each = without_gaps(each, gaps, slice(None))
        counts = each.sum(axis=0)
        then = counts[-YEAR - size : -YEAR] if len(counts) >= YEAR + size else None
        p, expected = whole_drop(counts[-size:], then)
        if p <= level / 2:
            yield Alert(
                f"programme_{name}",
                "",
                "",
                None,
                held.until,
                float(counts[-1]),
                float(counts[-size:-1].mean()),
                expected,
                p,
                "high" if counts[-1] <= expected / 2 else "medium",
            )


def _left_top(week: Week, ranks: tuple[np.ndarray, np.ndarray], level: float) -> Iterator[Alert]:
    """Partners of the top ten before and not now, if their orders fell by more than noise.

    Ten partners at most can fall, hence a tenth of the level each (C. Bonferroni).
    """
    before, now = ranks
    for name, place, p, count, _, expected in week.tests:
        left = before[place] <= TOP < now[place]
        if name == "orders" and left and count < expected and p <= level / TOP:
            yield _alert(week, "left_top", place, now[place], before[place], np.nan, p, ranks, "")


def _ranks(held: Weekly) -> tuple[np.ndarray, np.ndarray]:
    """Places by orders in the weeks before and now; 1 is the best, without orders the last."""
    before = held["orders"][:, -BEFORE - 1 : -1].sum(axis=1)
    now = held["orders"][:, -1]
    return (
        np.where(before > 0, stats.rankdata(-before, "min"), np.inf),
        np.where(now > 0, stats.rankdata(-now, "min"), np.inf),
    )


def _alert(
    week: Week,
    kind: str,
    place: int,
    now: float,
    before: float,
    expected: float,
    p: float,
    ranks: tuple[np.ndarray, np.ndarray],
    hint: str,
) -> Alert:
    row = week.held.partners.iloc[place]
    big = bool(ranks[0][place] <= TOP) and len(week.held.partners) > TOP
    if kind.endswith("_up") and kind != "reversals_up":
        severity = "low"
    else:
        grave = kind in ("no_clicks", "no_orders", "left_top", "too_fast") or (
            now >= 2 * expected if kind in ("reversals_up", "too_late") else now <= expected / 2
        )
        severity = SEVERITIES[2 - int(big) - int(grave)]
    return Alert(kind, row["source"], row["partner"], row["name"], week.held.until, now, before,
                 expected, p, severity, hint)  # fmt: skip
