"""Which conversions are counted, and what about them must be said."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.domain.answer import Counted
from workbench.domain.errors import InputError
from workbench.domain.question import Question


def countable(conversions: ir.Table, question: Question) -> tuple[ir.Table, Counted]:
    """The conversions that a question counts, checked; those before its first day are kept.

    An earlier conversion is not counted, but the touches before it were its own.

    Parameters
    ----------
    conversions
        Columns ``journey, timestamp, value``, and perhaps ``status``, ``currency`` and ``source``;
        without a status every row counts.

    Returns
    -------
    tuple
        The conversions, in one currency, with the columns they came with; and their counts.

    Raises
    ------
    InputError
        If values are in several currencies and none is chosen, a value is negative, a
        conversion has no time, or none comes from the source asked for.
    """
    rows = until(conversions, question.until)
    if "status" in rows.columns:
        rows = rows.filter(rows.status.isin(list(question.statuses)))
    if question.source is not None:
        rows = _of_source(rows, question.source)
    rows, chosen = _in_one_currency(rows, question.currency)
    counted = (
        rows if question.since is None else rows.filter(rows.timestamp >= start(question.since))
    )
    found = counted.aggregate(
        lost=counted.journey.isnull().sum(),
        bare=(counted.value.isnull() & counted.journey.notnull()).sum(),
        negative=(counted.value < 0).sum(),
        lowest=counted.value.min(),
        timeless=rows.timestamp.isnull().sum() if question.since is None else ibis.literal(0),
    ).to_pyarrow()
    counts: dict[str, Any] = {name: found[name][0].as_py() or 0 for name in found.column_names}
    if counts["negative"]:
        raise InputError(
            "{count} conversions have a negative value, the lowest {lowest}; a returned order "
            "has the status reversed and keeps its value: mend them, or leave them out.",
            count=counts["negative"],
            lowest=counts["lowest"],
        )
    if counts["timeless"]:
        raise InputError(
            "{count} conversions have no timestamp; mend them, or leave them out.",
            count=counts["timeless"],
        )
    return rows, Counted(chosen, counts["lost"], counts["bare"], _sources(counted))


def _of_source(rows: ir.Table, source: str) -> ir.Table:
    known = _sources(rows)
    if source not in known:
        raise InputError(
            "No conversions come from {source!r}; they come from: {known}.",
            source=source,
            known=", ".join(known) or "-",
        )
    return rows.filter(rows.source == source)


def _sources(rows: ir.Table) -> tuple[str, ...]:
    if "source" not in rows.columns:
        return ()
    found = rows.select("source").distinct().to_pyarrow()["source"].to_pylist()
    return tuple(sorted(name for name in found if name is not None))


def until(rows: ir.Table, day: date | None) -> ir.Table:
    """Rows up to a day, UTC, which is included; None: all."""
    return rows if day is None else rows.filter(rows.timestamp < start(day + timedelta(days=1)))


def start(day: date) -> ir.Value:
    """The instant at which a day begins, UTC."""
    return ibis.literal(datetime.combine(day, time(), UTC), "timestamp('UTC')")


def _in_one_currency(rows: ir.Table, wanted: str | None) -> tuple[ir.Table, str | None]:
    if "currency" not in rows.columns:
        return rows, wanted
    if wanted is not None:
        return rows.filter(rows.currency == wanted), wanted
    named = rows.filter(rows.currency.notnull()).select("currency").distinct()
    found = sorted(named.to_pyarrow()["currency"].to_pylist())
    if len(found) > 1:
        raise InputError(
            "The conversions are in several currencies: {found}. Amounts are not added up across "
            "them; choose one with --currency.",
            found=", ".join(found),
        )
    return rows, found[0] if found else None
