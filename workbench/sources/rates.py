"""Exchange rates from the user's own table."""

from dataclasses import replace
from pathlib import Path

from workbench.domain.programme.money import Rates
from workbench.domain.tables import Column, Schema, conform
from workbench.sources.files import read_table

RATES = Schema(
    "rates",
    (
        Column("date", "date", required=True),
        Column("currency", required=True),
        Column("rate", "number", required=True, low=0),
    ),
    key=("date", "currency"),
)


def load_rates(path: Path, target: str) -> Rates:
    """The rates of a CSV file with the columns of :data:`RATES`, into a currency.

    Raises
    ------
    InputError
        If the file can't be read, a cell is missing or of the wrong kind, or a rate is 0.
    """
    return Rates(target, conform(read_table(path), replace(RATES, name=str(path))))
