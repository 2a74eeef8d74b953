"""Figures split by any dimensions (A3, A7): sums from the engine, ratios from sums."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbench.domain.programme.dimensions import (
    OF_CLICKS,
    OF_ORDERS,
    OF_TIME,
    Filters,
    checked_dimensions,
    columns_of,
    facts_with_dimensions,
    kept,
    one_sided,
)
from workbench.domain.programme.facts import SUMS, Events, Scope
from workbench.domain.programme.measures import (
    MONEY,
    checked_measures,
    currencies_of,
    left_out,
    measured,
)
from workbench.domain.programme.money import refuse_mixed

TELLS = {"clicks": "click_rows", "orders": "order_rows"}
"""What can be told -> the sum that is above 0 where it is."""


@dataclass(frozen=True)
class Pivot:
    """Figures by dimensions; every total is made from the sums, so that all add up.

    Attributes
    ----------
    sums
        One row per group: the columns of the dimensions (None: unknown), then
        :data:`~workbench.domain.programme.facts.SUMS`.
    columns
        Those of the dimensions.
    measures
        Names of the measures asked for.
    scope
        What counts.
    currency
        Of all amounts; None if no row has a known one, or there are several.
    mixed
        Whether amounts are in several currencies: their sum is unknown.
    told
        Of clicks and orders those of which nothing is on record, but of which an export tells in
        the period: there were none.
    """

    sums: pd.DataFrame
    columns: tuple[str, ...]
    measures: tuple[str, ...]
    scope: Scope = field(default_factory=Scope)
    currency: str | None = None
    told: tuple[str, ...] = ()
    mixed: bool = False

    @property
    def table(self) -> pd.DataFrame:
        """Dimensions and measures, a row per group."""
        return self._shown(self.sums)

    @property
    def total(self) -> pd.Series:
        """The measures of everything."""
        return self._measured(self._whole(), ()).iloc[0]

    @property
    def left_out(self) -> pd.Series:
        """How many orders each measure leaves out of the total, since a value is unknown."""
        return left_out(self._whole(), self.measures).iloc[0]

    @property
    def gaps(self) -> dict[str, int]:
        """How many sums of a day leave out the clicks, or the orders; these are in no figure."""
        return {what: int(self.sums[f"no_{what}"].sum()) for what in TELLS}

    def subtotals(self, columns: tuple[str, ...]) -> pd.DataFrame:
        """Measures by some of the columns."""
        if not columns:
            return self._measured(self._whole(), ())
        grouped = self.sums.groupby(list(columns), dropna=False, sort=False)[list(SUMS)].sum()
        return self._shown(grouped.reset_index(), columns)

    def across(self, column: str, measure: str) -> pd.DataFrame:
        """One measure, the values of a column side by side, with both margins under ``""``.

        The margins are made from sums: that of a ratio is no mean of ratios.
        """
        rest = tuple(name for name in self.columns if name != column)
        parts = [self.sums, self.sums.assign(**{column: ""})]
        if rest:
            margins = [part.assign(**dict.fromkeys(rest, "")) for part in parts]
            parts = [*parts, *margins]
        keys = [*rest, column]
        summed = (
            pd.concat(parts).groupby(keys, dropna=False, sort=False)[list(SUMS)].sum().reset_index()
        )
        found = summed[keys].assign(figure=measured(summed, (measure,))[measure])
        if self.mixed and measure in MONEY:
            one = summed["currency"] != "" if "currency" in keys else False
            found["figure"] = found["figure"].where(one)
        if not rest:
            return found.set_index(column)["figure"].to_frame().T
        return found.set_index(keys)["figure"].unstack(column)

    def _whole(self) -> pd.DataFrame:
        whole = self.sums[list(SUMS)].sum().to_frame().T
        return whole.assign(**{TELLS[what]: 1.0 for what in self.told})

    def _shown(self, sums: pd.DataFrame, columns: tuple[str, ...] | None = None) -> pd.DataFrame:
        names = list(self.columns if columns is None else columns)
        return pd.concat([sums[names], self._measured(sums, names)], axis=1)

    def _measured(self, sums: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
        found = measured(sums, self.measures)
        if self.mixed and "currency" not in columns:
            found[[name for name in found if name in MONEY]] = np.nan
        return found


def grouped(events: Events, scope: Scope, by: tuple[str, ...], filters: Filters) -> ir.Table:
    """Sums of the facts by the columns of dimensions, lazily; also by ``currency``."""
    rows = one_sided(kept(facts_with_dimensions(events, scope), filters), (*by, *filters))
    columns = dict.fromkeys((*columns_of(checked_dimensions(by)), "currency"))
    return rows.group_by(list(columns)).aggregate(**{name: rows[name].sum() for name in SUMS})


def pivot(
    events: Events,
    by: tuple[str, ...] = (),
    scope: Scope | None = None,
    measures: tuple[str, ...] = (),
    filters: Filters | None = None,
) -> Pivot:
    """Figures of the programme, split by dimensions; most orders first, days and months in order.

    Parameters
    ----------
    by
        Of :data:`~workbench.domain.programme.dimensions.DIMENSIONS`.
    measures
        Of :data:`~workbench.domain.programme.measures.ALL`; none: all.

    Raises
    ------
    InputError
        If a name is unknown, or amounts of several currencies would be added up.
    """
    scope = scope or Scope()
    measures = checked_measures(measures)
    columns = columns_of(checked_dimensions(by))
    found = grouped(events, scope, by, filters or {}).to_pandas()
    found = found.astype({name: float for name in SUMS})
    currencies = currencies_of(found)
    if "currency" not in columns:
        if any(name in MONEY for name in measures):
            refuse_mixed(currencies)
        found = (
            found.groupby(list(columns), dropna=False, sort=False)[list(SUMS)].sum().reset_index()
            if columns
            else found[list(SUMS)].sum().to_frame().T
        )
    for name in columns:
        if name in OF_TIME:
            found[name] = [
                None if pd.isna(day) else pd.Timestamp(day).date() for day in found[name]
            ]
        found[name] = found[name].astype(object).where(found[name].notna(), None)
    by_size = [] if columns and columns[0] in OF_TIME else ["orders", "clicks"]
    keys = [*by_size, *columns]
    order = found.sort_values(
        keys, ascending=[name not in by_size for name in keys], na_position="last",
        ignore_index=True,
    ) if keys else found  # fmt: skip
    currency = currencies[0] if len(currencies) == 1 and currencies[0] != "?" else None
    told = _told(order, events, scope, filters or {})
    if not columns:
        order = order.assign(**{TELLS[what]: 1.0 for what in told})
    return Pivot(order, columns, measures, scope, currency, told, len(currencies) > 1)


def _told(sums: pd.DataFrame, events: Events, scope: Scope, filters: Filters) -> tuple[str, ...]:
    """What has no row, but would have one if anything had happened."""
    lacking = [what for what, name in TELLS.items() if not (sums[name] > 0).any()]
    if not lacking or {*OF_ORDERS, *OF_CLICKS} & set(filters):
        return ()
    if "orders" not in lacking:  # orders and no click: the clicks aren't imported
        return ()
    found = events.told.coverage(filters)
    return tuple(what for what in lacking if found.sources(what, scope.period))
