"""What a batch of an export gave: rows for our tables, and cells that break a rule."""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa

from workbench.domain.text import Text


@dataclass(frozen=True)
class Wrong:
    """A cell that breaks a rule.

    Attributes
    ----------
    row
        Number of the record, from 1.
    column
        Of the export; empty for the whole record.
    value
        What stands there.
    rule
        What it should be.
    """

    row: int
    column: str
    value: str
    rule: Text


@dataclass(frozen=True)
class Made:
    """What a batch gave.

    Attributes
    ----------
    tables
        Name -> rows with the columns of the event table.
    marks
        Name -> for each row a digest of its record, where rows of one key are told apart by it.
    wrong
        What is wrong, several a record where several rules are broken.
    read, loaded, quarantined, others
        Records; the last three add up to the first. ``others`` are of kinds that the mapping
        doesn't ask for.
    foreign
        Column of ours -> amounts of rows loaded that are unknown there, since they are in another
        currency than the row's.
    """

    tables: dict[str, pa.Table]
    marks: dict[str, pa.Array]
    wrong: list[Wrong]
    read: int
    loaded: int
    quarantined: int
    others: int
    foreign: Counter[str] = field(default_factory=Counter)
