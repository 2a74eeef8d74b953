"""Amounts of several currencies: converted by a table of rates, or refused."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbench.domain.errors import MixedCurrenciesError, TableError

FOREVER = date(9999, 12, 31)


@dataclass(frozen=True, eq=False)  # tables aren't compared: rates are those of one object
class Rates:
    """Exchange rates into one currency.

    Attributes
    ----------
    target
        ISO 4217 code of the currency that amounts become.
    table
        Columns ``date, currency, rate``: what one unit of the currency is worth in the target
        from that day until its next row. The target needs no row.

    Raises
    ------
    TableError
        If a column is missing, a rate is not above 0, or a day has two rates of a currency.
    """

    target: str
    table: pd.DataFrame

    def __post_init__(self) -> None:
        missing = [name for name in ("date", "currency", "rate") if name not in self.table]
        if missing:
            raise TableError(
                "The rates lack the column {column}; give date, currency and rate.",
                column=missing[0],
            )
        rates = self.table["rate"].to_numpy(float)
        if not (np.isfinite(rates) & (rates > 0)).all():
            raise TableError("A rate of {value} can't be used; rates are above 0.",
                             value=rates[~(np.isfinite(rates) & (rates > 0))][0])  # fmt: skip
        twice = self.table[self.table.duplicated(["date", "currency"])]
        if len(twice):
            raise TableError(
                "{currency} has two rates on {date}; leave one.",
                currency=twice.iloc[0]["currency"],
                date=twice.iloc[0]["date"],
            )

    def spans(self) -> pd.DataFrame:
        """Columns ``currency, start, end, rate``: a rate holds from start to before end."""
        table = self.table[["date", "currency", "rate"]].copy()
        table["date"] = pd.to_datetime(table["date"])
        table = table[table["currency"] != self.target].sort_values(["currency", "date"])
        ends = table.groupby("currency")["date"].shift(-1)
        found = pd.DataFrame(
            {
                "currency": table["currency"].astype(object),
                "start": table["date"].dt.date,
                "end": [FOREVER if pd.isna(end) else end.date() for end in ends],
                "rate": table["rate"].astype(float),
            }
        )
        own = pd.DataFrame(
            {"currency": [self.target], "start": [date.min], "end": [FOREVER], "rate": [1.0]}
        )
        return pd.concat([own, found], ignore_index=True)


def converted(rows: ir.Table, day: str, amounts: tuple[str, ...], rates: Rates | None) -> ir.Table:
    """The rows with their amounts in the target currency; without a rate an amount is null.

    Parameters
    ----------
    rows
        With a column ``currency``.
    day
        Column with the day whose rate is taken.
    amounts
        Columns to convert.
    """
    if rates is None:
        return rows
    spans = ibis.memtable(rates.spans()).rename("rate_{name}")
    joined = rows.left_join(
        spans,
        [
            rows.currency == spans.rate_currency,
            rows[day] >= spans.rate_start,
            rows[day] < spans.rate_end,
        ],
    )
    found = {name: joined[name] * joined.rate_rate for name in amounts}
    target = ibis.ifelse(joined.rate_rate.notnull(), rates.target, ibis.null("string"))
    return joined.mutate(**found, currency=target).select(*rows.columns)


def refuse_mixed(currencies: list[str]) -> None:
    """Refuse to add up amounts of several currencies.

    Raises
    ------
    MixedCurrenciesError
        If there is more than one.
    """
    if len(currencies) > 1:
        raise MixedCurrenciesError(
            "The amounts are in {currencies}, which can't be added up; choose one currency, "
            "group by currency, or give a table of rates.",
            currencies=", ".join(sorted(currencies)),
        )
