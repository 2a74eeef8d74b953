"""The rows of a small table, quickly.

``itertuples`` and ``to_dict("records")`` make a series of each column; for the tables here, of ten
rows and ten columns, that is nearly all they do. What comes out is the same, nullable columns
apart: an unknown in one of those is ``pandas.NA`` here.
"""

from collections import namedtuple
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd


def tuples(frame: pd.DataFrame) -> list[Any]:
    """What ``list(frame.itertuples())`` gives: tuples by name, the row's label as ``Index``."""
    row = _row(tuple(map(str, frame.columns)))
    return [
        row(label, *values)
        for label, values in zip(frame.index, frame.to_numpy(object).tolist(), strict=True)
    ]


def records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    """What ``frame.to_dict("records")`` gives."""
    names = list(frame.columns)
    return [dict(zip(names, values, strict=True)) for values in frame.to_numpy(object).tolist()]


def indexed(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> pd.DataFrame:
    """What ``DataFrame(rows, columns=names).set_index(names[0])`` gives; at least one row."""
    index, *columns = zip(*rows, strict=True)
    return pd.DataFrame(dict(zip(names[1:], columns, strict=True)), pd.Index(index, name=names[0]))


@lru_cache(maxsize=256)
def _row(names: tuple[str, ...]) -> type:
    return namedtuple("Row", ("Index", *names), rename=True)
