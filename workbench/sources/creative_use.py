"""How the creatives of a programme are used, from its events, and the traits kept beside them."""

import json
from typing import NamedTuple

import pandas as pd

from workbench.domain.experiments import traits, usage
from workbench.domain.experiments.by_creative import by_creative
from workbench.domain.programme.overview import narrowed
from workbench.domain.programme.views import SavedView, view_of
from workbench.sources.experiments import read_own_table
from workbench.sources.ground import Ground
from workbench.sources.measuring import opened
from workbench.sources.programme_files import kept
from workbench.sources.shared_answers import shared


class CreativeUse(NamedTuple):
    """How creatives are used.

    Attributes
    ----------
    used
        As :func:`workbench.domain.experiments.usage` returns it; without rows where the events
        name no creative.
    traits
        As :func:`workbench.domain.experiments.traits` returns it; None where no table of traits is
        kept in ``programme/creatives`` beside the events.
    """

    used: pd.DataFrame
    traits: pd.DataFrame | None


def offered(table: pd.DataFrame | None) -> list[str] | None:
    """The creatives that a table of traits names; None without one."""
    return None if table is None or "creative" not in table else list(table["creative"])


def creatives_in(events: Ground, view: SavedView) -> CreativeUse:
    """Uses, clicks and orders of each creative, in the period, market and statuses of a view.

    Raises
    ------
    InputError
        If a table of traits can't be read, or names a creative twice.
    """
    asked = SavedView(period=view.period, market=view.market, statuses=view.statuses)
    return _creatives_in(events, json.dumps(asked.to_mapping(), sort_keys=True))


@shared(16)
def _creatives_in(events: Ground, key: str) -> CreativeUse:
    view = view_of(json.loads(key))
    period = view.scope.period
    with opened(events) as held:
        rows = narrowed(held, view.market) if view.market else held
        touches, orders = rows.touchpoints, rows.conversions
        known = rows.told.coverage()
        found = by_creative(
            touches,
            orders.filter(period.holds(orders.timestamp)),
            view.statuses,
            touches.filter(period.holds(touches.timestamp)),
            {what: known.sources(what, period) for what in ("clicks", "orders")},
        ).to_pandas()
    told = [read_own_table(file) for file in kept(events, "creatives").values()]
    table = pd.concat(told, ignore_index=True) if told else None
    if found.empty:  # creatives that are only offered say nothing of how any is used
        return CreativeUse(usage(found, counted=True), None)
    used = usage(found, offered(table), counted=True)
    return CreativeUse(used, None if table is None else traits(used, table))
