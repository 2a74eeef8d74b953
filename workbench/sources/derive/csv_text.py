"""Tables as text that is the same on every machine: sorted, LF, at most six significant digits."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

SIGNIFICANT_DIGITS = 6


def number_text(value: float | None) -> str:
    """Write a number with at most six significant digits and no exponent; None as an empty cell."""
    if value is None:
        return ""
    return format(Decimal(f"{value:.{SIGNIFICANT_DIGITS}g}"), "f")


def csv_text(columns: Sequence[str], keys: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Write rows as CSV (RFC 4180 quoting, LF, header), sorted by the key columns.

    Parameters
    ----------
    columns
        Every column, in order.
    keys
        The columns that identify a row, in sorting order.
    rows
        One mapping column -> cell text per row; an empty string is an unknown value.
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: tuple(row[key] for key in keys)))
    return buffer.getvalue()
